"""One state compared with its counterpart, field by field, as each field's meaning asks.

A field that is left out says its default, so a default written down is no change. Fields no state of the type has are
told as such: AWS refuses them, and nothing reads them.
Source: States Language, "State Types"; developer guide, the pages of each state.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.graph import is_terminal
from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.data import Sides, path_changes, same_path, same_written, template_changes
from asl_engine.analysis.structure.handlers import catcher_changes, retrier_changes
from asl_engine.analysis.structure.maps import container_changes
from asl_engine.analysis.structure.outline import Targets
from asl_engine.analysis.structure.rules import rule_changes
from asl_engine.analysis.structure.wording import contrast, duration, elements_of, is_number, path, plural, seconds, shortened, text_of, whole, written
from asl_engine.syntax.grammar import STATES
from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.values import MISSING, Json, Missing

NO_TIMEOUT = 99_999_999
"""Developer guide, "Task workflow state": TimeoutSeconds is this by default."""
_LIMITS = (("TimeoutSeconds", "times out after", "no longer times out"), ("HeartbeatSeconds", "needs a heartbeat every", "needs no heartbeat"))
_END, _NOWHERE = "End", "nothing"
_NO_DEFAULT = "none (States.NoChoiceMatched)"
_TEMPLATES = ("Parameters", "Arguments", "ResultSelector", "Output", "Assign", "Credentials")
_ABSENT = {
    "Parameters": "without it the state gets its whole input",
    "Arguments": "without it the state gets its whole input",
    "ResultSelector": "without it the result is taken whole",
    "Output": "without it the result is the output",
}
_TOLD = frozenset(
    {
        *("Type", "Comment", "QueryLanguage", "Next", "End", "Default", "Choices", "Retry", "Catch", "Resource", "Branches", "Iterator", "ItemProcessor"),
        *("Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Error", "ErrorPath", "Cause", "CausePath", "InputPath", "OutputPath", "ResultPath"),
        *("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath", "Result", *_TEMPLATES),
        *("Items", "ItemsPath", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Label", "MaxConcurrency", "MaxConcurrencyPath"),
        *("ToleratedFailurePercentage", "ToleratedFailurePercentagePath", "ToleratedFailureCount", "ToleratedFailureCountPath"),
    }
)
_WITH_PATHS = ("Task", "Wait", "Pass", "Succeed", "Choice", "Parallel", "Map")


def state_changes(sides: Sides, targets: Targets) -> Iterator[Change]:
    """What changed in one state, in the order of the specification's fields. Transitions are told without the state's own name."""
    if not same_written(*sides.of("Type")):
        yield sides.change(ChangeKind.TYPE, f"{what_it_does(sides.old)} → {what_it_does(sides.new)}", "Type")
        # What belongs to one of the two types only came and went with it.
        implied = (ChangeKind.RULE, ChangeKind.RESOURCE, ChangeKind.WAIT, ChangeKind.FAILURE, ChangeKind.CONTAINER)
        yield from (change for change in _field_changes(sides, targets) if change.kind not in implied)
    else:
        yield from _field_changes(sides, targets)


def _field_changes(sides: Sides, targets: Targets) -> Iterator[Change]:
    yield from flow_changes(sides, targets)
    yield from rule_changes(sides, targets)
    yield from _resource(sides)
    yield from wait_changes(sides)
    yield from _failure(sides)
    yield from data_changes(sides)
    yield from container_changes(sides)
    yield from retrier_changes(sides)
    yield from catcher_changes(sides, targets)
    yield from timeout_changes(sides)
    yield from _unknown(sides)


def what_it_does(state: dict[str, Json]) -> str:
    """ "Task that calls dynamodb:putItem", "Wait that waits 60 s", "Fail with "Card.Declined"", "Choice of 3 rules"."""
    kind = text_of(state.get("Type")) or "state without a Type"
    match kind:
        case "Task":
            resource = state.get("Resource")
            return f"Task that calls {resource_in_words(parse_resource(resource)) if isinstance(resource, str) else written(resource)}"
        case "Wait":
            return f"Wait that {wait_in_words(state)}"
        case "Fail":
            return f"Fail with {written(state['Error'])}" if "Error" in state else "Fail"
        case "Choice":
            return f"Choice of {plural(len(elements_of(state.get('Choices'))), 'rule')}"
        case _:
            return kind


# ---------------------------------------------------------------------------------------------------------------- flow


def flow_changes(sides: Sides, targets: Targets) -> Iterator[Change]:
    """Next, End and Default."""
    one, other = _leads(sides.old), _leads(sides.new)
    before, after = text_of(sides.old.get("Next")), text_of(sides.new.get("Next"))
    same = targets.same(before, after) if before is not None and after is not None else one == other
    if not same and not (sides.old.get("Type") != sides.new.get("Type") and _NOWHERE in (one, other)):
        yield sides.change(ChangeKind.TRANSITION, _next(one, other, targets), "Next", "End")
    old, new = text_of(sides.old.get("Default")), text_of(sides.new.get("Default"))
    if not targets.same(old, new):
        sentence = f"Default {targets.told(old or _NO_DEFAULT, new or _NO_DEFAULT)}"
        yield sides.change(ChangeKind.TRANSITION, sentence, "Default")


def _next(one: str, other: str, targets: Targets) -> str:
    """ "Next Pay → Ship", "End → Next Pay", "Next Pay → End"."""
    return f"{one} → Next {other}" if one in (_END, _NOWHERE) and other not in (_END, _NOWHERE) else f"Next {targets.told(one, other)}"


def _leads(state: dict[str, Json]) -> str:
    target = text_of(state.get("Next"))
    return target if target is not None else _END if is_terminal(state) else _NOWHERE


# ------------------------------------------------------------------------------------------------------------ the task


def _resource(sides: Sides) -> Iterator[Change]:
    old, new = sides.of("Resource")
    if not same_written(old, new):
        yield sides.change(ChangeKind.RESOURCE, resources_in_words(old, new), "Resource")


def resources_in_words(old: Json | Missing, new: Json | Missing) -> str:
    if not isinstance(old, str) or not isinstance(new, str):
        return f"Resource {written(old)} → {written(new)}"
    one, other = parse_resource(old), parse_resource(new)
    if one.kind == other.kind == "service" and (one.service, one.api) == (other.service, other.api) and one.pattern != other.pattern:
        return f"{one.service}:{one.api} {_pattern(other, one)}: Resource {one.pattern or 'without pattern'} → {other.pattern or 'without pattern'}"
    before, after = resource_in_words(one), resource_in_words(other)
    return f"calls {after} instead of {before}" if before != after else f"Resource {shortened(old)} → {shortened(new)}"


def _pattern(new: Resource, old: Resource) -> str:
    match new.pattern:
        case ".waitForTaskToken":
            return "waits for the task token now"
        case ".sync" | ".sync:2" if old.pattern.startswith(".sync"):
            return "gives its result in another form"
        case ".sync" | ".sync:2":
            return "waits for the job to end now"
        case _:
            return "no longer waits for the task token" if old.pattern == ".waitForTaskToken" else "no longer waits for the job to end"


def resource_in_words(resource: Resource) -> str:
    """ "dynamodb:putItem", "the function charge", "the activity approve"; what is not known as it is written."""
    if resource.kind == "service":
        return f"{resource.service}:{resource.action}"
    if resource.kind in ("lambda", "activity") and resource.arn.startswith("arn:"):
        marker = ":function:" if resource.kind == "lambda" else ":activity:"
        return f"the {'function' if resource.kind == 'lambda' else 'activity'} {resource.arn.partition(marker)[2]}"
    return shortened(resource.arn)


# ---------------------------------------------------------------------------------------------------------------- time


def timeout_changes(sides: Sides) -> Iterator[Change]:
    """TimeoutSeconds and HeartbeatSeconds, of a state or of the machine."""
    for name, told, without in (
        ("TimeoutSeconds", "times out after", "no longer times out"),
        ("HeartbeatSeconds", "needs a heartbeat every", "needs no heartbeat"),
    ):
        old, new = (_seconds(side, name) for side in (sides.old, sides.new))
        if same_path(old, new):
            continue
        where = (name, f"{name}Path")
        if isinstance(old, Missing):
            yield sides.change(ChangeKind.TIMEOUT, f"{told} {seconds(new)} now: {name} is new", *where)
        elif isinstance(new, Missing):
            yield sides.change(ChangeKind.TIMEOUT, f"{without}: {name} {seconds(old)} is gone", *where)
        else:
            yield sides.change(ChangeKind.TIMEOUT, f"{name} {seconds(old)} → {seconds(new)}", *where)


def _seconds(state: dict[str, Json], name: str) -> Json | Missing:
    value = state.get(name, state.get(f"{name}Path", MISSING))
    return MISSING if name == "TimeoutSeconds" and value == NO_TIMEOUT else value


def wait_changes(sides: Sides) -> Iterator[Change]:
    fields = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
    old, new = ({name: side[name] for name in fields if name in side} for side in (sides.old, sides.new))
    if old.keys() == new.keys() and all(same_path(old[name], new[name]) for name in old):
        return
    if not old or not new:
        if sides.old.get("Type") == sides.new.get("Type"):
            yield sides.change(ChangeKind.WAIT, f"{wait_in_words(old)} → {wait_in_words(new)}", *fields)
        elif new:
            yield sides.change(ChangeKind.WAIT, wait_in_words(new), *fields)
        return
    before, after = wait_in_words(old), wait_in_words(new)
    both = before.startswith("waits ") and after.startswith("waits ")
    yield sides.change(ChangeKind.WAIT, f"{before} → {after.removeprefix('waits ') if both else after}", *fields)


def wait_in_words(state: dict[str, Json]) -> str:
    for name in ("Seconds", "SecondsPath"):
        if name in state:
            return f"waits {duration(value) if is_number(value := state[name]) and isinstance(value, (int, float)) else f'{_expression(value)} seconds'}"
    for name in ("Timestamp", "TimestampPath"):
        if name in state:
            return f"waits until {_expression(state[name])}"
    return "waits for nothing"


def _expression(value: Json) -> str:
    return path(value).removeprefix("{%").removesuffix("%}").strip()


# ---------------------------------------------------------------------------------------------------------------- data


def _failure(sides: Sides) -> Iterator[Change]:
    for name in ("Error", "Cause"):
        old, new = (_said(side, name) for side in (sides.old, sides.new))
        if old != new:
            yield sides.change(ChangeKind.FAILURE, f"{name} {contrast(old, new)}", name, f"{name}Path")


def _said(state: dict[str, Json], name: str) -> str:
    """What an Error or Cause says; one that says it twice, which AWS refuses, says both."""
    found = [whole(state[name])] if name in state else []
    if f"{name}Path" in state:
        found.append(path(state[f"{name}Path"]))
    return " and ".join(found) or "nothing"


def data_changes(sides: Sides) -> Iterator[Change]:
    """Paths and templates of any state, and the Result of a Pass."""
    yield from path_changes(sides)
    for name in _TEMPLATES:
        if name == "Assign" and not sides.old.get(name) and not sides.new.get(name):
            continue
        if not (name == "Parameters" and sides.new.get("Type") == "Map"):  # of a Map it is the ItemSelector
            yield from template_changes(sides, name, absent=_ABSENT.get(name, ""))
    yield from template_changes(sides, "Result", absent="without it the input is the result")


def _unknown(sides: Sides) -> Iterator[Change]:
    """Fields no state of this type has in any query language."""
    shape = STATES.get(str(sides.new.get("Type")))
    known = {field.name for field in shape.fields} if shape is not None else set()
    for name in dict.fromkeys([*sides.new, *sides.old]):
        old, new = sides.of(name)
        if name in _TOLD or same_written(old, new):
            continue
        why = "" if name in known or shape is None else f" (no field of {shape.name} state)"
        yield sides.change(ChangeKind.OTHER, f"{name}{why}: {written(old)} → {written(new)}", name)
