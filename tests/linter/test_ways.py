from hypothesis import given
from hypothesis import strategies as st

from asl_engine.linter.ways import in_circles, reached, round_trip
from asl_engine.values import Pointer

STATES = [Pointer(f"/States/{name}") for name in "ABCDEFG"]
graphs = st.dictionaries(st.sampled_from(STATES), st.lists(st.sampled_from(STATES), unique=True).map(tuple))


@given(graphs)
def test_states_of_one_circle_are_those_that_reach_each_other(leads):
    after = {state: reached(leads.get(state, ()), leads) for state in STATES}
    circles = in_circles(leads)
    assert set(circles) == {state for state in STATES if state in after[state]}
    for first in circles:
        for second in circles:
            assert (circles[first] == circles[second]) == (second in after[first] and first in after[second])


@given(graphs, st.sampled_from(STATES), st.sets(st.sampled_from(STATES)))
def test_a_round_trip_follows_the_ways_and_avoids_what_it_must(leads, state, around):
    around = around - {state}
    trip = round_trip(state, leads, around=around)
    if trip is None:
        open_ways = {here: tuple(to for to in targets if to not in around) for here, targets in leads.items() if here not in around}
        assert state not in reached(open_ways.get(state, ()), open_ways)
    else:
        assert trip[0] == state
        assert not around.intersection(trip)
        assert all(after in leads[before] for before, after in zip(trip, (*trip[1:], trip[0]), strict=True))
