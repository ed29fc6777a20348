"""Variables: what AWS reports of their references, and who may assign and read them."""

from __future__ import annotations

from asl_engine.analysis.check import check_definition
from asl_engine.analysis.scopes import variable_references
from asl_engine.source import source_from_value
from asl_engine.values import Json


def machine(**states: Json) -> Json:
    return {"StartAt": next(iter(states)), "States": dict(states)}


def said(definition: Json) -> list[tuple[str | None, str, str]]:
    return [(d.aws_code, d.message, d.pointer) for d in check_definition(source_from_value(definition))]


def passing(next_state: str | None = None, **fields: Json) -> Json:
    return {"Type": "Pass", **({"Next": next_state} if next_state else {"End": True}), **fields}


def test_references_are_listed_by_state_in_alphabetical_order() -> None:
    definition = machine(A=passing("B", Assign={"x": 1, "y": 2}), B=passing(InputPath="$y.a", Parameters={"v.$": "States.Format('$z {}', $x)", "w": "$no"}))
    assert variable_references(definition) == {"B": ["x", "y"]}


def test_references_in_jsonata_are_listed_too() -> None:
    assert variable_references({"QueryLanguage": "JSONata", **machine(A=passing(Output="{% $x + $states.input.y %}"))}) == {"A": ["x"]}  # type: ignore[dict-item]


def test_a_read_that_no_state_before_assigns_is_warned_of() -> None:
    assert said(machine(A=passing(InputPath="$x"))) == [("POSSIBLY_UNDEFINED_VARIABLE", "Variable 'x' is possibly not defined.", "/States/A/InputPath")]


def test_an_assignment_is_visible_in_the_next_state_not_in_its_own() -> None:
    assert [pointer for _, _, pointer in said(machine(A=passing("B", Assign={"x": 1}, InputPath="$x"), B=passing(InputPath="$x")))] == ["/States/A/InputPath"]


def test_a_variable_that_one_way_does_not_assign_is_warned_of() -> None:
    choice: Json = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "B", "Assign": {"x": 1}}], "Default": "B"}
    assert [message for _, message, _ in said(machine(A=choice, B=passing(InputPath="$x")))] == ["Variable 'x' is possibly not defined."]


def test_a_catcher_assigns_its_own_variables_and_not_the_states() -> None:
    task: Json = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Assign": {"ok": 1},
        "Catch": [{"ErrorEquals": ["E"], "Assign": {"bad": 1}, "Next": "C"}],
        "Next": "B",
    }
    definition = machine(A=task, B=passing(InputPath="$ok"), C=passing(InputPath="$bad", OutputPath="$ok"))
    assert [pointer for _, _, pointer in said(definition)] == ["/States/C/OutputPath"]


def test_a_loop_keeps_what_was_assigned_before_it() -> None:
    assert (
        said(
            machine(
                A=passing("B", Assign={"x": 1}),
                B=passing("C", InputPath="$x"),
                C={"Type": "Choice", "Choices": [{"Variable": "$x", "IsNull": True, "Next": "B"}], "Default": "D"},
                D=passing(),
            )
        )
        == []
    )


def test_inner_states_read_outer_variables() -> None:
    inner: Json = {"Type": "Parallel", "Branches": [machine(I=passing(InputPath="$x"))], "End": True}
    assert said(machine(A=passing("B", Assign={"x": 1}), B=inner)) == []


def test_inner_states_may_not_assign_an_outer_name() -> None:
    inner: Json = {"Type": "Parallel", "Branches": [machine(I=passing(Assign={"x": 2}))], "End": True}
    place = "/States/B/Branches/0/States/I/Assign/x"
    assert said(machine(A=passing("B", Assign={"x": 1}), B=inner)) == [
        ("DUPLICATE_VARIABLE_NAME", "The variable name 'x' was already defined in a parent scope.", place)
    ]


def test_sibling_branches_may_use_the_same_name() -> None:
    assert said(machine(A={"Type": "Parallel", "Branches": [machine(I=passing(Assign={"x": 2})), machine(J=passing(Assign={"x": 2}))], "End": True})) == []


def test_a_distributed_map_sees_no_outer_variables() -> None:
    processor: Json = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": passing(InputPath="$x")}}
    definition = machine(A=passing("B", Assign={"x": 1}), B={"Type": "Map", "ItemProcessor": processor, "ItemsPath": "$x", "End": True})
    assert [pointer for _, _, pointer in said(definition)] == ["/States/B/ItemProcessor/States/I/InputPath"]


def test_a_state_called_states_is_no_trouble() -> None:
    assert variable_references(machine(States=passing(InputPath="$x"))) == {"States": ["x"]}
