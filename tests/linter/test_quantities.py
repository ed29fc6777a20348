from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.linter.loops import unbounded
from asl_engine.linter.quantities import duration, retry_waits
from asl_engine.linter.rule import Facts
from asl_engine.source import source_from_value

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.mark.parametrize(
    "asked",
    [
        {"Type": "Task", "Resource": FUNCTION},
        {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "OutputPath": "$.Payload"},
        {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Parameters": {"TaskDefinition": "t"}},
        {"Type": "Pass"},
        {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}], "OutputPath": "$[0]"},
    ],
    ids=["lambda", "invoke", "job", "pass", "parallel"],
)
def test_the_arithmetic_of_a_loop_is_what_happens(asked):
    """The history is full after as many turns as the finding says, and after as long, when nothing else is in the loop."""
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
        "Ask": {**asked, "Next": "Done?"},
        "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "DONE", "Next": "Ship"}], "Default": "Wait"},
        "Ship": {"Type": "Succeed"},
    }
    definition = {"StartAt": "Wait", "States": states}
    (loop,) = unbounded(Facts(source_from_value(definition)))
    answer = {"Payload": {"status": "BUSY"}, "status": "BUSY"}
    execution = asl.run(asl.load(definition), {"status": "BUSY"}, tasks=lambda call: answer)
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    turns = execution.path.count("Done?")
    inner = 2 if asked["Type"] == "Parallel" else 0
    assert turns == pytest.approx(25_000 / (loop.events + inner), abs=1)
    if not inner:
        assert turns == loop.turns
        assert execution.elapsed == pytest.approx(timedelta(seconds=60 * loop.turns), abs=timedelta(seconds=60))


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (90, "90 s"), (600, "10 min"), (86_400, "24 hours"), (200_000, "2.3 days"), (1e8, "3.2 years")])
def test_durations_read_as_people_say_them(seconds, said):
    assert duration(seconds) == said


def test_waits_of_a_retrier_grow_up_to_the_longest():
    assert retry_waits(3, 2, 3, None) == 3 + 6 + 12
    assert retry_waits(3, 2, 4, 10) == 3 + 6 + 10 + 10
    assert retry_waits(1, 1, 99_999_999, None) == 99_999_999
