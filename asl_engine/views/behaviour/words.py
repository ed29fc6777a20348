"""The words a divergence is told in: resources, lengths of time, ends of executions. Short, in the language's terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from asl_engine.values import Json, Missing, Pointer, json_text
from asl_engine.views.behaviour import Told
from asl_engine.views.behaviour.values import MOST_COUNTED
from asl_engine.views.comparing import Divergence as ValueDivergence
from asl_engine.views.visits import Attempt, Visit

LONGEST_CAUSE = 160
LONGEST_VALUE = 80
HISTORY_FULL = "The execution reached the maximum number of history events"
_WHERE = re.compile(r"An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. ", re.DOTALL)
_ABSENT = re.compile(
    r"(?:The function '.*?' had the following error: )?The JSONPath (?:argument for the field )?'(.+?)'"
    r"(?: specified for the field '[^']+')? could not be found in the input '.*'",
    re.DOTALL | re.IGNORECASE,
)
"""AWS's causes for a path that finds nothing, which end in the whole input."""
_INTEGRATION = re.compile(r"arn:aws[a-z-]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[A-Za-z0-9-]+:[A-Za-z0-9]+(?:\.sync:2|\.sync|\.waitForTaskToken)?)$")


def resource_text(attempt: Attempt) -> str:
    """ "dynamodb:putItem", "function charge", "activity pack"."""
    arn = attempt.resource
    found = _INTEGRATION.match(arn)
    if found is None or found[1].startswith("activity:"):
        kind, named = next(((kind, arn.rpartition(f":{kind}:")[2]) for kind in ("function", "activity") if f":{kind}:" in arn), ("", arn))
        return f"{kind} {named}".strip()
    arguments = attempt.arguments
    if found[1].startswith("lambda:invoke") and isinstance(arguments, dict) and isinstance(function := arguments.get("FunctionName"), str):
        return f"function {function.rpartition(':function:')[2]}" + found[1].removeprefix("lambda:invoke")
    return found[1]


def failure_text(error: str | None, cause: str | None) -> str:
    """ "Card.Declined: no funds"."""
    return ": ".join(part for part in (error, cause_text(cause)) if part) or "no error"


def fails_with(error: str | None, cause: str | None) -> str:
    """ "Card.Declined (no funds)", inside a sentence."""
    why = cause_text(cause)
    return (error or "no error") + (f" ({why})" if why else "")


def cause_text(cause: str | None) -> str:
    """What AWS puts in front to say where it was is left out, and the input a path found nothing in: both are told elsewhere."""
    text = "" if cause is None else _ABSENT.sub(r"\1 is not there", _WHERE.sub("", cause)).strip()
    return text if len(text) <= LONGEST_CAUSE else f"{text[: LONGEST_CAUSE - 1]}…"


def end_text(told: Told) -> str:
    """ "SUCCEEDED", "FAILED (Card.Declined: no funds)"."""
    if told.status == "RUNNING":
        return "unfinished"
    return told.status if told.status in ("SUCCEEDED", "TIMED_OUT") else f"{told.status} ({failure_text(told.error, told.cause)})"


def span(length: timedelta) -> str:
    """ "3 m 2 s", "1 d 2 h", "250 ms"."""
    total = length // timedelta(microseconds=1)
    parts = []
    for unit, size in (("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)):
        count, total = divmod(total, size)
        if count:
            parts.append(f"{count} {unit}")
    if total:
        parts.append(f"{total / 1000:g} ms")
    return " ".join(parts) or "0 s"


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def delays_text(delays: Sequence[float]) -> str:
    return ", ".join(span(timedelta(seconds=delay)) for delay in delays)


def named(visit: Visit, count: int) -> str:
    """The state, with the number of the visit in a loop."""
    return visit.name if count <= 1 else f"{visit.name} (visit {count})"


def changes_text(found: Sequence[ValueDivergence]) -> str:
    """The first, and how many more there are."""
    more = f", and {'at least ' if len(found) == MOST_COUNTED else ''}{len(found) - 1} more" if len(found) > 1 else ""
    return change_text(found[0].pointer, found[0].expected, found[0].actual) + more


def change_text(pointer: Pointer, old: Json | Missing, new: Json | Missing) -> str:
    """ "Item.status.S "OPEN" → "DONE"", or what is new or gone there."""
    where = ".".join(pointer.tokens)
    at = f"{where} " if where else ""
    if isinstance(old, Missing):
        return f"{at}{short(new)} is new"
    return f"{at}{short(old)} is gone" if isinstance(new, Missing) else f"{at}{short(old)} → {short(new)}"


def short(value: Json | Missing) -> str:
    text = "nothing" if isinstance(value, Missing) else text_of(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def text_of(value: Json) -> str:
    try:
        return json_text(value)
    except RecursionError:
        return "a value that is nested too deeply to print"


def history_is_full(told: Told) -> bool:
    """AWS's end of what polls for ever, or of what was given too few events."""
    return told.status == "FAILED" and told.error == "States.Runtime" and (told.cause or "").startswith(HISTORY_FULL)
