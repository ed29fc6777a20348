"""Executions recorded on AWS, played through the public contract. The folder comes from ASL_CONFORMANCE.

The recordings are data of their own and not part of this repository; without them the run is skipped, loudly.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = os.environ.get("ASL_CONFORMANCE")
KINDS = ("execution", "express_sync", "express_async", "mocked_local", "test_state", "validation", "static_validation")
KNOWN = json.loads((Path(__file__).parent / "known_differences.json").read_text())

pytestmark = pytest.mark.skipif(not FOLDER, reason="ASL_CONFORMANCE names no folder with recorded executions: conformance was NOT checked")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    report = tmp_path_factory.mktemp("conformance") / "report.json"
    assert FOLDER is not None
    kinds = [word for kind in KINDS for word in ("--kind", kind)]
    subprocess.run([sys.executable, str(Path(FOLDER) / "run.py"), *kinds, "--json", str(report)], check=False, capture_output=True, timeout=600)
    return json.loads(report.read_text())


def test_every_recorded_case_agrees_or_is_a_known_difference(results: list[dict[str, object]]) -> None:
    """A case that differs and is not listed is a regression; docs/conformance.md gives the reason for each listed one."""
    differing = {str(result["id"]): result["differs"] for result in results if not result["passed"]}
    unexpected = {id: why for id, why in differing.items() if id not in KNOWN}
    assert not unexpected


def test_no_known_difference_has_been_mended_without_being_taken_off_the_list(results: list[dict[str, object]]) -> None:
    agreeing = {str(result["id"]) for result in results if result["passed"]}
    assert not agreeing & set(KNOWN)
