"""The warehouse of `definitions/examples/map-over-list`: shelves that run empty, and reservations that can be undone.

In a scenario file:

    tasks: {use: "mocks.map_over_list:warehouse", with: {stock: {bulb: 4, lamp: 0}}}
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asl_engine as asl

PICKING = timedelta(seconds=10)


class Warehouse:
    def __init__(self, stock: dict[str, int]) -> None:
        self.stock = dict(stock)
        self.reserved: list[dict[str, Any]] = []

    def invoke(self, call: asl.TaskCall) -> Any:
        """Both functions, told apart by their ARN."""
        function = call.arguments["FunctionName"].rpartition(":")[2]
        return {"reserve": self.reserve, "undo": self.undo}[function](call.arguments["Payload"])

    def reserve(self, line: dict[str, Any]) -> asl.Outcome:
        if line["article"] not in self.stock:
            raise asl.TaskFailure("NoSuchArticle", f"{line['article']} is not in the catalogue")
        if self.stock[line["article"]] < line["count"]:
            raise asl.TaskFailure("OutOfStock", f"{self.stock[line['article']]} left")
        self.stock[line["article"]] -= line["count"]
        self.reserved.append(line)
        return asl.Succeeded({"Payload": {"shelf": f"{line['article'][0].upper()}-{line['number']}"}}, after=PICKING)

    def undo(self, event: dict[str, Any]) -> dict[str, Any]:
        """Returns how many lines of the order were reserved."""
        mine = [line for line in self.reserved if line["order"] == event["order"]]
        for line in mine:
            self.stock[line["article"]] += line["count"]
            self.reserved.remove(line)
        return {"Payload": {"undone": len(mine)}}


def warehouse(stock: dict[str, int]) -> asl.Mocks:
    found = asl.Mocks()
    found.resource("arn:aws:states:::lambda:invoke").served_by(Warehouse(stock))
    found.resource("arn:aws:states:::sqs:sendMessage").always({"MessageId": "m-1"})
    return found


def mocks() -> asl.Mocks:
    """Enough of everything, but for bulbs: the second line with bulbs finds too few left."""
    return warehouse({"bulb": 4, "lamp": 9, "cable": 9})
