"""A thousand scenarios of the orchestrator: reading, playing here, playing in processes, and the whole command.

    python bench/scenarios.py [COUNT]

The scenarios are those of scenarios/orchestrator (r3 to r6), taken again and again with other seeds, but for the two
whose point is a history of 25,000 events: those are told of apart.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from asl_engine.harness.executors import in_processes, processors, serially  # noqa: E402
from asl_engine.harness.suite import Job, Player, collect  # noqa: E402

SCENARIOS = ROOT / "scenarios" / "orchestrator"


def timed(what: str, work):
    begun = time.perf_counter()
    result = work()
    print(f"{what:<44} {time.perf_counter() - begun:7.2f} s")
    return result


def main(count: int) -> None:
    found = timed("read the four files", lambda: collect([str(SCENARIOS)]))
    long = [pair for pair in found if pair[1].expect.events is not None]
    short = [pair for pair in found if pair[1].expect.events is None]
    jobs = [Job(origin, scenario.id, seed, False) for seed in range(count // len(short) + 1) for origin, scenario in short][:count]
    results = timed(f"play {count:,} here", lambda: list(serially(Player(), jobs)))
    assert all(result.passed for result in results)
    timed(f"play {count:,} in {processors()} processes", lambda: list(in_processes(processors())(Player(), jobs)))
    timed(f"play {len(long)} with histories of 25,000 events", lambda: list(serially(Player(), [Job(origin, one.id, None, False) for origin, one in long])))
    with tempfile.TemporaryDirectory() as folder:
        rows = "\n".join(f"      - {{n: {number}}}" for number in range(count))
        text = (
            f"definition: {ROOT}/definitions/orchestrator/r5.asl.json\nplaceholders: {ROOT}/definitions/orchestrator/values.json\n"
            f"scenarios:\n  - name: request ${{n}}\n    each:\n{rows}\n    input_file: {SCENARIOS}/request-r5.json\n    execution_name: request-${{n}}\n"
            "    tasks: mocks.orchestrator\n    expect: {path: [..., UpdateSuccessfulADLDSRecord], duration: 5m, states: {GetBuildStatus: {attempts: 1}}}\n"
        )
        file = Path(folder, "thousand.scenario.yaml")
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "asl_engine", "test", str(file)]
        timed(f"asl test, one file with {count:,} rows", lambda: subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL))
        timed("asl test -n auto, the same", lambda: subprocess.run([*command, "-n", "auto"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
