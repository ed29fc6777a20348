"""One event of an execution, as a reader sees it.

Running executions keep compact records (`history.py`); an `Event` is made when somebody looks. Types and details
are those of GetExecutionHistory; what AWS does not tell but every view needs stands in `told`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from asl_engine.values import Json


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    """1, 2, 3 … in the order recorded."""
    previous: int
    """previousEventId: the causal predecessor, 0 for none."""
    type: str
    """"TaskStateEntered", "TaskScheduled", … as in AWS's enum."""
    at: datetime
    """The execution's clock, aware UTC."""
    branch: str
    """The container the event belongs to: "" for the top, "Fan[0]" for a branch or iteration, "Fan[0]/Inner[2]" …"""
    details: Mapping[str, Json] = field(default_factory=dict)
    """The members of AWS's one …EventDetails object, with values where AWS has JSON text: `input`, `output`, `parameters`, `assignedVariables`."""
    told: Mapping[str, Json] = field(default_factory=dict)
    """What AWS does not record: `rule` (pointer of the Choice rule or Default taken) and `catcher` (pointer) on StateExited;
    `retrier` (pointer), `attempt` (1 for the first retry) and `delay` (seconds) on the …Scheduled or …Started event of a retry."""

    @property
    def state(self) -> str | None:
        """The state's name, where the event names one."""
        name = self.details.get("name", self.details.get("state"))
        return name if isinstance(name, str) else None
