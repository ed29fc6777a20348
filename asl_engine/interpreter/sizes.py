"""How many bytes a value takes as JSON text: the measure of AWS's payload quotas.

Values are never written to, so the size of a large container is remembered by identity: a state that changes one
member of a 200 KB document costs the measuring of that member. C's encoder does the counting.
"""

from __future__ import annotations

import json
import json.encoder
import math
from collections.abc import Callable
from typing import Any

from asl_engine.errors import MockError
from asl_engine.values import Json

WORTH_REMEMBERING = 1024
WORTH_LOOKING_UP = 6
FEW_MEMBERS = 32
MANY_MEMBERS = 1000
LARGE = 10**18
TOO_DEEP = "this is not JSON: it contains itself, or is nested too deeply"
LONGEST_NUMBER = 26
"""Characters of the longest float's text, separators included; integers below LARGE are shorter."""


def _refuse(value: object) -> Any:
    raise MockError(f"{value!r:.80} is a {type(value).__name__}, which is not JSON")


def _encoder() -> Callable[[Any, int], tuple[str, ...]]:
    """The encoder behind `json.dumps`, without the set-up that `dumps` repeats for each call."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    quote = json.encoder.encode_basestring
    if make is None:
        return lambda value, level: (json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_refuse),)
    encode: Callable[[Any, int], tuple[str, ...]] = make(None, _refuse, quote, None, ":", ",", False, False, False)
    return encode


_encode = _encoder()


class Sizes:
    """The sizes of one execution's values."""

    __slots__ = ("_bounds", "_known")

    def __init__(self) -> None:
        self._known: dict[int, tuple[Json, int]] = {}  # the value is kept so that its id stays its own
        self._bounds: dict[int, tuple[Json, int]] = {}

    def bound(self, value: Json, limit: int) -> int:
        """An upper bound of `of` that is at most `limit` whenever the size is: quick where that is enough, else exact."""
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        bound = self._bound(value)
        return bound if bound <= limit else self.of(value)

    def of(self, value: Json) -> int:
        """UTF-8 bytes of the compact JSON text. Raises `MockError` for what is not JSON."""
        if type(value) is dict and len(value) <= FEW_MEMBERS:
            known = self._known.get(id(value))
            if known is not None:
                return known[1]
            if not any(type(member) is dict or type(member) is list for member in value.values()):
                return self._remember(value, _text_size(value))
            size = 2 + max(len(value) - 1, 0)
            for key, member in value.items():
                size += _text_size(key) + 1 + self.of(member)
            return self._remember(value, size)
        if type(value) is dict or type(value) is list:
            known = self._known.get(id(value))
            if known is not None:
                return known[1]
            return self._remember(value, _text_size(value) if len(value) < MANY_MEMBERS else _large_size(value))
        return _text_size(value)

    def of_foreign(self, value: Json) -> int:
        """`of` for a value that nobody has looked at yet: an upper bound where the value is small and plainly JSON."""
        if type(value) is dict and len(value) <= FEW_MEMBERS:
            bound = 2
            for key, member in value.items():
                kind = type(member)
                if type(key) is str and key.isascii() and kind is str and len(member) <= FEW_MEMBERS and member.isascii():  # type: ignore[arg-type,union-attr]
                    bound += 6 * (len(key) + len(member)) + 6  # type: ignore[arg-type]
                elif type(key) is str and key.isascii() and (kind is bool or member is None or (kind is int and -LARGE < member < LARGE)):  # type: ignore[operator]
                    bound += 6 * len(key) + 4 + LONGEST_NUMBER
                else:
                    return self._of_stranger(value)
            return bound
        return self._of_stranger(value)

    def _of_stranger(self, value: Json) -> int:
        try:
            size = self.of(value)
        except RecursionError:
            raise MockError(TOO_DEEP) from None
        check_containers(value)
        return size

    def _bound(self, value: Json) -> int:
        """No less than `of`, and cheap: six bytes a character, the longest number for any number."""
        kind = type(value)
        if kind is dict:
            members: Any = value
            if len(members) > FEW_MEMBERS:
                return self.of(value)
            total = 2
            for key, member in members.items():
                kind = type(member)
                if kind is str:
                    total += 6 * (len(key) + len(member)) + 6
                elif (kind is int and -LARGE < member < LARGE) or kind is bool or member is None or kind is float:
                    total += 6 * len(key) + 4 + LONGEST_NUMBER
                elif (kind is dict or kind is list) and len(member) < WORTH_LOOKING_UP:
                    total += 6 * len(key) + 4 + self._bound(member)
                else:
                    total += 6 * len(key) + 4 + self._inner_bound(member)
            return total
        if kind is list:
            elements: Any = value
            if len(elements) > FEW_MEMBERS:
                return self.of(value)
            total = 2
            for element in elements:
                kind = type(element)
                if kind is str:
                    total += 6 * len(element) + 3
                elif (kind is int and -LARGE < element < LARGE) or kind is bool or element is None or kind is float:
                    total += LONGEST_NUMBER
                else:
                    total += self._inner_bound(element) + 1
            return total
        return 6 * len(value) + 2 if isinstance(value, str) else _text_size(value)

    def _inner_bound(self, value: Json) -> int:
        """`_bound` of a member: what is passed on from state to state is looked at once."""
        if (type(value) is dict or type(value) is list) and len(value) < WORTH_LOOKING_UP:
            return self._bound(value)
        known = self._known.get(id(value)) or self._bounds.get(id(value))
        if known is not None:
            return known[1]
        bound = self._bound(value)
        if bound > WORTH_REMEMBERING:
            self._bounds[id(value)] = (value, bound)
        return bound

    def _remember(self, value: Json, size: int) -> int:
        if size > WORTH_REMEMBERING:
            self._known[id(value)] = (value, size)
        return size


def check_containers(value: Json) -> None:
    """Raises `MockError` for what encoders let pass: to them 1 is a key and a tuple an array.

    Very long arrays are not looked through: that would cost more than running a machine on them.
    """
    ahead: list[Any] = [value]
    while ahead:
        container = ahead.pop()
        if type(container) is dict:
            for key, member in container.items():
                if type(key) is not str and not isinstance(key, str):
                    raise MockError(f"the key {key!r} is not a string")
                if type(member) is dict or type(member) is list or isinstance(member, tuple):
                    ahead.append(member)
        elif type(container) is list:
            if len(container) < MANY_MEMBERS:
                ahead.extend(member for member in container if type(member) is dict or type(member) is list or isinstance(member, tuple))
        elif isinstance(container, tuple):
            raise MockError(f"{container!r:.80} is a tuple, which is not JSON; write a list")


def _large_size(value: Json) -> int:
    """pydantic's encoder is three times as fast as the standard library's, and takes 30 ms to import."""
    from pydantic_core import PydanticSerializationError, to_json

    try:
        text = to_json(value)
    except (PydanticSerializationError, ValueError):
        return _text_size(value)  # which says what is wrong
    return _text_size(value) if b"NaN" in text or b"Infinity" in text else len(text)


def _text_size(value: Json) -> int:
    if isinstance(value, float) and not math.isfinite(value):
        raise MockError(f"{value!r} is not JSON")
    try:
        text = "".join(_encode(value, 0))
        return len(text) if text.isascii() else len(text.encode())
    except ValueError as error:
        raise MockError(f"this is not JSON: {error}") from None
    except RecursionError:
        raise MockError(TOO_DEEP) from None
