"""Retry and Catch around the work of a state. Spec, "Errors"; AWS where it is known to differ."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from asl_engine.interpreter.handling import retry_delay
from asl_engine.program import Retrier
from asl_engine.values import Pointer
from tests.interpreter.definitions import JOB, events, machine, nothing, over, parallel, play, seconds, task, types


def failing(*errors: str | None, then: Any = "done") -> Any:
    """A task that fails so, one error a call, and succeeds afterwards."""
    left = list(errors)

    def answer(call: asl.TaskCall) -> Any:
        return asl.Failed(left.pop(0), "cause") if left else then

    return answer


def always(error: str | None) -> Any:
    return lambda call: asl.Failed(error)


def retry(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors), **fields}


def catch(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors), "Next": "Caught", **fields}


def handled(tasks: Any, retriers: list[Any] | None = None, catchers: list[Any] | None = None, **options: Any) -> asl.Execution:
    """A run of one Task with these handlers."""
    fields: dict[str, Any] = ({"Retry": retriers} if retriers else {}) | ({"Catch": catchers} if catchers else {})
    after = {"Caught": nothing()} if catchers else {}
    return play(machine(Try=task(**fields), **after), tasks=tasks, **options)


def delays(execution: asl.Execution) -> list[Any]:
    return [event.told["delay"] for event in execution.history if "delay" in event.told]


# ------------------------------------------------------------------------------------------------------------- Retry


def test_the_defaults_are_three_retries_after_one_two_and_four_seconds() -> None:
    execution = handled(always("E"), [retry("E")])
    assert delays(execution) == [1, 2, 4]
    assert seconds(execution) == 7


def test_a_retry_that_succeeds_ends_the_retrying() -> None:
    execution = handled(failing("E", "E"), [retry("E")])
    assert (execution.output, seconds(execution)) == ("done", 3)


def test_interval_and_rate_are_the_retriers_own() -> None:
    assert delays(handled(always("E"), [retry("E", IntervalSeconds=3, BackoffRate=1.5, MaxAttempts=3)])) == [3, 4.5, 6.75]


def test_max_delay_seconds_caps_the_delay() -> None:
    assert delays(handled(always("E"), [retry("E", IntervalSeconds=3, MaxDelaySeconds=10, MaxAttempts=4)])) == [3, 6, 10, 10]


def test_no_attempts_is_never_retried() -> None:
    assert delays(handled(always("E"), [retry("E", MaxAttempts=0)])) == []


def test_an_exhausted_retrier_does_not_fall_through_to_the_next() -> None:
    execution = handled(always("E"), [retry("E", MaxAttempts=1), retry("States.ALL", MaxAttempts=5)])
    assert delays(execution) == [1]


def test_an_exhausted_retrier_leaves_the_failure_to_the_catchers() -> None:
    assert handled(always("E"), [retry("E", MaxAttempts=1)], [catch("E")]).path == ["Try", "Caught"]


def test_each_retrier_counts_for_itself() -> None:
    execution = handled(failing("A", "B", "A", "B"), [retry("A", IntervalSeconds=1), retry("B", IntervalSeconds=10)])
    assert delays(execution) == [1, 10, 2, 20]
    assert [event.told["attempt"] for event in execution.history if "attempt" in event.told] == [1, 1, 2, 2]


def test_the_first_retrier_that_matches_counts() -> None:
    execution = handled(failing("A"), [retry("B"), retry("A", IntervalSeconds=5), retry("States.ALL")])
    (event,) = [event for event in execution.history if event.told]
    assert event.told["retrier"] == "/States/Try/Retry/1"


def test_counters_begin_anew_when_the_state_is_entered_again() -> None:
    again = {"Type": "Choice", "Choices": [{"Variable": "$$.State.Name", "StringEquals": "x", "Next": "Try"}], "Default": "Try"}
    tries = task(Retry=[retry("E", MaxAttempts=1)], Catch=[{"ErrorEquals": ["E"], "Next": "Again"}], Next="End")
    execution = play(machine(Try=tries, Again=again, End={"Type": "Succeed"}), tasks=failing("E", "E", "E"))
    assert delays(execution) == [1, 1]


def test_retry_count_counts_all_retries_of_the_visit() -> None:
    seen: list[Any] = []

    def answer(call: asl.TaskCall) -> Any:
        seen.append((call.attempt, call.arguments["count"]))
        return asl.Failed("AB"[len(seen) % 2]) if len(seen) < 4 else {}

    definition = machine(Try=task(Parameters={"count.$": "$$.State.RetryCount"}, Retry=[retry("A"), retry("B")]))
    play(definition, tasks=answer)
    assert seen == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_full_jitter_stays_within_the_delay_and_repeats_with_the_seed() -> None:
    jittered = [retry("E", IntervalSeconds=10, JitterStrategy="FULL", MaxAttempts=5, MaxDelaySeconds=60)]
    runs = {seed: delays(handled(always("E"), jittered, seed=seed)) for seed in range(20)}
    for drawn in runs.values():
        assert all(0 <= delay <= most for delay, most in zip(drawn, [10, 20, 40, 60, 60], strict=True))
    assert delays(handled(always("E"), jittered, seed=7)) == runs[7]
    assert len({tuple(drawn) for drawn in runs.values()}) == 20


def test_a_retried_task_is_scheduled_again_without_being_entered_again() -> None:
    execution = handled(failing("E"), [retry("E")])
    assert types(execution)[1:-1] == [
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
    ]
    assert [event.previous for event in execution.history] == [0, 0, 2, 3, 4, 5, 6, 7, 8, 9]


def test_the_timeout_is_each_attempts_own() -> None:
    execution = play(machine(Try=task(TimeoutSeconds=10, Retry=[retry("States.Timeout", MaxAttempts=1)])), tasks=lambda call: asl.Unanswered())
    assert seconds(execution) == 10 + 1 + 10


@pytest.mark.parametrize(("count", "delay"), [(0, 2.0), (1, 4.0), (10, 2048.0), (5000, 99_999_999)])
def test_the_delay_grows_with_the_count_and_never_beyond_the_largest_number(count: int, delay: float) -> None:
    assert retry_delay(Retrier(Pointer("/r"), frozenset({"E"}), 2, 9, 2.0, None, False), count) == delay


def test_a_parallel_is_retried_as_a_whole() -> None:
    calls: list[str] = []

    def answer(call: asl.TaskCall) -> Any:
        calls.append(call.state_name)
        return asl.Failed("E") if len(calls) == 2 else {}

    play(machine(P=parallel(machine(A=task()), machine(B=task()), Retry=[retry("E")])), tasks=answer)
    assert calls == ["A", "B", "A", "B"]


def test_what_a_retrier_told_is_not_told_again_of_a_later_state() -> None:
    """A retry whose own arguments fail schedules nothing; the next state's task is no retry."""
    wrong = task(Arguments="{% $error('no') %}", Retry=[retry("States.ALL", MaxAttempts=1)], Catch=[catch("States.ALL")])
    execution = play({"QueryLanguage": "JSONata", **machine(Try=wrong, Caught=task())}, tasks=lambda call: {})
    (scheduled,) = events(execution, "LambdaFunctionScheduled")
    assert scheduled.told == {}


# ------------------------------------------------------------------------------------------------------------- Catch


def test_catchers_are_tried_in_order() -> None:
    execution = handled(always("E"), None, [catch("F"), catch("E"), catch("States.ALL")])
    (exited,) = [event for event in execution.history if "catcher" in event.told]
    assert exited.told["catcher"] == "/States/Try/Catch/1"


def test_the_error_output_replaces_the_input_unless_a_place_is_given() -> None:
    assert handled(failing("E"), None, [catch("E")]).output == {"Error": "E", "Cause": "cause"}
    placed = handled(failing("E"), None, [catch("E", ResultPath="$.failed")], input={"a": 1})
    assert placed.output == {"a": 1, "failed": {"Error": "E", "Cause": "cause"}}


def test_a_failure_reported_without_error_and_cause_is_caught_by_all_with_nulls() -> None:
    execution = handled(lambda call: asl.Failed(None, None), None, [catch("States.ALL")])
    assert execution.output == {"Error": None, "Cause": None}


def test_a_catchers_assign_replaces_the_states_own() -> None:
    fields = {"Assign": {"who": "state"}, "Catch": [catch("E", Assign={"who.$": "$.Error"})]}
    execution = play(machine(Try=task(Next="Caught", **fields), Caught=nothing(Parameters={"who.$": "$who"})), tasks=failing("E"))
    assert execution.output == {"who": "E"}


def test_a_failure_inside_a_catcher_is_not_caught_again() -> None:
    broken = [catch("E", Output="{% $states.input.missing %}"), catch("States.ALL")]
    execution = play({"QueryLanguage": "JSONata", **machine(Try=task(Catch=broken), Caught=nothing())}, tasks=failing("E"))
    assert execution.error == "States.QueryEvaluationError"
    assert execution.path == ["Try"]


# ------------------------------------------------------------------------------------------------------- error names


MATCHES = [
    ("E", ["E"], True),
    ("E", ["F", "E"], True),
    ("E", ["e"], False),
    ("E.A", ["E"], False),
    ("E", ["States.ALL"], True),
    ("E", ["States.TaskFailed"], True),
    (None, ["States.ALL"], True),
    ("States.Permissions", ["States.TaskFailed"], True),
    ("States.Timeout", ["States.TaskFailed"], False),
    ("States.Timeout", ["States.Timeout"], True),
    ("States.Runtime", ["States.ALL"], False),
    ("States.Runtime", ["States.Runtime"], False),
    ("States.Runtime", ["States.TaskFailed"], False),
    ("States.DataLimitExceeded", ["States.ALL"], True),
]


@pytest.mark.parametrize(("error", "names", "caught"), MATCHES)
def test_an_error_is_matched_by_its_name_or_a_wildcard(error: str | None, names: list[str], caught: bool) -> None:
    assert handled(always(error), None, [catch(*names)]).path == (["Try", "Caught"] if caught else ["Try"])


def test_states_runtime_is_never_retried() -> None:
    execution = play(machine(Try=task(InputPath="$.missing", Retry=[retry("States.ALL")])), tasks=lambda call: {})
    assert (execution.error, delays(execution)) == ("States.Runtime", [])


@pytest.mark.parametrize(("name", "caught"), [("States.TaskFailed", True), ("E", True), ("States.Timeout", False)])
def test_a_containers_task_failed_matches_what_came_from_an_inner_task(name: str, caught: bool) -> None:
    for state in (parallel(machine(A=task()), Catch=[catch(name)]), over(machine(A=task()), Catch=[catch(name)])):
        execution = play(machine(Fan=state, Caught=nothing()), [1], tasks=always("E"))
        assert execution.path == (["Fan", "Caught"] if caught else ["Fan"])


def test_a_containers_task_failed_does_not_match_a_fail_state() -> None:
    fan = parallel(machine(A={"Type": "Fail", "Error": "E"}), Catch=[catch("States.TaskFailed")])
    assert play(machine(Fan=fan, Caught=nothing())).path == ["Fan"]


@pytest.mark.parametrize("name", ["States.HeartbeatTimeout", "States.Timeout", "States.ALL"])
def test_a_missed_heartbeat_is_recorded_as_a_timeout_and_matched_by_both_names(name: str) -> None:
    job = task(Resource=JOB, Parameters={"JobName": "j"}, HeartbeatSeconds=5, TimeoutSeconds=60, Catch=[catch(name)])
    execution = play(machine(Try=job, Caught=nothing()), tasks=lambda call: asl.Unanswered())
    assert execution.path == ["Try", "Caught"]
    assert seconds(execution) == 5
    (event,) = events(execution, "TaskTimedOut")
    assert event.details["error"] == "States.Timeout"


def test_a_timeout_that_is_no_missed_heartbeat_is_not_matched_as_one() -> None:
    job = task(Resource=JOB, Parameters={"JobName": "j"}, HeartbeatSeconds=5, TimeoutSeconds=8, Catch=[catch("States.HeartbeatTimeout")])
    beats = tuple(timedelta(seconds=second) for second in (2, 4, 6))
    execution = play(machine(Try=job, Caught=nothing()), tasks=lambda call: asl.Unanswered(beats))
    assert (execution.error, seconds(execution)) == ("States.Timeout", 8)


def test_a_result_that_does_not_fit_its_place_is_matched_by_the_specs_name_and_the_services() -> None:
    for name in ("States.ResultPathMatchFailure", "States.ReferencePathConflict"):
        tries = task(ResultPath="$.a.b", Catch=[catch(name)])
        assert play(machine(Try=tries, Caught=nothing()), {"a": 1}, tasks=lambda call: {}).path == ["Try", "Caught"]
