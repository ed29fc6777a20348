"""The examples: AWS would take each definition, every scenario of them holds, and together they leave nothing unplayed.

Whatever stands in `definitions/examples` and `scenarios/examples` is collected; a new example needs nothing here.
"""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.source import read_source

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = sorted((ROOT / "definitions" / "examples").glob("*.asl.*"))
SCENARIOS = [scenario for file in sorted((ROOT / "scenarios" / "examples").glob("*.scenario.*")) for scenario in asl.load_scenarios(file)]


@cache
def verdict_of(index):
    return asl.play(SCENARIOS[index]).strict()


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.name)
def test_aws_would_take_the_definition(file):
    assert [str(finding) for finding in asl.check(file) if finding.severity == "ERROR"] == []


@pytest.mark.parametrize("index", range(len(SCENARIOS)), ids=[f"{scenario.file.name}::{scenario.name}" for scenario in SCENARIOS])
def test_the_scenario_holds(index):
    verdict = verdict_of(index)
    assert verdict.passed, verdict.explanation()


# ------------------------------------------------------------------------------------------------ nothing left unplayed


def parts_of(machine, at=""):
    """What of a definition there is to be seen: names of states, pointers of rules and catchers, of retriers with how often they retry."""
    for name, state in machine["States"].items():
        here = f"{at}/States/{name}"
        yield name
        yield from (f"{here}/{key}/{index}" for key in ("Choices", "Catch") for index, _ in enumerate(state.get(key, ())))
        yield from (f"{here}/{key}" for key in ("Default",) if key in state)
        yield from ((f"{here}/Retry/{index}", most) for index, retrier in enumerate(state.get("Retry", ())) if (most := retrier.get("MaxAttempts", 3)))
        yield from (part for key in ("ItemProcessor", "Iterator") if key in state for part in parts_of(state[key], f"{here}/{key}"))
        yield from (part for index, branch in enumerate(state.get("Branches", ())) for part in parts_of(branch, f"{here}/Branches/{index}"))


def seen_in(execution):
    """What one execution saw, in the same words. (pointer, 3): after three retries by this retrier the state failed once more, and for good."""
    tried, last, failing = {}, {}, {}
    for event in execution.history:
        branch = event.branch
        yield from (event.told[key] for key in ("rule", "catcher") if key in event.told)
        if event.type.endswith("StateEntered"):
            yield event.state
            tried[branch] = Counter()
            last.pop(branch, None)
        elif event.type.endswith(("Failed", "TimedOut")):
            failing[branch] = last.get(branch)
        elif event.type.endswith("StateExited"):
            yield failing.pop(branch, None)
        elif event.type.endswith(("Scheduled", "Started", "Succeeded")):
            failing.pop(branch, None)
        if retrier := event.told.get("retrier"):
            tried[branch][retrier] += 1
            last[branch] = (retrier, tried[branch][retrier])
    yield from failing.values()
    yield from (part for children in execution.children.values() for child in children for part in seen_in(child))


@cache
def seen():
    """By definition: all that its scenarios saw together."""
    found = {}
    for index, scenario in enumerate(SCENARIOS):
        if isinstance(scenario.definition.origin, Path) and verdict_of(index).execution is not None:
            found.setdefault(scenario.definition.origin.resolve(), set()).update(seen_in(verdict_of(index).execution))
    return found


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.name)
def test_scenarios_reach_every_state_rule_and_catcher_and_exhaust_every_retrier(file):
    unseen = [part for part in parts_of(read_source(file).value) if part not in seen().get(file, ())]
    assert unseen == []
