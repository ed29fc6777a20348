"""A Map or Parallel that joins more than a payload may hold

What
    A Map over items whose number the definition does not say, whose result is the array of all iterations' outputs: no ResultPath null, no
    ResultWriter. A Parallel of which several branches hand out their whole input, so that the result has a copy of it from each.

Why
    The array must fit into 262,144 bytes, or the state fails with States.DataLimitExceeded after all the work is done. A ResultSelector
    does not help, it comes after the join; what each iteration hands out does.
    Source: Step Functions developer guide, "Service quotas".

Example
    {"Type": "Map", "ItemsPath": "$.files", "ItemProcessor": {"StartAt": "Read", "States": {"Read": {"Type": "Task", "End": true, …}}}}

Instead
    End each iteration with what is needed of it ("ResultSelector", "OutputPath" or "Output" of its last state), use "ResultWriter" in a Distributed Map,
    or "ResultPath": null where nobody reads the results.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import PAYLOAD_BYTES
from asl_engine.linter.rule import STRICT, Advice, ContainerAt, Facts, StateAt
from asl_engine.syntax.shapes import is_opaque

CODE = "ASL431"
NAME = "join-outgrows-payload"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

_SELECTS = ("ResultSelector", "OutputPath", "ResultPath", "Output", "Parameters", "Result")
A_THOUSAND = 1000


def findings(facts: Facts) -> Iterator[Advice]:
    for container in facts.containers:
        state = facts.by_pointer.get(container.holder) if container.holder is not None else None
        if state is None or state.type != "Map" or _drops(state):
            continue
        last = [inner for inner in facts.states if inner.container is container and inner.value.get("End") is True]
        whole = [inner.name for inner in last if inner.type in ("Task", "Map", "Parallel") and not any(name in inner.value for name in _SELECTS)]
        if whole:
            size = PAYLOAD_BYTES // A_THOUSAND
            message = f"{state.name} joins the whole result of `{whole[0]}` of every item: with 1,000 items each may have {size} bytes, or the Map fails"
            yield Advice(state.pointer, message, "let the last state of an iteration hand out only what is needed", at_key=True)
    for state in facts.of_type("Parallel"):
        branches = [container for container in facts.containers if container.holder == state.pointer]
        copies = sum(_hands_out_its_input(branch, facts) for branch in branches) if state.language == "JSONPath" and not _drops(state) else 0
        if copies > 1:
            message = f"The result of {state.name} has {copies} copies of its input: with more than {PAYLOAD_BYTES // copies:,} bytes of it the state fails"
            yield Advice(state.pointer, message, "let the last state of a branch hand out only what is new", at_key=True)


def _hands_out_its_input(branch: ContainerAt, facts: Facts) -> bool:
    inside = [state for state in facts.states if state.container is branch]
    return bool(inside) and all(_keeps(state) for state in inside)


def _keeps(state: StateAt) -> bool:
    """Whether what goes in comes out, with or without something beside it."""
    if state.language != "JSONPath" or state.type == "Fail" or state.value.get("OutputPath", "$") != "$" or state.value.get("InputPath", "$") != "$":
        return False
    if state.type in ("Task", "Parallel", "Map"):
        return state.value.get("ResultPath", "$") != "$"
    return state.type != "Pass" or "ResultPath" in state.value or not ({"Result", "Parameters"} & state.value.keys())


def _drops(state: StateAt) -> bool:
    items = state.value.get("Items", state.value.get("ItemsPath"))
    none = "ResultPath" in state.value and state.value["ResultPath"] is None
    return none or "ResultWriter" in state.value or isinstance(items, list) or is_opaque(state.value.get("ItemProcessor"))
