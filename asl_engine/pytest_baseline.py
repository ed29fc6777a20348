"""`behaves_like`: this revision behaves like that one, except for what was accepted in a reviewed file.

Loaded by the plugin when a test asks for the fixture. What is compared and what counts as a difference is
`asl_engine.diff`'s; which differences are accepted is `harness.baseline`'s.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from asl_engine.cli.revision_files import RevisionFile, load_revision, revision_file, scenarios_about, scenarios_in
from asl_engine.errors import AslError
from asl_engine.harness.baseline import Judged, judged, read_baseline, write_baseline
from asl_engine.harness.explore import DEFAULT, ExploreBounds
from asl_engine.harness.revisions import diff
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.pytest_files import found_file, from_here
from asl_engine.render.diff import text
from asl_engine.values import Json
from asl_engine.views.revisions import BehaviourDiff

_WRITTEN = "asl-baselines"


class StaleBaseline(UserWarning):
    """An accepted difference that no longer occurs. `-W error::asl_engine.pytest_baseline.StaleBaseline` makes it a failure."""


class _Written:
    """Tells behind the results which files were written."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.lines:
            terminalreporter.write_line(f"asl: {line}")


class BehavesLike:
    """The fixture `behaves_like`: a function of two revisions."""

    def __init__(self, folder: Path, config: pytest.Config) -> None:
        self._folder = folder
        self._config = config

    def __repr__(self) -> str:
        return "<behaves_like>"

    def __call__(
        self,
        old: str | Path | dict[str, Any] | Program,
        new: str | Path | dict[str, Any] | Program,
        *,
        baseline: str | Path | None = None,
        scenarios: Sequence[str | Path] | None = None,
        placeholders: Mapping[str, Json] | None = None,
        type: str | None = None,
        explore: ExploreBounds | None = DEFAULT,
    ) -> BehaviourDiff:
        """Fails with the rendered diff if `new` does anything differently that `baseline` does not accept; returns the whole diff.

        A revision is a file, looked for as `sfn.load` does, a file as git has it ("main:order.asl.json"), a value or
        a program. `scenarios` are files and folders, by default the project's that are about either file. `explore`
        has the bounds of the exploration; None explores nothing. `baseline` lies beside the test's file; `pytest
        --asl-update-baselines` writes it. What it accepts and no longer occurs is a `StaleBaseline` warning.

        Raises `AslError` for what cannot be read.
        """
        __tracebackhide__ = True
        try:
            found = self._diff(old, new, scenarios, placeholders, type, explore)
            file = None if baseline is None else self._folder / baseline
            if file is not None and self._config.getoption("asl_update_baselines"):
                self._write(file, found)
            verdict = judged(found, () if file is None else read_baseline(file))
        except AslError as error:
            raise error.with_traceback(None) from None
        for stale in verdict.stale:
            warnings.warn(StaleBaseline(f"{self._shown(file)}: no longer occurs: {stale}"), stacklevel=2)
        if not verdict.passed:
            pytest.fail(self._explanation(verdict, file), pytrace=False)
        return found

    def _diff(
        self,
        old: Any,
        new: Any,
        scenarios: Sequence[str | Path] | None,
        placeholders: Mapping[str, Json] | None,
        type: str | None,
        explore: ExploreBounds | None,
    ) -> BehaviourDiff:
        (before, old_file), (after, new_file) = (self._program(each, placeholders, type) for each in (old, new))
        if scenarios is None:
            chosen = scenarios_about([file for file in (old_file, new_file) if file is not None])
        else:
            chosen = scenarios_in([str(self._beside(Path(each))) for each in scenarios])
        return diff(before, after, scenarios=chosen, explore=explore)

    def _program(self, revision: Any, placeholders: Mapping[str, Json] | None, type: str | None) -> tuple[Program, RevisionFile | None]:
        """The program, and which file it is of."""
        if isinstance(revision, Program):
            return revision, None if revision.source.origin is None else revision_file(revision.source.origin)
        if isinstance(revision, dict):
            return load(revision, placeholders=placeholders, type=type, validate=False), None
        asked = revision_file(str(revision))
        if asked.revision is None:
            path = found_file(Path(revision), self._folder, self._config.rootpath)
            asked = RevisionFile(str(path), path)
        return load_revision(asked, placeholders=placeholders, type=type), asked

    def _beside(self, path: Path) -> Path:
        return self._folder / path if (self._folder / path).exists() else path

    def _write(self, file: Path, found: BehaviourDiff) -> None:
        count = write_baseline(file, found)
        manager = self._config.pluginmanager
        written = manager.get_plugin(_WRITTEN)
        if written is None:
            written = _Written()
            manager.register(written, _WRITTEN)
        written.lines.append(f"{self._shown(file)}: {count} {'difference' if count == 1 else 'differences'} accepted")

    def _explanation(self, verdict: Judged, file: Path | None) -> str:
        lines = [text(verdict.unaccepted, accepted=len(verdict.accepted)), ""]
        if file is None:
            return "\n".join([*lines, 'to accept what is meant, name a file: behaves_like(…, baseline="accepted.yaml")'])
        if count := len(verdict.accepted):
            lines.append(f"{count} other {'difference is' if count == 1 else 'differences are'} accepted in {self._shown(file)}")
        return "\n".join([*lines, f"to accept what is meant: pytest --asl-update-baselines, and review {self._shown(file)}"])

    def _shown(self, file: Path | None) -> str:
        return "" if file is None else str(from_here(file, self._config))
