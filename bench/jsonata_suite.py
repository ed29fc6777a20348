"""Runs the reference suite of JSONata against the engine: `python bench/jsonata_suite.py FOLDER`.

FOLDER holds `cases.jsonl` (one case a line: id, group, expr, data or dataset, bindings, and result, undefinedResult, code or
error) and `datasets/*.json`. Prints the rate and every difference; a difference AWS itself has is named with its reason and
counted apart. Numbers are equal within 1e-9, relatively.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from asl_engine.expressions import ExpressionError
from asl_engine.expressions.jsonata import evaluate_bare
from asl_engine.expressions.jsonata.repairs import recursion
from asl_engine.expressions.jsonata.runtime import AWS_BOUNDS, BoundReached, InternalFault, JsonataError
from asl_engine.values import MISSING

ROOM = 50_000
"""Python frames for the suite's deepest recursion; AWS's bound of 100 evaluations is far below."""


OLDER = {"function-tomillis/parseDateTime#46": "2.0.6 reads a fraction of a second as milliseconds"}
"""Cases that JSONata 2.0.6 itself answers otherwise."""


def main(folder: Path) -> int:
    total = same = 0
    expected: dict[str, list[str]] = {}
    for case in cases(folder):
        total += 1
        outcome = run(case, folder)
        wanted = expectation(case)
        if agree(outcome, wanted, unordered=bool(case.get("unordered"))):
            same += 1
            continue
        reason = reason_of(case, outcome)
        line = f"{case['id']}: {case['expr'][:100]!r}\n    suite {show(wanted)}\n    here  {show(outcome)}"
        if reason is None:
            print(line)
        else:
            expected.setdefault(reason, []).append(case["id"])
    for reason, names in sorted(expected.items()):
        print(f"{len(names):4} because {reason}: {', '.join(names)}")
    explained = sum(map(len, expected.values()))
    print(f"{same} of {total} as the suite has it ({same / total:.2%}); {explained} differ because AWS does; {total - same - explained} differ otherwise")
    return 0 if same + explained == total else 1


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def run(case: dict[str, Any], folder: Path) -> tuple[str, Any]:
    """("value", it), ("undefined", None) or ("error", its code)."""
    data: Any = MISSING
    if case.get("dataset") is not None:
        data = json.loads((folder / "datasets" / f"{case['dataset']}.json").read_text(encoding="utf-8"))
    elif "data" in case:
        data = case["data"]
    bounds = replace(AWS_BOUNDS, depth=case.get("depth") or 1000, steps=20_000_000)
    try:
        with recursion(ROOM):
            value = evaluate_bare(case["expr"], data, case.get("bindings") or {}, bounds=bounds)
    except JsonataError as error:
        return "error", error.code
    except ExpressionError as error:
        return "error", error.__cause__.code if hasattr(error.__cause__, "code") else error.message
    except BoundReached as error:
        return "error", str(error)
    except InternalFault:
        return "error", "internal"
    return ("undefined", None) if value is MISSING else ("value", value)


def expectation(case: dict[str, Any]) -> tuple[str, Any]:
    if "code" in case:
        return "error", case["code"]
    if "error" in case:
        return "error", case["error"].get("code")
    return ("undefined", None) if case.get("undefinedResult") else ("value", case.get("result"))


def agree(outcome: tuple[str, Any], wanted: tuple[str, Any], *, unordered: bool) -> bool:
    if outcome[0] != wanted[0]:
        return False
    if unordered and isinstance(outcome[1], list) and isinstance(wanted[1], list):
        return sorted(map(text, outcome[1])) == sorted(map(text, wanted[1]))
    return alike(outcome[1], wanted[1])


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and bool(one == other)


def reason_of(case: dict[str, Any], outcome: tuple[str, Any]) -> str | None:
    """Why AWS differs from the suite too, where it does."""
    expression = case["expr"]
    if case["id"] in OLDER:
        return OLDER[case["id"]]
    if "$eval" in expression:
        return "AWS has no $eval"
    if "?:" in expression or "??" in expression:
        return "the operator is newer than JSONata 2.0.6"
    if outcome == ("error", "Expression evaluation memory limit exceeded: Check for excessive memory usage"):
        return "AWS bounds memory"
    return None


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def show(outcome: tuple[str, Any]) -> str:
    return f"{outcome[0]} {text(outcome[1]) if outcome[0] == 'value' else outcome[1] or ''}"[:300]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
