"""Reference Paths: paths that name one node, as closures that read it and closures that write it.

Spec, "Reference Paths": only `.name`, `['name']` and `[n]`. A path is here a tuple of steps, `("a", 0, "b")`; the text
was read elsewhere (`jsonpath.py`), and this module knows no other kind of path. Reading raises `NoMatch`, which says
lazily what is missing, since most misses are answers (`IsPresent`) and not errors. Writing copies the containers
along the path and shares everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from asl_engine.expressions import Evaluate, Scope
from asl_engine.failures import REFERENCE_PATH_CONFLICT, Failure
from asl_engine.values import MISSING, Json, json_text

Steps: TypeAlias = "tuple[str | int, ...]"
Insert: TypeAlias = Callable[[Json, Json], Json]
"""(raw input, result) -> the raw input with the result in its place."""


class NoMatch(Exception):
    """A path that names one node found none."""

    def __init__(self, text: str, steps: Steps = (), found: int = 0, value: Json = None) -> None:
        super().__init__(text)
        self.text = text
        """The path as written."""
        self._steps = steps
        self._found = found
        self._value = value

    @property
    def detail(self) -> str:
        """What AWS says is missing: `No results for path: $['X']`, `Missing property in path $['no']`."""
        last = self._found >= len(self._steps) - 1
        if self._steps and isinstance(self._steps[self._found], str) and not isinstance(self._value, dict):
            return f"Property {_fragment(self._steps[self._found])} not found in path {normalized(self._steps[: self._found])}"
        if not last and isinstance(self._steps[self._found], str):
            return f"Missing property in path {normalized(self._steps[: self._found + 1])}"
        return f"No results for path: {normalized(self._steps) if self._steps else self.text}"


class IndexOutOfRange(NoMatch):
    """The last step is an index beyond the array. A payload template makes null of it; every other field fails."""


class NotAnArray(NoMatch):
    """An index or a slice was applied to something else. AWS does not call this a missing path."""

    def __init__(self, text: str, selector: str, value: Json) -> None:
        super().__init__(text)
        self._selector = selector
        self._value = value

    @property
    def detail(self) -> str:
        return f"Filter: {self._selector} can only be applied to arrays. Current context is: {json_text(self._value)}"


def normalized(steps: Steps) -> str:
    """The path as AWS prints it in causes: `$['a'][0]`."""
    return "$" + "".join(map(_fragment, steps))


def _fragment(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else f"['{step}']"


def no_match(text: str, steps: Steps, value: Json) -> NoMatch:
    """What was missing when `steps` were followed from `value` in vain."""
    for found, step in enumerate(steps):
        if isinstance(step, int):
            if not isinstance(value, list):
                return NotAnArray(text, f"[{step}]", value)
            if not -len(value) <= step < len(value):
                kind = IndexOutOfRange if found == len(steps) - 1 else NoMatch
                return kind(text, steps, found, value)
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return NoMatch(text, steps, found, value)
    raise AssertionError(f"{text} matches")


def follow(text: str, steps: Steps, start: Json) -> Json:
    """The node that `steps` name, counted from `start`. Raises NoMatch."""
    value: Any = start
    try:
        for step in steps:
            if step.__class__ is int and value.__class__ is not list:
                break
            value = value[step]
        else:
            return value  # type: ignore[no-any-return]
    except (KeyError, IndexError, TypeError):
        pass
    raise no_match(text, steps, start)


def from_input(text: str, steps: Steps) -> Evaluate:
    """Reads below `$`. One and two names are most of all paths, so they have closures of their own."""
    match steps:
        case ():
            return lambda data, scope: data
        case (str() as name,):

            def one(data: Any, scope: Scope) -> Json:
                try:
                    return data[name]  # type: ignore[no-any-return]
                except (KeyError, TypeError):
                    raise no_match(text, steps, data) from None

            return one
        case (str() as outer, str() as inner):

            def two(data: Any, scope: Scope) -> Json:
                try:
                    return data[outer][inner]  # type: ignore[no-any-return]
                except (KeyError, TypeError):
                    raise no_match(text, steps, data) from None

            return two
    return lambda data, scope: follow(text, steps, data)


def from_context(text: str, steps: Steps) -> Evaluate:
    """Reads below `$$`."""
    return lambda data, scope: follow(text, steps, scope.context)


def from_variable(text: str, name: str, steps: Steps) -> Evaluate:
    """Reads below `$name`. A variable that was never assigned is a missing member of the variables."""

    def read(data: Json, scope: Scope) -> Json:
        value = scope.variables.get(name, MISSING)
        if value is MISSING:
            raise NoMatch(text, (name, *steps), 0, {})
        return follow(text, steps, value) if steps else value  # type: ignore[arg-type, return-value]

    return read


def conflict(text: str, raw: Json) -> Failure:
    """The spec's States.ResultPathMatchFailure, under the name and with the cause the service gives it."""
    return Failure(REFERENCE_PATH_CONFLICT, f"Unable to apply ReferencePath {text} to input {json_text(raw)}")


def writer(text: str, steps: Steps) -> Insert:
    """Puts a result at the end of `steps`.

    Spec, "ResultPath": missing objects along the path are made, what is there is overwritten, and members keep
    their order, a new one comes last. An array's element can only be replaced. Raises Failure
    (States.ReferencePathConflict) where the path cannot be followed.
    """
    match steps:
        case (str() as name,):

            def one(raw: Any, result: Json) -> Json:
                if raw.__class__ is not dict:
                    raise conflict(text, raw)
                return {**raw, name: result}

            return one
        case (str() as outer, str() as inner):

            def two(raw: Json, result: Json) -> Json:
                if isinstance(raw, dict):
                    parent = raw.get(outer, _EMPTY)
                    if isinstance(parent, dict):
                        return {**raw, outer: {**parent, inner: result}}
                raise conflict(text, raw)

            return two

    def many(raw: Json, result: Json) -> Json:
        parents: list[Json] = [raw]
        for step in steps[:-1]:
            parents.append(_child(parents[-1], step, text, raw))
        for parent, step in zip(reversed(parents), reversed(steps), strict=True):
            result = _with(parent, step, result, text, raw)
        return result

    return many


_EMPTY: dict[str, Json] = {}


def _child(parent: Json, step: str | int, text: str, raw: Json) -> Json:
    if isinstance(step, str):
        if isinstance(parent, dict):
            return parent.get(step, _EMPTY)
    elif isinstance(parent, list) and -len(parent) <= step < len(parent):
        return parent[step]
    raise conflict(text, raw)


def _with(parent: Json, step: str | int, value: Json, text: str, raw: Json) -> Json:
    if isinstance(step, str):
        if isinstance(parent, dict):
            return {**parent, step: value}
    elif isinstance(parent, list) and -len(parent) <= step < len(parent):
        copy = parent.copy()
        copy[step] = value
        return copy
    raise conflict(text, raw)
