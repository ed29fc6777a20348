"""Which state of one definition is which state of another."""

from __future__ import annotations

import time
from typing import Any

import pytest

from asl_engine.analysis.pairing import name_similarity, pair_states


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """Starts at the first of them; a state without Next ends."""
    written = {
        name: {"End": True, **state} if "Next" not in state and state["Type"] in ("Task", "Pass", "Wait", "Map", "Parallel") else state
        for name, state in states.items()
    }
    return {"StartAt": next(iter(states)), "States": written}


def task(resource: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", **fields}


def wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": seconds, **fields}


def pairs(old: Any, new: Any) -> dict[str, str]:
    return {one.removeprefix("/States/"): other.removeprefix("/States/") for one, other in pair_states(old, new).states.items()}


CHARGE = task("lambda:invoke", Parameters={"FunctionName": "charge", "Payload": {"id.$": "$.id"}})
NOTIFY = task("sns:publish", Parameters={"TopicArn": "t", "Message.$": "$.text"})


def test_states_of_one_name_are_one() -> None:
    assert pairs(machine(Pay=CHARGE), machine(Pay=NOTIFY | {"Resource": CHARGE["Resource"]})) == {"Pay": "Pay"}


def test_a_renamed_state_is_recognised_by_its_shape() -> None:
    old = machine(Pay=CHARGE | {"Next": "Tell"}, Tell=NOTIFY)
    new = machine(Charge=CHARGE | {"Next": "Tell"}, Tell=NOTIFY)
    assert pairs(old, new) == {"Pay": "Charge", "Tell": "Tell"}


def test_a_renamed_state_that_changed_a_bit_is_recognised() -> None:
    changed = task("lambda:invoke", Parameters={"FunctionName": "charge", "Payload": {"id.$": "$.order.id"}}, TimeoutSeconds=5)
    assert pairs(machine(Pay=CHARGE), machine(Charge=changed)) == {"Pay": "Charge"}


def test_a_state_of_another_type_is_no_rename() -> None:
    assert pairs(machine(Pay=CHARGE), machine(Charge=wait(5))) == {}


def test_another_task_in_the_same_place_is_no_rename() -> None:
    assert pairs(machine(Pay=CHARGE, End={"Type": "Succeed"}), machine(Tell=NOTIFY, End={"Type": "Succeed"})) == {"End": "End"}


def test_alike_states_are_told_apart_by_their_neighbours() -> None:
    old = machine(First=CHARGE | {"Next": "A"}, A=wait(60, Next="Second"), Second=NOTIFY | {"Next": "B"}, B=wait(60))
    new = machine(First=CHARGE | {"Next": "X"}, Y=wait(60), Second=NOTIFY | {"Next": "Y"}, X=wait(60, Next="Second"))
    assert pairs(old, new) == {"First": "First", "A": "X", "Second": "Second", "B": "Y"}


def test_a_small_state_in_quite_another_place_is_no_rename() -> None:
    old = machine(First=CHARGE | {"Next": "Hold"}, Hold=wait(60, Next="Last"), Last=NOTIFY)
    new = machine(First=CHARGE | {"Next": "Last"}, Last=NOTIFY | {"Next": "Between"}, Between=wait(60, Next="Done"), Done={"Type": "Succeed"})
    assert "Hold" not in pairs(old, new)


def test_names_that_were_exchanged_are_seen() -> None:
    old = machine(A=wait(5, Next="B"), B={"Type": "Succeed"})
    new = machine(B=wait(5, Next="A"), A={"Type": "Succeed"})
    assert pairs(old, new) == {"A": "B", "B": "A"}


def test_a_name_that_was_given_to_a_new_state_does_not_hide_the_rename() -> None:
    old = machine(Pay=CHARGE | {"Next": "Tell"}, Tell=NOTIFY)
    new = machine(Pay=wait(3, Next="Charge"), Charge=CHARGE | {"Next": "Tell"}, Tell=NOTIFY)
    assert pairs(old, new) == {"Pay": "Charge", "Tell": "Tell"}


def test_every_state_renamed_at_once_is_recognised() -> None:
    old = machine(A=CHARGE | {"Next": "B"}, B=wait(5, Next="C"), C=wait(5, Next="D"), D={"Type": "Succeed"})
    new = machine(P=CHARGE | {"Next": "Q"}, Q=wait(5, Next="R"), R=wait(5, Next="S"), S={"Type": "Succeed"})
    assert pairs(old, new) == {"A": "P", "B": "Q", "C": "R", "D": "S"}


def fan(*branches: dict[str, Any]) -> dict[str, Any]:
    return machine(Fan={"Type": "Parallel", "Branches": list(branches)})


def test_an_inserted_branch_leaves_the_others_what_they_were() -> None:
    old, new = fan(machine(A=CHARGE), machine(B=NOTIFY)), fan(machine(N=wait(9)), machine(A=CHARGE), machine(B=NOTIFY))
    assert pair_states(old, new).containers == {"": "", "/States/Fan/Branches/0": "/States/Fan/Branches/1", "/States/Fan/Branches/1": "/States/Fan/Branches/2"}


def test_a_branch_whose_states_were_renamed_is_recognised_by_their_shapes() -> None:
    old, new = fan(machine(A=CHARGE), machine(B=NOTIFY)), fan(machine(N=NOTIFY), machine(M=CHARGE))
    assert pairs(old, new) == {"Fan": "Fan", "Fan/Branches/0/States/A": "Fan/Branches/1/States/M", "Fan/Branches/1/States/B": "Fan/Branches/0/States/N"}


def test_a_state_put_into_a_map_is_followed() -> None:
    old = machine(Pay=CHARGE | {"Next": "Tell"}, Tell=NOTIFY)
    new = machine(Each={"Type": "Map", "ItemProcessor": machine(Pay=CHARGE), "Next": "Tell"}, Tell=NOTIFY)
    assert pairs(old, new) == {"Pay": "Each/ItemProcessor/States/Pay", "Tell": "Tell"}


def test_states_inside_a_renamed_map_are_compared_with_their_own() -> None:
    old = machine(Each={"Type": "Map", "ItemsPath": "$.all", "ItemProcessor": machine(Pay=CHARGE)})
    new = machine(Every={"Type": "Map", "ItemsPath": "$.all", "ItemProcessor": machine(Charge=CHARGE)})
    assert pairs(old, new) == {"Each": "Every", "Each/ItemProcessor/States/Pay": "Every/ItemProcessor/States/Charge"}


@pytest.mark.parametrize("broken", [None, [], "text", {}, {"States": []}, {"States": {"A": None}}])
def test_what_is_no_definition_has_no_states_to_pair(broken: Any) -> None:
    assert pairs(broken, machine(A=CHARGE)) == pairs(machine(A=CHARGE), broken) == pairs(broken, broken) == {}


def test_a_state_with_nonsense_in_it_is_paired_by_its_name() -> None:
    broken = {"StartAt": 3, "States": {"A": {"Type": 7, "Branches": {}, "Next": [], "Catch": 1, "Choices": None}}}
    assert pairs(broken, machine(A=CHARGE)) == {"A": "A"}


def test_five_hundred_states_that_are_all_alike_and_all_renamed_are_paired_at_once() -> None:
    def chain(prefix: str) -> dict[str, Any]:
        return machine(**{f"{prefix}{n}": wait(n % 7, Next=f"{prefix}{n + 1}") for n in range(500)}, **{f"{prefix}500": {"Type": "Succeed"}})

    before = time.process_time()
    found = pairs(chain("a"), chain("b"))
    assert found == {f"a{n}": f"b{n}" for n in range(501)}
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("left", "right", "likeness"), [("CheckStatus", "CheckBuildStatus", 0.8), ("pay_card", "PayCard", 1.0), ("A", "B", 0.0), ("", "", 0.0)]
)
def test_names_are_alike_as_far_as_they_share_words(left: str, right: str, likeness: float) -> None:
    assert name_similarity(left, right) == pytest.approx(likeness)
