"""Feeds the engine what nobody would write, for as long as it is told, and lists what it could not bear.

    python bench/fuzz.py --seconds 3600 --seed 1 [--only machines] [--save DIR]

Whatever the input, the engine may refuse it (`AslError`, `ExpressionError`), fail as a machine does (`Failure`) or end
an execution. Anything else is a finding: another exception, more than ten seconds, more than two gigabytes. Each
finding is told once, by where it was raised, with the seed that makes it again: `--seed` and `--only` of one input.
An interrupt ends it after the input at hand, with the counts so far.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import asl_engine as asl  # noqa: E402
from asl_engine.expressions import ExpressionError, Scope  # noqa: E402
from asl_engine.expressions.intrinsics import compile_intrinsic  # noqa: E402
from asl_engine.expressions.jsonata import compile_expression  # noqa: E402
from asl_engine.expressions.jsonpath import NoMatch, parse_path, result_path  # noqa: E402
from asl_engine.failures import Failure  # noqa: E402
from tests.properties import machines  # noqa: E402

MOST_SECONDS = 10
MOST_BYTES = 2 * 1024**3
MOST_CHARACTERS = 1_000_000
BEARABLE = (asl.AslError, ExpressionError, Failure, NoMatch)
TOKENS = {
    "text": ["true", "null", "1e999", "NaN", r"\u0000", r"\ud800", '"$"', "${x}", "&a", "*a", "!!x", "<<", "- ", "\ufeff", *'{}[]",:|\\ \n\t0-.eEé'],
    "path": [
        "$v",
        "$$",
        "..",
        ".*",
        "[*]",
        "[0]",
        "[-1]",
        "[1:2]",
        "['a']",
        "[?(",
        "@.a",
        "==",
        "=~",
        "/a/",
        "&&",
        "||",
        "list",
        "in",
        "${P}",
        "9" * 25,
        *"$.@!)]'\"(,aé\\ ",
    ],
    "call": ["States.", "'{}'", "-2.5", "1e400", "null", "true", "$.a", "$$", "9" * 30, *(call.partition("(")[0] for call in machines.CALLS), *"(),'\\1$ "],
    "jsonata": [
        *(
            "$states.input",
            "list",
            ":=",
            "!=",
            "~>",
            "^(",
            "and",
            "or",
            "in",
            "..",
            "@$i",
            "#$i",
            "%.",
            "null",
            "true",
            "$x",
            "$v",
            "**",
            "/a/i",
            "/(/",
            "-1",
            "1.5",
            "1e308",
        ),
        *(
            "function($x){",
            "$map",
            "$filter",
            "$reduce",
            "$string",
            "$number",
            "$sort",
            "$split",
            "$match",
            "$replace",
            "$pad",
            "$formatNumber",
            "$toMillis",
            "$zip",
        ),
        *(
            "$fromMillis",
            "$spread",
            "$each",
            "$single",
            "$formatBase",
            "$formatInteger",
            "$parseInteger",
            "$partition",
            "$range",
            "$hash",
            "$parse",
            "$uuid",
            "$random",
        ),
        *("'[Y0001]'", "'#,##0.00'", "'x'", "9" * 20, *"$.a[](){}:?+-*/%&=<>|,;λ\\'\"`01 "),
    ],
}


class TooSlow(Exception):
    """An input took longer than an input may."""


# ------------------------------------------------------------------------------------------------------------ inputs


def mutated(random: Random, text: str, tokens: list[str]) -> str:
    """A text with a few stretches deleted, doubled, moved, or replaced by tokens."""
    for _ in range(random.choice([0, 1, 1, 2, 4, 12])):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice([0, 1, 1, 3, 20]))
        piece = random.choice(["", random.choice(tokens), text[start:end] * 2, random.choice(tokens) * random.choice([2, 300])])
        text = text[:start] + piece + text[end:]
    return text


def warped(random: Random, value: Any, share: float, depth: int = 100) -> Any:
    """A JSON value of which some parts became others."""
    if not depth:
        return value
    if random.random() < share:
        return random.choice([machines.value(random), machines.value(random), value, [value], {"a": value}, -1, 10**30, "", "$", "{% $states %}", None, True])
    if isinstance(value, dict):
        changed = {name: warped(random, member, share, depth - 1) for name, member in value.items()}
        if changed and random.random() < share:
            changed[random.choice([*changed, "", "Next", "Retry", "Output", "ItemReader", "x.$"])] = changed.pop(random.choice(list(changed)))
        return changed
    return [warped(random, element, share, depth - 1) for element in value] if isinstance(value, list) else value


def soup(random: Random, kind: str, seeds: list[str]) -> str:
    """An expression: one that works, changed a little, or tokens in any order."""
    tokens = TOKENS[kind]
    if random.random() < 0.5:
        return mutated(random, random.choice(seeds), tokens)
    return "".join(random.choice(tokens) for _ in range(random.randrange(1, 16)))


# ----------------------------------------------------------------------------------------------------------- targets


def fuzz_json(random: Random) -> None:
    load_text(random, mutated(random, json.dumps(machines.definition(random), indent=random.choice([None, 1])), TOKENS["text"]))


def fuzz_yaml(random: Random) -> None:
    load_text(random, mutated(random, yaml.safe_dump(machines.definition(random), sort_keys=False), TOKENS["text"]))


def load_text(random: Random, text: str) -> None:
    placeholders = random.choice([None, {"x": 1}, {"x": "y"}])
    program = asl.loads(text, placeholders=placeholders, validate=random.random() < 0.5)
    asl.check(program)


def fuzz_jsonpath(random: Random) -> None:
    text = soup(random, "path", machines.PATHS + machines.PLACES)
    data = machines.execution_input(random)
    if random.random() < 0.2:
        insert = result_path(text)
        if insert is not None:
            insert(data, 1)
        return
    parse_path(text).find(data, Scope(variables={"v": data}))


def fuzz_intrinsics(random: Random) -> None:
    compile_intrinsic(soup(random, "call", machines.CALLS))(machines.execution_input(random), Scope(variables={"v": 1}))


def fuzz_jsonata(random: Random) -> None:
    evaluate = compile_expression("{%" + soup(random, "jsonata", machines.JSONATA) + "%}", "Output")
    json.dumps(evaluate(machines.execution_input(random), Scope(variables={"v": {"a": [1, "x"]}})), allow_nan=False)


def fuzz_machines(random: Random) -> None:
    """Whole machines, as drawn or warped; whatever ran must be tellable in every form."""
    definition = machines.definition(random)
    if random.random() < 0.6:
        definition = warped(random, definition, random.choice([0.003, 0.01, 0.05]))
    program = asl.load(definition, validate=random.random() < 0.5, type=random.choice(["STANDARD", "STANDARD", "STANDARD", "EXPRESS"]))
    given = machines.execution_input(random)
    execution = asl.run(program, given, tasks=machines.Outcomes(random), limits=machines.LIMITS, seed=random.randrange(100))
    text = execution.history.to_json()
    assert asl.History.from_json(text).to_json() == text
    json.dumps(execution.to_aws_events(), default=str, allow_nan=False)


def fuzz_histories(random: Random) -> None:
    """Saved histories that somebody else wrote to."""
    try:
        program = asl.load(machines.definition(random))
        execution = asl.run(program, machines.execution_input(random), tasks=machines.Outcomes(random), limits=machines.LIMITS)
    except asl.AslError:
        return
    text = execution.history.to_json()
    if len(text) > MOST_CHARACTERS:
        return
    document = json.loads(text)
    history = asl.History.from_json(json.dumps(warped(random, document, 0.005)))
    history.to_json()
    [event.state for event in history]


TARGETS: dict[str, Callable[[Random], None]] = {
    "json": fuzz_json,
    "yaml": fuzz_yaml,
    "jsonpath": fuzz_jsonpath,
    "intrinsics": fuzz_intrinsics,
    "jsonata": fuzz_jsonata,
    "machines": fuzz_machines,
    "histories": fuzz_histories,
}
SHARES = {"json": 2, "yaml": 1, "jsonpath": 3, "intrinsics": 3, "jsonata": 4, "machines": 6, "histories": 1}


# ----------------------------------------------------------------------------------------------------------- running


def too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"more than {MOST_SECONDS} s")


def attempt(target: str, seed: int) -> tuple[str, BaseException | None]:
    """How one input ended: ("fine" | the refusal's name | "finding", the finding)."""
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        TARGETS[target](Random(seed))
    except BEARABLE as refusal:
        return type(refusal).__name__, None
    except (Exception, TooSlow) as finding:
        return "finding", finding
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "fine", None


def place_of(finding: BaseException) -> str:
    """Where it was raised: the last frame of the engine, so that one mistake is told once."""
    frames = [frame for frame in traceback.extract_tb(finding.__traceback__) if "asl_engine" in frame.filename] or traceback.extract_tb(finding.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if not isinstance(finding, TooSlow | RecursionError | MemoryError) else ""
    return f"{type(finding).__name__} {where}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="of the first input; the following ones count up")
    parser.add_argument("--only", choices=TARGETS, action="append")
    parser.add_argument("--inputs", type=int, help="stop after so many")
    options = parser.parse_args()

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    signal.signal(signal.SIGPROF, too_slow)
    interrupted: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    names = [name for name, share in SHARES.items() if name in (options.only or TARGETS) for _ in range(share)]
    ended: Counter[tuple[str, str]] = Counter()
    found: Counter[str] = Counter()
    until = time.monotonic() + options.seconds
    seed = options.seed
    while not interrupted and time.monotonic() < until and (options.inputs is None or seed < options.seed + options.inputs):
        target = names[seed % len(names)]
        how, finding = attempt(target, seed)
        ended[target, how] += 1
        if finding is not None:
            place = place_of(finding)
            found[place] += 1
            if found[place] == 1:
                trace = "".join(traceback.format_exception(finding, limit=-4))
                print(f"--only {target} --seed {seed} --inputs 1\n{trace[-2500:]}", flush=True)
        seed += 1
    for target in sorted({target for target, _ in ended}):
        ways = {how: count for (of, how), count in sorted(ended.items()) if of == target}
        print(f"{target:11} {sum(ways.values()):9} inputs  " + ", ".join(f"{how} {count}" for how, count in ways.items()))
    print(f"{sum(ended.values())} inputs, {sum(found.values())} findings in {len(found)} places")
    for place, count in found.most_common():
        print(f"  {count:6} {place}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
