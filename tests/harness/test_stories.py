"""Stories say the same to a run and in a scenario file."""

import asl_engine as asl
from asl_engine.harness.made_up import Alternative
from asl_engine.harness.stories import CallTrouble, InputTrouble, Plain, Reach, Story, Telling
from asl_engine.tasks.mock_files import mocks_from
from asl_engine.values import MISSING

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
THROWN = {"throw": {"error": "Busy", "cause": "try again"}}
PLAIN = Plain({"id": 1, "n": 2}, {"Ask": (({"return": "plain"},),)})
LOOP = asl.load(
    {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": FUNCTION + "ask",
                "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Count"}],
                "ResultPath": "$.answer",
                "Next": "Count",
            },
            "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, -1)"}, "Next": "More?"},
            "More?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 0, "Next": "Ask"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
)


def trouble(*turn, visit=0, reach=Reach.FROM, said="fails"):
    return CallTrouble("Ask", visit, turn, reach, said)


def answers(story):
    """Results and errors of every attempt of three visits."""
    execution = asl.run(LOOP, {"n": 3}, tasks=Telling(story))
    return [call.error or call.result for call in execution.calls()]


def test_the_plain_story_answers_always_the_same():
    assert answers(Story(PLAIN)) == ["plain"] * 3


def test_a_trouble_lasts_from_its_visit_on():
    assert answers(Story(PLAIN, (trouble({"return": "x"}, visit=1),))) == ["plain", "x", "x"]


def test_a_trouble_of_one_visit_ends_with_it():
    assert answers(Story(PLAIN, (trouble({"return": "x"}, visit=1, reach=Reach.ONLY),))) == ["plain", "x", "plain"]


def test_the_last_answer_of_a_turn_is_given_to_all_further_attempts():
    assert answers(Story(PLAIN, (trouble(THROWN, {"return": "x"}, reach=Reach.ONLY),))) == ["Busy", "x", "plain", "plain"]


def test_later_troubles_lie_over_earlier_ones():
    story = Story(PLAIN, (trouble({"return": "x"}), trouble({"return": "y"}, visit=1, reach=Reach.ONLY)))
    assert answers(story) == ["x", "y", "x"]


def test_mocks_of_a_scenario_answer_as_the_story_does():
    troubles = (trouble(THROWN, {"return": "x"}, reach=Reach.ONLY), trouble(THROWN, visit=1, reach=Reach.ONLY))
    story = Story(PLAIN, troubles)
    told = asl.run(LOOP, {"n": 3}, tasks=Telling(story))
    mocked = asl.run(LOOP, {"n": 3}, tasks=mocks_from(story.mocks(["Ask"])))
    assert told.history.to_json() == mocked.history.to_json()


def test_one_answer_is_written_as_one():
    assert Story(PLAIN).mocks(["Ask"]) == {"Ask": {"return": "plain", "always": True}}


def test_an_old_name_gets_the_answers_of_the_new_one():
    story = Story(Plain({}, PLAIN.turns, {"Asked": "Ask"}))
    assert story.mocks(["Asked", "Ask"]) == {name: {"return": "plain", "always": True} for name in ("Asked", "Ask")}


def test_troubles_of_the_input_change_it_one_after_the_other():
    story = Story(PLAIN, (InputTrouble("without n", (Alternative(("n",), MISSING),)), InputTrouble("id 7", (Alternative(("id",), 7),))))
    assert story.input == {"id": 7}


def test_a_trouble_says_when():
    said = [trouble(THROWN, visit=visit, reach=reach).words for reach in Reach for visit in (0, 2)]
    assert said == ["Ask fails", "Ask fails from visit 3 on", "Ask fails in the first visit", "Ask fails in visit 3"]


def test_two_changes_of_one_answer_make_one_answer():
    def change(place, value):
        return CallTrouble("Check", 0, ({"return": {place: value}},), Reach.FROM, f"answers {place} {value}", change=Alternative((place,), value))

    story = Story(Plain({}, {"Check": (({"return": {"total": 1000, "vip": True}},),)}), (change("total", 5), change("vip", False)))
    assert story.turns("Check") == (({"return": {"total": 5, "vip": False}},),)
