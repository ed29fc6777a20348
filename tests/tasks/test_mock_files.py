from datetime import timedelta

import pytest

from asl_engine.errors import MockError
from asl_engine.tasks.mock_files import mocks_from, read_mock_file
from asl_engine.tasks.runtime import Failed, Polled, Succeeded, Unanswered


@pytest.fixture
def complaints(tmp_path):
    """What is said about a mock file with these lines, without the path."""

    def read(*lines, name="mocks.yaml"):
        file = tmp_path / name
        file.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(MockError) as error:
            read_mock_file(file)
        return str(error.value).replace(f"{file}:", "").splitlines()

    return read


def test_a_file_answers_by_state_path_resource_and_pattern(tmp_path, call):
    file = tmp_path / "mocks.yaml"
    file.write_text(
        """
        mocks:
          Charge:
            - throw: {error: Card.Throttled, cause: slow down}
              times: 2
            - return: {id: ch_1}
              after: 3s
          Fan[1]/Charge: [{return: second}]
          arn:aws:states:::dynamodb:*: [{return: {}, always: true}]
          "resource: ${function}": {return: 7}
        """
    )
    mocks = read_mock_file(file)
    assert [mocks.perform(call("Charge")) for _ in range(3)][1:] == [Failed("Card.Throttled", "slow down"), Succeeded({"id": "ch_1"}, timedelta(seconds=3))]
    assert mocks.perform(call("Fan[1]", "Charge")) == Succeeded("second")
    assert [mocks.perform(call("A", resource="arn:aws:states:::dynamodb:putItem")) for _ in range(2)] == [Succeeded({})] * 2
    assert mocks.perform(call("B", resource="${function}")) == Succeeded(7)


def test_json_is_a_mock_file_too(tmp_path, call):
    (tmp_path / "mocks.json").write_text('{"mocks": {"Pay": [{"return": null}]}}')
    assert read_mock_file(tmp_path / "mocks.json").perform(call()) == Succeeded(None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"return": None}, Succeeded(None)),
        ({"throw": {}}, Failed(None, None)),
        ({"never": True, "heartbeats": ["1s", 2]}, Unanswered((timedelta(seconds=1), timedelta(seconds=2)))),
        (
            {"token": "success", "output": {"by": "amy"}, "after": "2d", "submitted": {"MessageId": "m"}},
            Succeeded({"by": "amy"}, timedelta(days=2), {"MessageId": "m"}),
        ),
        ({"token": "failure", "error": "E", "cause": "c", "after": 1.5}, Failed("E", "c", timedelta(seconds=1.5))),
        ({"token": "never"}, Unanswered()),
    ],
)
def test_each_kind_of_answer_is_an_outcome(call, answer, outcome):
    assert mocks_from({"Pay": answer}).perform(call()) == outcome


def test_when_picks_by_arguments_and_repeats(call):
    mocks = mocks_from({"Pay": [{"when": {"id": 7}, "return": "gold"}, {"return": "plain"}]})
    assert [mocks.perform(call(arguments={"id": id})).output for id in (7, 8, 7)] == ["gold", "plain", "gold"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["mocks:", "  Pay:", "    - times: 1"],
            ['3:7: an answer says one of "return", "throw", "never", "token", "handler", "call", "auto" and "defer"; this one says nothing'],
        ),
        (["mocks:", "  Pay:", "    - return: 1", "      tims: 2"], ['4:13: unknown key "tims" in an answer; did you mean "times"?', "  at /mocks/Pay/0/tims"]),
        (["mocks:", "  Pay: {throw: {eror: x}}"], ['2:23: unknown key "eror" in an answer; did you mean "error"?', "  at /mocks/Pay/throw/eror"]),
        (["mocks:", "  Pay: {return: 1, times: 0}"], ["2:27: input should be greater than or equal to 1, not 0", "  at /mocks/Pay/times"]),
        (
            ["mocks:", "  Pay: {return: 1, after: soon}"],
            ["""2:27: 'soon' is no duration; write seconds as a number, or "3s", "500ms", "1h30m", "2d", "PT5M\"""", "  at /mocks/Pay/after"],
        ),
        (["mocks:", "  Pay: {return: 1, output: 2}"], ['2:8: "output" belongs to "token: success"; beside "return" it says nothing', "  at /mocks/Pay"]),
        (["mocks:", "  Pay: 5"], ["2:8: answers are written as a list of mappings such as {return: …} or {throw: {error: …}}, not as 5", "  at /mocks/Pay"]),
        (["mocks:", "  Pay: [{return: 1, always: true}, {return: 2}]"], ['2:36: state "Pay": nothing can follow an answer that is always given']),
        (["mocks:", "  Pay: {return: 1}", "  Pay: {return: 2}"], ["3:3: Pay is written twice"]),
        (["Pay: {return: 1}"], ['1:1: a mock file has one key, "mocks", and under it the states and resources that are answered']),
        (["mocks: {}", "moks: {}"], ['2:1: unknown key "moks"; states and resources stand under "mocks"']),
        (["mocks:", "  - ["], None),
    ],
)
def test_a_mistake_is_told_with_its_place(complaints, lines, expected):
    said = complaints(*lines)
    if expected is None:
        assert "no YAML" in said[0]
    else:
        assert expected[0] in said
        assert set(expected) <= set(said)


def test_every_mistake_is_told_at_once(complaints):
    assert len(complaints("mocks:", "  A: 5", "  B: 6")) == 4


def test_a_missing_file_is_a_mock_error(tmp_path):
    with pytest.raises(MockError, match="No such file"):
        read_mock_file(tmp_path / "none.yaml")


def test_an_activitys_worker_may_come_late_or_never(call):
    said = {"A": [{"return": 1, "polled": "30s"}, {"return": 2, "polled": {"after": 5, "worker": "amy"}}, {"never": True, "polled": "never"}]}
    route = mocks_from(said).state("A")
    assert [route.answer(call("A")).polled for _ in range(3)] == [Polled(timedelta(seconds=30)), Polled(timedelta(seconds=5), "amy"), Polled(None)]


@pytest.mark.parametrize("polled", ["soon", {"aftr": 1}, {"after": "x"}, [1]])
def test_a_poll_that_means_nothing_is_a_mistake(polled):
    with pytest.raises(MockError, match="/A/0/polled"):
        mocks_from({"A": [{"return": 1, "polled": polled}]})


def test_an_unknown_key_of_a_poll_is_told_with_those_there_are():
    with pytest.raises(MockError, match='unknown key "workr" in an answer; did you mean "worker"'):
        mocks_from({"A": [{"return": 1, "polled": {"workr": "amy"}}]})
