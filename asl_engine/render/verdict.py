"""Why a scenario failed, for people: the path, the first difference, what followed from it, how to play it again."""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import History
from asl_engine.render.text import Paint, plain, tree_lines
from asl_engine.views.verdict import Judgement, Mismatch

MOST_OTHERS = 8
MOST_PATH = 30


def explanation(judgement: Judgement, paint: Paint = plain) -> str:
    """Several lines without a final line break; for a scenario that passed, its warnings."""
    lines = [f"{paint('name', judgement.name)}  {paint('detail', judgement.location)}"]
    if judgement.execution is not None and not judgement.passed and not _is_mistake(judgement):
        lines += _path(judgement, paint)
    if judgement.fault is not None:
        lines += [f"  {paint('bad', line) if index == 0 else line}" for index, line in enumerate(judgement.fault.splitlines())]
    if judgement.mismatches:
        lines += _first(judgement, paint)
        lines += _others(judgement, paint)
    lines += [f"  {paint('warn', 'warning')}: {line}" for line in judgement.warnings]
    if not judgement.passed:
        lines.append(f"  {paint('label', 'reproduce')}: {judgement.reproduce}")
    return "\n".join(lines)


def _is_mistake(judgement: Judgement) -> bool:
    """Whether the scenario itself is wrong, so that what happened explains nothing."""
    return judgement.fault is not None and judgement.fault.startswith("ScenarioError")


def _path(judgement: Judgement, paint: Paint) -> Iterator[str]:
    """The tree up to the first difference; what came after it is counted."""
    execution = judgement.execution
    assert execution is not None
    shown, after = _until_first(execution, judgement.mismatches)
    lines = tree_lines(shown, paint)
    if len(lines) > MOST_PATH:
        lines = [*lines[: MOST_PATH // 3], paint("detail", f"    … {len(lines) - MOST_PATH} lines …"), *lines[-(2 * MOST_PATH // 3) :]]
    yield from lines
    if after:
        yield paint("detail", f"    … and {after} more {'state' if after == 1 else 'states'} entered after the first difference")


def _until_first(execution: Execution, mismatches: tuple[Mismatch, ...]) -> tuple[History, int]:
    history = execution.history
    if not mismatches or mismatches[0].at >= len(history):
        return history, 0
    at = mismatches[0].at
    later = sum(record[0].endswith("StateEntered") for record in history.records[at:])
    return History(history.records[:at], history.identity), later


def _first(judgement: Judgement, paint: Paint) -> Iterator[str]:
    first = judgement.mismatches[0]
    inside = f" at {first.pointer}" if first.pointer else ""
    place = f"  {judgement.places[0]}" if judgement.places else ""
    yield f"  {paint('bad', 'first difference')}: {first.what}{inside}{paint('detail', place)}"
    yield f"    expected  {paint('good', first.expected)}"
    yield f"    actual    {paint('bad', first.actual)}"


def _others(judgement: Judgement, paint: Paint) -> Iterator[str]:
    others = judgement.mismatches[1:]
    if not others:
        return
    word = "difference" if len(others) == 1 else "differences"
    yield f"  and {len(others)} more {word}, at the same place or later:"
    for other in others[:MOST_OTHERS]:
        yield f"    {other.what}{f' at {other.pointer}' if other.pointer else ''}: expected {_brief(other.expected)}, not {_brief(other.actual)}"
    if len(others) > MOST_OTHERS:
        yield paint("detail", f"    … and {len(others) - MOST_OTHERS} more")


def _brief(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def ended(execution: Execution) -> str:
    """ "SUCCEEDED", or the status with the error"""
    told = f" ({execution.error})" if execution.error else ""
    return f"{execution.status}{told}" if execution.status is not Status.RUNNING else "not ended"
