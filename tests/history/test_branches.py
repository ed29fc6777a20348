"""Containers worked out from previousEventId chains, on shapes as recorded."""

import pytest

from asl_engine.history.branches import Untraceable, branches


def lines(*told):
    """(previous, type, name, index) -> lines with ids from 1."""
    return [(id, previous, type, dict(zip(("name", "index"), rest, strict=False))) for id, (previous, type, *rest) in enumerate(told, 1)]


FAN = (
    (0, "ExecutionStarted"),
    (0, "ParallelStateEntered", "Fan"),
    (2, "ParallelStateStarted"),
    (3, "PassStateEntered", "B"),
    (3, "PassStateEntered", "A"),
    (4, "PassStateExited", "B"),
    (5, "PassStateExited", "A"),
    (7, "ParallelStateSucceeded"),
    (7, "ParallelStateExited", "Fan"),
    (9, "PassStateEntered", "End"),
)


def test_branches_are_numbered_in_the_order_they_began():
    assert branches(lines(*FAN)) == ["", "", "", "Fan[0]", "Fan[1]", "Fan[0]", "Fan[1]", "", "", ""]


def test_branches_are_numbered_by_their_first_state_where_that_is_known():
    assert branches(lines(*FAN), {"Fan": ["A", "B"]})[3:7] == ["Fan[1]", "Fan[0]", "Fan[1]", "Fan[0]"]


def test_a_retried_parallel_begins_its_branches_anew():
    told = ((0, "ExecutionStarted"), (0, "ParallelStateEntered", "Fan"), (2, "ParallelStateStarted"), (3, "FailStateEntered", "F"))
    again = ((4, "ParallelStateStarted"), (5, "FailStateEntered", "F"), (6, "ParallelStateFailed"), (7, "ExecutionFailed"))
    assert branches(lines(*told, *again)) == ["", "", "", "Fan[0]", "", "Fan[0]", "", ""]


def test_an_iteration_that_begins_when_another_ends_is_its_own():
    told = (
        (0, "ExecutionStarted"),
        (0, "MapStateEntered", "Each"),
        (2, "MapStateStarted"),
        (3, "MapIterationStarted", "Each", 0),
        (4, "PassStateEntered", "P"),
        (5, "PassStateExited", "P"),
        (6, "MapIterationSucceeded", "Each", 0),
        (6, "MapIterationStarted", "Each", 1),
        (8, "PassStateEntered", "P"),
    )
    assert branches(lines(*told))[3:] == ["Each[0]"] * 4 + ["Each[1]"] * 2


def test_the_failure_of_a_nested_parallel_is_not_that_of_the_one_around():
    told = (
        (0, "ExecutionStarted"),
        (0, "ParallelStateEntered", "Out"),
        (2, "ParallelStateStarted"),
        (3, "ParallelStateEntered", "In"),
        (4, "ParallelStateStarted"),
        (5, "FailStateEntered", "F"),
        (6, "ParallelStateFailed"),
        (7, "ParallelStateFailed"),
        (8, "ExecutionFailed"),
    )
    assert branches(lines(*told))[5:] == ["Out[0]/In[0]", "Out[0]", "", ""]


def test_names_may_look_like_containers():
    told = (
        (0, "ExecutionStarted"),
        (0, "ParallelStateEntered", "a/b[0]"),
        (2, "ParallelStateStarted"),
        (3, "PassStateEntered", "c"),
        (4, "PassStateExited", "c"),
    )
    assert branches(lines(*told, (5, "ParallelStateExited", "a/b[0]")))[3:] == ["a/b[0][0]", "a/b[0][0]", ""]


def test_leaving_a_state_that_is_not_under_way_is_untraceable():
    with pytest.raises(Untraceable, match='state "Q"'):
        branches(lines((0, "ExecutionStarted"), (0, "PassStateEntered", "P"), (2, "PassStateExited", "Q")))
