"""How long `asl.check` takes, beside its aims: 100 definitions within two seconds, one of 500 states within one.

    python bench/check.py [--repeat N] [FOLDER…]

Without folders it checks the project's own definitions, each as often as it takes to get to a hundred. Times are those of
the processor, with everything in: reading, grammar, services, all rules of the strict profile. The exit code is 1 if an aim is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import asl_engine as asl

ROOT = Path(__file__).parent.parent
HUNDRED, SECONDS_FOR_HUNDRED = 100, 2.0
STATES, SECONDS_FOR_STATES = 500, 1.0


def large(states: int) -> dict[str, Any]:
    """Blocks of a task with handlers, a poll and a Choice, one after the other: paths, templates and routes all the way."""
    found: dict[str, Any] = {}
    for block in range(states // 5):
        after = f"Task{block + 1}" if block + 1 < states // 5 else "Done"
        found |= {
            f"Task{block}": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "f", "Payload": {"order.$": "$.order", "before.$": f"$.r{block - 1}.Payload.id" if block else "$.start"}},
                "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 5}, {"ErrorEquals": ["States.ALL"]}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}],
                "ResultPath": f"$.r{block}",
                "Next": f"Wait{block}",
            },
            f"Wait{block}": {"Type": "Wait", "Seconds": 30, "Next": f"Ask{block}"},
            f"Ask{block}": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:g", "ResultPath": f"$.s{block}", "Next": f"Is{block}"},
            f"Is{block}": {
                "Type": "Choice",
                "Choices": [{"Variable": f"$.s{block}.status", "StringEquals": "DONE", "Next": f"Note{block}"}],
                "Default": f"Wait{block}",
            },
            f"Note{block}": {
                "Type": "Pass",
                "Parameters": {"id.$": f"States.Format('{{}}', $.r{block}.Payload.id)"},
                "ResultPath": f"$.n{block}",
                "Next": after,
            },
        }
    ends = {"Done": {"Type": "Succeed"}, "Failed": {"Type": "Fail", "ErrorPath": "$.error.Error"}}
    return {"StartAt": "Task0", "States": {**found, **ends}}


def seconds(files: list[Path], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.process_time()
        for file in files:
            asl.check(file, profile="strict")
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "definitions"])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    files = sorted(file for folder in options.folders for file in folder.rglob("*.asl.*"))
    start = time.process_time()
    first = seconds(list(islice(cycle(files), HUNDRED)), 1)
    cold = time.process_time() - start
    warm = min(first, seconds(list(islice(cycle(files), HUNDRED)), options.repeat))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "large.asl.json")
        file.write_text(json.dumps(large(STATES), indent=2), encoding="utf-8")
        one = seconds([file], options.repeat)
    print(f"{HUNDRED} definitions of {len(files)} files: {cold:.2f} s the first time, {warm:.2f} s again (aim: {SECONDS_FOR_HUNDRED} s)")
    print(f"one of {STATES} states: {one:.2f} s (aim: {SECONDS_FOR_STATES} s)")
    return int(cold > SECONDS_FOR_HUNDRED or one > SECONDS_FOR_STATES)


if __name__ == "__main__":
    sys.exit(main())
