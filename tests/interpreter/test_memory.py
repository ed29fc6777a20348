"""An execution that is dropped is freed at once: no circles for the cycle collector, no growth across runs."""

from __future__ import annotations

import gc

import asl_engine as asl

RETRIED = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {
                "StartAt": "Try",
                "States": {
                    "Try": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Retry": [{"ErrorEquals": ["X"]}], "End": True}
                },
            },
            "End": True,
        }
    },
}


def test_an_execution_leaves_nothing_for_the_cycle_collector() -> None:
    program = asl.load(RETRIED)
    attempts = [0]

    def every_other_fails(call: asl.TaskCall) -> dict[str, bool]:
        attempts[0] += 1
        if attempts[0] % 2:
            raise asl.TaskFailure("X", "once")
        return {"ok": True}

    asl.run(program, [1, 2, 3], tasks=every_other_fails)
    gc.collect()
    gc.disable()
    try:
        asl.run(program, [1, 2, 3], tasks=every_other_fails)
        assert gc.collect() == 0
    finally:
        gc.enable()
