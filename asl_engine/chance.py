"""The only home of randomness: everything an execution draws comes from its seed."""

from __future__ import annotations

import random
import uuid


class Chance:
    """The draws of one execution, in order. The same seed gives the same draws in every process."""

    __slots__ = ("_random", "seed")

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._random: random.Random | None = None  # made on the first draw: most executions draw nothing

    @property
    def _source(self) -> random.Random:
        if self._random is None:
            self._random = random.Random(self.seed)
        return self._random

    def fraction(self) -> float:
        """A float in [0, 1): `$random()`, and FULL jitter's share of the delay."""
        return self._source.random()

    def between(self, start: int, end: int) -> int:
        """An integer in [start, end): `States.MathRandom` without a seed."""
        return self._source.randrange(start, end)

    def uuid(self) -> str:
        """A random version 4 UUID."""
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))


def seeded_fraction(seed: int | float | str) -> float:
    """`$random(seed)`: the first draw of a source of its own."""
    return random.Random(seed).random()


def seeded_between(seed: int, start: int, end: int) -> int:
    """`States.MathRandom(start, end, seed)`: repeatable, whatever was drawn before."""
    return random.Random(seed).randrange(start, end)


def derived(seed: int, label: str) -> int:
    """A seed for a child execution, a function of the parent's seed and the child's label."""
    return random.Random(f"{seed}/{label}").getrandbits(64)
