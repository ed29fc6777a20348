"""The pytest plugin: scenario files as tests, the fixture `sfn`, and failures that show the execution.

pytest loads this module in every project of an environment that has asl_engine installed, so it imports nothing at
the top but the standard library and pytest; what it needs of the engine it imports when a scenario file is found or
`sfn` is asked for. It keeps no state of its own: what an assertion was about is found among the values of the test's
frames, where the reader of the test would look too.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from asl_engine.harness.play import Verdict
    from asl_engine.history.execution import Execution
    from asl_engine.program import Program
    from asl_engine.pytest_baseline import BehavesLike
    from asl_engine.scenario import Scenario
    from asl_engine.tasks.mocks import Mocks

SUFFIXES = (".scenario.yaml", ".scenario.yml", ".scenario.json")
MOST_EXECUTIONS = 3
"""Of one failing test, shown in full: the last ones."""
MOST_FRAMES = 30
"""Between an assertion and the hook that explains it."""
_EMPTY: Any = object()
_FAILED = pytest.StashKey[bool]()
_OBSERVED = pytest.StashKey["list[tuple[Scenario, dict[str, Any]]]"]()
"""Snapshots that `--asl-update` writes when the session ends."""


class UnusedMock(UserWarning):
    """A mock that was declared and never asked. `-W error::asl_engine.pytest_plugin.UnusedMock` makes it a failure."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("asl", "state machines")
    group.addoption("--asl-seed", type=_seed, default=None, metavar="N", help="seed of every scenario and every execution of `sfn`, in place of its own")
    group.addoption(
        "--asl-coverage", type=_percent, nargs="?", const=0.0, metavar="FAIL_UNDER", help="tell what no test did of the definitions; fail if less is covered"
    )
    group.addoption("--asl-update", action="store_true", help="write what was observed into the snapshots of scenario files, as `asl test --update` does")
    group.addoption("--asl-update-baselines", action="store_true", help="accept what `behaves_like` finds, in the baseline file of each")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("asl_coverage") is not None:
        from asl_engine.pytest_coverage import CoverageOfTests

        config.pluginmanager.register(CoverageOfTests(config.getoption("asl_coverage")), "asl-coverage")
    config.stash[_OBSERVED] = []
    for option, what in (("--asl-update", "scenario files"), ("--asl-update-baselines", "baseline files")):
        if config.getoption(option) and config.getoption("numprocesses", None):
            raise pytest.UsageError(f"{option} writes to {what}; run it without -n")


def _percent(text: str) -> float:
    if text.replace(".", "", 1).isdecimal() and float(text) <= 100:
        return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no percentage; write --asl-coverage=90, and --asl-coverage alone behind the paths")


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


# ------------------------------------------------------------------------------------------------- scenario files


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    return ScenarioFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIXES) else None


class ScenarioFile(pytest.File):
    """One scenario file. What is wrong with it is told with its places, without a traceback."""

    def collect(self) -> Iterator[ScenarioItem]:
        from asl_engine.errors import AslError
        from asl_engine.pytest_files import from_here
        from asl_engine.scenario_files import load_scenarios

        try:
            scenarios = load_scenarios(from_here(self.path, self.config))
        except AslError as error:
            raise self.CollectError(str(error)) from None
        for scenario in scenarios:
            yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class ScenarioFailed(Exception):
    """What was observed is not what the scenario expects."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.scenario.id)
        self.verdict = verdict


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.scenario = scenario

    def runtest(self) -> None:
        from asl_engine.harness.play import play

        verdict = play(self.scenario, seed=self.config.getoption("asl_seed"))
        if (covering := self.config.pluginmanager.get_plugin("asl-coverage")) is not None:
            covering.played(verdict)
        if not verdict.passed and not self._recorded(verdict):
            raise ScenarioFailed(verdict)
        for sentence in verdict.warnings:
            warnings.warn(UnusedMock(sentence), stacklevel=1)

    def _recorded(self, verdict: Verdict) -> bool:
        """Whether it only differs from a snapshot, which is going to be written."""
        if not self.config.getoption("asl_update"):
            return False
        from asl_engine.harness.suite import result_of

        snapshot = result_of(verdict, 0).snapshot
        if snapshot is not None:
            self.config.stash[_OBSERVED].append((self.scenario, snapshot))
        return snapshot is not None and all(mismatch.keys[:1] == ("snapshot",) for mismatch in verdict.mismatches)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        match excinfo.value:
            case ScenarioFailed(verdict=verdict):
                return verdict.explanation()
            case UnusedMock() as unused:
                return f"{self.scenario.name}  {self.scenario.location}\n  UnusedMock: {unused}"
            case _:
                return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        line = self.scenario.location.rsplit(":", 2)[-2:][0]
        return self.path, int(line) - 1 if line.isdecimal() else None, self.scenario.name


def pytest_sessionfinish(session: pytest.Session) -> None:
    observed = session.config.stash.get(_OBSERVED, [])
    if not observed:
        return
    from asl_engine.errors import AslError
    from asl_engine.harness.snapshots import update_files

    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    try:
        told = [f"{file}: snapshots updated" for file in update_files(observed)]
    except AslError as error:
        told = [f"no snapshot was updated: {error}"]
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if terminal is not None:
        terminal.ensure_newline()
        terminal.write_line("\n".join(f"asl: {line}" for line in told))


# ------------------------------------------------------------------------------------------------------- fixtures


@pytest.fixture
def sfn(request: pytest.FixtureRequest) -> Iterator[StateMachines]:
    """State machines for one test: `m = sfn.load("order.asl.json"); m.mocks.state("Charge").returns({}); r = m.run({…})`."""
    machines = StateMachines(request.path.parent, request.config.rootpath, request.config.getoption("asl_seed"))
    yield machines
    if (covering := request.config.pluginmanager.get_plugin("asl-coverage")) is not None:
        for machine in machines.machines:
            covering.ran(machine.program, machine.executions)
    if not request.node.stash.get(_FAILED, False):
        for sentence in machines.unused():
            warnings.warn(UnusedMock(sentence), stacklevel=1)


@pytest.fixture
def behaves_like(request: pytest.FixtureRequest) -> BehavesLike:
    """Asserts that a revision behaves like another: `behaves_like("r4.asl.json", "r5.asl.json", baseline="r5.accepted.yaml")`."""
    from asl_engine.pytest_baseline import BehavesLike

    return BehavesLike(request.path.parent, request.config)


class Machine:
    """One definition, its mocks, and the executions the test ran."""

    def __init__(self, program: Program, mocks: Mocks, seed: int) -> None:
        self.program = program
        self.mocks = mocks
        """What answers the tasks. Counts over all executions of this machine."""
        self.executions: list[Execution] = []
        self._seed = seed

    def __repr__(self) -> str:
        return f"<machine {self.program.source.origin}>"

    def run(self, input: Any = _EMPTY, *, tasks: Any = None, **options: Any) -> Execution:
        """Plays one execution to its end, on `{}` if no input is given; `tasks` is asked for what no mock answers, the other options are `asl_engine.run`'s.

        Raises `AslError` for what is missing or wrong: `UnmockedTask`, `MockExhausted`, `MockError` …
        """
        __tracebackhide__ = True
        from asl_engine.errors import AslError, UnmockedTask
        from asl_engine.interpreter import start
        from asl_engine.tasks.compose import FirstOf

        asked = self.mocks if tasks is None else FirstOf(self.mocks, tasks)
        running = start(self.program, {} if input is _EMPTY else input, tasks=asked, **{"seed": self._seed, **options})
        self.executions.append(running.execution)
        try:
            running.advance()
            if running.execution.status == "RUNNING":
                raise running.stalled()
        except UnmockedTask as error:
            raise UnmockedTask(str(error)) from None  # by the name the pages use
        except AslError as error:
            raise error.with_traceback(None) from error.__cause__  # the engine's frames say nothing to the reader of a test
        return running.execution


class StateMachines:
    """The fixture `sfn`. `mocks` and `run` are those of the machine loaded last."""

    def __init__(self, folder: Path, root: Path, seed: int | None) -> None:
        self._folder = folder
        self._root = root
        self._seed = seed or 0
        self.machines: list[Machine] = []

    def __repr__(self) -> str:
        return f"<sfn with {len(self.machines)} machines>" if len(self.machines) != 1 else "<sfn with 1 machine>"

    def load(
        self, definition: str | Path | dict[str, Any], *, placeholders: Mapping[str, Any] | None = None, type: str = "STANDARD", validate: bool = True
    ) -> Machine:
        """A machine with mocks of its own.

        A relative path is looked for beside the test's file, then in pytest's rootdir, then in the project's folder of
        definitions (`[tool.asl]`). Raises `DefinitionError` with every diagnostic, or FileNotFoundError.
        """
        __tracebackhide__ = True
        from asl_engine.errors import AslError
        from asl_engine.program.load import load
        from asl_engine.pytest_files import found_file
        from asl_engine.tasks.mocks import Mocks

        found = definition if isinstance(definition, dict) else found_file(Path(definition), self._folder, self._root)
        try:
            machine = Machine(load(found, placeholders=placeholders, type=type, validate=validate), Mocks(), self._seed)
        except AslError as error:
            raise error.with_traceback(None) from None
        self.machines.append(machine)
        return machine

    @property
    def mocks(self) -> Mocks:
        return self._last.mocks

    def run(self, input: Any = _EMPTY, **options: Any) -> Execution:
        """`Machine.run` of the machine loaded last."""
        __tracebackhide__ = True
        return self._last.run(input, **options)

    def unused(self) -> list[str]:
        """One sentence for each mock that was declared and never asked; of machines that ran."""
        return [sentence for machine in self.machines if machine.executions for sentence in machine.mocks.unused()]

    @property
    def _last(self) -> Machine:
        __tracebackhide__ = True
        if not self.machines:
            pytest.fail("sfn has no machine yet; begin with sfn.load(…)", pytrace=False)
        return self.machines[-1]


# ------------------------------------------------------------------------------------------------- what failures show


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Why a status or a path is not as asserted: how the execution ended, and the first difference."""
    if op != "==" or "asl_engine.history.execution" not in sys.modules:
        return None
    from asl_engine.history.execution import Status

    if isinstance(left, Status) or isinstance(right, Status):
        status, wanted = (left, right) if isinstance(left, Status) else (right, left)
        execution = next((found for found in _executions(_frames_above()) if found.status == status), None)
        return None if execution is None else [f"{status} == {str(wanted)!r}", *_ending(execution)]
    if isinstance(left, list) and isinstance(right, list) and left != right:
        for actual, expected in ((left, right), (right, left)):
            if execution := next((found for found in _executions(_frames_above()) if found.path == actual), None):
                return [f"{left} == {right}", *_departure(actual, expected), *_ending(execution)]
    return None


def _ending(execution: Execution) -> Iterator[str]:
    told = " — ".join(part for part in (execution.error, execution.cause) if part)
    yield f"the execution {execution.status}" + (f": {told:.300}" if told else "")
    yield "path: " + " → ".join(execution.path[-12:])


def _departure(actual: list[str], expected: list[Any]) -> Iterator[str]:
    index = next((index for index, (left, right) in enumerate(zip(actual, expected, strict=False)) if left != right), min(len(actual), len(expected)))

    def named(names: list[Any]) -> str:
        return f'"{names[index]}"' if index < len(names) else "the end"

    yield f"first difference: state {index + 1} is {named(actual)}, {named(expected)} was expected"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and call.excinfo is not None:
        item.stash[_FAILED] = True
        if "asl_engine.history.execution" in sys.modules and not isinstance(item, ScenarioItem):
            report.sections += _sections(item, list(_frames_of(call.excinfo.tb)))
    return report


def _sections(item: pytest.Item, frames: list[FrameType]) -> Iterator[tuple[str, str]]:
    from asl_engine.render.text import tree

    found = _executions(frames)
    for number, execution in enumerate(reversed(found[:MOST_EXECUTIONS]), max(1, len(found) - MOST_EXECUTIONS + 1)):
        title = "execution" if len(found) == 1 else f"execution {number} of {len(found)}"
        yield f"asl: {title}", tree(execution)
    for verdict in _values(frames, "asl_engine.harness.play", "Verdict"):
        if not cast("Verdict", verdict).passed:
            yield "asl: scenario", cast("Verdict", verdict).explanation()
    for outcomes in _values(frames, "asl_engine.harness.outcomes", "Outcomes"):
        yield "asl: to paste below `scenarios:`", cast(Any, outcomes).scenario(execution=found[0] if found else None)
    if found:
        seed = item.config.getoption("asl_seed")
        yield "asl: reproduce", f"pytest {shlex.quote(_nodeid(item))}" + ("" if seed is None else f" --asl-seed {seed}")


def _executions(frames: Iterable[FrameType]) -> list[Execution]:
    """The executions a test knows, the one that ran last first: its own variables, and those of its machines."""
    found: list[Execution] = []
    for frame in frames:
        for value in list(frame.f_locals.values()):
            match value:
                case StateMachines():
                    found += [execution for machine in value.machines for execution in machine.executions]
                case Machine():
                    found += value.executions
        found += cast("list[Execution]", _values([frame], "asl_engine.history.execution", "Execution"))
    return list({id(execution): execution for execution in found}.values())[::-1]


def _values(frames: Iterable[FrameType], module: str, name: str) -> list[object]:
    """The frames' variables of one class, which is not imported for it: what was never imported has no values."""
    kind = getattr(sys.modules.get(module), name, None)
    if kind is None:
        return []
    return list({id(value): value for frame in frames for value in list(frame.f_locals.values()) if type(value) is kind}.values())


def _frames_of(traceback: TracebackType | None) -> Iterator[FrameType]:
    while traceback is not None:
        if _is_of_tests(traceback.tb_frame):
            yield traceback.tb_frame
        traceback = traceback.tb_next


def _frames_above() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    for _ in range(MOST_FRAMES):
        if frame is None:
            return
        if _is_of_tests(frame):
            yield frame
            return  # the function whose assertion this is
        frame = frame.f_back


def _is_of_tests(frame: FrameType) -> bool:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return package not in ("_pytest", "pluggy", "pytest", "asl_engine", "hypothesis")


def _nodeid(item: pytest.Item) -> str:
    from asl_engine.pytest_files import from_here

    return "::".join([str(from_here(item.path, item.config)), *item.nodeid.split("::")[1:]])
