"""A local interpreter and test harness for the Amazon States Language.

    import asl_engine as asl

    program = asl.load("order.asl.json")
    execution = asl.run(program, {"order": 7}, tasks=lambda call: {"ok": True})
    assert execution.status == "SUCCEEDED"

Names are imported when first used, so that `import asl_engine` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from asl_engine.diagnostics import Diagnostic as Diagnostic
    from asl_engine.diagnostics import Severity as Severity
    from asl_engine.errors import AslError as AslError
    from asl_engine.errors import DefinitionError as DefinitionError
    from asl_engine.errors import ExecutionStalled as ExecutionStalled
    from asl_engine.errors import InputError as InputError
    from asl_engine.errors import LimitExceeded as LimitExceeded
    from asl_engine.errors import MissingExtra as MissingExtra
    from asl_engine.errors import MockError as MockError
    from asl_engine.errors import MockExhausted as MockExhausted
    from asl_engine.errors import ScenarioError as ScenarioError
    from asl_engine.errors import ServiceArgumentsError as ServiceArgumentsError
    from asl_engine.errors import UnmockedTask as UnmockedTask
    from asl_engine.harness.machines import Machines as Machines
    from asl_engine.harness.play import Verdict as Verdict
    from asl_engine.harness.play import play as play
    from asl_engine.harness.replay import ReplayVerdict as ReplayVerdict
    from asl_engine.harness.replay import replay as replay
    from asl_engine.harness.revisions import diff as diff
    from asl_engine.history.execution import Execution as Execution
    from asl_engine.history.execution import Status as Status
    from asl_engine.history.history import History as History
    from asl_engine.interpreter import Run as Run
    from asl_engine.interpreter import run as run
    from asl_engine.interpreter import start as start
    from asl_engine.interpreter.clock import Clock as Clock
    from asl_engine.interpreter.clock import ScaledClock as ScaledClock
    from asl_engine.interpreter.clock import VirtualClock as VirtualClock
    from asl_engine.interpreter.clock import WallClock as WallClock
    from asl_engine.interpreter.limits import Limits as Limits
    from asl_engine.linter.checking import check as check
    from asl_engine.program import Program as Program
    from asl_engine.program.load import load as load
    from asl_engine.program.load import loads as loads
    from asl_engine.scenario import Scenario as Scenario
    from asl_engine.scenario_files import load_scenarios as load_scenarios
    from asl_engine.tasks.aws import AwsTasks as AwsTasks
    from asl_engine.tasks.compose import FirstOf as FirstOf
    from asl_engine.tasks.functions import lambda_handler as lambda_handler
    from asl_engine.tasks.mocks import Mocks as Mocks
    from asl_engine.tasks.recorded import Recorded as Recorded
    from asl_engine.tasks.runtime import Failed as Failed
    from asl_engine.tasks.runtime import NotMine as NotMine
    from asl_engine.tasks.runtime import Outcome as Outcome
    from asl_engine.tasks.runtime import Polled as Polled
    from asl_engine.tasks.runtime import Succeeded as Succeeded
    from asl_engine.tasks.runtime import TaskCall as TaskCall
    from asl_engine.tasks.runtime import TaskFailure as TaskFailure
    from asl_engine.tasks.runtime import TaskRuntime as TaskRuntime
    from asl_engine.tasks.runtime import Unanswered as Unanswered
    from asl_engine.tasks.service_answers import Auto as Auto
    from asl_engine.tasks.service_answers import ServiceChecked as ServiceChecked
    from asl_engine.teststate import test_state as test_state
    from asl_engine.views.coverage import Coverage as Coverage
    from asl_engine.views.coverage import coverage as coverage
    from asl_engine.views.revisions import BehaviourDiff as BehaviourDiff

_HOMES = {
    "asl_engine.diagnostics": ("Diagnostic", "Severity"),
    "asl_engine.errors": (
        "AslError",
        "DefinitionError",
        "ExecutionStalled",
        "InputError",
        "LimitExceeded",
        "MockError",
        "MockExhausted",
        "MissingExtra",
        "ScenarioError",
        "ServiceArgumentsError",
        "UnmockedTask",
    ),
    "asl_engine.harness.machines": ("Machines",),
    "asl_engine.harness.play": ("Verdict", "play"),
    "asl_engine.harness.replay": ("ReplayVerdict", "replay"),
    "asl_engine.harness.revisions": ("diff",),
    "asl_engine.history.execution": ("Execution", "Status"),
    "asl_engine.history.history": ("History",),
    "asl_engine.interpreter": ("Run", "run", "start"),
    "asl_engine.interpreter.clock": ("Clock", "ScaledClock", "VirtualClock", "WallClock"),
    "asl_engine.interpreter.limits": ("Limits",),
    "asl_engine.linter.checking": ("check",),
    "asl_engine.program": ("Program",),
    "asl_engine.program.load": ("load", "loads"),
    "asl_engine.scenario": ("Scenario",),
    "asl_engine.scenario_files": ("load_scenarios",),
    "asl_engine.tasks.aws": ("AwsTasks",),
    "asl_engine.tasks.compose": ("FirstOf",),
    "asl_engine.tasks.functions": ("lambda_handler",),
    "asl_engine.tasks.mocks": ("Mocks",),
    "asl_engine.tasks.recorded": ("Recorded",),
    "asl_engine.tasks.runtime": ("Failed", "NotMine", "Outcome", "Polled", "Succeeded", "TaskCall", "TaskFailure", "TaskRuntime", "Unanswered"),
    "asl_engine.tasks.service_answers": ("Auto", "ServiceChecked"),
    "asl_engine.teststate": ("test_state",),
    "asl_engine.views.coverage": ("Coverage", "coverage"),
    "asl_engine.views.revisions": ("BehaviourDiff",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'asl_engine' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
