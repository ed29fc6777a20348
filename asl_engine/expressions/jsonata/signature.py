"""Function signatures of JSONata: which arguments a function takes, what a missing one becomes, and how a wrong one fails.

A call's arguments are spelled as a word of one symbol each (`s` string, `n` number, `b` boolean, `l` null, `a` array,
`o` object, `f` function, `m` missing) and matched against the signature's pattern; a parameter marked `-` takes the context
when its argument is missing. Source: JSONata, "Function signature syntax"; jsonata.js 2.0.6, signature.js.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Many
from typing import Final

from asl_engine.expressions.jsonata.repairs import parameters_of, written_parameters
from asl_engine.expressions.jsonata.runtime import JsonataError, Value, is_function
from asl_engine.values import MISSING

PLURALS: Final = {"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}

_SYMBOLS: Final[dict[type, str]] = {str: "s", int: "n", float: "n", bool: "b", dict: "o", list: "a", type(None): "l", type(MISSING): "m"}


class Signature:
    """Checks and completes the arguments of a call."""

    __slots__ = ("_context_patterns", "_parameters", "_pattern", "_simple")

    def __init__(self, parameters: list[tuple[str, str, bool, str | None]]) -> None:
        self._parameters = parameters
        self._pattern = re.compile("".join(f"({pattern})" for _, pattern, _, _ in parameters))
        self._context_patterns = [re.compile(pattern.rstrip("?")) if context else None for _, pattern, context, _ in parameters]
        self._simple = all(kind != "a" for kind, _, _, _ in parameters)

    @classmethod
    def of(cls, text: str) -> Signature:
        return cls(parameters_of(text))

    @classmethod
    def written(cls, signature: object) -> Signature:
        """Of the signature in a lambda's node."""
        return cls(written_parameters(signature))

    def arguments(self, supplied: Many[Value], context: Value) -> list[Value]:
        """The arguments to call with. Raises T0410, T0411 or T0412."""
        word = "".join(map(symbol_of, supplied))
        match = self._pattern.fullmatch(word)
        if match is None:
            raise self._mismatch(word, supplied)
        if self._simple and len(word) == len(self._parameters) and "" not in match.groups():
            return list(supplied)
        validated: list[Value] = []
        taken = 0
        for index, (kind, _, _, members) in enumerate(self._parameters):
            matched = match.group(index + 1)
            if not matched:
                wanted = self._context_patterns[index]
                if wanted is None:
                    validated.append(supplied[taken] if taken < len(supplied) else MISSING)
                    taken += 1
                elif wanted.match(symbol_of(context)):
                    validated.append(context)
                else:
                    raise JsonataError("T0411", value=context, index=taken + 1)
            for symbol in matched:
                argument = supplied[taken] if taken < len(supplied) else MISSING
                validated.append(_as_array(argument, symbol, matched, members, taken + 1) if kind == "a" else argument)
                taken += 1
        return validated

    def _mismatch(self, word: str, supplied: Many[Value]) -> JsonataError:
        """T0410 for the first argument that cannot be matched."""
        pattern, good = "", 0
        for _, piece, _, _ in self._parameters:
            pattern += piece
            match = re.match(pattern, word)
            if match is None:
                break
            good = match.end()
        return JsonataError("T0410", value=supplied[good] if good < len(supplied) else MISSING, index=good + 1)


def symbol_of(value: Value) -> str:
    found = _SYMBOLS.get(type(value))
    if found is None:
        found = "a" if isinstance(value, list) else "f" if is_function(value) else "m"
    return found


def _as_array(argument: Value, symbol: str, matched: str, members: str | None, index: int) -> Value:
    """An argument for an array parameter: arrays as they are, anything else as an array of one, checked by members' type."""
    if symbol == "m":
        return MISSING
    if members is not None:
        fits = symbol == "a" or matched == members
        if symbol == "a" and argument:
            kind = symbol_of(argument[0])
            fits = kind == members[:1] and all(symbol_of(item) == kind for item in argument)
        if not fits:
            raise JsonataError("T0412", value=argument, index=index, type=PLURALS.get(members, MISSING))
    return argument if symbol == "a" else [argument]
