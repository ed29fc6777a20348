"""One execution's books: its records, names, quotas and draws. Frames write here; nothing here decides anything."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from asl_engine.chance import Chance
from asl_engine.errors import LimitExceeded
from asl_engine.history.execution import Execution
from asl_engine.history.history import History, Record
from asl_engine.interpreter.limits import Limits
from asl_engine.interpreter.sizes import Sizes
from asl_engine.values import Json

ACCOUNT = "123456789012"
REGION = "us-east-1"


class Journal:
    __slots__ = (
        "ceiling",
        "chance",
        "children",
        "context_overrides",
        "execution_context",
        "limits",
        "machine_context",
        "payload_bytes",
        "records",
        "region",
        "sizes",
        "type",
        "variables",
    )

    def __init__(self, *, type: str, limits: Limits, chance: Chance, variables: Mapping[str, Json] | None = None) -> None:
        self.records: list[Record] = []
        self.type = type
        self.limits = limits
        self.payload_bytes = limits.payload_bytes
        self.ceiling = limits.ceiling(type)
        self.sizes = Sizes()
        self.chance = chance
        self.variables: Mapping[str, Json] = variables if variables is not None else {}
        self.execution_context: dict[str, Json] = {}
        self.machine_context: dict[str, Json] = {}
        self.context_overrides: dict[str, Json] = {}
        self.region = REGION
        self.children: dict[str, list[Execution]] = {}
        """Child executions of Distributed Maps, by Map Run ARN."""

    def overflow(self) -> None:
        """Called when the record at the ceiling was written: it becomes ExecutionFailed, or our own limit is reached."""
        from asl_engine.interpreter.frame import Settled

        self.records.pop()
        if self.limits.records is not None and self.ceiling >= self.limits.records:
            raise LimitExceeded(f"the execution reached {self.ceiling} events; Limits(records=…) allows more")
        ceiling, self.ceiling = self.ceiling, sys.maxsize
        raise Settled("States.Runtime", f"The execution reached the maximum number of history events ({ceiling}).")

    def history(self) -> History:
        return History(
            self.records,
            execution_arn=str(self.execution_context["Id"]),
            execution_name=str(self.execution_context["Name"]),
            state_machine_arn=str(self.machine_context["Id"]),
            type=self.type,
        )
