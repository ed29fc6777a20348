"""An execution as a tree of text: states with virtual times, retries, catches, branches; loops folded.

Pure: `tree(execution)` is a function of the execution's history, status and output. Colour is the caller's: `paint`
gets a role and a text and returns what is printed. Lengths are of the plain text, so that columns stand either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import History
from asl_engine.values import json_text
from asl_engine.views.visits import Attempt, Visit, visits_of

Paint: TypeAlias = Callable[[str, str], str]
"""(role, text) -> text. Roles: time, name, loop, detail, good, bad, warn, label."""

LONGEST_LOOP = 8
MOST_BRANCHES = 20
MOST_LINES = 400
WIDTH = 160
LOOP = "loop"
_INDENT = "  "


def plain(role: str, text: str) -> str:
    return text


class _Line(NamedTuple):
    at: timedelta | None
    depth: int
    text: str
    role: str = "name"
    detail: str = ""


def tree(execution: Execution, *, took: timedelta | None = None, paint: Paint = plain) -> str:
    """The execution for a terminal, without a final line break. `took` is the wall's time, which no history knows."""
    return "\n".join([*tree_lines(execution.history, paint), "", *_ending(execution, took, paint)])


def tree_lines(history: History, paint: Paint = plain) -> list[str]:
    """The states alone, one line each, without how it ended."""
    lines = list(_shown(visits_of(history), 0))
    if len(lines) > MOST_LINES:
        left_out = len(lines) - MOST_LINES
        half = MOST_LINES // 2
        lines = [*lines[:half], _Line(None, 0, f"… {left_out} lines left out …", "detail"), *lines[-half:]]
    times = ["" if line.at is None else f"+{clock_text(line.at)}" for line in lines]
    column = max((len(time) for time in times), default=0)
    # Folded loops are long: they may reach beyond the column rather than move it for everybody.
    widest = max((len(line.text) + 2 * line.depth for line in lines if line.detail and line.role != LOOP), default=0)
    return [_printed(line, time, column, widest, paint) for line, time in zip(lines, times, strict=True)]


def _printed(line: _Line, time: str, column: int, widest: int, paint: Paint) -> str:
    head = f"  {paint('time', time.rjust(column))}  {_INDENT * line.depth}{paint(line.role, one_line(line.text))}"
    if not line.detail:
        return head.rstrip()
    return head + " " * max(2, widest - len(line.text) - 2 * line.depth + 2) + paint("detail", one_line(line.detail))


def _ending(execution: Execution, took: timedelta | None, paint: Paint) -> Iterator[str]:
    status = str(execution.status)
    wall = f"  ({took / timedelta(milliseconds=1):.0f} ms on this machine)" if took is not None else ""
    yield f"{paint('good' if execution.status is Status.SUCCEEDED else 'bad', status)} after {clock_text(execution.elapsed)}{paint('detail', wall)}"
    if execution.status is Status.SUCCEEDED:
        yield f"{paint('label', 'output')}  {_clipped(one_line(json_text(execution.output)))}"
        return
    if execution.error is not None:
        yield f"{paint('label', 'error')}   {one_line(execution.error)}"
    if execution.cause is not None:
        yield f"{paint('label', 'cause')}   {_clipped(one_line(execution.cause))}"


# ---------------------------------------------------------------- the tree


def _shown(visits: Sequence[Visit], depth: int) -> Iterator[_Line]:
    index = 0
    keys = [_key(visit) for visit in visits]
    while index < len(visits):
        length, times = _loop(keys, index)
        if times > 1:
            yield _folded(visits, index, length, times, depth)
        else:
            following = visits[index + 1].name if index + 1 < len(visits) else None
            yield from _visit(visits[index], following, depth)
        index += length * times


def _loop(keys: Sequence[object], start: int) -> tuple[int, int]:
    """(length, times) of the loop that begins here: the one that covers most, the shortest of those; (1, 1) for none."""
    best = (1, 1)
    for length in range(1, LONGEST_LOOP + 1):
        body = keys[start : start + length]
        times = 1
        while keys[start + times * length : start + (times + 1) * length] == body and len(body) == length:
            times += 1
        if times > 1 and length * times > max(best[0] * best[1], 2):
            best = (length, times)
    return best


def _key(visit: Visit) -> tuple[object, ...]:
    """What two visits must share to be shown as one; retried, caught or branching ones are never folded."""
    if visit.branches or visit.left is None or visit.catcher or any(attempt.retry or attempt.failed for attempt in visit.attempts):
        return ("alone", id(visit))
    return (visit.name, visit.type, visit.rule)


def _folded(visits: Sequence[Visit], start: int, length: int, times: int, depth: int) -> _Line:
    rounds = [visits[start + index * length].entered for index in range(times)]
    gaps = {later - earlier for earlier, later in pairwise(rounds)}
    names = " → ".join(visit.name for visit in visits[start : start + length])
    every = f"every {clock_text(next(iter(gaps)))}" if len(gaps) == 1 and next(iter(gaps)) else ""
    return _Line(rounds[0], depth, f"{names}  ×{times}", LOOP, every)


def _visit(visit: Visit, following: str | None, depth: int) -> Iterator[_Line]:
    yield _Line(visit.entered, depth, visit.name, detail=_detail(visit, following))
    if visit.type in ("Parallel", "Map"):
        yield from _branches(visit, depth + 1)
    for attempt, next_attempt in zip(visit.attempts, [*visit.attempts[1:], None], strict=False):
        if next_attempt is not None:
            yield _Line(next_attempt.at, depth + 1, _retry(attempt, next_attempt), "warn")
        elif attempt.failed and visit.catcher is None:
            yield _Line(None, depth + 1, f"failed: {_failure(attempt.error, attempt.cause)}", "bad")
    if visit.catcher is not None:
        error, cause = visit.failure or (None, None)
        goes_to = f" → {following}" if following else ""
        which = visit.catcher.rpartition("/")[2]
        yield _Line(visit.left, depth + 1, f"caught by Catch {which}{goes_to}: {_failure(error, cause)}", "warn")


def _detail(visit: Visit, following: str | None) -> str:
    match visit.type:
        case "Choice" if visit.rule is not None:
            rule = "Default" if visit.rule.endswith("/Default") else f"Choices {visit.rule.rpartition('/')[2]}"
            return f"{rule} → {following}" if following else rule
        case "Wait" if visit.left is not None:
            return f"waits {clock_text(visit.left - visit.entered)}"
        case "Map" if visit.length is not None:
            return f"Map of {visit.length}"
        case "Task":
            took = visit.left - visit.entered if visit.left is not None and len(visit.attempts) < 2 else timedelta(0)
            return _short_resource(visit.resource) + (f", took {clock_text(took)}" if took else "")
        case kind:
            return kind


def _short_resource(resource: str | None) -> str:
    if resource is None:
        return "Task"
    if resource.startswith("arn:") and ":function:" in resource:
        return "function " + resource.partition(":function:")[2]
    if resource.startswith("arn:") and ":activity:" in resource:
        return "activity " + resource.partition(":activity:")[2]
    return resource


def _branches(visit: Visit, depth: int) -> Iterator[_Line]:
    word = "branch" if visit.type == "Parallel" else "item"
    groups: list[tuple[list[int], list[Visit]]] = []
    for index in sorted(visit.branches):
        inner = visit.branches[index]
        if visit.type == "Map" and groups and _shape(groups[-1][1]) == _shape(inner):
            groups[-1][0].append(index)
        else:
            groups.append(([index], inner))
    for members, inner in groups[:MOST_BRANCHES]:
        title = f"{word} {members[0]}" if len(members) == 1 else f"items {_ranges(members)}  ×{len(members)}"
        yield _Line(inner[0].entered, depth, title, "label")
        yield from _shown(inner, depth + 1)
    if len(groups) > MOST_BRANCHES:
        yield _Line(None, depth, f"… and {len(groups) - MOST_BRANCHES} more that differ", "detail")


def _shape(visits: Sequence[Visit]) -> tuple[object, ...]:
    """What iterations must share to be shown once: everything but their times and texts of causes."""
    return tuple(
        (visit.name, visit.rule, visit.catcher, visit.left is None, tuple((attempt.retry, attempt.error) for attempt in visit.attempts), _inner(visit))
        for visit in visits
    )


def _inner(visit: Visit) -> tuple[object, ...]:
    return tuple((index, _shape(inner)) for index, inner in sorted(visit.branches.items()))


def _ranges(members: Sequence[int]) -> str:
    return f"{members[0]}–{members[-1]}"


# ---------------------------------------------------------------- words


def _retry(failed: Attempt, attempt: Attempt) -> str:
    return f"retry {attempt.retry} after {clock_text(timedelta(seconds=attempt.delay))}: {_failure(failed.error, failed.cause)}"


def _failure(error: str | None, cause: str | None) -> str:
    text = " — ".join(part for part in (error, cause) if part)
    return _clipped(one_line(text), 100) or "(no error given)"


def one_line(text: str) -> str:
    """Control characters would move the cursor; they are shown as escapes."""
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode() for character in text)


def _clipped(text: str, most: int = WIDTH * 4) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def clock_text(length: timedelta) -> str:
    """ "3s", "1m00s", "2h05m00s", "3d04h00m00s"; milliseconds where there are any: "0.250s"."""
    total = length // timedelta(milliseconds=1)
    seconds, millis = divmod(total, 1000)
    fraction = f".{millis:03d}" if millis else ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d{hours:02d}h{minutes:02d}m{seconds:02d}{fraction}s"
    if hours:
        return f"{hours}h{minutes:02d}m{seconds:02d}{fraction}s"
    return f"{minutes}m{seconds:02d}{fraction}s" if minutes else f"{seconds}{fraction}s"
