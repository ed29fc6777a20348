"""Machines nobody wrote, what happens to them, and what they are given: all drawn from one `Random`.

Hypothesis drives it through `st.randoms()`, the fuzz driver through a seed. Most of what is drawn AWS would accept;
some of it fails when it runs, and a little is nonsense, because that is what people write. Loops are allowed: who
runs a machine sets `Limits(events=…)`.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import asl_engine as asl

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
RESOURCES = [
    FUNCTION + "pay",
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::dynamodb:putItem",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::glue:startJobRun.sync",
    "arn:aws:states:::aws-sdk:s3:listBuckets",
    "arn:aws:states:us-east-1:123456789012:activity:pack",
]
ERRORS = ["E.A", "E.B", "States.Timeout", "States.TaskFailed", "States.HeartbeatTimeout", "States.DataLimitExceeded", "States.QueryEvaluationError"]
SAFE_PATHS = ["$", "$.a", "$.n", "$.list", "$.text"]
PATHS = ["$", "$.a", "$.a.b", "$.list", "$.list[0]", "$.list[*]", "$.list[1:]", "$..a", "$.list[?(@.a > 1)]", "$['a','n']", "$.n", "$.text", "$.missing"]
CONTEXT_PATHS = ["$$", "$$.Execution.Name", "$$.State.RetryCount", "$$.State.EnteredTime", "$$.Map.Item.Value", "$$.Map.Item.Index", "$$.Task.Token"]
VARIABLE_PATHS = ["$v2", "$v2.a", "$v1[0]", "$v0"]
PLACES = ["$", "$.r", "$.r", "$.new", "$.new", "$.a.b", "$.a.c.d", "$.list[0]", "$.n"]
CALLS = [
    "States.Format('{}-{}', $.n, $.text)",
    "States.Array($.n, $.a, 'x', null)",
    "States.ArrayPartition($.list, 2)",
    "States.ArrayContains($.list, $.n)",
    "States.ArrayRange(0, $.n, 2)",
    "States.ArrayGetItem($.list, 0)",
    "States.ArrayLength($.list)",
    "States.ArrayUnique($.list)",
    "States.Base64Encode($.text)",
    "States.Base64Decode('YQ==')",
    "States.Hash($.text, 'SHA-256')",
    "States.JsonMerge($.a, $.a, false)",
    "States.JsonToString($)",
    "States.StringToJson($.text)",
    "States.StringSplit($.text, ' ')",
    "States.MathAdd($.n, -1)",
    "States.MathRandom(0, 10)",
    "States.UUID()",
    "States.Format('{}', States.ArrayLength(States.Array($.a, $.missing)))",
]
SAFE_JSONATA = ["$states.input", "$states.input.n", "$merge([$states.input, {'m': 1}])", "$states.context.State.Name"]
JSONATA = [
    "$states.input.a",
    "$states.input.n + 1",
    "$states.input.list",
    "$states.input.list[0]",
    "$states.input.list[a > 1].a",
    "$count($states.input.list)",
    "$sum($states.input.list)",
    "$map($states.input.list, function($x, $i) { $i })",
    "$states.input.text & '!'",
    "$states.input.missing",
    "$states.context.Execution.Name",
    "$states.context.State",
    "{'a': $states.input.a, 'n': 2}",
    "[$states.input.n, 'x']",
    "$string($states.input)",
    "$number($states.input.text)",
    "$uuid()",
    "$random()",
    "$now()",
    "$partition($states.input.list, 2)",
    "$range(0, 5, 1)",
    "$parse('{\"a\":1}')",
    "$hash($states.input.text, 'MD5')",
    "$v2",
    "$exists($v1) ? $v1 : 0",
    "$states.input.n > 2",
    "$type($states.input.a) = 'object'",
    "($f := function($x) { $x < 1 ? 0 : $f($x - 1) }; $f(5))",
    "$sort($states.input.list)",
    "$error('no')",
    "1/0",
]
WITH_RESULT = {True: ["$states.result", "{'got': $states.result}"], False: []}
COMPARISONS = ["StringEquals", "NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "BooleanEquals", "TimestampLessThan", "StringMatches"]
TESTS = ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"]
LARGE = "x" * 270_000


def value(random: Random, depth: int = 3) -> Any:
    """Any JSON value, of few and recurring names."""
    kind = random.randrange(8 if depth else 5)
    match kind:
        case 0:
            return random.choice([None, True, False])
        case 1:
            return random.randrange(-3, 12)
        case 2:
            return random.choice([0.5, -0.0, 1e21, 2.0])
        case 3 | 4:
            return random.choice(["", "a", "x y", "é", "2026-01-01T00:00:10Z", '{"a":[1]}', "$.a", "{% 1 %}"])
        case 5:
            return [value(random, depth - 1) for _ in range(random.randrange(4))]
        case _:
            return {random.choice(["a", "b", "list", "n", "text"]): value(random, depth - 1) for _ in range(random.randrange(4))}


def execution_input(random: Random) -> Any:
    """Most often an object in which the usual paths find what they expect."""
    if random.random() < 0.1:
        return value(random)
    found = {"a": {"b": 1, "a": 2}, "n": random.randrange(6), "text": "x y", "list": [{"a": 1}, {"a": 2}, 3][: random.randrange(1, 4)]}
    if random.random() < 0.3:
        found[random.choice(list(found))] = value(random)
    return found


class Outcomes:
    """Answers every task by a draw; the same seed gives the same answers to the same calls in the same order."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def perform(self, call: asl.TaskCall) -> asl.Outcome:
        if call.resource.service == "s3":
            return asl.Succeeded({"Body": '[{"a":1},2,"x"]', "Contents": [{"Key": "k", "Size": 1}]})
        random = self._random
        after = timedelta(seconds=random.choice([0, 0, 0, 1, 2, 5, 10, 20]), microseconds=random.choice([0, 0, 7]))
        beats = tuple(timedelta(seconds=second) for second in range(1, random.choice([1, 1, 4, 9])))
        submitted: dict[str, Any] = {} if random.random() < 0.7 else {"submitted": {"id": 1}}
        match random.randrange(10):
            case 0 | 1:
                return asl.Failed(random.choice(ERRORS), random.choice([None, "why"]), after, heartbeats=beats, **submitted)
            case 2 if random.random() < 0.2:
                return asl.Failed(None, None, after)
            case 3 if call.timeout is not None or call.heartbeat is not None or random.random() < 0.2:
                return asl.Unanswered(beats, **submitted)
            case 4 if random.random() < 0.1:
                return asl.Succeeded(LARGE, after)
            case 5 | 6:
                return asl.Succeeded(execution_input(random), after, heartbeats=beats, **submitted)
            case _:
                return asl.Succeeded(value(random), after, heartbeats=beats, **submitted)


def definition(random: Random) -> dict[str, Any]:
    """A whole machine."""
    language = random.choice(["JSONPath", "JSONPath", "JSONata"])
    made = _Maker(random, language).states(random.choice([0, 1, 2, 2]))
    if language == "JSONata" or random.random() < 0.1:
        made["QueryLanguage"] = language
    if random.random() < 0.2:
        made["TimeoutSeconds"] = random.choice([1, 10, 60, 3600])
    return made


LIMITS = asl.Limits(events=1000, records=20_000)
"""For machines that may loop for ever, Express children included."""


class _Maker:
    """Draws the states of one machine; names are unique over all its levels."""

    def __init__(self, random: Random, language: str) -> None:
        self.random = random
        self.machine_language = language
        self.language = language
        self.variable = "v"
        self.names = (f"S{number}" for number in count(1))

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def states(self, depth: int) -> dict[str, Any]:
        names = [next(self.names) for _ in range(self.random.randrange(1, 5))]
        return {"StartAt": names[0], "States": {name: self.state(names, position, depth) for position, name in enumerate(names)}}

    def state(self, names: list[str], position: int, depth: int) -> dict[str, Any]:
        self.variable = f"v{depth}"  # inner scopes may not assign the names of outer ones
        last = position == len(names) - 1
        following = None if last else names[position + 1]
        kinds = ["Pass", "Task", "Task", "Wait", *(["Parallel", "Map", "Map"] if depth else []), *(["Succeed", "Fail"] if last else ["Choice", "Choice"])]
        kind = self.random.choice(kinds)
        own = self.machine_language == "JSONPath" and self.maybe(0.2)
        self.language = "JSONata" if own else self.machine_language
        state: dict[str, Any] = {"Type": kind, **({"QueryLanguage": "JSONata"} if own else {})}
        if kind not in ("Choice", "Succeed", "Fail"):
            state |= {"End": True} if following is None else {"Next": following}
        state |= getattr(self, f"_{kind.lower()}")(names, following)
        if kind != "Fail":
            state |= self.shaping(kind)
        if kind in ("Task", "Parallel", "Map"):
            state |= self.handlers(names)
            if kind != "Task":
                state |= self.containing(kind, depth)  # last: what is inside has a language of its own
        return state

    def path(self) -> str:
        return self.random.choice(self.random.choice([*[SAFE_PATHS] * 12, PATHS, PATHS, CONTEXT_PATHS, VARIABLE_PATHS]))

    def expression(self, *, result: bool = False) -> str:
        found = self.random.choice(JSONATA + SAFE_JSONATA * 20 + WITH_RESULT[result] * 10)
        return "{% " + found + " %}"

    def template(self, depth: int = 2, *, result: bool = False) -> Any:
        """A payload template or a JSON value with expressions in it."""
        if self.language == "JSONata":
            if self.maybe(0.6) or not depth:
                return self.expression(result=result)
            return {
                name: self.template(depth - 1, result=result) if self.maybe(0.7) else value(self.random, 1) for name in self.random.sample(["a", "b", "n"], 2)
            }
        found: dict[str, Any] = {}
        for name in self.random.sample(["a", "n", "list", "text", "z"], self.random.randrange(1, 5)):
            match self.random.randrange(5):
                case 0 if depth:
                    found[name] = self.template(depth - 1)
                case 1:
                    found[name] = value(self.random, 1)
                case 2:
                    found[name + ".$"] = self.random.choice(CALLS)
                case _:
                    found[name + ".$"] = self.path()
        return found

    def assign(self, *, result: bool = False) -> dict[str, Any]:
        if self.language == "JSONata":
            return {self.variable: self.template(1, result=result)}
        return {self.variable + ".$": self.path()} if self.maybe(0.5) else {self.variable: value(self.random)}

    def shaping(self, kind: str) -> dict[str, Any]:
        """What comes before and after the work, in the state's language."""
        found: dict[str, Any] = {}
        with_result = kind in ("Task", "Parallel", "Map")
        if self.maybe(0.2) and kind != "Succeed":
            found["Assign"] = self.assign(result=with_result)
        if self.language == "JSONata":
            if self.maybe(0.4) or (with_result and self.maybe(0.7)):
                found["Output"] = self.template(result=with_result) if self.maybe(0.3) else self.expression()
            if self.maybe(0.3) and kind in ("Task", "Parallel"):
                found["Arguments"] = self.template()
            return found
        if self.maybe(0.1):
            found["InputPath"] = self.random.choice([None, "$", self.path()])
        if self.maybe(0.1):
            found["OutputPath"] = self.random.choice([None, "$", self.path()])
        if self.maybe(0.3) and kind in ("Task", "Parallel", "Pass"):
            found["Parameters"] = self.template()
        if self.maybe(0.8) and (with_result or kind == "Pass"):
            found["ResultPath"] = self.random.choice([None, *PLACES])
        if self.maybe(0.1) and with_result:
            found["ResultSelector"] = self.template()
        return found

    def number(self, name: str, literal: int) -> dict[str, Any]:
        """A count or a number of seconds: written, or computed."""
        if self.maybe(0.8):
            return {name: literal}
        return {name: "{% $states.input.n %}"} if self.language == "JSONata" else {name + "Path": "$.n"}

    def errors(self) -> list[str]:
        return self.random.sample(ERRORS, self.random.randrange(1, 3))

    def handlers(self, names: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.maybe(0.5):
            found["Retry"] = [self.retrier(self.errors()) for _ in range(self.random.randrange(2))]
            if self.maybe(0.4):
                found["Retry"].append(self.retrier(["States.ALL"]))
        if self.maybe(0.6):
            found["Catch"] = [self.catcher(self.errors(), names) for _ in range(self.random.randrange(2))]
            if self.maybe(0.6):
                found["Catch"].append(self.catcher(["States.ALL"], names))
        return found

    def retrier(self, errors: list[str]) -> dict[str, Any]:
        options = {
            "IntervalSeconds": self.random.choice([1, 2, 30]),
            "MaxAttempts": self.random.choice([0, 1, 2]),
            "BackoffRate": self.random.choice([1.0, 1.5, 3]),
            "MaxDelaySeconds": 40,
            "JitterStrategy": self.random.choice(["NONE", "FULL"]),
        }
        return {"ErrorEquals": errors, **{name: option for name, option in options.items() if self.maybe(0.5)}}

    def catcher(self, errors: list[str], names: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {"ErrorEquals": errors, "Next": self.random.choice(names)}
        if self.maybe(0.2):
            found["Assign"] = {self.variable: "{% $states.errorOutput %}"} if self.language == "JSONata" else {self.variable + ".$": "$.Error"}
        if self.maybe(0.6):
            found |= (
                {"Output": "{% $merge([$states.input, $states.errorOutput]) %}"} if self.language == "JSONata" else {"ResultPath": self.random.choice(PLACES)}
            )
        return found

    # ------------------------------------------------------------------------------------------------ kinds of state

    def _pass(self, names: list[str], following: str | None) -> dict[str, Any]:
        return {"Result": value(self.random)} if self.language == "JSONPath" and self.maybe(0.4) else {}

    def _succeed(self, names: list[str], following: str | None) -> dict[str, Any]:
        return {}

    def _fail(self, names: list[str], following: str | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.maybe(0.7):
            found["Error"] = self.random.choice(ERRORS)
        if self.maybe(0.5):
            found |= (
                {"Cause": "{% $string($states.input) %}"}
                if self.language == "JSONata"
                else {"CausePath": self.random.choice(["$.text", "States.JsonToString($)"])}
            )
        return found

    def _wait(self, names: list[str], following: str | None) -> dict[str, Any]:
        if self.maybe(0.7):
            return self.number("Seconds", self.random.choice([0, 1, 5, 600]))
        if self.language == "JSONata":
            return {"Timestamp": self.random.choice(["2026-01-01T00:01:00Z", "{% $now() %}", "{% $states.input.text %}"])}
        return self.random.choice([{"Timestamp": "2026-01-01T00:01:00Z"}, {"TimestampPath": "$.text"}])

    def _task(self, names: list[str], following: str | None) -> dict[str, Any]:
        found: dict[str, Any] = {"Resource": self.random.choice(RESOURCES)}
        if self.maybe(0.4):
            found |= self.number("TimeoutSeconds", self.random.choice([4, 10, 30]))
        if self.maybe(0.2):
            found |= self.number("HeartbeatSeconds", self.random.choice([1, 3]))
        if self.maybe(0.1):
            found["Credentials"] = {"RoleArn": "arn:aws:iam::123456789012:role/other"}
        return found

    def _choice(self, names: list[str], following: str | None) -> dict[str, Any]:
        rules = []
        for _ in range(self.random.randrange(1, 4)):
            rule = {"Condition": self.expression()} if self.language == "JSONata" else self.comparison(2)
            rules.append({**rule, "Next": self.random.choice(names), **({"Assign": self.assign()} if self.maybe(0.2) else {})})
        return {"Choices": rules, "Default": following}

    def comparison(self, depth: int) -> dict[str, Any]:
        match self.random.randrange(6 if depth else 3):
            case 3:
                return {"Not": self.comparison(depth - 1)}
            case 4:
                return {"And": [self.comparison(depth - 1) for _ in range(2)]}
            case 5:
                return {"Or": [self.comparison(depth - 1), self.comparison(0)]}
            case 0:
                return {"Variable": self.path(), self.random.choice(TESTS): self.maybe(0.7)}
        name = self.random.choice(COMPARISONS)
        if self.maybe(0.2) and name != "StringMatches":
            return {"Variable": self.path(), name + "Path": self.path()}
        operand: Any = {"S": "x*", "N": 2, "B": True, "T": "2026-01-01T00:00:10Z"}[name[0]]
        return {"Variable": self.path(), name: operand}

    def _parallel(self, names: list[str], following: str | None) -> dict[str, Any]:
        return {}

    def _map(self, names: list[str], following: str | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.maybe(0.7):
            found |= (
                {"Items": "{% $states.input.list %}"} if self.language == "JSONata" else {"ItemsPath": self.random.choice(["$.list", "$.list", "$.a", "$v2"])}
            )
        if self.maybe(0.3):
            item = {"v": "{% $states.context.Map.Item.Value %}"} if self.language == "JSONata" else {"v.$": "$$.Map.Item.Value", "list.$": "$.list"}
            found["ItemSelector"] = {**item, "n": 3}
        if self.maybe(0.5):
            found |= self.number("MaxConcurrency", self.random.choice([0, 1, 2]))
        return found

    def containing(self, kind: str, depth: int) -> dict[str, Any]:
        language = self.language
        if kind == "Parallel":
            return {"Branches": [self.states(depth - 1) for _ in range(self.random.randrange(1, 4))]}
        processor: dict[str, Any] = self.states(depth - 1)
        if self.maybe(0.6):
            return {"ItemProcessor": processor}
        self.language = language
        mode = self.random.choice(["STANDARD", "EXPRESS"])
        found: dict[str, Any] = {"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": mode}, **processor}}
        arguments = "Arguments" if language == "JSONata" else "Parameters"
        if self.maybe(0.3):
            found |= self.number("ToleratedFailurePercentage", self.random.choice([0, 34, 100]))
        if self.maybe(0.3):
            found["ItemBatcher"] = {**self.number("MaxItemsPerBatch", 2), **({"BatchInput": self.template()} if self.maybe(0.4) else {})}
        if self.maybe(0.3):
            found["ItemReader"] = {
                "Resource": "arn:aws:states:::s3:getObject",
                arguments: {"Bucket": "b", "Key": "k"},
                "ReaderConfig": {"InputType": self.random.choice(["JSON", "JSONL", "CSV"]), **self.number("MaxItems", 2)},
            }
        if self.maybe(0.2):
            found["ResultWriter"] = {"Resource": "arn:aws:states:::s3:putObject", arguments: {"Bucket": "b", "Prefix": "p"}}
        return found
