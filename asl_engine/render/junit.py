"""A suite's results as JUnit XML, as CI systems read it: a test case for each scenario, a test suite for each file.

Source: the format pytest writes ("xunit2"); Jenkins' junit-10.xsd.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree

from asl_engine.views.report import Report, Result

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> bytes:
    root = ElementTree.Element("testsuites", name="asl test", tests=str(len(report.results)), failures=str(len(report.failed)), errors="0")
    for file, results in groupby(report.results, key=lambda result: result.file):
        _suite(root, file, list(results))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: ElementTree.Element, file: str, results: list[Result]) -> None:
    failures = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    suite = ElementTree.SubElement(
        root, "testsuite", name=clean(file), tests=str(len(results)), failures=str(failures), errors="0", skipped="0", time=f"{seconds:.6f}"
    )
    for result in results:
        line = result.location.rsplit(":", 2)[1] if result.location.count(":") >= 2 else ""
        case = ElementTree.SubElement(
            suite, "testcase", classname=clean(file), name=clean(result.name), time=f"{result.seconds:.6f}", file=clean(file), line=line
        )
        if not result.passed:
            first = result.mismatches[0] if result.mismatches else None
            message = f"{first['what']}: expected {first['expected']}, not {first['actual']}" if first else (result.fault or "").partition("\n")[0]
            failure = ElementTree.SubElement(case, "failure", message=clean(message), type="Mismatch" if first else (result.fault or "").partition(":")[0])
            failure.text = clean(result.explanation)
        elif result.warnings:
            ElementTree.SubElement(case, "system-err").text = clean("\n".join(result.warnings))


def clean(text: str) -> str:
    """XML 1.0 has no place for most control characters; they are shown as escapes."""
    return _NOT_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
