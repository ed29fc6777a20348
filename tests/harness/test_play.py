from datetime import UTC, datetime

import pytest

from asl_engine.errors import ScenarioError
from asl_engine.harness.play import play
from asl_engine.scenario_files import load_scenarios

PAID = "mocks: {Charge: {return: {ok: true}}}"


def test_a_scenario_that_holds_passes(one):
    verdict = play(one(PAID, "expect: {output: {ok: true}, path: [Charge, Done]}"))
    assert (verdict.passed, verdict.mismatches, verdict.fault, verdict.warnings) == (True, (), None, ())
    assert verdict.execution.path == ["Charge", "Done"]


def test_a_scenario_that_does_not_says_what_where_and_how_to_play_it_again(one):
    verdict = play(one("mocks: {Charge: [{throw: {error: Card.Throttled}}, {return: 1}]}", "expect: {retries: 0, output: 2}"))
    assert not verdict.passed
    assert verdict.explanation().splitlines() == [
        "one  t.scenario.yaml:3:5",
        "  +0s  Charge  function charge",
        "  +3s    retry 1 after 3s: Card.Throttled",
        "    … and 1 more state entered after the first difference",
        "  first difference: retries  t.scenario.yaml:5:23",
        "    expected  0",
        "    actual    1",
        "  and 1 more difference, at the same place or later:",
        "    output: expected 2, not 1",
        "  reproduce: asl test t.scenario.yaml::one",
    ]


def test_every_play_has_fresh_mocks(one):
    scenario = one(PAID)
    assert [play(scenario).passed for _ in range(3)] == [True] * 3


def test_an_unmocked_task_fails_the_scenario_and_shows_how_far_it_came(one):
    verdict = play(one("input: {amount: 7}"))
    assert verdict.execution.path == ["Charge"]
    assert verdict.fault.startswith('UnmockedTask: nothing answers arn:aws:lambda:us-east-1:123456789012:function:charge in state "Charge"')
    assert 'called with {"amount":7}' in verdict.explanation()


def test_exhausted_answers_fail_the_scenario(one):
    verdict = play(one("mocks: {Charge: {throw: {error: Card.Throttled}}}", "expect: {error: Card.Throttled}"))
    assert verdict.fault.startswith('MockExhausted: the answers ran out: state "Charge" has none for attempt 1')


def test_an_unused_mock_is_a_warning_with_its_place_and_strictly_a_fault(one):
    verdict = play(one("mocks: {Charge: {return: 1}, Done: {return: 2}}"))
    assert verdict.passed
    assert verdict.warnings == ('t.scenario.yaml:4:40: state "Done": returns 2 was never given',)
    assert not verdict.strict().passed
    assert verdict.strict().fault.startswith("UnusedMock: t.scenario.yaml:4:40")


def test_nothing_ever_happening_is_a_fault(folder, one):
    sent = {"QueueUrl": "https://queue.example/q", "MessageBody": "please"}
    state = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": sent, "End": True}
    folder("order.asl.json", {"StartAt": "A", "States": {"A": state}})
    assert play(one("mocks: {A: {token: lost}}")).fault.startswith("ExecutionStalled: nothing can ever wake the execution again")


def test_a_definition_aws_would_refuse_is_a_fault_unless_validation_is_off(folder, one):
    folder("order.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error.$": "$.e"}}})
    refused = play(one())
    assert (refused.execution, "DefinitionError" in refused.fault, "order.asl.json:1:" in refused.fault) == (None, True, True)
    assert play(one("validate: false", "expect: {status: FAILED}")).passed


def test_a_definition_that_was_changed_is_read_again(folder, one):
    assert play(one(PAID)).passed
    folder("order.asl.json", {"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}})
    assert play(one("expect: {path: [Other]}")).passed


def test_time_starts_when_it_is_said(one):
    scenario = one("clock: {start: 2030-06-01T12:00:00Z}", "mocks: {Charge: {return: 1, after: 20s}}", "expect: {duration: 20s}")
    verdict = play(scenario)
    assert (verdict.passed, verdict.execution.history.started_at) == (True, datetime(2030, 6, 1, 12, tzinfo=UTC))


def test_the_seed_is_the_scenarios_or_the_callers(folder, one):
    folder("order.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}}})
    own, again, other = play(one("seed: 1")), play(one("seed: 1")), play(one("seed: 1"), seed=2)
    assert own.execution.output == again.execution.output != other.execution.output
    assert other.reproduce == "asl test t.scenario.yaml::one --seed 2"


def test_a_fake_answers_what_no_mock_does(folder, one):
    folder("shop.py", "def world(price):\n    return lambda call: {'price': price, 'by': call.state_name}\n")
    assert play(one("tasks: {use: 'shop.py', with: {}}", PAID)).fault.startswith('MockError: --mock shop.py: the module offers no "mocks"')
    folder("shop.py", "def mocks(price=7):\n    return lambda call: {'price': price, 'by': call.state_name}\n")
    assert play(one("tasks: shop.py", "expect: {output: {price: 7, by: Charge}}")).passed
    assert play(one("tasks: {use: shop.py, with: {price: 8}}", "expect: {output: {price: 8}}")).passed
    assert play(one("tasks: shop.py", PAID, "expect: {output: {ok: true}}")).passed


def test_a_mock_may_leave_later_calls_to_the_fake_behind_it(folder, one):
    folder("shop.py", "def mocks():\n    return lambda call: 'from the fake'\n")
    mocks = "mocks: {Charge: [{throw: {error: Card.Throttled}}, {defer: true}]}"
    assert play(one("tasks: shop.py", mocks, "expect: {output: from the fake, retries: 1}")).passed
    assert "defers, and nobody is asked after it" in play(one(mocks)).fault


def test_a_lambda_handler_is_called_with_event_and_context(folder, one):
    folder("app.py", "def handler(event, context):\n    if event['n'] > 1:\n        raise ValueError('too many')\n    return [context.function_name, event]\n")
    mock = "mocks: {Charge: {handler: 'app.py:handler', always: true}}"
    assert play(one("input: {n: 1}", mock, "expect: {output: [charge, {n: 1}]}")).passed
    assert play(one("input: {n: 2}", mock, "expect: {error: ValueError, cause: too many}")).passed


def test_what_nobody_answers_may_be_passed_through(one):
    assert play(one("input: {n: 1}", "unmocked: passthrough-input", "expect: {output: {n: 1}}")).passed


def test_machines_that_are_started_run_for_real_with_the_same_mocks(folder, one):
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "arn:x:inner", "Input.$": "$"},
        "End": True,
    }
    folder("outer.asl.json", {"StartAt": "Call", "States": {"Call": state}})
    scenario = one("definition: outer.asl.json", "machines: {inner: order.asl.json}", PAID, "expect: {output: {Output: {ok: true}}}")
    assert play(scenario).passed


def test_limits_may_be_made_smaller(one):
    assert play(one("limits: {events: 4}", PAID, "expect: {error: States.Runtime, events: 4}")).passed


def test_variables_context_and_name_are_given(folder, one):
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% [$x, $states.context.Execution.Name, $states.context.Extra.a] %}", "End": True}
    folder("order.asl.json", {"StartAt": "A", "States": {"A": state}})
    assert play(one("validate: false", "variables: {x: 1}", "context: {Extra: {a: 2}}", "execution_name: mine", "expect: {output: [1, mine, 2]}")).passed


@pytest.mark.parametrize("name", ["it's", "a b"])
def test_the_command_is_quoted_for_a_shell(folder, name):
    (only,) = load_scenarios(folder("t.scenario.yaml", f'definition: order.asl.json\nscenarios: [{{name: "{name}"}}]'))
    import shlex

    assert shlex.split(play(only).reproduce) == ["asl", "test", f"t.scenario.yaml::{name}"]


# ------------------------------------------------------------------------------------------------------------ machines

START = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:order", "Input": {"n": 1}},
    "OutputPath": "$.Output",
}
TWICE = {"StartAt": "First", "States": {"First": {**START, "Next": "Second"}, "Second": {**START, "End": True}}}


@pytest.fixture
def twice(folder):
    """`twice(lines)` is the verdict on a machine that runs another one twice."""
    folder("twice.asl.json", TWICE)

    def playing(*lines):
        text = "definition: twice.asl.json\nmachines: {order: order.asl.json}\nscenarios:\n  - name: one\n" + "".join(f"    {line}\n" for line in lines)
        (only,) = load_scenarios(folder("twice.scenario.yaml", text))
        return play(only)

    return playing


def test_what_a_started_machine_does_can_be_expected_of_all_its_executions_or_of_each(twice):
    charge = "mocks: {Charge: [{return: 1}, {throw: {error: Card.Throttled}}, {return: 2}]}"
    inside = "{path: [Charge, Done], states: {Charge: {attempts: 1, input: {n: 1}}}}"
    assert twice(charge, "expect: {machines: {order: {path: [Charge, Done]}}, output: 2}").passed
    assert twice(charge, f"expect: {{machines: {{order: [{inside}, {{output: 2, retries: 1}}]}}}}").passed
    verdict = twice(charge, f"expect: {{machines: {{order: {inside}}}}}")
    (mismatch,) = verdict.mismatches
    assert (mismatch.what, mismatch.expected) == ("machine order, execution 2 of 2: Charge, attempts", "1")
    assert verdict.judgement.places == ("twice.scenario.yaml:6:83",)


def test_a_machine_that_is_expected_to_run_must_run_so_often(twice):
    (mismatch,) = twice("mocks: {Charge: {return: 1, always: true}}", "expect: {machines: {order: [{output: 1}]}}").mismatches
    assert (mismatch.what, mismatch.expected, mismatch.actual) == ("machine order, executions", "1", "2")


def test_of_a_started_machine_too_nothing_said_means_succeeded(twice):
    verdict = twice("mocks: {Charge: {throw: {error: E}}}", "expect: {error: States.TaskFailed, machines: {order: {}}}")
    assert [mismatch.what for mismatch in verdict.mismatches] == ["machine order: status"]


def test_names_of_machines_and_of_their_states_are_checked(twice):
    fault = twice("mocks: {Charge: {return: 1, always: true}}", "expect: {machines: {ordr: {}, order: {never: [Refnd, Chrge]}}}").fault
    assert fault.splitlines() == [
        'ScenarioError: twice.scenario.yaml:6:31: there is no machine "ordr" among those under machines; did you mean "order"?',
        'twice.scenario.yaml:6:51: there is no state "Refnd"',
        'twice.scenario.yaml:6:58: there is no state "Chrge"; did you mean "Charge"?',
    ]


def test_mocks_come_before_machines_at_any_depth_and_a_call_takes_one_answer(twice, folder):
    folder("fakes.py", "def tasks():\n    return lambda call: 'fake'\n")
    verdict = twice("tasks: [fakes.py:tasks]", "mocks: {Charge: [{defer: true}, {return: mocked}], Second: {return: {Output: 1}}}", "expect: {output: 1}")
    assert (verdict.fault, verdict.mismatches) == (None, ())
    assert verdict.nested[0][1].output == "fake"
    assert verdict.warnings == ('twice.scenario.yaml:6:21: state "Charge": returns "mocked" was never given',)


def test_failing_once_and_then_answering_as_the_fake_does(one, folder):
    folder("fakes.py", "def tasks():\n    return lambda call: 'fake'\n")
    mocks = "mocks: {Charge: [{throw: {error: Card.Throttled}}, {defer: true, always: true}]}"
    assert play(one("tasks: [fakes.py:tasks]", mocks, "expect: {output: fake, retries: 1}")).passed


def test_a_started_machine_that_never_ends_is_a_warning(folder):
    ask = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"QueueUrl": "q", "MessageBody": "b"}, "End": True}
    folder("ask.asl.json", {"StartAt": "Ask", "States": {"Ask": ask}})
    start = {**START, "Resource": "arn:aws:states:::states:startExecution", "OutputPath": "$", "End": True}
    start["Parameters"] = {"StateMachineArn": "ask"}
    folder("parent.asl.json", {"StartAt": "Start", "States": {"Start": start}})
    text = "definition: parent.asl.json\nmachines: {ask: ask.asl.json}\nscenarios:\n  - {name: one, mocks: {Ask: {token: lost}}}\n"
    (only,) = load_scenarios(folder("never.scenario.yaml", text))
    verdict = play(only)
    assert verdict.passed
    (warning,) = verdict.warnings
    assert warning.startswith('started in state "Start", the machine "ask" never ends: "Ask" waits for')
    text = text.replace("lost}}}", "lost}}, expect: {machines: {ask: {status: RUNNING}}}}")
    (only,) = load_scenarios(folder("running.scenario.yaml", text))
    assert (play(only).passed, play(only).warnings) == (True, ())


def test_an_error_and_a_cause_that_must_be_absent(one):
    throw = "mocks: {Charge: {throw: {error: E}}}"
    assert play(one(throw, "expect: {error: E, cause: null}")).passed
    assert play(
        one("mocks: {Charge: {throw: {}}}", "expect: {status: FAILED, error: null, cause: null, states: {Charge: {error: null, caught: false}}}")
    ).passed
    (mismatch,) = play(one("mocks: {Charge: {throw: {error: E, cause: c}}}", "expect: {error: E, cause: null}")).mismatches
    assert (mismatch.what, mismatch.expected, mismatch.actual) == ("cause", "none", '"c"')


def test_exact_values_of_states(one):
    paid = ("input: {a: 1, b: 2}", "mocks: {Charge: {return: {ok: true, at: now}}}")
    assert play(one(*paid, "expect: {states: {Charge: {input_exact: {a: 1, b: 2}, result_exact: {ok: true, at: {$type: string}}}}}")).passed
    (mismatch,) = play(one(*paid, "expect: {states: {Charge: {output_exact: {ok: true}}}}")).mismatches
    assert (mismatch.what, str(mismatch.pointer), mismatch.expected, mismatch.actual) == ("Charge, output", "/at", "nothing", '"now"')


def test_a_matcher_that_means_nothing_is_a_mistake_in_the_file(one):
    with pytest.raises(ScenarioError, match=r't.scenario.yaml:4:22: at /id: unknown matcher "\$matchs"; did you mean "\$matches"\?'):
        one("expect: {output: {id: {$matchs: a}}}")


def test_an_input_larger_than_aws_takes_is_a_warning_unless_the_quota_is_lifted_expressly(folder, one):
    folder("large.json", {"a": "x" * 300_000})
    verdict = play(one("input_file: large.json", PAID))
    assert verdict.passed
    (warning,) = verdict.warnings
    assert "the input has 300,008 bytes; AWS starts no execution with more than 262,144" in warning
    assert play(one("input_file: large.json", "limits: {payload_bytes: null}", PAID)).warnings == ()


def test_what_belongs_to_the_scenario_is_not_expected_of_a_machine(twice):
    with pytest.raises(ScenarioError, match='"dynamodb" is expected of the scenario as a whole, not of a machine it starts'):
        twice("expect: {machines: {order: {dynamodb: {}}}}")
    with pytest.raises(ScenarioError, match='unknown key "sttus" in an expectation of a machine; did you mean "status"'):
        twice("expect: {machines: {order: [{sttus: FAILED}]}}")
    with pytest.raises(ScenarioError, match='unknown key "attmpts" in a state\'s expectation; did you mean "attempts"'):
        twice("expect: {machines: {order: {states: {Charge: {attmpts: 1}}}}}")


def test_a_variable_may_be_expected_to_be_absent(one):
    assert play(one(PAID, "expect: {variables: {a: {$absent: true}}, states: {Charge: {assigned: {a: {$absent: true}}}}}")).passed
