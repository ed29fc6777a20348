"""A definition as states and arcs."""

from __future__ import annotations

from asl_engine.analysis.graph import ArcKind, graph_of
from asl_engine.values import Json

MACHINE: Json = {
    "StartAt": "Pick",
    "States": {
        "Pick": {"Type": "Choice", "Choices": [{"Next": "Fan"}, {"Next": "Each"}], "Default": "Done"},
        "Fan": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Pass", "End": True}}}],
            "Next": "Done",
            "Catch": [{"Next": "Done"}],
        },
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "M", "States": {"M": {"Type": "Succeed"}}}, "End": True},
        "Done": {"Type": "Succeed"},
    },
}


def test_every_way_from_state_to_state_is_an_arc() -> None:
    assert [(str(arc.kind), arc.index, arc.source, arc.target) for arc in graph_of(MACHINE).arcs] == [
        ("choice", 0, "/States/Pick", "/States/Fan"),
        ("choice", 1, "/States/Pick", "/States/Each"),
        ("default", None, "/States/Pick", "/States/Done"),
        ("next", None, "/States/Fan", "/States/Done"),
        ("catch", 0, "/States/Fan", "/States/Done"),
        ("branch", 0, "/States/Fan", "/States/Fan/Branches/0/States/F"),
        ("iteration", None, "/States/Each", "/States/Each/ItemProcessor/States/M"),
    ]


def test_an_arc_knows_the_field_that_makes_it() -> None:
    places = {arc.kind: arc.pointer for arc in graph_of(MACHINE).arcs}
    assert (places[ArcKind.CATCH], places[ArcKind.BRANCH]) == ("/States/Fan/Catch/0/Next", "/States/Fan/Branches/0/StartAt")


def test_nodes_say_whether_they_are_terminal() -> None:
    terminal = {node.name: node.terminal for node in graph_of(MACHINE).states.values()}
    assert terminal == {"Pick": False, "Fan": False, "Each": True, "Done": True, "F": True, "M": True}


def test_any_json_has_a_graph() -> None:
    values: list[Json] = [None, [], {"States": []}, {"States": {"A": 1, "B": {"Branches": [1], "Choices": [1], "Catch": 2, "Next": 3}}}]
    assert [len(graph_of(value).arcs) for value in values] == [0, 0, 0, 0]
