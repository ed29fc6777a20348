import enum
import sys
from collections import OrderedDict
from datetime import timedelta
from decimal import Decimal

import pytest

from asl_engine.errors import MockError
from asl_engine.tasks.answers import NotJson, ask, json_copy
from asl_engine.tasks.runtime import Failed, Succeeded, TaskFailure


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [{1}]}, "at /a/0: a set is not JSON"),
        ({"a/b": {"~": (1,)}}, "at /a~1b/~0: a tuple is not JSON; write a list"),
        ([float("nan")], "at /0: nan is not JSON"),
        (float("-inf"), "at /: -inf is not JSON"),
        ({"a": "\ud800"}, "at /a: a lone surrogate (U+D800) is not JSON"),
        ({"\udfff": 1}, "a lone surrogate (U+DFFF) is not JSON"),
        ({1: 2}, "at /: the key 1 is not a string"),
        (Decimal("1.5"), "at /: a Decimal is not JSON"),
        (b"x", "at /: a bytes is not JSON"),
        (object(), "at /: an object is not JSON"),
    ],
)
def test_what_is_not_json_is_named_with_its_place(value, message):
    with pytest.raises(NotJson) as error:
        json_copy(value)
    assert message in str(error.value)


def test_a_value_that_contains_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(NotJson, match="nested too deeply"):
        json_copy(loop)


def test_subclasses_become_plain_json():
    copied = json_copy(OrderedDict(a=Colour.RED, b=True))
    assert (type(copied), type(copied["a"]), copied) == (dict, str, {"a": "red", "b": True})


def test_the_result_is_a_copy_of_what_the_mock_keeps(call):
    kept = {"items": []}
    outcome = ask(lambda call: kept, call(), "it")
    kept["items"].append(1)
    assert outcome == Succeeded({"items": []})


def test_a_mock_that_writes_to_its_arguments_changes_nothing(call):
    given = {"a": 1}
    ask(lambda call: call.arguments.clear(), call(arguments=given), "it")
    assert given == {"a": 1}


def test_an_ordinary_exception_is_the_mocks_mistake(call):
    def broken(call):
        raise KeyError("id")

    with pytest.raises(MockError) as error:
        ask(broken, call(), "the mock of it")
    assert isinstance(error.value.__cause__, KeyError)
    assert str(error.value).startswith("the mock of it raised KeyError: 'id'\n  in state \"Pay\" (attempt 0), at ")


def test_a_mock_that_exits_does_not_end_the_process(call):
    with pytest.raises(MockError, match="the mock of it raised SystemExit: 0"):
        ask(lambda call: sys.exit(0), call(), "the mock of it")


def test_task_failure_is_the_machines(call):
    def declined(call):
        raise TaskFailure("Card.Declined", "no funds")

    assert ask(declined, call(), "it") == Failed("Card.Declined", "no funds")


@pytest.mark.parametrize("outcome", [Succeeded(1, after=3), Succeeded(1, after=timedelta(-1)), Failed(404), Failed("E", {"a": 1}), Succeeded(1, heartbeats=5)])
def test_a_malformed_outcome_is_the_mocks_mistake(call, outcome):
    with pytest.raises(MockError, match="it "):
        ask(lambda call: outcome, call(), "it")
