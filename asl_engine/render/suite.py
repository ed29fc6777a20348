"""A suite's results: for a terminal while it runs and at its end, as JSON, and as GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator

from asl_engine.render.findings import escaped
from asl_engine.render.text import Paint, plain
from asl_engine.views.report import Report, Result

FORMAT_VERSION = 1
LINE = 80


class Progress:
    """A line for each file with a sign for each scenario, as pytest has it: `.` passed, `F` failed, `w` with a warning."""

    def __init__(self, total: int, paint: Paint = plain) -> None:
        self._total = total
        self._paint = paint
        self._done = 0
        self._file: str | None = None
        self._column = 0

    def of(self, result: Result) -> str:
        """What to print for one more result, without a line break."""
        self._done += 1
        text = ""
        if result.file != self._file:
            text = ("\n" if self._file is not None else "") + result.file + " "
            self._file, self._column = result.file, len(result.file) + 1
        elif self._column >= LINE - 8:
            text, self._column = f" [{100 * (self._done - 1) // self._total:3d}%]\n", 0
        self._column += 1
        return text + self._sign(result) + (f" [{100 * self._done // self._total:3d}%]" if self._done == self._total else "")

    def _sign(self, result: Result) -> str:
        if not result.passed:
            return self._paint("bad", "F")
        return self._paint("warn", "w") if result.warnings else self._paint("good", ".")


def ending(report: Report, paint: Paint = plain) -> str:
    """Failures, warnings and the last line."""
    return "\n".join([*_failures(report, paint), *_warnings(report, paint), *_updated(report, paint), _counts(report, paint)])


def endings(report: Report, paint: Paint = plain) -> str:
    """How each execution ended: for suites that expect nothing."""
    widest = max((len(result.name) for result in report.results), default=0)
    return "\n".join(f"  {result.name.ljust(widest)}  {paint('detail', result.status or 'not begun')}" for result in report.results if result.passed)


def _failures(report: Report, paint: Paint) -> Iterator[str]:
    if report.failed:
        yield ""
        yield paint("bad", "FAILURES")
    for result in report.failed:
        yield ""
        yield result.explanation


def _warnings(report: Report, paint: Paint) -> Iterator[str]:
    warned = [result for result in report.results if result.passed and result.warnings]
    if warned:
        yield ""
        yield paint("warn", "WARNINGS") + "  (--strict-mocks makes them failures)"
    for result in warned:
        yield f"  {result.name}"
        yield from (f"    {warning}" for warning in result.warnings)


def _updated(report: Report, paint: Paint) -> Iterator[str]:
    if report.updated:
        yield ""
    for file in report.updated:
        yield f"{paint('label', 'updated')}  {file}"


def _counts(report: Report, paint: Paint) -> str:
    failed = len(report.failed)
    passed = len(report.results) - failed
    said = [paint("bad", f"{failed} failed")] if failed else []
    if passed or not failed:
        said.append(paint("good", f"{passed} passed"))
    if report.deselected:
        said.append(f"{report.deselected} deselected")
    if warned := sum(bool(result.warnings) for result in report.results if result.passed):
        said.append(paint("warn", f"{warned} with warnings"))
    return f"\n{', '.join(said)} in {report.seconds:.2f}s"


def json_document(report: Report) -> str:
    """{"format_version", "passed", "failed", "deselected", "scenarios": [{id, name, location, passed, …}]}"""
    scenarios = [
        {
            "id": result.id,
            "name": result.name,
            "location": result.location,
            "passed": result.passed,
            "status": result.status,
            "fault": result.fault,
            "mismatches": list(result.mismatches),
            "warnings": list(result.warnings),
            "reproduce": result.reproduce,
            "seconds": round(result.seconds, 6),
        }
        for result in report.results
    ]
    counts = {"passed": len(report.results) - len(report.failed), "failed": len(report.failed), "deselected": report.deselected}
    return json.dumps({"format_version": FORMAT_VERSION, **counts, "scenarios": scenarios}, ensure_ascii=False, indent=2)


def github(report: Report) -> str:
    """Source: GitHub Actions documentation, "Workflow commands", ::error file=…,line=…,col=…,title=…::message"""
    lines = [_annotation("error", result.place, result.name, result.explanation) for result in report.failed]
    for result in report.results:
        if result.passed:
            lines += [_annotation("warning", result.location, result.name, warning) for warning in result.warnings]
    return "".join(f"{line}\n" for line in lines)


def _annotation(level: str, place: str, title: str, message: str) -> str:
    file, line, column = place.rsplit(":", 2) if place.count(":") >= 2 else (place, "", "")
    properties = {"file": file, **({"line": line, "col": column} if line else {}), "title": title}
    return f"::{level} {','.join(f'{name}={escaped(value, property=True)}' for name, value in properties.items())}::{escaped(message)}"
