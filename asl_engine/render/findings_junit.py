"""Diagnostics as JUnit XML: a test case for each definition, one failure with all that makes it fail.

Source: the format pytest writes ("xunit2"). What is only worth knowing stands in the case's output, so that a dashboard's
red means what the exit code means.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from asl_engine.diagnostics import Diagnostic
from asl_engine.render.findings import Found
from asl_engine.render.junit import clean


def junit(found: Found, fails: Callable[[Diagnostic], bool]) -> bytes:
    failing = sum(any(map(fails, diagnostics)) for _, diagnostics in found)
    counts = {"tests": str(len(found)), "failures": str(failing), "errors": "0"}
    root = ElementTree.Element("testsuites", {"name": "asl check", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": "asl check", "skipped": "0", "time": "0", **counts})
    for file, diagnostics in found:
        case = ElementTree.SubElement(suite, "testcase", classname="asl check", name=clean(file), file=clean(file), time="0")
        grave = [diagnostic for diagnostic in diagnostics if fails(diagnostic)]
        rest = [diagnostic for diagnostic in diagnostics if not fails(diagnostic)]
        if grave:
            message = f"{grave[0].code} {grave[0].message}" + (f" and {len(grave) - 1} more" if len(grave) > 1 else "")
            failure = ElementTree.SubElement(case, "failure", message=clean(message), type=grave[0].code)
            failure.text = clean("\n".join(map(str, grave)))
        if rest:
            ElementTree.SubElement(case, "system-out").text = clean("\n".join(map(str, rest)))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
