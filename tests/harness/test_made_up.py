"""Values made of what two revisions ask for: what they hold, how leaves are called, what else they might be."""

from asl_engine.analysis.needs import Inside, Need
from asl_engine.harness.made_up import Alternative, Known, changed, joined
from asl_engine.values import MISSING


def need(*paths, **more):
    found = Need()
    for path in paths:
        found.at(path.split("."))
    for path, values in more.items():
        found.at(path.split("_")).one_of(values)
    return found


def words(value):
    return [alternative.words for alternative in value.alternatives()]


def test_it_has_what_either_revision_reads():
    assert joined(need("order.id"), need("order.price", "who")).plain() == {"order": {"id": "id", "price": "price"}, "who": "who"}


def test_a_leaf_is_called_by_the_shortest_end_of_its_path_that_is_its_own():
    made = joined(need("a.id", "b.id", "c.name"), Need()).plain()
    assert made == {"a": {"id": "a.id"}, "b": {"id": "b.id"}, "c": {"name": "name"}}


def test_a_leaf_that_moved_is_called_the_same_in_both_places():
    assert joined(need("body.account"), need("account")).plain() == {"body": {"account": "account"}, "account": "account"}


def test_the_answer_of_a_state_names_it():
    assert joined(need("id"), need("id"), prefix="Pay").plain() == {"id": "Pay.id"}


def test_numbers_of_different_leaves_differ_and_repeat():
    asked = need("a", "b")
    for name in "ab":
        asked.at([name]).of_kind("number")
    assert joined(asked, asked).plain() == joined(asked, asked).plain() == {"a": 1, "b": 2}


def test_elements_of_an_array_can_be_told_apart():
    asked = Need()
    asked.at(["items", Inside.ELEMENT, "id"])
    assert joined(asked, Need()).plain() == {"items": [{"id": "id 1"}, {"id": "id 2"}]}


def test_what_a_text_says_in_json_is_made_too():
    asked = Need()
    asked.at(["body", Inside.TEXT, "id"])
    assert joined(asked, Need()).plain() == {"body": '{"id":"id"}'}


def test_the_other_text_is_one_the_definitions_say_under_that_name():
    known = Known(texts={"status": ("DONE", "IN_PROGRESS")})
    value = joined(need(build_status=["DONE", "other"]), Need(), known=known)
    assert words(value) == ["status DONE", "status IN_PROGRESS", "without build.status", "without build"]


def test_what_is_compared_as_a_number_or_boolean_may_also_be_neither():
    assert words(joined(need(flag=[True, False]), Need())) == ["flag true", "flag false", "flag null", "without flag"]
    assert "flag null" not in words(joined(need(flag=["yes", "other"]), Need()))


def test_a_text_that_is_split_has_parts():
    assert joined(need("arn"), Need(), known=Known(split={"arn": ("/",)})).plain() == {"arn": "arn/2/3/4"}


def test_what_may_be_absent_is_absent_in_the_plain_value_and_there_in_the_whole():
    asked = need("id", state=["on", "off"])
    asked.at(["state"]).optional = True
    value = joined(asked, Need())
    assert (value.plain(), value.whole()) == ({"id": "id"}, {"id": "id", "state": "on"})
    assert words(value) == ["state on", "state off", "without id"]


def test_what_one_revision_requires_is_required():
    asked = need("id")
    asked.at(["id"]).optional = True
    assert joined(asked, need("id")).plain() == {"id": "id"}


def test_numbers_of_elements_are_none_one_some_and_those_that_matter():
    asked = Need()
    asked.at(["items"]).of_kind("array")
    value = joined(asked, Need(), known=Known(counts=(6,)))
    said = ["items of 2 elements", "items of no elements", "items of 1 element", "items of 3 elements", "items of 6 elements", "without items"]
    assert words(value) == said


def test_other_numbers_of_elements_are_elements_as_they_are_there():
    assert Alternative(("a",), [0, 0, 0]).of({"a": ["x", "y"]}) == {"a": ["x", "y", "x"]}


def test_a_change_leaves_the_value_alone_and_misses_what_is_not_there():
    value = {"a": [{"b": 1}], "t": '{"c":1}'}
    assert changed(value, ("a", 0, "b"), MISSING) == {"a": [{}], "t": '{"c":1}'}
    assert changed(value, ("t", Inside.TEXT, "c"), 2) == {"a": [{"b": 1}], "t": '{"c":2}'}
    assert changed(value, ("x", "y"), 1) == value == {"a": [{"b": 1}], "t": '{"c":1}'}
