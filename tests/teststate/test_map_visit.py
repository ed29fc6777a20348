"""A tested Map: how its items are found and shown, and what its iterations' failures come to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.teststate.states import FAILS, INVOKE, ask, gives, inspected, nothing, over, refusal, task

SELECTOR = {"ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"}}
BUCKET = {"Parameters": {"Bucket": "b", "Key": "k"}}


def inline(**fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": nothing()}}, "End": True, **fields}


def reading(config: dict[str, Any], api: str = "getObject", **fields: Any) -> dict[str, Any]:
    return over(ItemReader={"Resource": f"arn:aws:states:::s3:{api}", "ReaderConfig": config, **BUCKET}, **fields)


def dataset(text: str) -> dict[str, Any]:
    return {"stateConfiguration": {"mapItemReaderData": text}}


# ------------------------------------------------------------------------------------------------------------ stages


def test_items_are_shown_one_by_one() -> None:
    assert inspected(over(ItemsPath="$.n", **SELECTOR), {"n": [1, 2]}, mock=gives([5, 6])) == {
        "input": '{"n": [1, 2]}',
        "afterInputPath": '{"n": [1, 2]}',
        "afterItemsPath": "[1, 2]",
        "afterItemSelector": '[{"v":1,"i":0}, {"v":2,"i":1}]',
        "afterResultSelector": "[5, 6]",
        "afterResultPath": "[5, 6]",
        "maxConcurrency": 0,
    }


def test_the_old_names_are_read_too() -> None:
    old = {"Type": "Map", "Iterator": {"StartAt": "A", "States": {"A": nothing()}}, "Parameters": {"v.$": "$$.Map.Item.Value"}, "End": True}
    assert inspected(old, [1], mock=gives([1]))["afterItemSelector"] == '[{"v":1}]'


def test_a_selector_is_shown_only_where_there_is_one() -> None:
    assert "afterItemSelector" not in inspected(over(), [1], mock=gives([1]))


def test_the_items_of_a_batch_are_shown_as_texts() -> None:
    definition = over(ItemBatcher={"MaxItemsPerBatch": 2, "BatchInput": {"b": 1}}, **SELECTOR)
    shown = inspected(definition, [1, 2, 3], mock=gives([5, 6]))["afterItemBatcher"]
    assert shown == r'[{"BatchInput":{"b":1},"Items":["{\"v\":1,\"i\":0}","{\"v\":2,\"i\":1}"]}, {"BatchInput":{"b":1},"Items":["{\"v\":3,\"i\":2}"]}]'


def test_jsonata_shows_no_items() -> None:
    definition = over(task(QueryLanguage="JSONata", Resource=INVOKE, Arguments={}), QueryLanguage="JSONata", Items="{% $states.input.n %}")
    assert inspected(definition, {"n": [1, 2]}, mock=gives([5, 6])) == {"input": '{"n": [1, 2]}', "maxConcurrency": 0}


def test_the_maps_numbers_are_shown_where_declared() -> None:
    shown = inspected(
        over(MaxConcurrency=3, ToleratedFailureCount=1, ToleratedFailurePercentagePath="$.p", ItemsPath="$.n"), {"n": [1], "p": 5}, mock=gives([1])
    )
    assert (shown["maxConcurrency"], shown["toleratedFailureCount"], shown["toleratedFailurePercentage"]) == (3, 1, 5.0)


def test_the_members_of_an_object_are_items_of_a_distributed_map() -> None:
    definition = over(ItemSelector={"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value"})
    shown = inspected(definition, {"a": 1, "b": 2}, mock=gives([5, 6]))
    assert shown["afterItemSelector"] == '[{"k":"a","v":1}, {"k":"b","v":2}]'


def test_an_error_shows_the_items_and_no_result() -> None:
    assert list(inspected(over(), [1], mock=FAILS)) == ["input", "afterInputPath", "maxConcurrency", "afterItemsPath"]


def test_what_is_no_array_fails_the_state() -> None:
    answer = ask(inline(), {"a": 1}, mock=gives([1]))
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "States.Runtime", 'Reference path "$" must point to array.')


# --------------------------------------------------------------------------------------------------------- ItemReader


def test_a_reader_needs_its_data_told() -> None:
    told = "ValidationException: ItemReader data must be specified when testing a Map state with ItemReader specified."
    assert [refusal(reading({"InputType": "JSON"}), mock=mock) for mock in (gives([1]), FAILS)] == [told, told]


def test_the_items_pointer_is_applied_to_the_data() -> None:
    definition = reading({"InputType": "JSON", "ItemsPointer": "/a/b"}, **SELECTOR)
    shown = inspected(definition, mock=gives([5, 6]), **dataset('{"a": {"b": [4, 5]}}'))
    assert shown["afterItemsPointer"] == "[4,5]"
    assert shown["afterItemSelector"] == '[{"v":4,"i":0}, {"v":5,"i":1}]'
    assert "afterItemsPath" not in shown


@pytest.mark.parametrize(
    ("config", "text", "items"),
    [
        ({"InputType": "JSON"}, "[1, 2]", [1, 2]),
        ({"InputType": "JSONL"}, '{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "a,b\n1,2\n", [{"a": "1", "b": "2"}]),
        ({"InputType": "JSON", "MaxItems": 1}, "[1, 2]", [1]),
        ({"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"}, '[{"Key": "a"}]', [{"Key": "a"}]),
    ],
)
def test_the_data_are_written_as_the_source_has_them(config: dict[str, Any], text: str, items: list[Any]) -> None:
    definition = reading(config, ItemSelector={"v.$": "$$.Map.Item.Value"})
    shown = inspected(definition, mock=gives([0] * len(items)), **dataset(text))["afterItemSelector"]
    assert json.loads(shown) == [{"v": item} for item in items]


def test_a_listing_is_an_array_of_its_entries() -> None:
    definition = over(ItemReader={"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}})
    assert ask(definition, mock=gives([1]), **dataset('[{"Key": "a"}]'))["status"] == "SUCCEEDED"
    assert refusal(definition, mock=gives([1]), **dataset("{}")).startswith("ValidationException: ItemReader data must be an array")
    assert refusal(definition, mock=gives([1]), **dataset("[")).startswith("ValidationException: ItemReader data must be valid JSON")


def test_data_that_cannot_be_read_fail_the_state() -> None:
    answer = ask(reading({"InputType": "JSON", "ItemsPointer": "/gone"}), mock=gives([]), **dataset("{}"))
    assert (answer["status"], answer["error"]) == ("FAILED", "States.ItemReaderFailed")


# ---------------------------------------------------------------------------------------- iterations and their failures


def test_the_result_has_an_element_for_each_iteration() -> None:
    told = "ValidationException: Input array does not equal the mocked result array's size"
    assert refusal(over(), [1, 2], mock=gives([1])) == told
    assert refusal(over(ItemBatcher={"MaxItemsPerBatch": 2}), [1, 2], mock=gives([1, 2])) == told


@pytest.mark.parametrize(
    ("declared", "failed", "status"),
    [
        ({"ToleratedFailureCount": 1}, 1, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 2, "FAILED"),
        ({"ToleratedFailureCount": 0}, 1, "FAILED"),
        ({"ToleratedFailurePercentage": 50}, 2, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49.9}, 2, "FAILED"),
        ({"ToleratedFailureCount": 4, "ToleratedFailurePercentage": 25}, 2, "FAILED"),
        ({}, 4, "SUCCEEDED"),
    ],
)
def test_more_failures_than_tolerated_fail_the_map(declared: dict[str, Any], failed: int, status: str) -> None:
    """As recorded: without a declared tolerance every failure is tolerated, unlike in an execution."""
    answer = ask(over(**declared), [1, 2, 3, 4], mock=gives([1, 1, 1, 1]), stateConfiguration={"mapIterationFailureCount": failed})
    assert answer["status"] == status
    if status == "FAILED":
        assert (answer["error"], answer["cause"]) == ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
        assert "afterResultSelector" not in answer["inspectionData"]


def test_the_threshold_comes_before_the_size_of_the_result() -> None:
    answer = ask(over(ToleratedFailureCount=0), [1, 2], mock=gives([]), stateConfiguration={"mapIterationFailureCount": 1})
    assert answer["error"] == "States.ExceedToleratedFailureThreshold"


def test_a_mocked_error_comes_before_the_threshold() -> None:
    assert ask(over(ToleratedFailureCount=0), [1], mock=FAILS, stateConfiguration={"mapIterationFailureCount": 1})["error"] == "Card.Declined"


def test_the_threshold_can_be_caught_and_retried() -> None:
    exceeded = ["States.ExceedToleratedFailureThreshold"]
    many = {"mock": gives([1]), "stateConfiguration": {"mapIterationFailureCount": 1}}
    caught = over(ToleratedFailureCount=0, Catch=[{"ErrorEquals": exceeded, "Next": "H"}])
    assert ask(caught, [1], **many)["nextState"] == "H"
    assert ask(over(ToleratedFailureCount=0, Retry=[{"ErrorEquals": exceeded}]), [1], **many)["status"] == "RETRIABLE"


def test_no_more_iterations_fail_than_there_are() -> None:
    told = refusal(over(), [1], mock=gives([1]), stateConfiguration={"mapIterationFailureCount": 2})
    assert told == "ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations"
