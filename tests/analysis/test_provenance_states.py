"""What a machine asks of its input, of its tasks' results, and of their failures."""

import pytest

from asl_engine.analysis.needs import Inside
from asl_engine.analysis.provenance import INPUT, error_of, result_of
from asl_engine.analysis.provenance_states import needs_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def machine(start, language="JSONPath", **states):
    return {"StartAt": start, "QueryLanguage": language, "States": states}


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION, **({} if "Next" in fields else {"End": True}), **fields}


def asked(definition, source=INPUT):
    return needs_of(definition)[source]


def test_a_template_asks_for_the_members_it_reads():
    need = asked(machine("A", A=task(Parameters={"id.$": "$.order.id", "all.$": "$", "fixed": "$.not.a.path"})))
    assert list(need.members) == ["order"] and list(need.members["order"].members) == ["id"]


def test_what_replaces_the_input_answers_for_later_states():
    needs = needs_of(machine("A", A=task(Next="B"), B=task(Parameters={"x.$": "$.token"})))
    assert needs[INPUT].members == {}
    assert list(needs[result_of("A")].members) == ["token"]


def test_a_result_put_into_the_input_leaves_the_rest_to_the_input():
    needs = needs_of(machine("A", A=task(ResultPath="$.got", Next="B"), B=task(Parameters={"x.$": "$.got.id", "y.$": "$.name"})))
    assert list(needs[INPUT].members) == ["name"]
    assert list(needs[result_of("A")].members) == ["id"]


def test_a_null_result_path_keeps_the_input():
    needs = needs_of(machine("A", A=task(ResultPath=None, Next="B"), B=task(InputPath="$.name")))
    assert list(needs[INPUT].members) == ["name"] and result_of("A") not in needs


def test_result_selector_and_output_path_read_the_result():
    need = asked(machine("A", A=task(ResultSelector={"id.$": "$.Payload.id"}, OutputPath="$.id")), result_of("A"))
    assert list(need.members["Payload"].members) == ["id"]


def test_what_comes_by_two_ways_is_asked_of_both():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.big", "BooleanEquals": True, "Next": "A"}], "Default": "B"}
    needs = needs_of(machine("C", C=choice, A=task(Next="D"), B=task(Next="D"), D=task(Parameters={"x.$": "$.id"})))
    assert list(needs[result_of("A")].members) == list(needs[result_of("B")].members) == ["id"]


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ({"NumericGreaterThan": 100}, [100, 101, 99]),
        ({"StringEquals": "yes"}, ["yes", "other"]),
        ({"StringLessThan": "m"}, ["m", "mx", ""]),
        ({"BooleanEquals": True}, [True, False]),
        ({"TimestampLessThan": "2026-01-01T00:00:00Z"}, ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2025-12-31T23:59:59Z"]),
        ({"StringMatches": "a*.txt"}, ["a.txt", "ax.txt", "aa-b.txt", "x.txtx"]),
        ({"StringMatches": "a\\*b"}, ["a*b", "xbx"]),
        ({"IsNull": True}, [None]),
    ],
)
def test_constants_of_choice_rules_are_kept_with_their_neighbours(test, values):
    choice = {"Type": "Choice", "Choices": [{"Not": {"And": [{"Variable": "$.x", **test}]}, "Next": "D"}], "Default": "D"}
    assert asked(machine("C", C=choice, D={"Type": "Succeed"})).members["x"].values == values


def test_asking_whether_something_is_there_makes_it_optional():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "D"}], "Default": "D"}
    assert asked(machine("C", C=choice, D={"Type": "Succeed"})).members["x"].optional


def test_values_that_are_compared_with_each_other_know_each_other():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericLessThanPath": "$.y", "Next": "D"}], "Default": "D"}
    need = asked(machine("C", C=choice, D={"Type": "Succeed"}))
    assert need.members["x"].alike == [need.members["y"]]
    assert need.members["x"].kinds == need.members["y"].kinds == ["number"]


def test_a_map_asks_for_an_array_of_what_its_iterations_read():
    inner = {"StartAt": "P", "States": {"P": task(Parameters={"id.$": "$.item.id"})}}
    fan = {"Type": "Map", "ItemsPath": "$.list", "ItemSelector": {"item.$": "$$.Map.Item.Value"}, "ItemProcessor": inner, "End": True}
    need = asked(machine("M", M=fan)).members["list"]
    assert need.kinds == ["array"]
    assert list(need.at((Inside.ELEMENT,)).members) == ["id"]


def test_a_map_hands_on_an_array_of_results():
    inner = {"StartAt": "P", "States": {"P": task()}}
    definition = machine("M", M={"Type": "Map", "ItemProcessor": inner, "Next": "D"}, D=task(Parameters={"first.$": "$[0].id", "all.$": "$[*].name"}))
    assert list(asked(definition, result_of("P")).members) == ["id", "name"]


def test_a_parallel_hands_on_each_branch_in_its_place():
    branches = [{"StartAt": name, "States": {name: task()}} for name in ("A", "B")]
    needs = needs_of(machine("P", P={"Type": "Parallel", "Branches": branches, "Next": "D"}, D=task(Parameters={"b.$": "$[1].id"})))
    assert list(needs[result_of("B")].members) == ["id"] and result_of("A") not in needs


def test_a_text_that_is_parsed_is_asked_for_what_it_says():
    definition = machine("A", A={"Type": "Pass", "Parameters": {"body.$": "States.StringToJson($.raw)"}, "Next": "B"}, B=task(InputPath="$.body.id"))
    need = asked(definition).members["raw"].text
    assert need is not None and list(need.members) == ["id"]


def test_what_defaults_stand_for_is_asked_for_and_need_not_be_there():
    merged = {"Type": "Pass", "Parameters": {"all.$": "States.JsonMerge($.defaults, $$.Execution.Input, false)"}, "Next": "B"}
    defaults = {"Type": "Pass", "Result": {"mode": "plain"}, "ResultPath": "$.defaults", "Next": "A"}
    need = asked(machine("D", D=defaults, A=merged, B=task(Parameters={"x.$": "$.all.mode"})))
    assert need.members["mode"].optional


def test_variables_carry_what_they_were_given():
    needs = needs_of(machine("A", A=task(Assign={"id.$": "$.id"}, Next="B"), B=task(Parameters={"x.$": "$id.part", "y.$": "$$.Execution.Input.z"})))
    assert list(needs[result_of("A")].members["id"].members) == ["part"]
    assert list(needs[INPUT].members) == ["z"]


def test_a_catcher_asks_of_the_failure():
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failed", "Next": "B"}]
    definition = machine("A", A=task(Catch=catch), B={"Type": "Pass", "Parameters": {"why.$": "States.StringToJson($.failed.Cause)"}, "End": True})
    assert asked(definition, error_of("A")).members["Cause"].text is not None


def test_the_catcher_of_a_parallel_asks_of_the_failures_inside():
    inner = {"StartAt": "A", "States": {"A": task()}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    definition = machine("P", P={"Type": "Parallel", "Branches": [inner], "Catch": catch, "End": True}, B={"Type": "Fail", "CausePath": "$.Cause"})
    assert "Cause" in asked(definition, error_of("A")).members


def test_a_filter_asks_of_the_elements():
    need = asked(machine("A", A=task(Parameters={"some.$": "$.list[?(@.price > 10)].name"}))).members["list"].element
    assert need is not None and need.members["price"].values == [10, 11, 9]


def test_waits_ask_for_seconds_and_instants():
    waits = {"A": {"Type": "Wait", "SecondsPath": "$.s", "Next": "B"}, "B": {"Type": "Wait", "TimestampPath": "$.t", "End": True}}
    need = asked(machine("A", **waits))
    assert (need.members["s"].kinds, need.members["t"].kinds) == (["seconds"], ["timestamp"])


def test_a_loop_that_nests_its_data_ends():
    grow = {"Type": "Pass", "Parameters": {"inner.$": "$", "x.$": "$.inner.inner.x"}, "Next": "Grow"}
    assert "inner" in asked(machine("Grow", Grow=grow)).members


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"StartAt": "A"},
        machine("A"),
        machine("A", A=3),
        machine("A", A={"Type": "Choice", "Choices": [3, {"Variable": 7}]}),
        machine("A", A=task(Parameters=7, Catch=5, Next=3)),
    ],
)
def test_what_is_no_definition_asks_for_nothing(broken):
    assert not asked(broken).members


# -------------------------------------------------------------------------------------------------------- JSONata


def jsonata(expression, **fields):
    return machine("A", "JSONata", A=task(Arguments={"x": f"{{% {expression} %}}"}, **fields))


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("$states.input.a.b", ("a", "b")),
        ("$states.input.`odd name`.b", ("odd name", "b")),
        ("$merge([$states.input, {'m': 1}]).a.b", ("a", "b")),
        ("($x := $states.input.a; $x.b)", ("a", "b")),
        ("{'k': $states.input.a.b}.k", ("a", "b")),
        ("$states.input.list[0].a", ("list", Inside.ELEMENT, "a")),
        ("$map($states.input.list, function($v) { $v.a })", ("list", Inside.ELEMENT, "a")),
        ("$states.input.list[a > 1]", ("list", Inside.ELEMENT, "a")),
        ("$parse($states.input.text).a", ("text", Inside.TEXT, "a")),
        ("$lookup($states.input, 'a')", ("a",)),
        ("$states.input ~> $lookup('a')", ("a",)),
        ("$states.context.Execution.Input.a", ("a",)),
        ("$states.input.a ? $states.input.b : 0", ("b",)),
    ],
)
def test_a_jsonata_expression_asks_for_what_it_reads(expression, place):
    need = asked(jsonata(expression))
    for step in place:
        need = need.element if step is Inside.ELEMENT else need.text if step is Inside.TEXT else need.members.get(step)
        assert need is not None


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("$states.input.x = 'yes'", ["yes", "other"]),
        ("100 < $states.input.x", [100, 101, 99]),
        ("$states.input.x in ['a', 'b']", ["a", "b", "other"]),
        ("'a' in $states.input.x", ["a", "other"]),
        ("$states.input.x", [True, False]),
        ("$not($states.input.x)", [True, False]),
        ("$contains($states.input.x, 'err')", ["err", "xerrx", "x"]),
        ("$states.input.x > -1.5", [-1.5, -0.5, -2.5]),
    ],
)
def test_constants_of_conditions_are_kept_with_their_neighbours(condition, values):
    choice = {"Type": "Choice", "Choices": [{"Condition": f"{{% {condition} %}}", "Next": "D"}], "Default": "D"}
    assert asked(machine("C", "JSONata", C=choice, D={"Type": "Succeed"})).members["x"].values == values


def test_exists_makes_optional():
    assert asked(jsonata("$exists($states.input.x)")).members["x"].optional


def test_output_and_assign_read_the_result():
    definition = machine(
        "A", "JSONata", A=task(Output="{% $states.result.id %}", Assign={"v": "{% $states.result.w %}"}, Next="B"), B=task(Arguments="{% $v.z %}")
    )
    need = asked(definition, result_of("A"))
    assert list(need.members) == ["w", "id"] or list(need.members) == ["id", "w"]
    assert list(need.members["w"].members) == ["z"]


def test_a_jsonata_catcher_asks_of_the_failure():
    catch = [{"ErrorEquals": ["States.ALL"], "Assign": {"why": "{% $parse($states.errorOutput.Cause).errorMessage %}"}, "Next": "B"}]
    need = asked(machine("A", "JSONata", A=task(Catch=catch), B={"Type": "Succeed"}), error_of("A")).members["Cause"].text
    assert need is not None and list(need.members) == ["errorMessage"]


def test_an_expression_nobody_can_read_asks_for_nothing():
    assert asked(jsonata("$states.input.(")).members == {}
