"""`pytest --asl-coverage`: what no test did of the definitions, told behind the results.

Loaded by the plugin when the option is given, so that it costs nothing else. Under pytest-xdist each process measures
its own tests and hands what it has to the one that reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from asl_engine.harness.measuring import coverage_of
from asl_engine.harness.play import Verdict
from asl_engine.history.execution import Execution
from asl_engine.program import Program
from asl_engine.render.coverage import text, too_little
from asl_engine.views.coverage import Coverage, coverage

_HANDED_OVER = "asl_coverage"


class CoverageOfTests:
    """Coverage of one session's scenarios, and of the machines its tests loaded with `sfn`."""

    def __init__(self, least: float) -> None:
        self.least = least
        """Percent; less fails the session."""
        self.coverage = Coverage()

    def played(self, verdict: Verdict) -> None:
        self.coverage = self.coverage.merge(coverage_of(verdict))

    def ran(self, program: Program, executions: Sequence[Execution]) -> None:
        self.coverage = self.coverage.merge(coverage(program, executions))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """pytest-xdist's: a process has ended. `error` is that of a crash, which has nothing to hand over."""
        if _HANDED_OVER in (handed := getattr(node, "workeroutput", {})):
            self.coverage = self.coverage.merge(Coverage.from_json(handed[_HANDED_OVER]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_HANDED_OVER] = self.coverage.to_json()
        elif exitstatus == pytest.ExitCode.OK and too_little(self.coverage, self.least):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.coverage.definitions:
            return
        terminalreporter.section("coverage of state machines")
        terminalreporter.write_line(text(self.coverage))
        if short := too_little(self.coverage, self.least):
            terminalreporter.write_line(short, red=True)
