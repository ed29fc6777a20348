"""A recorded execution as a scenario: its input, what each task answered and when, and how it ended.

What stands under `mocks` is what `Recorded` reads: by state path, visit and attempt. The scenario needs no history any
more and can be edited; that is the difference to `asl replay`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from asl_engine.errors import InputError
from asl_engine.harness.recordings import Recording, recording_of, without_children
from asl_engine.harness.replay import Kind, replay
from asl_engine.history.execution import Execution, Status
from asl_engine.program import Program
from asl_engine.scenario_files.rewriting import block_text, flow_text
from asl_engine.tasks.mock_files import RESOURCE
from asl_engine.tasks.recorded import Recorded, RecordedAttempt
from asl_engine.tasks.runtime import Failed, Polled, Succeeded, Unanswered
from asl_engine.values import Json, Missing, same_json

MOST_HEARTBEATS = 200
"""A worker that reported every minute for a week would fill pages."""


def scenario_file(definition: str, recordings: Sequence[tuple[str, Recording]], program: Program | None = None) -> str:
    """The text of a scenario file with one scenario for each recording, by name.

    With the program each recording is replayed on it: what it cannot reproduce is told in a comment, and an output
    that is made up anew each time is not expected. Raises `InputError` for recordings that lack something.
    """
    lines = [f"definition: {flow_text(definition)}", "scenarios:"]
    for name, recording in recordings:
        lines += ["", *_scenario(name, recording, program)]
    return "\n".join(lines) + "\n"


def _scenario(name: str, recording: Recording, program: Program | None) -> list[str]:
    reading, recorded = recording_of(recording, program)
    reasons = [*reading.reasons, *([] if isinstance(recording, Execution) else without_children(recorded).values())]
    if reasons:
        raise InputError("\n".join(f"{name}: cannot be recorded: {reason}" for reason in reasons))
    told: dict[str, Json] = {"input": recorded.history[0].details.get("input"), "clock": {"start": recorded.history.started_at.isoformat()}}
    if reading.identified and recorded.name:
        told["execution_name"] = recorded.name
    mocks, comments = _mocks(Recorded(recorded))
    told["mocks"] = mocks
    told["expect"] = _expected(recorded)
    if program is not None:
        comments += _checked(program, recording, recorded, told["expect"])
    lines = [f"  # {comment}" for comment in comments] + [f"  - name: {flow_text(name)}"]
    return [*lines, *(_member(key, value) for key, value in told.items())]


def _member(key: str, value: Json) -> str:
    if key in ("mocks", "expect") and value:
        return f"    {key}:\n{block_text(value, 6)}"
    return block_text({key: value}, 4)


def _mocks(recorded: Recorded) -> tuple[Json, list[str]]:
    """What stands under `mocks`, and what could not be said."""
    mocks: dict[str, Json] = {}
    comments: list[str] = []
    for path, attempts in groupby(sorted(recorded.attempts, key=lambda attempt: attempt.path), key=lambda attempt: attempt.path):
        visits: list[Json] = [
            _answers(list(of), comments) for _, of in groupby(sorted(attempts, key=lambda one: (one.visit, one.attempt)), key=lambda one: one.visit)
        ]
        if path.startswith(("arn:", RESOURCE)):
            comments.append(f"the answers of {path} are missing: mocks take its name for a resource's")
            continue
        mocks[path] = visits[0] if len(visits) == 1 else {"visits": visits}
    return mocks, comments


def _answers(attempts: list[RecordedAttempt], comments: list[str]) -> Json:
    """Of one visit; equal ones in a row are said once."""
    said = [_answer(attempt, comments) for attempt in attempts]
    found: list[Json] = []
    for answer, of in groupby(said):
        count = len(list(of))
        found.append({**answer, "times": count} if count > 1 else answer)
    return found[0] if len(found) == 1 else found


def _answer(attempt: RecordedAttempt, comments: list[str]) -> dict[str, Json]:
    outcome = attempt.outcome(None, attempt.heartbeat)
    said: dict[str, Json] = {}
    match outcome:
        case Succeeded():
            said["return"] = outcome.output
        case Failed():
            said["throw"] = {name: text for name, text in (("error", outcome.error), ("cause", outcome.cause)) if text is not None}
        case Unanswered():
            said["never"] = True
    if not isinstance(outcome, Unanswered) and outcome.after:
        said["after"] = _seconds(outcome.after)
    if outcome.polled is not None and (said_polled := _polled(outcome.polled)):
        said["polled"] = said_polled
    if not isinstance(outcome.submitted, Missing):
        said["submitted"] = outcome.submitted
    if len(outcome.heartbeats) > MOST_HEARTBEATS:
        comments.append(f"{len(outcome.heartbeats)} heartbeats of {attempt.path} are left out")
    elif outcome.heartbeats:
        said["heartbeats"] = [_seconds(beat) for beat in sorted(outcome.heartbeats)]
    return said


def _polled(polled: Polled) -> Json:
    """Nothing for a task that was taken at once by nobody in particular."""
    if polled.after is None:
        return "never"
    if polled.worker is None:
        return _seconds(polled.after) if polled.after else None
    return {"after": _seconds(polled.after), "worker": polled.worker}


def _seconds(length: timedelta) -> Json:
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _expected(recorded: Execution) -> dict[str, Json]:
    found: dict[str, Json] = {"status": recorded.status.value, "path": [*recorded.path]}
    if recorded.status is Status.SUCCEEDED:
        found["output_exact"] = recorded.output
    if recorded.error is not None:
        found["error"] = recorded.error
    return found


def _checked(program: Program, recording: Recording, recorded: Execution, expected: Json) -> list[str]:
    """Comments on what the definition makes of it; takes out the output that no run has twice."""
    verdict = replay(program, recording)
    if verdict.kind is not Kind.IDENTICAL:
        return [f"the definition does not do what was recorded: {verdict.explanation().partition(': ')[2].splitlines()[0]}; see asl replay"]
    replayed = verdict.execution
    if replayed is not None and isinstance(expected, dict) and "output_exact" in expected and not same_json(replayed.output, recorded.output):
        del expected["output_exact"]
        return ["the output is left out: part of it is made up anew each time"]
    return []
