"""Replaying recorded executions on a definition: does it still do what it did?

    verdict = asl.replay(asl.load("order.asl.json"), "history.json")
    verdict.kind            # "identical", "same outcome", "diverges", "unrecorded", "impossible"
    verdict.explanation()   # several lines for people

The recording answers the tasks, by state path, visit and attempt, and after the time they took; the definition
decides all else. Then both histories are held beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from asl_engine.analysis.graph import containers
from asl_engine.analysis.structure import structure_of
from asl_engine.errors import AslError, ExecutionStalled, UnmockedTask
from asl_engine.harness.recordings import Recording, recording_of, without_children
from asl_engine.harness.renamed_recordings import with_names
from asl_engine.history.aws_reading import Reading
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import History
from asl_engine.interpreter import start
from asl_engine.interpreter.clock import VirtualClock
from asl_engine.interpreter.identity import REGION
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.tasks.answers import Declined
from asl_engine.tasks.compose import FirstOf
from asl_engine.tasks.recorded import NEVER_RECORDED, Recorded
from asl_engine.tasks.runtime import Tasks
from asl_engine.values import Json, Pointer, json_text
from asl_engine.views.alignment import Difference, calls, differences
from asl_engine.views.blame import blamed, value_at
from asl_engine.views.comparing import ROOT
from asl_engine.views.matching import Matching

LATENCY = timedelta(seconds=2)
"""How much longer than on a virtual clock AWS may take for a step."""
_MACHINE = "ReplayedMachine"
_TOO_LONG = "it waits longer than was recorded for a job nobody had accepted when the recorded execution ended"


class Kind(StrEnum):
    """What a replay showed. The first two are fine."""

    IDENTICAL = "identical"
    SAME_OUTCOME = "same outcome"
    """By another path or in another time, but with the same calls and the same end."""
    DIVERGES = "diverges"
    UNRECORDED = "unrecorded"
    """It asks for a task the recording never answered."""
    IMPOSSIBLE = "impossible"
    """The recording cannot be replayed."""


@dataclass(frozen=True, slots=True)
class ReplayVerdict:
    """One recording, replayed."""

    kind: Kind
    name: str
    """The file, or the execution's name."""
    recorded: History | None = None
    """None if it could not be read."""
    execution: Execution | None = None
    """The replay, as far as it came."""
    difference: Difference | None = None
    """The first one."""
    further: int = 0
    """Containers (the machine, branches, iterations) that differ besides the first."""
    reasons: tuple[str, ...] = ()
    """Why it cannot be replayed, or what it asked for."""
    pointer: Pointer = ROOT
    """The place in the definition behind the difference."""
    location: str | None = None
    """file:line:column of it."""

    @property
    def passed(self) -> bool:
        return self.kind in (Kind.IDENTICAL, Kind.SAME_OUTCOME)

    def explanation(self) -> str:
        """Several lines: what differs first, what was recorded beside what happens now, the line behind it."""
        from asl_engine.render.replay import explanation

        return explanation(self)


def replay(
    program: Program,
    history: Recording,
    *,
    was: Program | None = None,
    tasks: Tasks = None,
    seed: int | None = None,
    name: str | None = None,
    limits: Limits | None = None,
) -> ReplayVerdict:
    """Runs the program against what one recorded execution was given and answered, and compares.

    `was` is the definition the execution was of: states that have another name in the program get what was recorded for
    the ones they were, and that they are called otherwise is no difference.
    `tasks` is asked for what the recording does not answer (reading S3 leaves no events). Raises `HistoryError` for what
    is no history and `AslError` for mistakes of the caller, never for what the recording lacks: that is in the verdict.
    """
    reading, recorded = recording_of(history, was or program)
    if was is not None:
        recorded = with_names(recorded, structure_of(was.source.value, program.source.value).renamed)
    named = name or (str(history) if isinstance(history, (str, Path)) else recorded.history.execution_name)
    if reading.reasons:
        return ReplayVerdict(Kind.IMPOSSIBLE, named, recorded.history, reasons=reading.reasons)
    answers = Recorded(recorded)
    running = start(
        program,
        recorded.history[0].details.get("input"),
        tasks=answers if tasks is None else FirstOf(answers, tasks),
        clock=VirtualClock(recorded.history.started_at),
        seed=recorded.seed if seed is None else seed,
        name=recorded.history.execution_name or None,
        context=_context(reading),
        limits=limits or Limits(),
    )
    replayed, reason, kind = running.execution, None, None
    try:
        running.advance()
        if replayed.status is Status.RUNNING:
            raise running.stalled()
    except (UnmockedTask, ExecutionStalled) as unanswered:
        missing = _missing(unanswered, {} if isinstance(history, Execution) else without_children(recorded))
        unknown = [] if was is not None or missing else _unknown(program, recorded.history)
        reason, kind = "\n".join([*missing, str(unanswered), *unknown]), Kind.IMPOSSIBLE if missing else Kind.UNRECORDED
    except AslError as error:
        reason, kind = f"{error.code}: {error}", Kind.IMPOSSIBLE
    verdict = ReplayVerdict(kind or Kind.IDENTICAL, named, recorded.history, replayed, reasons=(reason,) if reason else ())
    return _compared(program, verdict, reading, recorded, answers)


def _unknown(program: Program, history: History) -> list[str]:
    """What was entered then and is no state now may be called otherwise."""
    names: set[str] = set()
    for owner, _ in containers(program.source.value):
        states = owner.get("States")
        names |= states.keys() if isinstance(states, dict) else set()
    gone = next((event.state for event in history if event.type.endswith("StateEntered") and event.state not in names), None)
    return [] if gone is None else [f'    there is no state "{gone}" any more: if it is called otherwise now, say what the definition was (--was OLD)']


def _missing(unanswered: AslError, elsewhere: Mapping[str, str]) -> list[str]:
    """Which histories of children would have had the answer: those of the Map Run the call was made in or for."""
    if not isinstance(unanswered, Declined):
        return []
    path = str(unanswered.call.state_path)
    return [reason for place, reason in elsewhere.items() if path == place or path.startswith(f"{place}[")]


def _compared(program: Program, verdict: ReplayVerdict, reading: Reading, recorded: Execution, answers: Recorded) -> ReplayVerdict:
    replayed = verdict.execution
    assert replayed is not None
    matching = _matching(reading, recorded, replayed, answers)
    slack = timedelta(0) if reading.exact_times else LATENCY
    found = _all_differences(recorded, replayed, matching, None if _has_jitter(program, replayed) else slack, partial=bool(verdict.reasons))
    if not found:
        return verdict
    first = found[0]
    pointer = blamed(program, first)
    verdict = replace(verdict, difference=first, further=len(found) - 1, pointer=pointer, location=program.source.locate(pointer))
    if verdict.reasons:
        return verdict
    if any(event.details.get("error") == NEVER_RECORDED for event in replayed.history):
        return replace(verdict, kind=Kind.UNRECORDED, reasons=(_TOO_LONG,))
    return replace(verdict, kind=Kind.SAME_OUTCOME if _same_outcome(recorded, replayed, matching) else Kind.DIVERGES)


def _all_differences(recorded: Execution, replayed: Execution, matching: Matching, slack: timedelta | None, *, partial: bool) -> list[Difference]:
    found = differences(recorded.history, replayed.history, matching, slack=slack, partial=partial)
    for theirs, ours in zip(recorded.children.values(), replayed.children.values(), strict=False):
        for left, right in zip(theirs, ours, strict=False):
            found += _all_differences(left, right, matching, slack, partial=partial)
    return found


def _same_outcome(recorded: Execution, replayed: Execution, matching: Matching) -> bool:
    """The same end, and the world was asked the same."""
    ends = [(execution.status.value, execution.error, execution.cause, execution.output) for execution in (replayed, recorded)]
    if matching.divergence(list(ends[0]), list(ends[1])) is not None:
        return False
    theirs, ours = (_asked(execution) for execution in (recorded, replayed))
    return matching.divergence(ours, theirs) is None


def _asked(execution: Execution) -> list[Json]:
    """Every call's resource and arguments, by container."""
    listed: list[Json] = [
        [branch, *({name: event.details.get(name) for name in ("resourceType", "resource", "input", "parameters")} for event in made)]
        for branch, made in sorted(calls(execution.history).items())
    ]
    return listed + [_asked(child) for run in execution.children.values() for child in run]


# ---------------------------------------------------------------- what corresponds


def _matching(reading: Reading, recorded: Execution, replayed: Execution, answers: Recorded) -> Matching:
    names: tuple[str, ...] = ()
    if not reading.identified:
        names = tuple(name for name in (replayed.arn, replayed.name, replayed.history.state_machine_arn, _MACHINE) if name)
    given = [json_text(recorded.history[0].details.get("input"))]
    given += [json_text(attempt.output) for attempt in answers.attempts]
    slack = timedelta(0) if reading.exact_times else LATENCY + recorded.history.elapsed / 20
    return Matching(dict(answers.tokens), names, "\n".join(given), slack)


def _context(reading: Reading) -> Mapping[str, Any]:
    """Who the execution was, as far as the recording says; the rest is made up and may stand for anything."""
    history = reading.history
    role = history[0].details.get("roleArn")
    machine = history.state_machine_arn
    account = role.split(":")[4] if isinstance(role, str) and role.count(":") >= 5 else None
    regions = [str(event.details["region"]) for event in history if "region" in event.details]
    execution: dict[str, Json] = {"RoleArn": role} if isinstance(role, str) else {}
    if history.execution_arn:
        execution |= {"Id": history.execution_arn, "Name": history.execution_name}
    if machine.count(":") < 6:
        machine = f"arn:aws:states:{regions[0] if regions else REGION}:{account or '123456789012'}:stateMachine:{_MACHINE}"
    return {"StateMachine": {"Id": machine, "Name": machine.rpartition(":")[2]}, "Execution": execution}


def _has_jitter(program: Program, execution: Execution) -> bool:
    """Whether a delay was drawn: then it was drawn otherwise when the execution was recorded."""
    told = [event.told.get("retrier") for event in execution.history]
    retriers = [value_at(program, Pointer(pointer)) for pointer in told if isinstance(pointer, str)]
    return any(isinstance(retrier, dict) and retrier.get("JitterStrategy") == "FULL" for retrier in retriers)
