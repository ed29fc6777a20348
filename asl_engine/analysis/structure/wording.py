"""Words for what a definition says: values, expressions, lengths of time, errors.

Everything a `Change` shows of a definition is written here, so that a reader meets one notation: constants as JSON,
expressions as they are written, without the `{% %}` around a JSONata one.
"""

from __future__ import annotations

from collections.abc import Iterable

from asl_engine.values import Json, Missing, json_text

LONGEST = 90
"""Characters of a value in a sentence; the change carries the whole value beside it."""


AROUND = 24
"""Characters before a difference that two long values keep."""


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def contrast(before: str, after: str) -> str:
    """ "A → B"; of two long texts what they share at the start is left out, so that the difference is seen."""
    one, other = " ".join(before.split()), " ".join(after.split())
    if len(one) > LONGEST or len(other) > LONGEST:
        shared = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
        if shared > AROUND + 1:
            one, other = f"…{one[shared - AROUND :].lstrip()}", f"…{other[shared - AROUND :].lstrip()}"
    return f"{shortened(one)} → {shortened(other)}"


def written(value: Json | Missing) -> str:
    """A value as a sentence shows it."""
    return shortened(whole(value))


def whole(value: Json | Missing) -> str:
    if isinstance(value, Missing):
        return "nothing"
    return expression(value) if isinstance(value, str) and is_jsonata(value) else json_text(value)


def path(value: Json | Missing) -> str:
    """A field that holds a path, or null."""
    return shortened(value) if isinstance(value, str) else written(value)


def is_jsonata(value: Json | Missing) -> bool:
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def expression(text: str) -> str:
    return text[2:-2].strip() if is_jsonata(text) else text


def duration(seconds: float) -> str:
    """ "63 s", "5 min 3 s", "2 d 1 h": seconds alone up to two minutes, then the two largest units."""
    if seconds <= 120 or not seconds < 1e12:
        return f"{number(seconds)} s"
    rest, parts = round(seconds), []
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def number(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) and not value.is_integer() else str(int(value))


def seconds(value: Json | Missing) -> str:
    """A number of seconds in a field, or the expression that gives it."""
    if is_number(value) and isinstance(value, (int, float)):
        return duration(value)
    return shortened(expression(value)) if isinstance(value, str) else written(value)


def is_number(value: Json | Missing) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def listed(names: Iterable[str], most: int = 4) -> str:
    """ "A", "A and B", "A, B and C", "A, B, C, D and 3 more"."""
    found = list(names)
    if len(found) > most + 1:
        found = [*found[:most], f"{len(found) - most} more"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "none"


def plural(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def members_of(value: Json | Missing) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def elements_of(value: Json | Missing) -> list[Json]:
    return value if isinstance(value, list) else []


def text_of(value: Json | Missing) -> str | None:
    return value if isinstance(value, str) else None
