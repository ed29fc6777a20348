import pytest

from asl_engine.errors import MockError, UnmockedTask
from asl_engine.tasks.compose import FirstOf, as_runtime
from asl_engine.tasks.mocks import Mocks
from asl_engine.tasks.runtime import NotMine, Succeeded


def test_without_tasks_every_task_is_unmocked(call):
    with pytest.raises(UnmockedTask, match="add: tasks=mocks"):
        as_runtime(None).perform(call())


def test_a_function_of_the_call_is_a_runtime(call):
    assert as_runtime(lambda call: call.state_name).perform(call()) == Succeeded("Pay")


def test_an_object_with_perform_is_a_runtime(call):
    class Tasks:
        def perform(self, call):
            return Succeeded({"ok": True})

    assert as_runtime(Tasks()).perform(call()) == Succeeded({"ok": True})
    with pytest.raises(MockError, match=r"give an object of it: Tasks\(\)"):
        as_runtime(Tasks)


def test_what_cannot_answer_is_refused():
    with pytest.raises(MockError, match="tasks is of type dict"):
        as_runtime({"Pay": 1})


def test_the_first_that_answers_does(call):
    def declines(call):
        raise NotMine

    pay, ship = Mocks(), Mocks()
    pay.state("Pay").always("paid")
    ship.state("Ship").always("shipped")
    both = FirstOf(declines, pay, ship)
    assert [both.perform(call("Pay")), both.perform(call("Ship"))] == [Succeeded("paid"), Succeeded("shipped")]


def test_when_all_decline_the_task_is_unmocked(call):
    with pytest.raises(UnmockedTask, match="nothing answers"):
        FirstOf(Mocks(), Mocks()).perform(call())


def test_a_runtime_that_declines_alone_leaves_the_task_unmocked(call):
    def declines(call):
        raise NotMine

    with pytest.raises(UnmockedTask):
        as_runtime(declines).perform(call())


def test_a_childs_unmocked_task_is_nobody_elses_turn(call):
    """A runtime that took the call and failed inside has not declined it."""

    def runs_a_child(outer):
        return Mocks().perform(call("Inner", context={"Execution": {}}))

    with pytest.raises(UnmockedTask, match='in state "Inner"'):
        FirstOf(runs_a_child, lambda call: "never asked").perform(call("Start", context={}))
