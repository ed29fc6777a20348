"""A state rewritten in the other query language: what can be shown to say the same, what to differ, and what cannot be told.

Both sides are brought into one notation (`readings`). What is equal there is no change. Constants that differ are a
change, and paths into the input that differ are one too, if no rewritten state hands on other data than before. What has no
reading, or other readings that may still give the same, is neutral: only runs can tell, and the change says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from asl_engine.analysis.readings import ERROR, INPUT, RESULT, Reading, constant, of_jsonata, of_path, of_template
from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.conditions import condition_in_words, condition_of
from asl_engine.analysis.structure.data import Sides
from asl_engine.analysis.structure.handlers import paired_by_errors, target_of
from asl_engine.analysis.structure.outline import Targets
from asl_engine.analysis.structure.rules import rules_without_counterpart
from asl_engine.analysis.structure.wording import elements_of, is_jsonata, members_of, shortened
from asl_engine.expressions.comparisons import OPERATORS
from asl_engine.values import Json, canonical_text

_WITH_ARGUMENTS = ("Task", "Parallel")
_BY_PATH = (
    *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "Error", "Cause"),
    *("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
)
_SIGNS = {"Equals": "=", "LessThan": "<", "LessThanEquals": "<=", "GreaterThan": ">", "GreaterThanEquals": ">="}
DATA_FIELDS = frozenset(
    {
        *("InputPath", "OutputPath", "ResultPath", "Parameters", "Arguments", "Result", "ResultSelector", "Output", "Assign"),
        *("ItemsPath", "Items", "ItemSelector", "ItemReader", "ResultWriter", "ItemBatcher", "Credentials"),
        *("Condition", "Variable", "And", "Or", "Not", "QueryLanguage"),
        *(name for field_name in _BY_PATH for name in (field_name, f"{field_name}Path")),
        *OPERATORS,
    }
)
"""What is compared here; the rest of a state is compared as in any other pair."""


@dataclass(slots=True)
class Rewritten:
    """What was found of one pair of states in two languages."""

    unproved: list[str] = field(default_factory=list)
    """The fields of which only runs can tell."""
    data: bool = True
    """Whether it is shown to hand on the same data, to variables too."""
    differences: list[Change] = field(default_factory=list)
    """Constants, and whatever else differs for certain."""
    paths: list[Change] = field(default_factory=list)
    """Paths into the input that differ: for certain if the input is the same."""


def language_of(machine: dict[str, Json], state: dict[str, Json]) -> str:
    found = state.get("QueryLanguage", machine.get("QueryLanguage", "JSONPath"))
    return found if isinstance(found, str) else "JSONPath"


def without_data(sides: Sides) -> Sides:
    """A pair of states without what `rewritten` compares: targets, errors, resources, retries, numbers both write down stay."""
    left_out = DATA_FIELDS - _plain(sides)
    return replace(sides, old=_bare(sides.old, left_out), new=_bare(sides.new, left_out))


def _bare(state: dict[str, Json], left_out: frozenset[str]) -> dict[str, Json]:
    found = {name: value for name, value in state.items() if name not in left_out and name != "Choices"}
    if "Catch" in found:
        found["Catch"] = [{name: value for name, value in members_of(one).items() if name not in DATA_FIELDS} for one in elements_of(found["Catch"])]
    return found


def _plain(sides: Sides) -> frozenset[str]:
    """Fields that hold a constant on both sides, whatever the language."""
    return frozenset(
        name for name in _BY_PATH if name in sides.old and name in sides.new and not is_jsonata(sides.old[name]) and not is_jsonata(sides.new[name])
    )


def rewritten(sides: Sides, targets: Targets, language: str) -> Rewritten:
    """A pair of states of one type, of which the new one is in `language` and the old one is not."""
    found = Rewritten()
    before, after = ("JSONPath", "JSONata") if language == "JSONata" else ("JSONata", "JSONPath")
    one, other = aspects(sides.old, before), aspects(sides.new, after)
    for name in (name for name in dict.fromkeys([*other, *one]) if name not in _plain(sides)):
        _compare(one.get(name), other.get(name), name, sides, found)
    pairs = _rules(sides, targets, before, after)
    for i, j in pairs:
        _compare_rule(i, j, sides, found, before, after)
    found.differences += rules_without_counterpart(sides, pairs)
    old, new = elements_of(sides.old.get("Catch")), elements_of(sides.new.get("Catch"))
    for i, j in paired_by_errors(old, new):
        left, right = _caught(members_of(old[i]), before), _caught(members_of(new[j]), after)
        for name in dict.fromkeys([*right, *left]):
            _compare(left.get(name), right.get(name), f"Catch {j} {name}", sides.element("Catch", i, j, old[i], new[j]), found)
    for name in ("ItemReader", "ResultWriter", "ItemBatcher", "Credentials"):
        if name in sides.old or name in sides.new:
            found.unproved.append(name)
    return found


# -------------------------------------------------------------------------------------------------------- what is said


def aspects(state: dict[str, Json], language: str) -> dict[str, Reading]:
    """What a state does with data, by the name of the field JSONata has for it."""
    found = _jsonpath(state) if language == "JSONPath" else _jsonata(state)
    for name in _BY_PATH:
        if name in state:
            found[name] = constant(state[name]) if language == "JSONPath" else of_jsonata(state[name])
        elif f"{name}Path" in state:
            found[name] = of_path(state[f"{name}Path"], _effective(state))
    return found


def _effective(state: dict[str, Json]) -> Reading:
    return of_path(state.get("InputPath", "$"), INPUT)


def _jsonpath(state: dict[str, Json]) -> dict[str, Reading]:
    kind, effective = state.get("Type"), _effective(state)
    given = of_template(state["Parameters"], effective) if "Parameters" in state else effective
    found: dict[str, Reading] = {}
    result: Reading = RESULT
    if kind in _WITH_ARGUMENTS:
        found["Arguments"] = given
    elif kind == "Map":
        found["Items"] = of_path(state.get("ItemsPath", "$"), effective)
        if (selector := state.get("ItemSelector", state.get("Parameters"))) is not None:
            found["ItemSelector"] = of_template(selector, effective)
    elif kind == "Fail":
        return found
    else:
        result = constant_template(state["Result"]) if "Result" in state else given if kind == "Pass" else effective
    if isinstance(state.get("Assign"), dict) and state["Assign"]:
        found["Assign"] = of_template(state["Assign"], result)
    if "ResultSelector" in state:
        result = of_template(state["ResultSelector"], RESULT)
    placed = _placed(state.get("ResultPath", "$"), result)
    found["Output"] = of_path(state.get("OutputPath", "$"), placed)
    return found


def constant_template(value: Json) -> Reading:
    """A Result, in which `.$` means nothing."""
    return of_jsonata(value) if "{%" not in canonical_text(value) else None


def _placed(place: Json, result: Reading) -> Reading:
    if place is None:
        return INPUT
    if place == "$":
        return result
    match of_path(place, INPUT):
        case ("path", "input", steps) if steps:
            return "put", steps, result
    return None


def _jsonata(state: dict[str, Json]) -> dict[str, Reading]:
    kind = state.get("Type")
    found: dict[str, Reading] = {}
    if kind in _WITH_ARGUMENTS:
        found["Arguments"] = of_jsonata(state["Arguments"]) if "Arguments" in state else INPUT
    elif kind == "Map":
        found["Items"] = of_jsonata(state["Items"]) if "Items" in state else INPUT
        if "ItemSelector" in state:
            found["ItemSelector"] = of_jsonata(state["ItemSelector"])
    elif kind == "Fail":
        return found
    if isinstance(state.get("Assign"), dict) and state["Assign"]:
        found["Assign"] = of_jsonata(state["Assign"])
    default = RESULT if kind in ("Task", "Parallel", "Map") else INPUT
    found["Output"] = of_jsonata(state["Output"]) if "Output" in state else default
    return found


def _caught(catcher: dict[str, Json], language: str) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    if language == "JSONPath":
        found["Output"] = _placed(catcher.get("ResultPath", "$"), ERROR)
        if catcher.get("Assign"):
            found["Assign"] = of_template(catcher["Assign"], ERROR)
        return found
    found["Output"] = of_jsonata(catcher["Output"]) if "Output" in catcher else ERROR
    if catcher.get("Assign"):
        found["Assign"] = of_jsonata(catcher["Assign"])
    return found


# ------------------------------------------------------------------------------------------------------------ conditions


def of_rule(rule: Json, effective: Reading, depth: int = 0) -> Reading:
    """A rule in JSONPath as the condition it is in JSONata; None for what has no certain counterpart."""
    if not isinstance(rule, dict) or depth > 20:
        return None
    for name, word in (("And", "and"), ("Or", "or")):
        if name in rule:
            parts = [of_rule(part, effective, depth + 1) for part in elements_of(rule[name])]
            flat: list[Any] = []
            for part in parts:
                flat += part[2] if part is not None and part[:2] == ("call", word) else [part]
            return None if None in flat or not flat else flat[0] if len(flat) == 1 else ("call", word, tuple(flat))
    if "Not" in rule:
        inner = of_rule(rule["Not"], effective, depth + 1)
        return None if inner is None else ("call", "$not", (inner,))
    operator = next((name for name in rule if name in OPERATORS), "")
    variable = of_path(rule.get("Variable"), effective)
    if variable is None or not operator:
        return None
    if operator == "IsPresent":
        there = "call", "$exists", (variable,)
        return there if rule[operator] is True else ("call", "$not", (there,))
    for ending, sign in _SIGNS.items():
        kind = operator.removesuffix("Path").removesuffix(ending)
        if operator.removesuffix("Path") == f"{kind}{ending}" and kind in ("String", "Numeric", "Boolean"):
            operand = of_path(rule[operator], effective) if operator.endswith("Path") else constant(rule[operator])
            return None if operand is None else ("call", sign, (variable, operand))
    return None


def _rules(sides: Sides, targets: Targets, before: str, after: str) -> list[tuple[int, int]]:
    """Rules that lead to the same state: those that test the same first, then in their order."""
    old, new = (list(map(members_of, elements_of(side.get("Choices")))) for side in (sides.old, sides.new))
    tests = [_condition(rule, before, sides.old) for rule in old], [_condition(rule, after, sides.new) for rule in new]
    pairs: dict[int, int] = {}
    for proved in (True, False):
        for i, one in enumerate(old):
            for j, other in enumerate(new):
                same = tests[0][i] == tests[1][j] is not None if proved else True
                if i not in pairs and j not in pairs.values() and same and targets.same(target_of(one), target_of(other)):
                    pairs[i] = j
    return sorted(pairs.items())


def _compare_rule(i: int, j: int, sides: Sides, found: Rewritten, before: str, after: str) -> None:
    old, new = (members_of(elements_of(side["Choices"])[index]) for side, index in ((sides.old, i), (sides.new, j)))
    one, other = _condition(old, before, sides.old), _condition(new, after, sides.new)
    element = sides.element("Choices", i, j, old, new)
    if one is not None and other is not None and one != other and _only_constants_differ(one, other):
        told = f"rule to {new.get('Next')}: {condition_in_words(condition_of(old))} → {condition_in_words(condition_of(new))}"
        found.differences.append(Change(ChangeKind.RULE, None, told, element.old_at, element.new_at, old, new))
    elif one is None or one != other:
        found.unproved.append(f"Choices[{j}]")
    for name in ("Output", "Assign"):
        if name in old or name in new:
            found.unproved.append(f"Choices[{j}].{name}")
            found.data = False


def _condition(rule: dict[str, Json], language: str, state: dict[str, Json]) -> Reading:
    return of_rule(rule, _effective(state)) if language == "JSONPath" else of_jsonata(rule.get("Condition"))


def _only_constants_differ(one: Any, other: Any) -> bool:
    """Whether two readings of one form differ, and in constants only."""
    if one == other:
        return True
    if not isinstance(one, tuple) or not isinstance(other, tuple) or len(one) != len(other):
        return False
    if one[:1] == other[:1] == ("constant",):
        return True
    if one[:1] in (("path",), ("constant",)) or one[:1] != other[:1]:
        return bool(one[:1] == other[:1] == ("constant",))
    return all(_only_constants_differ(left, right) if isinstance(left, tuple) else left == right for left, right in zip(one, other, strict=True))


# ---------------------------------------------------------------------------------------------------------- comparing


def _compare(one: Reading, other: Reading, label: str, sides: Sides, found: Rewritten) -> None:
    if one is not None and one == other and understood(one):
        return
    handed_on = label.removeprefix("Catch ").lstrip("0123456789 ").startswith(("Output", "Assign"))
    match one, other:
        case ("object", left), ("object", right):
            ours, theirs = dict(left), dict(right)
            for name in dict.fromkeys([*theirs, *ours]):
                here = f"{label}.{name}"
                if name in ours and name in theirs:
                    _compare(ours[name], theirs[name], here, sides, found)
                else:
                    shown, word = (theirs[name], "is new: ") if name in theirs else (ours[name], "is gone: it was ")
                    found.differences.append(_change(sides, label, f"{here} {word}{in_words(shown)}"))
                    found.data = found.data and not handed_on
            return
        case ("array", left), ("array", right) if len(left) == len(right):
            for index, (mine, its) in enumerate(zip(left, right, strict=True)):
                _compare(mine, its, f"{label}[{index}]", sides, found)
            return
        case ("constant", left), ("constant", right):
            found.differences.append(_change(sides, label, f"{label}: {in_words(one)} → {in_words(other)}"))
        case ("call", left, mine), ("call", right, its) if left == right and len(mine) == len(its):
            for part, its_part in zip(mine, its, strict=True):
                _compare(part, its_part, label, sides, found)
            return
        case ("put", left, mine), ("put", right, its) if left == right:
            _compare(mine, its, f"{label}.{'.'.join(map(str, left))}", sides, found)
            return
        case (("put", _, _), ("put" | "path", *_)) | (("path", *_), ("put", _, _)) if understood(one) and understood(other):
            found.differences.append(_change(sides, label, f"{label}: {in_words(one)} → {in_words(other)}"))
        case ("path", "input", left), ("path", "input", right):
            found.paths.append(_change(sides, label, f"{label}: {in_words(one)} → {in_words(other)}"))
        case _:
            found.unproved.append(label)
    found.data = found.data and not handed_on


def understood(reading: Any) -> bool:
    return reading is not None and (not isinstance(reading, tuple) or all(understood(part) for part in reading))


def _change(sides: Sides, label: str, sentence: str) -> Change:
    """At the field of the aspect, whatever it is called on either side."""
    name = label.split(".")[0].split("[")[0].split(" ")[-1]
    return sides.change(_KINDS.get(name, ChangeKind.DATA), sentence, *_FIELDS.get(name, (name, f"{name}Path")))


_FIELDS = {
    "Arguments": ("Arguments", "Parameters"),
    "Items": ("Items", "ItemsPath"),
    "Output": ("Output", "ResultSelector", "ResultPath", "Result", "OutputPath"),
}
_KINDS = {
    **dict.fromkeys(("Error", "Cause"), ChangeKind.FAILURE),
    **dict.fromkeys(("Seconds", "Timestamp"), ChangeKind.WAIT),
    **dict.fromkeys(("TimeoutSeconds", "HeartbeatSeconds"), ChangeKind.TIMEOUT),
}


def in_words(reading: Any) -> str:
    """A reading in the notation both languages come near to: `$.a.b`, `$result.x`, `"text"`."""
    match reading:
        case None:
            return "something that is not understood"
        case ("constant", text):
            return shortened(str(text))
        case ("path", root, steps):
            start = {"input": "$", "context": "$$", "result": "result", "error": "error"}.get(root, f"${str(root).removeprefix('variable ')}")
            return start + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        case ("put", steps, value):
            return f"the input with {in_words(value)} at $.{'.'.join(map(str, steps))}"
        case ("object", members):
            return shortened("{" + ", ".join(f"{name}: {in_words(value)}" for name, value in members) + "}")
        case ("array", parts):
            return shortened(f"[{', '.join(map(in_words, parts))}]")
        case ("call", name, parts):
            return shortened(f"{name}({', '.join(map(in_words, parts))})")
    return "something"
