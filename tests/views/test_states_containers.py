import pytest

import asl_engine as asl

BROKEN = {"StartAt": "Inner", "States": {"Inner": {"Type": "Fail", "Error": "Glass.Broken", "Cause": "it fell"}}}
CAUGHT = {"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.why", "Next": "Sweep"}], "Next": "Sweep"}


@pytest.mark.parametrize("outer", [{"Type": "Parallel", "Branches": [BROKEN]}, {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": BROKEN}])
def test_the_error_of_a_parallel_or_map_is_the_one_its_catcher_was_given(mismatches, outer):
    """AWS's ParallelStateFailed and MapStateFailed have no details."""
    machine = asl.load({"StartAt": "Outer", "States": {"Outer": outer | CAUGHT, "Sweep": {"Type": "Succeed"}}})
    execution = asl.run(machine, {"items": [1]})
    assert mismatches(execution, states={"Outer": {"error": "Glass.Broken", "caught": 0}}) == []
    assert mismatches(execution, states={"Outer": {"error": "Glass.Whole"}}) == [("states.Outer.error", "Glass.Whole", '"Glass.Broken"')]
