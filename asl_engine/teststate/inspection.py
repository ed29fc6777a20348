"""`inspectionData`: what a state's data was at each stage it reached, member by member, as AWS prints it.

Source: API reference, "InspectionData"; developer guide, "Understanding Map state inspection data"; spelling as recorded:
what was handed on untouched keeps its text, what was computed is compact, a Map's lists are joined with ", ".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asl_engine.values import Json, json_text


class Inspection:
    """The members recorded so far. `data` is the response's `inspectionData`."""

    __slots__ = ("_kept", "data")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self._kept: list[tuple[Json, str]] = []

    def keep(self, value: Json, text: str) -> None:
        """Remembers the text a value was given as."""
        if isinstance(value, (dict, list)):
            self._kept.append((value, text))

    def text(self, value: Json) -> str:
        return next((text for kept, text in self._kept if kept is value), None) or json_text(value)

    def show(self, member: str, value: Json) -> None:
        self.data[member] = self.text(value)

    def show_list(self, member: str, values: Iterable[Json]) -> None:
        self.data[member] = f"[{', '.join(map(json_text, values))}]"

    def show_batches(self, batches: Iterable[Json]) -> None:
        """Each batch's Items are printed as JSON texts."""
        self.show_list("afterItemBatcher", map(_with_texts, batches))

    def show_number(self, member: str, number: float) -> None:
        self.data[member] = number


def _with_texts(batch: Json) -> Json:
    if not isinstance(batch, dict) or not isinstance(items := batch.get("Items"), list):
        return batch
    return {**batch, "Items": [json_text(item) for item in items]}
