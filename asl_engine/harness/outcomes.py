"""What every task of a machine answers in one execution, as data: drawn by strategies, pasted into scenario files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from asl_engine.history.execution import Execution
from asl_engine.scenario_files.rewriting import block_text
from asl_engine.tasks.mock_files import mocks_from
from asl_engine.tasks.runtime import Outcome, TaskCall
from asl_engine.values import MISSING, Json, Missing, fresh

Answer: TypeAlias = "dict[str, Json]"
"""As a scenario file has it: {"throw": {"error": "Card.Declined"}, "times": 3}."""


class Outcomes:
    """What every task of a machine answers: a task runtime for one execution, since it counts what it gave.

    `answers` is what stands under `mocks:` in a scenario file, by state name.
    """

    def __init__(self, answers: Mapping[str, Sequence[Answer]]) -> None:
        self.answers: dict[str, list[Answer]] = {name: list(listed) for name, listed in answers.items()}
        self._mocks = mocks_from(_json(self.answers))

    def __repr__(self) -> str:
        troubled = {name: listed for name, listed in self.answers.items() if len(listed) > 1}
        return f"Outcomes({ {**troubled, **self.answers}!r})"

    def perform(self, call: TaskCall) -> Outcome:
        return self._mocks.perform(call)

    def fresh(self) -> Outcomes:
        """The same answers from the beginning, for another execution."""
        return Outcomes(self.answers)

    def scenario(self, execution: Execution | None = None, *, input: Json | Missing = MISSING, name: str = "found by Hypothesis") -> str:
        """A scenario in YAML, to be pasted below `scenarios:` of a scenario file.

        With the execution it says what was observed and leaves out the answers nobody asked for; without, `input` is told.
        """
        told: dict[str, Json] = {"name": name}
        if execution is not None:
            told["input"] = execution.history[0].details.get("input")
            if execution.seed:
                told["seed"] = execution.seed
            told["mocks"] = _json({state: given for state, listed in self.answers.items() if (given := _given(state, listed, execution))})
            told["expect"] = _observed(execution)
        else:
            if not isinstance(input, Missing):
                told["input"] = input
            told["mocks"] = _json(self.answers)
        lines = [f"{key}:\n{_indented(value)}" if key in ("mocks", "expect") and value else block_text({key: value}, 2).lstrip() for key, value in told.items()]
        return "- " + "\n  ".join(lines)


def _indented(mapping: Json) -> str:
    """A mapping with its members on lines of their own; of a list of answers, each."""
    lines = []
    for name, value in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [block_text({name: None}, 4).removesuffix(" null"), *(f"      - {block_text(answer, 8).lstrip()}" for answer in value)]
        else:
            lines.append(block_text({name: value}, 4))
    return "\n".join(lines)


def _given(state: str, answers: list[Answer], execution: Execution) -> list[Answer]:
    """The answers as far as they were given."""
    visits = execution.state(state).visits
    calls = [call for call in execution.calls() if call.state == state]
    if not calls:
        return answers if visits else []
    left, found = len(calls), []
    for answer in answers:
        times = answer.get("times", 1)
        if left > 0:
            given = min(left, times) if isinstance(times, int) and "always" not in answer else left
            found.append({**answer, **({"times": given} if "times" in answer else {})})
            left -= given
    return [{key: value for key, value in answer.items() if (key, value) != ("times", 1)} for answer in found]


def _observed(execution: Execution) -> dict[str, Json]:
    told: dict[str, Json] = {"status": str(execution.status)}
    if execution.error is not None:
        told["error"] = execution.error
    if execution.status == "SUCCEEDED":
        told["output"] = execution.output
    path: list[Json] = [*execution.path]
    return told | {"path": path if len(path) <= 30 else [*path[:10], "..."]}


def _json(answers: Mapping[str, Sequence[Answer]]) -> Json:
    return {name: [fresh(answer) for answer in listed] for name, listed in answers.items()}
