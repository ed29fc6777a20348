"""Short ways to write states and to ask, for tests that look at one thing."""

from __future__ import annotations

import json
from typing import Any

import pytest

import asl_engine as asl

INVOKE = "arn:aws:states:::lambda:invoke"
ROLE = "arn:aws:iam::210987654321:role/tester"
FAILS = {"errorOutput": {"error": "Card.Declined", "cause": "no funds"}}


def nothing(**fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Pass", **fields})


def task(**fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Task", "Resource": INVOKE, **fields})


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Parallel", "Branches": list(branches), **fields})


def over(inner: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A distributed Map of one inner state, "Each"."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **machine(Each=inner or task())}
    return _ended({"Type": "Map", "ItemProcessor": processor, **fields})


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def _ended(state: dict[str, Any]) -> dict[str, Any]:
    return state if "Next" in state else {**state, "End": True}


def gives(result: Any, **more: Any) -> dict[str, Any]:
    """A mock."""
    return {"result": json.dumps(result), **more}


def ask(definition: dict[str, Any], input: Any = None, **members: Any) -> dict[str, Any]:
    """The answer at level DEBUG."""
    request = {"definition": json.dumps(definition), "inspectionLevel": "DEBUG", **members}
    return asl.test_state(**request, **({} if input is None else {"input": json.dumps(input)}))


def output(definition: dict[str, Any], input: Any = None, **members: Any) -> Any:
    return json.loads(ask(definition, input, **members)["output"])


def inspected(definition: dict[str, Any], input: Any = None, **members: Any) -> dict[str, Any]:
    """`inspectionData`."""
    data: dict[str, Any] = ask(definition, input, **members)["inspectionData"]
    return data


def refusal(definition: Any = None, input: Any = None, **members: Any) -> str:
    """ "CODE: message" """
    with pytest.raises(asl.AslError) as refused:
        ask(nothing() if definition is None else definition, input, **members)
    return f"{refused.value.code}: {refused.value}"
