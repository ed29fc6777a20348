import json

import pytest


@pytest.fixture
def schema(asl):
    return json.loads(asl("schema", "scenario").stdout)


def keys_of(schema, name):
    return set(schema["$defs"][name]["properties"])


def test_every_key_of_a_scenario_file_is_in_the_schema(schema):
    assert {"definition", "placeholders", "clock", "defaults", "scenarios", "validate"} <= set(schema["properties"])
    assert {"name", "each", "input", "input_file", "mocks", "tasks", "expect", "seed"} <= keys_of(schema, "ScenarioModel")
    assert {"status", "path", "never", "states", "snapshot", "output_exact"} <= keys_of(schema, "Expectation")
    assert {"return", "throw", "never", "token", "handler", "when", "times", "always", "after"} <= keys_of(schema, "AnswerModel")


def test_unknown_keys_are_mistakes_for_editors_too(schema):
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Expectation"]["additionalProperties"] is False


def test_a_column_may_stand_for_a_number(schema):
    times = schema["$defs"]["AnswerModel"]["properties"]["times"]["anyOf"][0]
    assert {"type": "string", "pattern": r"\$\{[^}]+\}"} in times["anyOf"]


def test_mock_files_have_a_schema(asl):
    assert json.loads(asl("schema", "mocks").stdout)["required"] == ["mocks"]


def test_other_formats_have_none(asl):
    assert asl("schema", "history").exit_code == 2


@pytest.mark.parametrize(
    ("model", "key", "shorter"),
    [
        ("Settings", "tasks", {"type": "string"}),
        ("Expectation", "retries", {"type": "integer", "minimum": 0}),
        ("Expectation", "path", {"type": "string", "pattern": r"\$\{[^}]+\}"}),
        ("AnswerModel", "attempt", {"type": "integer", "minimum": 0}),
    ],
)
def test_shorter_spellings_are_no_mistakes(schema, model, key, shorter):
    def alternatives(found):
        yield found
        for inner in found.get("anyOf", []):
            yield from alternatives(inner)

    assert shorter in list(alternatives(schema["$defs"][model]["properties"][key]))
