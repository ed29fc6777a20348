"""Times the engine beside hand-written loops of the same work, in one process, and prints the ratios.

    python bench/speed.py [--repeat N] [NAME…]

A yardstick does only what its workload needs and keeps two history events a state. The ratio is what generality,
validation, quotas and the Context object cost.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import asl_engine as asl

NO_EVENT_QUOTA = asl.Limits(events=None)
Workload = tuple[dict[str, Any], Any, Callable[[asl.TaskCall], Any] | None, Callable[[], None]]


def event(history: list[Any], kind: str, previous: int, name: str, data: Any) -> int:
    history.append(
        {"timestamp": 0, "type": kind, "id": len(history) + 1, "previousEventId": previous, "stateEnteredEventDetails": {"name": name, "input": data}}
    )
    return len(history)


def counter(turns: int) -> Workload:
    definition = {
        "StartAt": "Init",
        "States": {
            "Init": {"Type": "Pass", "Parameters": {"i": 0, "n.$": "$.n"}, "Next": "Check"},
            "Check": {"Type": "Choice", "Choices": [{"Variable": "$.i", "NumericLessThanPath": "$.n", "Next": "Inc"}], "Default": "Done"},
            "Inc": {"Type": "Pass", "Parameters": {"i.$": "States.MathAdd($.i, 1)", "n.$": "$.n"}, "Next": "Check"},
            "Done": {"Type": "Succeed"},
        },
    }

    def by_hand() -> None:
        history: list[Any] = []
        data, previous = {"i": 0, "n": turns}, 0
        while data["i"] < data["n"]:
            for name, after in (("Check", data), ("Inc", {"i": data["i"] + 1, "n": data["n"]})):
                previous = event(history, "PassStateEntered", previous, name, data)
                data = after
                previous = event(history, "PassStateExited", previous, name, data)

    return definition, {"n": turns}, None, by_hand


def counter_jsonata(turns: int) -> Workload:
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Init",
        "States": {
            "Init": {"Type": "Pass", "Output": {"i": 0, "n": "{% $states.input.n %}"}, "Next": "Check"},
            "Check": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.i < $states.input.n %}", "Next": "Inc"}], "Default": "Done"},
            "Inc": {"Type": "Pass", "Output": {"i": "{% $states.input.i + 1 %}", "n": "{% $states.input.n %}"}, "Next": "Check"},
            "Done": {"Type": "Succeed"},
        },
    }
    return definition, {"n": turns}, None, counter(turns)[3]


def iterations(count: int) -> Workload:
    definition = {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": {"StartAt": "Double", "States": {"Double": {"Type": "Pass", "Parameters": {"v.$": "States.MathAdd($.v, $.v)"}, "End": True}}},
                "End": True,
            }
        },
    }
    items = [{"v": index} for index in range(count)]

    def by_hand() -> None:
        history: list[Any] = []
        for item in items:
            previous = event(history, "MapIterationStarted", 0, "Each", None)
            previous = event(history, "PassStateEntered", previous, "Double", item)
            previous = event(history, "PassStateExited", previous, "Double", {"v": item["v"] * 2})
            event(history, "MapIterationSucceeded", previous, "Each", None)

    return definition, {"items": items}, None, by_hand


def large_payload(states: int) -> Workload:
    payload = {"records": [{"id": index, "name": f"record number {index:05d}", "flag": index % 2 == 0} for index in range(3000)]}
    definition = {
        "StartAt": "P0",
        "States": {
            f"P{index}": {
                "Type": "Pass",
                "Parameters": {"first.$": "$.payload.records[0].name"},
                "ResultPath": "$.step",
                **({"Next": f"P{index + 1}"} if index < states - 1 else {"End": True}),
            }
            for index in range(states)
        },
    }

    def by_hand() -> None:
        history: list[Any] = []
        data: dict[str, Any] = {"payload": payload}
        previous = 0
        for index in range(states):
            previous = event(history, "PassStateEntered", previous, f"P{index}", data)
            data = dict(data)
            data["step"] = {"first": payload["records"][0]["name"]}
            previous = event(history, "PassStateExited", previous, f"P{index}", data)

    return definition, {"payload": payload}, None, by_hand


def polling(polls: int) -> Workload:
    definition = {
        "StartAt": "Wait",
        "States": {
            "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
            "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ask", "ResultPath": "$.answer", "Next": "Check"},
            "Check": {"Type": "Choice", "Choices": [{"Variable": "$.answer.n", "NumericLessThan": polls, "Next": "Wait"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    asked = [0]

    def ask(call: asl.TaskCall) -> Any:
        asked[0] = asked[0] % polls + 1
        return {"n": asked[0]}

    def by_hand() -> None:
        history: list[Any] = []
        data: dict[str, Any] = {}
        previous = 0
        for poll in range(polls):
            for name in ("Wait", "Ask", "Check"):
                previous = event(history, "Entered", previous, name, data)
                if name == "Ask":
                    for kind in ("Scheduled", "Started", "Succeeded"):
                        previous = event(history, kind, previous, name, data)
                    data = {"answer": {"n": poll}}
                previous = event(history, "Exited", previous, name, data)

    return definition, {}, ask, by_hand


WORKLOADS: dict[str, Callable[[], Workload]] = {
    "counter, 10,000 turns, JSONPath": lambda: counter(10_000),
    "counter, 10,000 turns, JSONata": lambda: counter_jsonata(10_000),
    "inline Map, 500 items": lambda: iterations(500),
    "inline Map, 5,000 items": lambda: iterations(5_000),
    "211 KB payload through 200 states": lambda: large_payload(200),
    "polling, 1,000 waits and tasks": lambda: polling(1_000),
}


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("names", nargs="*", help="words of the workloads to run")
    chosen = parser.parse_args()
    print("| workload | engine ms | by hand ms | ratio | transitions/s |\n|---|---|---|---|---|")
    for name, make in WORKLOADS.items():
        if chosen.names and not any(word in name for word in chosen.names):
            continue
        definition, input, tasks, by_hand = make()
        program = asl.load(definition)
        engine, hand, transitions = [], [], 0
        for _ in range(chosen.repeat):
            begun = time.perf_counter()
            execution = asl.run(program, input, tasks=tasks, limits=NO_EVENT_QUOTA)
            engine.append(time.perf_counter() - begun)
            assert execution.status == "SUCCEEDED", execution.cause
            transitions = sum(record[0].endswith("StateEntered") for record in execution.history.records)
            hand.append(timed(by_hand))
        mine, theirs = statistics.median(engine), statistics.median(hand)
        print(f"| {name} | {mine * 1e3:.2f} | {theirs * 1e3:.2f} | {mine / theirs:.1f} | {transitions / mine:,.0f} |")
    if not chosen.names:
        starts(chosen.repeat)


def starts(repeat: int) -> None:
    """Whole processes: what importing costs over a bare interpreter."""
    trivial = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    programs = {
        "bare Python": "pass",
        "import asl_engine": "import asl_engine",
        "load and run": f"import asl_engine as a; a.run(a.load({trivial}), {{}})",
    }
    bare = 0.0
    for label, code in programs.items():
        figure = statistics.median(timed(partial(subprocess.run, [sys.executable, "-c", code], check=True)) for _ in range(max(repeat, 5)))
        bare = bare or figure
        print(f"\n{label}: {figure * 1e3:.0f} ms, {(figure - bare) * 1e3:.0f} ms over bare Python", end="")
    print()


if __name__ == "__main__":
    main()
