"""Which states were entered from which, at every depth: what `A -> B` means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asl_engine.views.visits import Visit

ARROW = "->"
START = "start"
"""Where the first state of the machine, a branch or an iteration is entered from."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step. `source` is None for the first state of the machine, a branch or an iteration."""

    source: str | None
    target: str
    container: str
    id: int
    """Of the event with which the target was entered."""

    def __str__(self) -> str:
        return f"{self.source or START} {ARROW} {self.target}"


def transitions(visits: Sequence[Visit]) -> list[Transition]:
    """One for every state that was entered, in order; `visits` as `every_visit` gives them.

    AWS bills these and, beside them, every retry (Step Functions pricing, "State transitions").
    """
    last: dict[str, Visit] = {}
    found = []
    for visit in visits:
        before = last.get(visit.container)
        # A container that is entered again, by a loop or a retry of its Map, starts anew: its last visit led nowhere.
        source = before.name if before is not None and before.left_id == visit.previous else None
        found.append(Transition(source, visit.name, visit.container, visit.entered_id))
        last[visit.container] = visit
    return found


def means(written: str, transition: Transition) -> bool:
    """Whether "A -> B" names this transition; spaces around the arrow do not matter."""
    source, _, target = written.partition(ARROW)
    return (transition.source or START) == source.strip() and transition.target == target.strip()
