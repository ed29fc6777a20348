"""SARIF 2.1.0. The part of the official schema that is used is kept here by hand: what may stand in which object, and what must."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from asl_engine.cli import main
from asl_engine.render.findings import place_of

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = [*(ROOT / "definitions/orchestrator").glob("r*.asl.json"), *(ROOT / "tests/lint").glob("*/bad.asl.json")]

TEXT, NUMBER = str, int
SCHEMA = {
    "log": ({"$schema": TEXT, "version": TEXT, "runs": ["run"]}, {"version", "runs"}),
    "run": ({"tool": "tool", "columnKind": TEXT, "results": ["result"]}, {"tool"}),
    "tool": ({"driver": "toolComponent"}, {"driver"}),
    "toolComponent": ({"name": TEXT, "semanticVersion": TEXT, "rules": ["reportingDescriptor"]}, {"name"}),
    "reportingDescriptor": ({"id": TEXT, "shortDescription": "multiformatMessageString", "help": "multiformatMessageString"}, {"id"}),
    "multiformatMessageString": ({"text": TEXT, "markdown": TEXT}, {"text"}),
    "result": (
        {"ruleId": TEXT, "ruleIndex": NUMBER, "level": TEXT, "message": "message", "locations": ["location"], "partialFingerprints": "fingerprints"},
        {"message"},
    ),
    "fingerprints": ({"aslFinding/v1": TEXT}, {"aslFinding/v1"}),
    "message": ({"text": TEXT}, {"text"}),
    "location": ({"physicalLocation": "physicalLocation", "logicalLocations": ["logicalLocation"]}, set()),
    "physicalLocation": ({"artifactLocation": "artifactLocation", "region": "region"}, {"artifactLocation"}),
    "artifactLocation": ({"uri": TEXT}, set()),
    "region": ({"startLine": NUMBER, "startColumn": NUMBER}, {"startLine"}),
    "logicalLocation": ({"fullyQualifiedName": TEXT}, set()),
}


def conform(value, kind):
    if isinstance(kind, list):
        assert isinstance(value, list)
        for element in value:
            conform(element, kind[0])
    elif isinstance(kind, str):
        properties, required = SCHEMA[kind]
        assert isinstance(value, dict)
        assert required <= value.keys() <= properties.keys()
        for name, member in value.items():
            conform(member, properties[name])
    else:
        assert type(value) is kind


@pytest.fixture(scope="module")
def log():
    files = [str(file.relative_to(ROOT)) for file in DEFINITIONS]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return json.loads(CliRunner().invoke(main, ["check", "--profile", "strict", "--format", "sarif", *files]).stdout)


def test_it_has_the_form_of_the_standard(log):
    conform(log, "log")
    assert log["version"] == "2.1.0"
    assert {result["level"] for result in log["runs"][0]["results"]} <= {"error", "warning", "note"}


def test_every_result_names_its_rule_and_the_rule_has_its_page(log):
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in log["runs"][0]["results"]:
        rule = rules[result["ruleIndex"]]
        assert (rule["id"], rule["help"]["markdown"].startswith(f"# {rule['id']}: ")) == (result["ruleId"], True)


def test_places_are_relative_and_count_from_one(log):
    for result in log["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        assert (ROOT / physical["artifactLocation"]["uri"]).is_file()
        assert min(physical["region"].values()) >= 1


def test_a_finding_is_the_same_one_though_lines_move_above_it():
    from asl_engine.diagnostics import Diagnostic, Severity
    from asl_engine.render.sarif import sarif
    from asl_engine.values import Pointer

    def prints(*findings):
        found = [("a.asl.json", [Diagnostic("ASL101", Severity.ERROR, Pointer(at), "m", location=f"a.asl.json:{line}:1") for at, line in findings])]
        return [result["partialFingerprints"]["aslFinding/v1"] for result in json.loads(sarif(found, {}, version="1"))["runs"][0]["results"]]

    assert prints(("/States/A", 3)) == prints(("/States/A", 9))
    assert len(set(prints(("/States/A", 3), ("/States/B", 3), ("/States/A", 3)))) == 3


def test_a_finding_without_a_place_has_none():
    from asl_engine.diagnostics import Diagnostic, Severity
    from asl_engine.render.sarif import sarif
    from asl_engine.values import Pointer

    finding = Diagnostic("ASL310", Severity.WARNING, Pointer("/States/A"), "x")
    assert place_of(finding) is None
    result = json.loads(sarif([("a b.json", [finding])], {}, version="1"))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "a%20b.json"}}
