import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import asl_engine as asl
from asl_engine.harness.executors import in_processes

CHARGE = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "ResultPath": "$.charged", "Next": "Done"}
DONE = {"Type": "Succeed"}


def order(**states):
    return {"StartAt": "Charge", "States": {"Charge": CHARGE, "Done": DONE, **states}}


RENAMED = {"StartAt": "Pay", "States": {"Pay": CHARGE, "Done": DONE}}
RETRYING = order(Charge={**CHARGE, "Retry": [{"ErrorEquals": ["Card.Throttled"], "MaxAttempts": 1}]})
SENDING = order(Done={"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "paid"}, "End": True})


@pytest.fixture
def files(tmp_path, monkeypatch):
    """`files(name=definition or text)` writes them into an empty folder; `old.asl.json` is the order unless it is given."""
    monkeypatch.chdir(tmp_path)

    def write(**given):
        for name, content in {"old": order(), **given}.items():
            if isinstance(content, dict):
                (tmp_path / f"{name}.asl.json").write_text(json.dumps(content), encoding="utf-8")
            else:
                (tmp_path / f"{name}.scenario.yaml").write_text(content, encoding="utf-8")

    return write


def diff(*scenarios, old="old.asl.json", new="new.asl.json", **given):
    return asl.diff(old, new, scenarios or ["."], explore=None, **given)


PAID = """
definition: {definition}
scenarios:
  - name: paid
    mocks:
      {state}: {{return: {{id: 1}}}}
    expect:
      path: [{state}, Done]
"""
THROTTLED = """
definition: {definition}
scenarios:
  - name: throttled
    mocks:
      Charge:
        - {{throw: {{error: Card.Throttled}}}}
        - {{return: {{id: 1}}}}
    expect: {{status: {status}}}
"""


def paid(definition="old.asl.json", state="Charge"):
    return PAID.format(definition=definition, state=state)


def throttled(definition, status):
    return THROTTLED.format(definition=definition, status=status)


def test_a_scenario_of_the_old_file_is_played_on_the_new_one(files):
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED, error: Card.Throttled"))
    (only,) = diff().scenarios
    assert (only.name, only.old.status, only.new.status) == ("throttled", "FAILED", "SUCCEEDED")
    assert (only.old_passes, only.new_passes) == (True, False)


def test_a_scenario_of_the_new_file_is_played_on_the_old_one(files):
    files(new=RETRYING, of_new=throttled("new.asl.json", "SUCCEEDED"))
    (only,) = diff().scenarios
    assert (only.old_passes, only.new_passes) == (False, True)
    assert only.comparison.first.sentence == "Charge is retried once, before it was not retried (Card.Throttled)"


def test_one_story_in_the_files_of_both_is_played_once_each_side_with_its_own_expectations(files):
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED, error: Card.Throttled"), of_new=throttled("new.asl.json", "SUCCEEDED"))
    found = diff()
    assert found.compared.scenarios == 1
    assert [(each.name, each.old_passes, each.new_passes) for each in found.scenarios] == [("throttled", True, True)]


def test_stories_of_one_name_that_differ_are_both_played(files):
    other = throttled("new.asl.json", "SUCCEEDED").replace("{error: Card.Throttled}", "{error: Card.Throttled, cause: slowly}")
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED"), of_new=other)
    assert [each.name for each in diff().scenarios] == ["throttled (as of_new.scenario.yaml tells it)", "throttled (as of_old.scenario.yaml tells it)"]


def test_stories_that_differ_in_the_input_only_are_also_played_beside_each_other(files):
    given = [
        "definition: {}.asl.json\nscenarios: [{{name: paid, input: {{{}: 7}}, mocks: {{Charge: {{return: 1}}}}}}]".format(*each)
        for each in (("old", "id"), ("new", "order"))
    ]
    charges = [order(Charge={**CHARGE, "Parameters": {"id.$": path}}) for path in ("$.id", "$.order")]
    files(old=charges[0], new=charges[1], of_old=given[0], of_new=given[1])
    found = diff()
    assert [each.name for each in found.scenarios] == [
        "paid (each with its own input)",
        "paid (as of_new.scenario.yaml tells it)",
        "paid (as of_old.scenario.yaml tells it)",
    ]
    assert found.scenarios[0].comparison.first.kind == "output"


def test_mocks_and_expectations_follow_a_renamed_state(files):
    files(new=RENAMED, of_old=paid())
    found = diff()
    assert (found.structure.renamed, found.compared.scenarios, found.scenarios) == ({"Charge": "Pay"}, 1, ())


def test_they_follow_it_back(files):
    files(new=RENAMED, of_new=paid("new.asl.json", "Pay"))
    assert diff().scenarios == ()


def test_a_call_the_scenario_does_not_answer_is_a_finding(files):
    files(new=SENDING, of_old=paid())
    (only,) = diff().scenarios
    assert (only.new.trouble_code, only.comparison.first.sentence) == ("UnmockedTask", "Done calls sqs:sendMessage, which nothing answers")
    assert only.new_passes is False


def test_an_expectation_about_a_state_only_one_revision_has_is_no_misspelling(files):
    old = {"StartAt": "Charge", "States": {"Charge": {**CHARGE, "Next": "Tell"}, "Tell": {"Type": "Pass", "Next": "Done"}, "Done": DONE}}
    files(old=old, new=order(), of_old=paid().replace("[Charge, Done]", "[Charge, Tell, Done]"))
    (only,) = diff().scenarios
    assert (only.old_passes, only.new_passes) == (True, False)


def test_a_difference_only_the_expectations_see_is_told(files):
    told = "definition: old.asl.json\nscenarios:\n  - {name: paid, mocks: {Charge: {return: 1}}, expect: {states: {Look: {output: {seen: 1}}}}}\n"
    looks = [
        {
            "StartAt": "Look",
            "States": {
                "Look": {"Type": "Pass", "Result": {"seen": seen}, "ResultPath": "$", "Next": "Charge"},
                "Charge": {**CHARGE, "ResultPath": "$"},
                "Done": DONE,
            },
        }
        for seen in (1, 2)
    ]
    for look in looks:
        look["States"]["Charge"]["Parameters"] = {}
    files(old=looks[0], new=looks[1], of_old=told)
    (only,) = diff().scenarios
    assert not only.comparison
    assert (only.old_passes, only.new_passes) == (True, False)


def test_scenarios_of_neither_are_listed_with_what_they_are_about(files):
    files(new=RETRYING, other=order(), of_old=paid(), of_other=paid("other.asl.json"))
    found = diff()
    assert found.compared.scenarios == 1
    assert found.compared.skipped == (("of_other.scenario.yaml::paid", "it is about other.asl.json"),)


def test_scenarios_of_neither_are_played_if_there_are_no_others(files):
    files(new=RETRYING, other=order(), of_other=paid("other.asl.json"))
    assert diff().compared.scenarios == 1


def test_a_scenario_that_cannot_be_played_is_listed_with_why(files):
    files(new=RETRYING, of_old="definition: old.asl.json\nscenarios: [{name: paid, tasks: no.such.module}]")
    found = diff()
    assert found.compared.scenarios == 0
    assert found.compared.skipped[0][0] == "paid"
    assert "no.such" in found.compared.skipped[0][1]


def test_fakes_that_keep_state_are_made_anew_for_each_side(files, tmp_path):
    (tmp_path / "fake.py").write_text(
        "import asl_engine as asl\ndef mocks():\n    found = asl.Mocks()\n    found.state('Charge').returns({'n': 1})\n    return found\n", encoding="utf-8"
    )
    files(new=order(), of_old="definition: old.asl.json\nscenarios: [{name: paid, tasks: fake.py}]")
    assert diff().scenarios == ()


def test_services_are_made_anew_for_each_side(files):
    put = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Next": "Done"}
    put["Parameters"] = {"TableName": "t", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}
    machine = {"StartAt": "Put", "States": {"Put": put, "Done": DONE}}
    tables = "defaults: {services: {moto: {dynamodb: {t: {key: id}}}}}"
    files(
        old=machine,
        new={**machine, "Comment": "again"},
        of_old=f"definition: old.asl.json\n{tables}\nscenarios: [{{name: kept, expect: {{dynamodb: {{t: {{count: 1}}}}}}}}]",
    )
    found = diff()
    assert (found.compared.scenarios, found.compared.skipped, found.scenarios) == (1, (), ())


def test_placeholders_of_the_scenario_fill_both_sides(files):
    charge = {**CHARGE, "Resource": "${Charge}"}
    told = "definition: old.asl.json\nplaceholders: {Charge: 'arn:aws:lambda:us-east-1:123456789012:function:c'}\nscenarios:\n"
    told += "  - {name: paid, mocks: {'arn:aws:lambda:us-east-1:123456789012:function:c': {return: 1}}}\n"
    files(old=order(Charge=charge), new=order(Charge={**charge, "Comment": "anew"}), of_old=told)
    found = diff()
    assert (found.compared.scenarios, found.scenarios) == (1, ())


def a_pool():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("given", [lambda: {"execute": in_processes(2)}, lambda: {"executor": a_pool()}], ids=["execute", "executor"])
def test_processes_tell_the_same(files, given):
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED"), more=paid())
    assert diff(**given()).to_json() == diff().to_json()


def test_revisions_that_aws_would_refuse_are_compared_and_say_why(files):
    broken = order(Charge={**CHARGE, "Next": "Nowhere"})
    files(new=broken, of_old=paid())
    found = diff()
    assert "MISSING_TRANSITION_TARGET" in [refusal.aws_code for refusal in found.new.refusals]
    assert found.old.refusals == ()
    assert found.scenarios[0].new.error == "States.Runtime"


def test_values_and_programs_can_be_compared():
    assert asl.diff(order(), asl.load(order()), explore=None).differs is False
    assert asl.diff(order(), RETRYING, explore=None).differs


def test_a_definition_that_cannot_be_read_is_raised(files):
    files()
    with pytest.raises(asl.DefinitionError):
        diff(new="nowhere.asl.json")


def test_scenarios_are_files_or_scenarios(files):
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED"))
    assert len(diff(*asl.load_scenarios("of_old.scenario.yaml")).scenarios) == 1
    with pytest.raises(asl.ScenarioError, match="not a int"):
        diff(7)


def test_json_has_both_sides_and_the_places(files):
    files(new=RETRYING, of_old=throttled("old.asl.json", "FAILED"))
    told = json.loads(json.dumps(diff().to_json()))
    assert (told["format_version"], told["differs"], told["compared"]["scenarios"]) == (1, True, 1)
    (scenario,) = told["scenarios"]
    assert scenario["old"]["status"] == "FAILED"
    first = scenario["divergences"][0]
    assert first["kind"] == "retries"
    assert first["new_at"]["pointer"] == "/States/Charge/Retry"
    assert first["new_at"]["location"].startswith("new.asl.json:1:")
    (change,) = told["structure"]["changes"]
    assert change["new_at"]["location"].startswith("new.asl.json:1:")


def test_exploration_finds_what_no_scenario_shows(files):
    files(new=RETRYING)
    found = asl.diff("old.asl.json", "new.asl.json")
    assert found.witnesses
    assert found.compared.runs
    assert found.compared.bounds["max-runs"]
