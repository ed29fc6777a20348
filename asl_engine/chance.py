"""The only home of randomness: everything an execution draws comes from its seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random  # imported on the first draw: most executions draw nothing


class Chance:
    """The draws of one execution, in order. The same seed gives the same draws in every process."""

    __slots__ = ("_random", "seed")

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._random: Random | None = None

    @property
    def _source(self) -> Random:
        if self._random is None:
            self._random = _source(self.seed)
        return self._random

    def fraction(self) -> float:
        """A float in [0, 1): `$random()`, and FULL jitter's share of the delay."""
        return self._source.random()

    def between(self, start: int, end: int) -> int:
        """An integer in [start, end): `States.MathRandom` without a seed."""
        return self._source.randrange(start, end)

    def uuid(self) -> str:
        """A random version 4 UUID."""
        bits = self._source.getrandbits(128)
        digits = f"{bits & ~(0xC000 << 48) & ~(0xF000 << 64) | 0x8000 << 48 | 4 << 76:032x}"  # RFC 4122: variant and version
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _source(seed: int | float | str) -> Random:
    from random import Random

    return Random(seed)


def seeded_fraction(seed: int | float | str) -> float:
    """`$random(seed)`: the first draw of a source of its own."""
    return _source(seed).random()


def seeded_between(seed: int, start: int, end: int) -> int:
    """`States.MathRandom(start, end, seed)`: repeatable, whatever was drawn before."""
    return _source(seed).randrange(start, end)


def derived(seed: int, label: str) -> int:
    """A seed for a child execution, a function of the parent's seed and the child's label."""
    return _source(f"{seed}/{label}").getrandbits(64)
