"""Mocks: what answers a task, by state or by resource, in the order it was written.

    mocks = Mocks()
    mocks.state("Charge").throws("Card.Throttled", times=2).returns({"id": "ch_1"}, after="3s")
    mocks.resource("arn:aws:states:::dynamodb:*").always({})

    @mocks.resource("arn:aws:lambda:us-east-1:123456789012:function:quote")
    def quote(call): return {"price": 7 * call.arguments["count"]}

A route is a list of answers that are used up from the front, one per call, over all attempts, loops and iterations.
Precedence: state path, state name, exact ARN, pattern in order of declaration, then `otherwise`. The first route
that matches decides; if its answers ran out, that is `MockExhausted`, never somebody else's turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from asl_engine.spell import nearest
from asl_engine.tasks.answers import Declined
from asl_engine.tasks.compose import Checked, as_runtime
from asl_engine.tasks.routes import Route
from asl_engine.tasks.runtime import Outcome, StatePath, TaskCall, TaskRuntime, Tasks
from asl_engine.values import json_text


class Mocks(Checked):
    """A `TaskRuntime` made of routes. Keeps count, so take a fresh one for every execution.

    `calls` holds every call that was answered, in order.
    """

    def __init__(self) -> None:
        self.calls: list[TaskCall] = []
        self._paths: dict[str, Route] = {}
        self._states: dict[str, Route] = {}
        self._arns: dict[str, Route] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], Route]] = {}
        self._fallback: TaskRuntime | None = None

    def state(self, name: str) -> Route:
        """The route of a state, by name at any depth, or by path: "Fan[2]/Pay" for one branch or iteration, "Fan/Pay" for all.

        Asking again gives the same route, so that answers can be added later.
        """
        routes = self._paths if "/" in name else self._states
        return routes.setdefault(name, Route(f'state "{name}"'))

    def resource(self, arn: str) -> Route:
        """The route of a resource: its ARN as the definition has it (placeholders filled), or a pattern with * and ?."""
        if "*" not in arn and "?" not in arn:
            return self._arns.setdefault(arn, Route(f"resource {arn}"))
        return self._patterns.setdefault(arn, (pattern_of(arn), Route(f"resource {arn}")))[1]

    def otherwise(self, tasks: Tasks) -> Mocks:
        """What is asked when no route matches: a runtime, or a function of the call."""
        self._fallback = as_runtime(tasks)
        return self

    def perform(self, call: TaskCall) -> Outcome:
        route = self._route(call)
        if route is not None:
            self.calls.append(call)
            return route.answer(call)
        if self._fallback is None:
            raise Declined(call, hint=lambda: self._way_out(call))
        outcome = self._fallback.perform(call)
        self.calls.append(call)
        return outcome

    def unused(self) -> list[str]:
        """One sentence for each answer, or group of equal answers, that was declared and never given."""
        return [sentence for route in self._routes() for sentence in route.unused()]

    def _routes(self) -> Iterator[Route]:
        yield from self._paths.values()
        yield from self._states.values()
        yield from self._arns.values()
        for _, route in self._patterns.values():
            yield route

    def _route(self, call: TaskCall) -> Route | None:
        if self._paths:
            for path in spellings(call.state_path):
                if path in self._paths:
                    return self._paths[path]
        if found := self._states.get(call.state_name):
            return found
        arn = call.resource.arn
        if found := self._arns.get(arn):
            return found
        return next((route for pattern, route in self._patterns.values() if pattern.fullmatch(arn)), None)

    def _way_out(self, call: TaskCall) -> str:
        lines = [f"add: mocks.state({json_text(call.state_name)}).returns({{}})"]
        names = {**self._paths, **self._states, **self._arns, **{text: route for text, (_, route) in self._patterns.items()}}
        near = nearest(call.state_name, [*self._paths, *self._states]) or nearest(call.resource.arn, [*self._arns, *self._patterns])
        if near is not None:
            lines.insert(0, f"the nearest route is {names[near].name}")
        return "\n  ".join(lines)


@lru_cache(maxsize=4096)
def spellings(path: StatePath) -> tuple[str, ...]:
    """How a state path may be written, the most specific first: "Fan[2]/Pay", then "Fan/Pay"."""
    choices: list[tuple[str, ...]] = [(segment, segment[: segment.rindex("[")]) if re.search(r"\[\d+\]$", segment) else (segment,) for segment in path]
    if len(path) > 10:
        choices = [choice[:1] for choice in choices[:-10]] + choices[-10:]  # 2**10 spellings are enough
    found = sorted(product(*choices), key=lambda parts: sum(part != whole for part, whole in zip(parts, path, strict=True)))
    return tuple("/".join(parts) for parts in found)


def pattern_of(pattern: str) -> re.Pattern[str]:
    """A resource pattern with * and ? as the whole ARN must match it."""
    return re.compile("".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern), re.DOTALL)
