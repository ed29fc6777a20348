"""What histories did of a definition's goals: read from their events, in order, and counted by key.

Most stands in the events. Three things do not, and are computed from what does: which tests inside a rule were true
(the rule is looked at again on the state's input), whether a Retrier was used up (the last error of a visit, and how
often it was retried), and which branch failed first (the event a failure follows). Where recomputing a rule gives
another answer than the history tells, its tests are not counted: something was visible then that no history holds.
AWS's own histories do not even name the rule, Retrier or Catcher: then it is the first that fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asl_engine.chance import Chance
from asl_engine.expressions import Scope
from asl_engine.failures import HEARTBEAT_TIMEOUT, RUNTIME, TIMEOUT, Failure
from asl_engine.history.events import Event
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import History
from asl_engine.program import Catcher, Choice, ChoiceRule, Fail, Map, Parallel, Program, Retrier, State, Succeed, Task
from asl_engine.values import Json
from asl_engine.views.coverage_conditions import Tree, look, tree_of
from asl_engine.views.coverage_errors import Failing, names
from asl_engine.views.coverage_goals import goal_key, how_many, transition_key, value_at

_TASKS = ("Task", "LambdaFunction", "Activity")
_ENDS_BADLY = ("Failed", "TimedOut")


def taken(program: Program, histories: Iterable[Execution | History]) -> Counter[str]:
    """How often each goal was reached, by its key."""
    counts: Counter[str] = Counter()
    for found in histories:
        if isinstance(found, Execution):
            _Reading(program, counts, found.children).read(found.history)
        else:
            _Reading(program, counts, {}).read(found)
    return counts


@dataclass(slots=True)
class _Open:
    """A visit under way."""

    state: State
    entered: Event
    retries: dict[str, int] = field(default_factory=dict)
    failure: Failing | None = None
    """With which it, or something in it, failed last; None after an attempt began or succeeded."""
    scheduled: Event | None = None
    runs: list[Sequence[Execution]] = field(default_factory=list)
    """The children of each Map Run begun in this visit."""


class _Told(Scope):
    """What a Choice rule could see, as far as the history holds it."""

    __slots__ = ("_context", "_now")

    def __init__(self, variables: Mapping[str, Json], context: dict[str, Json], now: datetime) -> None:
        super().__init__(variables=variables, chance=Chance(0))
        self._context = context
        self._now = now

    @property
    def context(self) -> dict[str, Json]:
        return self._context

    @property
    def now(self) -> datetime:
        return self._now


class _Reading:
    """One execution."""

    def __init__(self, program: Program, counts: Counter[str], children: Mapping[str, Sequence[Execution]]) -> None:
        self.counts = counts
        self.children = children
        self.programs: dict[str, tuple[Program, str]] = {"": (program, "")}
        """By container, what runs in it and the container around it."""
        self.open: dict[str, _Open] = {}
        self.variables: dict[str, dict[str, Json]] = {"": {}}
        self.items: dict[str, dict[str, Json]] = {}
        self.events: list[Event] = []
        self.failing: Failing | None = None
        self.trees: dict[str, Tree | None] = {}
        """By rule, what it is made of."""

    def count(self, what: str, pointer: str) -> None:
        self.counts[goal_key(what, pointer)] += 1

    def read(self, history: History) -> None:
        self.events = list(history)
        self.history = history
        for event in self.events:
            self.take(event)

    def take(self, event: Event) -> None:
        kind = event.type
        if kind.endswith("StateEntered"):
            self.enter(event)
        elif kind == "ExecutionFailed":
            self.end(event)
        elif kind == "ExecutionTimedOut":
            self.count("timeout", self.programs[""][0].pointer / "TimeoutSeconds")
        elif kind == "MapIterationFailed":
            self.item_failed(event)
        elif (visit := self.open.get(event.branch)) is not None:
            self.within(visit, event)

    def within(self, visit: _Open, event: Event) -> None:
        kind = event.type
        if kind.endswith("StateExited"):
            self.leave(visit, event)
        elif kind.endswith("Scheduled") or kind in ("ParallelStateStarted", "MapStateStarted"):
            self.attempt(visit, event)
        elif kind == "EvaluationFailed":
            self.fail(event, Failing(_text(event.details.get("error"))))
        elif kind.startswith(_TASKS) and kind.endswith(_ENDS_BADLY):
            self.task_failed(visit, event)
        elif kind.endswith("Succeeded"):
            visit.failure = None
        elif kind == "MapRunStarted":
            self.map_run(visit, event)
        elif kind == "MapRunFailed":
            self.fail(event, Failing(_text(event.details.get("error"))))
        elif kind == "ParallelStateFailed":
            self.culprits(event, event.branch)

    # ---------------------------------------------------------------- states

    def enter(self, event: Event) -> None:
        found = self.program_of(event.branch)
        state = found[0].states.get(event.state or "") if found else None
        if found is None or state is None:
            return
        if not self.follows(event):
            self.begin(event, *found)
        self.open[event.branch] = visit = _Open(state, event)
        self.count("state", state.pointer)
        self.failing = None
        if isinstance(state.body, Fail):
            self.fail(event, Failing(self.error_of(visit)))

    def follows(self, event: Event) -> bool:
        """Whether a state of the same container led here; else the container begins, perhaps once more."""
        before = self.events[event.previous - 1] if 0 < event.previous <= len(self.events) else None
        return before is not None and before.branch == event.branch and before.type.endswith("StateExited")

    def begin(self, event: Event, program: Program, around: str) -> None:
        if not event.branch:
            return
        self.variables[event.branch] = dict(self.variables.get(around, {}))
        owner = self.open.get(around)
        item = self.items.get(around, {})
        if owner is not None and isinstance(owner.state.body, Map):
            item = {"Index": int(event.branch.rpartition("[")[2][:-1]), **({"Value": event.details["input"]} if owner.state.body.selector is None else {})}
        self.items[event.branch] = item

    def program_of(self, branch: str) -> tuple[Program, str] | None:
        """Names may hold any character, so the container is found among the open visits, not by taking the text apart."""
        if branch not in self.programs:
            cuts = [index for index, character in enumerate(branch) if character == "/"]
            for around in [branch[:cut] for cut in reversed(cuts)] + [""]:
                visit, rest = self.open.get(around), branch[len(around) + 1 :] if around else branch
                if visit is None or not rest.startswith(visit.state.name + "[") or not (index := rest[len(visit.state.name) + 1 : -1]).isdecimal():
                    continue
                match visit.state.body:
                    case Parallel(branches=branches) if int(index) < len(branches):
                        self.programs[branch] = branches[int(index)], around
                    case Map(processor=processor):
                        self.programs[branch] = processor, around
                    case _:
                        continue
                break
        return self.programs.get(branch)

    def leave(self, visit: _Open, event: Event) -> None:
        state, told = visit.state, event.told
        del self.open[event.branch]
        following = state.next
        if isinstance(state.body, Choice):
            following = self.choose(visit, state.body, _text(told.get("rule")))
        elif (catcher := _text(told.get("catcher")) or self.acted(state.catchers, visit)) is not None:
            self.count("caught", catcher)
            self.used_up(visit)
            following = next((found.next for found in state.catchers if found.pointer == catcher), None)
        elif isinstance(state.body, Map):
            self.ran(visit)
        if isinstance(assigned := event.details.get("assignedVariables"), dict):
            self.variables.setdefault(event.branch, {}).update(assigned)
        if following is not None:
            self.counts[transition_key(state.pointer, state.pointer.parent / following)] += 1
        elif not isinstance(state.body, Choice | Succeed):
            self.count("end", state.pointer)
        self.failing = None

    # ---------------------------------------------------------------- Choice

    def choose(self, visit: _Open, body: Choice, told: str | None) -> str | None:
        """Counts what was looked at; returns where it leads, if that is known."""
        scope = self.scope(visit)
        try:
            arguments = visit.state.arguments
            data = visit.entered.details["input"] if arguments is None else arguments(visit.entered.details["input"], scope)
        except Failure:
            data = None
        for rule in body.rules:
            truth = _truth(rule, data, scope, told, body)
            if truth is None:
                return None
            self.count("true" if truth else "false", rule.pointer)
            self.tests(visit, rule, data, scope, truth)
            if truth:
                return rule.next
        if body.default is not None:
            self.count("default", body.default_pointer)
        return body.default

    def tests(self, visit: _Open, rule: ChoiceRule, data: Json, scope: Scope, truth: bool) -> None:
        if rule.pointer not in self.trees:
            self.trees[rule.pointer] = tree_of(value_at(self.programs[""][0].source.value, rule.pointer), rule.pointer)
        if (tree := self.trees[rule.pointer]) is None:
            return
        seen: list[tuple[str, bool]] = []
        try:
            agrees = look(tree, data, scope, seen) is truth  # type: ignore[arg-type]
        except Failure:
            return
        for pointer, found in seen if agrees else ():
            self.count("true" if found else "false", pointer)

    def scope(self, visit: _Open) -> _Told:
        branch = visit.entered.branch
        return _Told(self.variables.get(branch, {}), self.context(visit), visit.entered.at)

    def context(self, visit: _Open) -> dict[str, Json]:
        """Source: developer guide, "Accessing execution data from the Context object"; what a history holds of it."""
        first = self.events[0]
        found: dict[str, Json] = {
            "Execution": {
                "Id": self.history.execution_arn,
                "Input": first.details.get("input"),
                "Name": self.history.execution_name,
                "StartTime": _timestamp(first.at),
            },
            "StateMachine": {"Id": self.history.state_machine_arn, "Name": self.history.state_machine_arn.rpartition(":")[2]},
            "State": {"Name": visit.state.name, "EnteredTime": _timestamp(visit.entered.at)},
        }
        if item := self.items.get(visit.entered.branch):
            found["Map"] = {"Item": item}
        return found

    # ---------------------------------------------------------------- attempts and failures

    def attempt(self, visit: _Open, event: Event) -> None:
        retrier, number = _text(event.told.get("retrier")), event.told.get("attempt")
        if retrier is None and visit.scheduled is not None:
            retrier = self.acted(visit.state.retriers, visit)
        if retrier is not None:
            self.count("retried", retrier)
            visit.retries[retrier] = number if isinstance(number, int) else visit.retries.get(retrier, 0) + 1
            self.culprits(event, event.branch)
        visit.scheduled, visit.failure = event, None
        if isinstance(visit.state.body, Map) and visit.state.body.distributed is None and isinstance(length := event.details.get("length"), int):
            self.count(how_many(length), visit.state.pointer)

    def task_failed(self, visit: _Open, event: Event) -> None:
        error = _text(event.details.get("error"))
        self.fail(event, failing := Failing(error, of_task=True))
        if error == HEARTBEAT_TIMEOUT:
            self.count("heartbeat", visit.state.pointer)
        elif error == TIMEOUT:
            limit = visit.scheduled.details.get("timeoutInSeconds") if visit.scheduled is not None else None
            lasted = (event.at - visit.scheduled.at).total_seconds() if visit.scheduled is not None else 0
            declared = visit.state.body.heartbeat is not None if isinstance(visit.state.body, Task) else False
            failing.heartbeat = declared and event.type.endswith("TimedOut") and (not isinstance(limit, int) or lasted < limit)
            self.count("heartbeat" if failing.heartbeat else "timeout", visit.state.pointer)

    def fail(self, event: Event, error: Failing) -> None:
        """What fails inside a state may be what the state fails with."""
        self.failing, at = error, event.branch
        while True:
            if (visit := self.open.get(at)) is not None:
                visit.failure = error
            if not at or (found := self.program_of(at)) is None:
                return
            at = found[1]

    def acted(self, handlers: Sequence[Catcher] | Sequence[Retrier], visit: _Open) -> str | None:
        """Which one must have taken the visit's failure, where the history does not say."""
        if visit.failure is None:
            return None
        return next((handler.pointer for handler in handlers if names(handler.errors, visit.failure, visit.state)), None)

    def map_run(self, visit: _Open, event: Event) -> None:
        """A Distributed Map's items are its children's, each with a history of its own."""
        if not isinstance(visit.state.body, Map):
            return  # a history of another revision
        children = self.children.get(str(event.details.get("mapRunArn")), ())
        visit.runs.append(children)
        for child in children:
            _Reading(visit.state.body.processor, self.counts, child.children).read(child.history)
            if child.status in (Status.FAILED, Status.TIMED_OUT):
                self.count("failing", visit.state.pointer)

    def ran(self, visit: _Open) -> None:
        body = visit.state.body
        assert isinstance(body, Map)
        for children in visit.runs:
            batched = body.distributed is not None and body.distributed.batcher is not None
            self.count(how_many(sum(_items(child) if batched else 1 for child in children)), visit.state.pointer)

    def item_failed(self, event: Event) -> None:
        """Ours stands beside the iterations; read from AWS, it stands in its own."""
        around = event.branch
        if (visit := self.open.get(around)) is None or visit.state.name != event.state:
            around = self.programs.get(around, (None, ""))[1]
            visit = self.open.get(around)
        if visit is not None:
            self.count("failing", visit.state.pointer)
            self.culprits(event, around)

    def culprits(self, event: Event, outer: str) -> None:
        """Who failed first in each container between the failing event, which this one follows, and `outer`."""
        before = self.events[event.previous - 1] if 0 < event.previous <= len(self.events) else None
        at = before.branch if before is not None else ""
        while at != outer and (found := self.program_of(at)) is not None:
            program, around = found
            if (inner := self.open.pop(at, None)) is not None:
                self.failed(inner)
            owner = self.open.get(around)
            if owner is not None and isinstance(owner.state.body, Parallel):
                self.count("fails", program.pointer)
            elif owner is not None and self.failing is not None and self.failing.name == RUNTIME:
                self.count("failing", owner.state.pointer)  # which tells no MapIterationFailed
            at = around

    def end(self, event: Event) -> None:
        error = _text(event.details.get("error"))
        if self.failing is None or self.failing.name != error:
            self.failing = Failing(error)
        self.culprits(event, "")
        if (visit := self.open.pop("", None)) is not None:
            self.failed(visit)

    def failed(self, visit: _Open) -> None:
        """A visit that ended with the failure on its way up, not caught."""
        self.used_up(visit)
        if isinstance(visit.state.body, Choice):
            self.choose(visit, visit.state.body, None)

    def used_up(self, visit: _Open) -> None:
        if self.failing is None:
            return
        for retrier in visit.state.retriers:
            if names(retrier.errors, self.failing, visit.state):
                if visit.retries.get(retrier.pointer, 0) >= retrier.max_attempts:
                    self.count("exhausted", retrier.pointer)
                return

    def error_of(self, visit: _Open) -> str | None:
        """A Fail state's error stands in its definition, not in the history."""
        body = visit.state.body
        assert isinstance(body, Fail)
        try:
            return None if body.error is None else _text(body.error(visit.entered.details["input"], self.scope(visit)))
        except Failure as failure:
            return failure.error


def _truth(rule: ChoiceRule, data: Json, scope: Scope, told: str | None, body: Choice) -> bool | None:
    """Whether the rule was true: as the history tells, else by looking; None where looking fails."""
    if told is not None and (told == body.default_pointer or any(told == other.pointer for other in body.rules)):
        return rule.pointer == told
    try:
        return rule.condition(data, scope)
    except Failure:
        return None


def _items(child: Execution) -> int:
    """How many items a batch holds. Source: developer guide, "ItemBatcher"."""
    given = child.history[0].details.get("input")
    items = given.get("Items") if isinstance(given, dict) else None
    return len(items) if isinstance(items, list) else 1


def _timestamp(moment: datetime) -> str:
    milliseconds = moment.microsecond // 1000
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{milliseconds:03d}Z" if milliseconds else "Z")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
