"""One execution's books: its records, names, quotas and draws. Frames write here; nothing here decides anything."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from asl_engine.chance import Chance
from asl_engine.errors import LimitExceeded
from asl_engine.history.execution import Execution
from asl_engine.history.history import History, Record
from asl_engine.interpreter.identity import Identity
from asl_engine.interpreter.limits import Limits
from asl_engine.interpreter.sizes import Sizes
from asl_engine.values import Json


class Journal:
    __slots__ = (
        "_cut",
        "ceiling",
        "chance",
        "children",
        "ended_records",
        "identity",
        "limits",
        "payload_bytes",
        "records",
        "sizes",
        "type",
        "variables",
    )

    def __init__(self, *, identity: Identity, limits: Limits, chance: Chance, variables: Mapping[str, Json] | None = None) -> None:
        self.records: list[Record] = []
        self.identity = identity
        self.type = identity.type
        self.limits = limits
        self.payload_bytes = limits.payload_bytes if limits.payload_bytes is not None else sys.maxsize
        self.ceiling = limits.ceiling(identity.type)
        self.sizes = Sizes()
        self.chance = chance
        self.variables: Mapping[str, Json] = variables if variables is not None else {}
        self.children: dict[str, list[Execution]] = {}
        """Child executions of Distributed Maps, by Map Run ARN."""
        self.ended_records = 0
        """Events of the child executions that ended, theirs included."""
        self._cut = 0

    def overflow(self) -> None:
        """Called when the record at the ceiling was written: it becomes ExecutionFailed, or our own limit is reached.

        Until the execution ends, every further record fails likewise: a sibling that never waits would else go on for ever.
        """
        from asl_engine.interpreter.frame import Settled

        self._cut = self.records.pop()[1]
        if self.limits.records is not None and self.ceiling >= self.limits.records:
            raise LimitExceeded(f"the execution reached {self.ceiling} events; Limits(records=…) allows more")
        raise Settled("States.Runtime", f"The execution reached the maximum number of history events ({self.ceiling}).")

    def close_child(self, above: Journal) -> None:
        """Counts a child execution that ended to the events of the whole. Each is held to its own quota; only we add them up."""
        above.ended_records += len(self.records) + self.ended_records
        most = self.limits.records
        if most is not None and above.ended_records > most:
            raise LimitExceeded(f"child executions reached {above.ended_records} events; Limits(records=…) allows more")

    def predecessor(self, id: int) -> int:
        """The event to follow: `id`, unless that event is the one that did not fit."""
        return id if id <= len(self.records) else self._cut

    def history(self) -> History:
        return History(self.records, self.identity)
