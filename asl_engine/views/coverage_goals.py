"""What runs of a definition can do: every goal coverage asks for, in document order.

A goal is told apart by its key, which names a place of the definition and what may happen there, so that goals of
different processes and days are the same goal. What certainly cannot happen is no goal: states nothing leads to, a
rule behind one that is always true, a Catcher whose errors an earlier one takes, a retry of MaxAttempts 0. This
module does not know what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from asl_engine.analysis.graph import Arc, ArcKind, graph_of
from asl_engine.failures import ALL
from asl_engine.program import Catcher, Choice, Fail, Map, Parallel, Program, State, Task
from asl_engine.values import Json, Pointer
from asl_engine.views.coverage_conditions import constant_of, identity_of, leaves, text_of, tree_of
from asl_engine.views.coverage_errors import may_be_retried, open_to


class Kind(StrEnum):
    """What reports count together, in the order shown."""

    STATE = "states"
    TRANSITION = "transitions"
    RULE = "rules"
    """A Choice rule true, and false."""
    CONDITION = "conditions"
    """A data test inside an And, Or or Not true, and false."""
    DEFAULT = "defaults"
    RETRIER = "retriers"
    """Fired, and used up."""
    CATCHER = "catchers"
    TIMEOUT = "timeouts"
    MAP = "maps"
    """With no, one and many items, and with one that fails."""
    BRANCH = "branches"
    """A Parallel's branch that is the first to fail."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing a run can do."""

    kind: Kind
    key: str
    pointer: Pointer
    state: str
    """The name of the state it belongs to; "" for the machine."""
    line: int | None
    """Of the definition's text, from 1; None for a definition without text."""
    column: int | None
    sentence: str
    """What is said if no run did it."""
    after: tuple[str, ...] = ()
    """Keys of goals one of which must be reached first: while none is, this gap is a consequence."""


def goal_key(what: str, pointer: str) -> str:
    """ "caught /States/Charge/Catch/0" """
    return f"{what} {pointer}"


def transition_key(source: Pointer, target: Pointer) -> str:
    return f"next {source} -> {target}"


@lru_cache(maxsize=128)
def goals_of(program: Program) -> tuple[Goal, ...]:
    """Every goal of a machine, nested states included."""
    return tuple(_Goals(program).all())


def programs_of(program: Program) -> Iterator[Program]:
    """The machine, its branches and item processors at any depth, outer ones first."""
    yield program
    for state in program.states.values():
        for inner in inner_programs(state):
            yield from programs_of(inner)


def inner_programs(state: State) -> tuple[Program, ...]:
    match state.body:
        case Parallel(branches=branches):
            return branches
        case Map(processor=processor):
            return (processor,)
        case _:
            return ()


def can_fail(program: Program) -> bool:
    """Whether anything in it can fail in a way the states around it see; States.Runtime ends the execution, and quotas are no behaviour."""
    written = program.source.value
    if isinstance(written, dict) and "JSONata" in str(written.get("QueryLanguage")):
        return True
    for inner in programs_of(program):
        for state in inner.states.values():
            match state.body:
                case Task() | Fail():
                    return True
                case Map(distributed=distributed) if distributed is not None:
                    return True
            raw = value_at(program.source.value, state.pointer)
            if isinstance(raw, dict) and raw.get("QueryLanguage") == "JSONata":
                return True
    return False


def value_at(value: Json, pointer: Pointer) -> Json:
    """The value at a place; None if there is none."""
    for token in pointer.tokens:
        match value:
            case dict():
                value = value.get(token)
            case list() if token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            case _:
                return None
    return value


class _Goals:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.source = program.source
        self.states: dict[Pointer, State] = {state.pointer: state for inner in programs_of(program) for state in inner.states.values()}
        self.leaving: dict[Pointer, list[Arc]] = {}
        for arc in graph_of(program.source.value).arcs:
            self.leaving.setdefault(arc.source, []).append(arc)
        self.ways_in: dict[Pointer, list[str]] = {}
        """By state, the goals that lead into it, the one nearest to the start first."""
        self._reach()

    def all(self) -> Iterator[Goal]:
        if self.program.timeout is not None:
            at = self.program.pointer / "TimeoutSeconds"
            sentence = f"The machine never timed out (TimeoutSeconds {self.program.timeout}): no run takes that long"
            yield self._goal(Kind.TIMEOUT, "timeout", at, "", sentence, (goal_key("state", self.program.pointer / "States" / self.program.start_at),))
        for pointer, state in self.states.items():
            if pointer in self.ways_in:
                yield from self._of_state(state)

    def _of_state(self, state: State) -> Iterator[Goal]:
        entered = goal_key("state", state.pointer)
        yield self._goal(Kind.STATE, "state", state.pointer, state.name, f"{state.name} was never entered", tuple(self.ways_in[state.pointer]), key=True)
        yield from self._transitions(state, entered)
        yield from self._retriers(state, entered)
        yield from self._catchers(state, entered)
        match state.body:
            case Choice():
                yield from self._rules(state, state.body, entered)
            case Task():
                yield from self._timeouts(state, entered)
            case Map():
                yield from self._items(state, state.body, entered)
            case Parallel():
                yield from self._branches(state, state.body, entered)

    # ---------------------------------------------------------------- where a state leads

    def _transitions(self, state: State, entered: str) -> Iterator[Goal]:
        found: dict[Pointer, list[Arc]] = {}
        for arc in self._possible_arcs(state):
            if arc.kind not in (ArcKind.BRANCH, ArcKind.ITERATION):
                found.setdefault(arc.target, []).append(arc)
        for target, arcs in found.items():
            after = tuple(entered if arc.kind is ArcKind.NEXT else _choosing(arc) for arc in arcs)
            sentence = f"{state.name} never went on to {target.tokens[-1]}"
            if any(arc.kind is ArcKind.NEXT for arc in arcs):
                sentence += f": no run completes {state.name}"
            yield self._goal(Kind.TRANSITION, transition_key(state.pointer, target), arcs[0].pointer, state.name, sentence, after)
        if state.next is None and not isinstance(state.body, Choice | Fail) and state.type != "Succeed":
            sentence = f"{state.name} never ended {self._container_of(state)}: no run completes it"
            yield self._goal(Kind.TRANSITION, goal_key("end", state.pointer), state.pointer / "End", state.name, sentence, (entered,))

    def _container_of(self, state: State) -> str:
        around = state.pointer.parent.parent
        if around == self.program.pointer:
            return "the machine"
        return f"branch {around.tokens[-1]} of {around.tokens[-3]}" if around.tokens[-2] == "Branches" else f"an iteration of {around.tokens[-2]}"

    def _possible_arcs(self, state: State) -> list[Arc]:
        arcs = self.leaving.get(state.pointer, [])
        rules, default = self._choices(state)
        catchers = {catcher.pointer for catcher in self._possible(state, state.catchers)}

        def possible(arc: Arc) -> bool:
            match arc.kind:
                case ArcKind.CHOICE:
                    return rules.get(arc.index or 0, (False, False))[0]
                case ArcKind.DEFAULT:
                    return default
                case ArcKind.CATCH:
                    return arc.pointer.parent in catchers
                case ArcKind.NEXT:
                    return state.next is not None
                case _:
                    return True

        return [arc for arc in arcs if possible(arc)]

    def _reach(self) -> None:
        """Breadth first, so that a gap is told at the place where runs turn away from it."""
        start = self.program.pointer / "States" / self.program.start_at
        waiting, self.ways_in[start] = [start], []
        for pointer in waiting:
            state = self.states.get(pointer)
            if state is None:
                continue
            for arc in self._possible_arcs(state):
                if arc.target not in self.states:
                    continue
                if arc.target not in self.ways_in:
                    self.ways_in[arc.target] = []
                    waiting.append(arc.target)
                self.ways_in[arc.target] += self._entering(state, arc)
        self.ways_in[start] = []

    def _entering(self, state: State, arc: Arc) -> list[str]:
        match arc.kind:
            case ArcKind.BRANCH:
                return [goal_key("state", state.pointer)]
            case ArcKind.ITERATION:
                return [goal_key("one", state.pointer), goal_key("many", state.pointer)]
            case _:
                return [transition_key(state.pointer, arc.target)]

    # ---------------------------------------------------------------- Choice

    def _choices(self, state: State) -> tuple[Mapping[int, tuple[bool, bool]], bool]:
        """By number of the rule, whether it can be true and false; and whether Default can be taken."""
        if not isinstance(state.body, Choice):
            return {}, False
        found: dict[int, tuple[bool, bool]] = {}
        before: set[str] = set()
        for index, rule in enumerate(state.body.rules):
            written = value_at(self.source.value, rule.pointer)
            constant, identity = constant_of(written), identity_of(written)
            found[index] = (constant is not False and identity not in before, constant is not True)
            if constant is True:
                return found, False
            if identity is not None:
                before.add(identity)
        return found, state.body.default is not None

    def _rules(self, state: State, body: Choice, entered: str) -> Iterator[Goal]:
        possible, default = self._choices(state)
        before = entered
        for index, (can_be_true, can_be_false) in possible.items():
            rule = body.rules[index]
            at = rule.pointer
            written = value_at(self.source.value, at)
            said = f"{state.name}'s rule {index} ({text_of(written)})"
            if can_be_true:
                yield self._goal(Kind.RULE, "true", at, state.name, f"{said} was never true: no run goes on to {rule.next} by it", (before,))
            if can_be_false:
                last = default and index == len(possible) - 1
                after = goal_key("default", body.default_pointer) if last else before
                yield self._goal(Kind.RULE, "false", at, state.name, f"{said} was never false: every run that comes to it is let through by it", (after,))
            tree = tree_of(written, at)
            for leaf in leaves(tree) if tree is not None else ():
                for truth in ("true", "false"):
                    sentence = f"{leaf.text} was never {truth} in {state.name}'s rule {index}"
                    yield self._goal(Kind.CONDITION, truth, leaf.pointer, state.name, sentence, (goal_key("true", at), goal_key("false", at)))
            if default and index == len(possible) - 1:
                sentence = f"{state.name} never fell to its Default (→ {body.default}): in every run one of its rules is true"
                yield self._goal(Kind.DEFAULT, "default", body.default_pointer, state.name, sentence, (before,))
            if can_be_false:
                before = goal_key("false", at)

    # ---------------------------------------------------------------- errors

    def _possible(self, state: State, handlers: tuple[Catcher, ...]) -> list[Catcher]:
        return [handler for handler, open in zip(handlers, open_to(handlers, state), strict=True) if open]

    def _retriers(self, state: State, entered: str) -> Iterator[Goal]:
        for index, (retrier, open) in enumerate(zip(state.retriers, open_to(state.retriers, state), strict=True)):
            if not open:
                continue
            at, names, errors = retrier.pointer, _names(retrier.errors), _that(retrier.errors, index)
            if retrier.max_attempts == 0:
                sentence = f"{state.name} never met Retry {index} ({names}), which does not retry (MaxAttempts is 0): no run makes it fail{errors}"
                yield self._goal(Kind.RETRIER, "exhausted", at, state.name, sentence, (entered,))
                continue
            sentence = f"{state.name} was never retried by Retry {index} ({names}): no run makes it fail{errors}"
            yield self._goal(Kind.RETRIER, "retried", at, state.name, sentence, (entered,))
            sentence = f"{state.name} never used up Retry {index} ({names}): no run makes it fail{errors} {retrier.max_attempts + 1:,} times in one visit"
            yield self._goal(Kind.RETRIER, "exhausted", at, state.name, sentence, (goal_key("retried", at),))

    def _catchers(self, state: State, entered: str) -> Iterator[Goal]:
        open = {catcher.pointer for catcher in self._possible(state, state.catchers)}
        for index, catcher in enumerate(state.catchers):
            if catcher.pointer in open:
                errors = _that(catcher.errors, index) + (" more often than it is retried" if may_be_retried(catcher, state) else "")
                sentence = f"{state.name} was never caught by Catch {index} ({_names(catcher.errors)}): no run makes it fail{errors}"
                yield self._goal(Kind.CATCHER, "caught", catcher.pointer, state.name, sentence, (entered,))

    def _timeouts(self, state: State, entered: str) -> Iterator[Goal]:
        raw = value_at(self.source.value, state.pointer)
        for what, name, said in (
            ("timeout", "TimeoutSeconds", "never timed out ({}): no run lets it wait that long"),
            ("heartbeat", "HeartbeatSeconds", "never missed a heartbeat ({}): no run lets it be silent that long"),
        ):
            field = next((field for field in (name, f"{name}Path") if isinstance(raw, dict) and raw.get(field) is not None), None)
            if field is not None and isinstance(raw, dict):
                sentence = f"{state.name} {said.format(f'{field} {raw[field]}')}"
                yield self._goal(Kind.TIMEOUT, goal_key(what, state.pointer), state.pointer / field, state.name, sentence, (entered,))

    # ---------------------------------------------------------------- containers

    def _items(self, state: State, body: Map, entered: str) -> Iterator[Goal]:
        raw = value_at(self.source.value, state.pointer)
        items = raw.get("Items") if isinstance(raw, dict) else None
        length = len(items) if isinstance(items, list) else None
        for what, sentence in (
            ("zero", "{} never ran on no items: no run gives it an empty list"),
            ("one", "{} never ran on one item only"),
            ("many", "{} never ran on more than one item"),
        ):
            if length is None or what == how_many(length):
                yield self._goal(Kind.MAP, what, state.pointer, state.name, sentence.format(state.name), (entered,))
        if can_fail(body.processor) and length != 0:
            sentence = f"No item of {state.name} ever failed"
            yield self._goal(Kind.MAP, "failing", state.pointer, state.name, sentence, (goal_key("one", state.pointer), goal_key("many", state.pointer)))

    def _branches(self, state: State, body: Parallel, entered: str) -> Iterator[Goal]:
        for index, branch in enumerate(body.branches):
            if can_fail(branch):
                sentence = f"Branch {index} of {state.name} (from {branch.start_at}) was never the first to fail"
                yield self._goal(Kind.BRANCH, "fails", branch.pointer, state.name, sentence, (entered,))

    def _goal(self, kind: Kind, what: str, pointer: Pointer, state: str, sentence: str, after: tuple[str, ...] = (), *, key: bool = False) -> Goal:
        place = (self.source.locate(pointer, key=key) or "").rsplit(":", 2)[1:]
        line, column = (int(place[0]), int(place[1])) if place else (None, None)
        return Goal(kind, what if " " in what else goal_key(what, pointer), pointer, state, line, column, sentence, tuple(dict.fromkeys(after)))


def how_many(items: int) -> str:
    return "zero" if items == 0 else "one" if items == 1 else "many"


def _choosing(arc: Arc) -> str:
    match arc.kind:
        case ArcKind.CHOICE:
            return goal_key("true", arc.pointer.parent)
        case ArcKind.DEFAULT:
            return goal_key("default", arc.pointer)
        case _:
            return goal_key("caught", arc.pointer.parent)


def _names(errors: frozenset[str]) -> str:
    return ", ".join(f'"{error}"' for error in sorted(errors))


def _that(errors: frozenset[str], index: int) -> str:
    """How the failure is spoken of behind "makes it fail"."""
    if ALL in errors:
        return " with any other error" if index else ""
    return " with that error" if len(errors) == 1 else " with one of those errors"
