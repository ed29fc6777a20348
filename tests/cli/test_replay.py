import json

import pytest


@pytest.fixture
def histories(asl, order, tmp_path):
    """Two executions: one paid, one throttled twice."""
    (tmp_path / "histories").mkdir()
    asl.write("paid.yaml", "mocks: {Charge: {return: {ok: true}}}")
    asl.write("throttled.yaml", "mocks: {Charge: [{throw: {error: Card.Throttled}, times: 2}, {return: {ok: true}}]}")
    for name in ("paid", "throttled"):
        assert asl("run", order, "--mock", f"{name}.yaml", "--history", f"histories/{name}.json").exit_code == 0
    return "histories"


@pytest.fixture
def impatient(asl, order, tmp_path):
    text = (tmp_path / order).read_text().replace('"MaxAttempts": 2', '"MaxAttempts": 1')
    return asl.write("impatient.asl.json", text)


def test_the_same_definition_replays_every_history_of_a_folder(asl, order, histories):
    result = asl("replay", order, histories)
    assert (result.exit_code, result.output) == (0, "2 histories: 2 same path\n")


def test_a_divergence_is_told_with_its_line_and_the_sum(asl, impatient, histories):
    result = asl("replay", impatient, histories)
    assert result.exit_code == 1
    assert "histories/throttled.json: diverges\n  first difference: Charge  impatient.asl.json:1:" in result.output
    assert result.output.endswith("2 histories: 1 same path, 1 diverges\n")


def test_json_has_a_verdict_for_each_history(asl, impatient, histories):
    document = json.loads(asl("replay", impatient, histories, "--format", "json").output)
    assert document["summary"]["identical"] == 1
    assert [(found["verdict"], found["pointer"]) for found in document["histories"]] == [("identical", ""), ("diverges", "/States/Charge/Retry")]


def test_junit_skips_what_cannot_be_replayed(asl, impatient, histories):
    asl.write("histories/empty.json", {"events": []})
    output = asl("replay", impatient, histories, "--format", "junit").output
    assert 'tests="3" failures="1"' in output
    assert '<skipped message="this history has no events" />' in output


def test_markdown_is_for_a_pull_request(asl, impatient, histories):
    output = asl("replay", impatient, histories, "--format", "markdown").output
    assert output.startswith("### Replay of impatient.asl.json\n\n2 histories: 1 same path, 1 diverges\n")
    assert "<details><summary>histories/throttled.json: diverges</summary>" in output


@pytest.mark.parametrize("content", ["{", "[]", '{"events": [{"id": 1, "type": "ExecutionStarted"}]}', "[" * 100_000])
def test_nothing_to_replay_cannot_work(asl, order, content):
    asl.write("odd.json", content)
    result = asl("replay", order, "odd.json")
    assert result.exit_code == 2
    assert "odd.json: cannot be replayed" in result.output


def test_a_folder_without_histories_cannot_work(asl, order, tmp_path):
    (tmp_path / "none").mkdir()
    result = asl("replay", order, "none")
    assert result.exit_code == 2
    assert "nothing to replay" in result.output


def test_a_definition_aws_would_refuse_cannot_work(asl, histories):
    asl.write("broken.asl.json", {"StartAt": "Nowhere", "States": {}})
    assert asl("replay", "broken.asl.json", histories).exit_code == 2


def test_mocks_answer_what_a_recording_does_not(asl, tmp_path):
    pay = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay", "End": True}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Pay", "States": {"Pay": pay}}
    asl.write("each.asl.json", {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True}}})
    asl.write("pay.yaml", "mocks: {Pay: {return: 7, always: true}}")
    asl("run", "each.asl.json", "--mock", "pay.yaml", "--input-json", "[1, 2]", "--history", "each.json")
    assert 'children of its Map Run "Each" (event 4) are not here' in asl("replay", "each.asl.json", "each.json").output
    assert asl("replay", "each.asl.json", "each.json", "--mock", "pay.yaml").output == "1 history: 1 same path\n"


def test_histories_that_show_the_same_difference_are_told_once(asl, impatient, histories, tmp_path):
    (tmp_path / "histories" / "unlucky.json").write_bytes((tmp_path / "histories" / "throttled.json").read_bytes())
    output = asl("replay", impatient, histories).output
    assert output.count("first difference") == 1
    assert "  and 1 more like it: histories/unlucky.json\n" in output


def test_states_that_are_called_otherwise_now_are_told_apart_by_what_the_definition_was(asl, order, histories, tmp_path):
    renamed = asl.write("renamed.asl.json", (tmp_path / order).read_text().replace("Charge", "Pay"))
    without = asl("replay", renamed, histories)
    assert without.exit_code == 1
    assert "say what the definition was (--was OLD)" in without.output
    assert asl("replay", renamed, histories, "--was", order).output == "2 histories: 2 same path\n"


def test_a_definition_aws_would_refuse_is_replayed_if_that_is_asked_for(asl, order, histories, tmp_path):
    refused = json.loads((tmp_path / order).read_text())
    refused["States"]["Charge"]["Colour"] = "red"
    asl.write("refused.asl.json", refused)
    assert asl("replay", "refused.asl.json", histories).exit_code == 2
    assert asl("replay", "refused.asl.json", histories, "--no-validate").output == "2 histories: 2 same path\n"


def test_an_end_is_told_as_a_sentence(asl, order, histories, tmp_path):
    asking = json.loads((tmp_path / order).read_text())
    asking["States"]["Charge"]["Parameters"] = {"id.$": "$.no"}
    asl.write("asking.asl.json", asking)
    assert "now       the execution fails with States.Runtime: $.no is not there" in asl("replay", "asking.asl.json", histories).output


def test_a_comment_lists_some_of_many_histories(asl, impatient, histories, tmp_path):
    text = (tmp_path / "histories/throttled.json").read_text()
    for number in range(30):
        asl.write(f"histories/again-{number:02}.json", text)
    output = asl("replay", impatient, histories, "--format", "markdown").output
    assert output.count("- `histories/") == 20
    assert "- and 10 more\n" in output
