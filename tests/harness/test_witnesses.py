"""A witness as a scenario file: it passes on the revision it was made for and fails on the other."""

import json

import pytest

import asl_engine as asl
from asl_engine.harness.explore import explored
from asl_engine.harness.witnesses import witness_file

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


def task(name, **fields):
    return {"Type": "Task", "Resource": FUNCTION + name, **({} if "Next" in fields else {"End": True}), **fields}


def machine(**states):
    return {"StartAt": "Pay", "States": states}


def declined(error, **fields):
    return task("pay", Catch=[{"ErrorEquals": [error], "ResultPath": "$.error", "Next": "Tell"}], ResultPath="$.paid", **fields)


INSIDE = {"StartAt": "One", "States": {"One": task("one", Parameters={"v": 1})}}
PAIRS = {
    "another way": (machine(Pay=declined("A"), Tell=task("tell")), machine(Pay=declined("B"), Tell=task("tell"))),
    "other arguments": (machine(Pay=task("pay", Parameters={"a": 1})), machine(Pay=task("pay", Parameters={"a": 1, "b": 2}))),
    "another resource": (machine(Pay=task("pay")), machine(Pay=task("charge"))),
    "another cause": (machine(Pay={"Type": "Fail", "Error": "E", "Cause": "x"}), machine(Pay={"Type": "Fail", "Error": "E", "Cause": "y"})),
    "another output": (machine(Pay={"Type": "Pass", "Result": 1, "End": True}), machine(Pay={"Type": "Pass", "Result": 2, "End": True})),
    "more retries": tuple(machine(Pay=task("pay", Retry=[{"ErrorEquals": ["Busy"], "MaxAttempts": attempts}])) for attempts in (1, 2)),
    "another wait": tuple(machine(Pay={"Type": "Wait", "Seconds": seconds, "End": True}) for seconds in (5, 6)),
    "another input": tuple(machine(Pay=task("pay", Parameters={"id.$": path})) for path in ("$.id", "$.order.id")),
    "inside a branch": tuple(
        machine(Pay={"Type": "Parallel", "Branches": [{"StartAt": "One", "States": {"One": task("one", Parameters={"v": v})}}], "End": True}) for v in (1, 2)
    ),
    "inside a map": tuple(
        machine(
            Pay={
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": {"StartAt": "One", "States": {"One": task("one", Next="Two"), "Two": {"Type": kind, "End": True, **more}}},
                "End": True,
            }
        )
        for kind, more in (("Pass", {}), ("Wait", {"Seconds": 1}))
    ),
}


@pytest.mark.parametrize("which", PAIRS)
def test_it_passes_on_its_revision_and_fails_on_the_other(which, tmp_path):
    definitions = dict(zip(("old", "new"), PAIRS[which], strict=True))
    witnesses = explored(*(asl.load(definition) for definition in definitions.values())).witnesses
    assert witnesses
    for name, definition in definitions.items():
        (tmp_path / f"{name}.asl.json").write_text(json.dumps(definition))
    for witness in witnesses:
        for mine, other in (("old", "new"), ("new", "old")):
            passed = []
            for played in (mine, other):
                file = tmp_path / "witness.scenario.yaml"
                file.write_text(witness_file(witness, f"{played}.asl.json", mine))
                (scenario,) = asl.load_scenarios(file)
                passed.append(asl.play(scenario).passed)
            assert passed == [True, False], (witness.name, mine, file.read_text())


def test_the_file_says_what_goes_wrong_and_which_definition_it_is_about(tmp_path):
    old, new = PAIRS["another way"]
    first, _ = explored(asl.load(old), asl.load(new)).witnesses
    text = witness_file(first, "orders/r2.asl.json", "old", {"placeholders": "values.json"})
    assert text.startswith("# Pay fails with A\ndefinition: orders/r2.asl.json\nplaceholders: values.json\n")
    assert "name: Pay fails with A\n" in text


def test_the_same_witness_is_written_in_the_same_bytes():
    old, new = (asl.load(definition) for definition in PAIRS["another way"])
    texts = [[witness_file(witness, "r.asl.json", "new") for witness in explored(old, new).witnesses] for _ in range(2)]
    assert texts[0] == texts[1]


def test_witnesses_of_one_name_are_told_apart():
    def states(first, second):
        return machine(
            Pay={"Type": "Pass", "Result": first, "ResultPath": "$.a", "Next": "Send"},
            Send=task("send", Parameters={"v": second}, ResultPath="$.b"),
        )

    witnesses = explored(asl.load(states(1, 1)), asl.load(states(2, 2))).witnesses
    assert len({witness.name for witness in witnesses}) == len(witnesses)
