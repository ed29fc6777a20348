"""Short ways to write machines, for tests that look at one thing."""

from __future__ import annotations

from typing import Any

import asl_engine as asl

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:pay"
QUEUE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
JOB = "arn:aws:states:::glue:startJobRun.sync"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:pack"


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine that starts at the first state; machine fields go in with `|`."""
    return {"StartAt": next(iter(states)), "States": states}


def task(**fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Task", "Resource": LAMBDA, **fields})


def wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Wait", "Seconds": seconds, **fields})


def nothing(**fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Pass", **fields})


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return _ended({"Type": "Parallel", "Branches": list(branches), **fields})


def over(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Map."""
    return _ended({"Type": "Map", "ItemProcessor": processor, **fields})


def distributed(processor: dict[str, Any], type: str = "STANDARD", **fields: Any) -> dict[str, Any]:
    return over({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": type}, **processor}, **fields)


def _ended(state: dict[str, Any]) -> dict[str, Any]:
    return state if "Next" in state else {**state, "End": True}


def play(definition: dict[str, Any], input: Any = None, **options: Any) -> asl.Execution:
    """Loads and runs."""
    return asl.run(asl.load(definition), {} if input is None else input, **options)


def types(execution: asl.Execution) -> list[str]:
    return [event.type for event in execution.history]


def events(execution: asl.Execution, type: str) -> list[Any]:
    """All events of a type."""
    return [event for event in execution.history if event.type == type]


def seconds(execution: asl.Execution) -> float:
    return execution.elapsed.total_seconds()
