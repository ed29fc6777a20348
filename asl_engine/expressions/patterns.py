"""Regular expressions of JSONPath filters, which end: what `re` might never come back from is matched step by step."""

from __future__ import annotations

import re
from collections.abc import Callable

from asl_engine.failures import runtime_failure

ENOUGH = 10_000
"""Hundreds of steps after which a match is given up: a second or two."""


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches; raises `Failure` States.Runtime when that would take too long."""
    # Imported here: only definitions with such filters pay for it.
    from asl_engine.expressions.jsonata.backtracking import PATIENCE, Program, TooLarge, worst_case

    compiled = re.compile(pattern)
    worst = worst_case(compiled)
    given_up = f"Matching the regular expression /{pattern}/ takes too long"

    def matches(text: str) -> bool:
        if worst(len(text)) <= PATIENCE:
            return compiled.search(text) is not None
        spent = 0

        def spend() -> None:
            nonlocal spent
            spent += 1
            if spent > ENOUGH:
                raise runtime_failure(given_up)

        try:
            return Program(compiled).search(text, 0, spend) is not None
        except TooLarge:
            raise runtime_failure(given_up) from None

    return matches
