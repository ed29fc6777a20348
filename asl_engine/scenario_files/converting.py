"""A mock configuration of Step Functions Local as scenario files: the same answers in the same order.

Both count a state's calls over retries, loops and iterations, so numbers become an order. What cannot be said in order
(a gap, which fails the execution there) becomes a comment. A mock configuration expects nothing; the scenarios get an
empty snapshot, which `asl test --update` fills with what happens now.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.errors import MockError
from asl_engine.scenario_files.rewriting import block_text, flow_text
from asl_engine.tasks.runtime import Failed, Succeeded
from asl_engine.tasks.steplocal import MockConfig
from asl_engine.values import Json


def converted(config: MockConfig, machine: str, definition: str, input_file: str | None = None) -> str:
    """The text of the scenario file of one machine; `input_file` is every case's input. Raises `MockError` for cases that are wrong."""
    lines = [f"# From {config.source.origin}, state machine {machine}.", f"definition: {flow_text(definition)}"]
    if input_file is not None:
        lines.append(f"defaults: {flow_text({'input_file': input_file})}")
    lines.append("scenarios:")
    for case in config.cases(machine):
        lines += ["", f"  - name: {flow_text(case)}"]
        states = config.states(machine, case)
        lines.append("    mocks:" + ("" if states else " {}"))
        for state, response in states.items():
            lines.append(f"      {flow_text(state)}:  # {response}")
            lines += _answers(config, response)
        lines += ["    expect:  # asl test --update records what happens", "      snapshot: {}"]
    return "\n".join(lines) + "\n"


def _answers(config: MockConfig, name: str) -> Iterator[str]:
    """The answers, then a comment where the numbers end for another reason than that they are used up."""
    lines: list[str] = []
    comment = None
    try:
        expected = 0
        for first, last, key in config.ranges(name):
            if first > expected:
                gap = str(expected) if first == expected + 1 else f"{expected} to {first - 1}"
                comment = f"invocation {gap} has no response: Step Functions Local fails the execution there"
                break
            if last >= expected:  # else an earlier entry answers these numbers
                lines.append(_answer(config, name, key, last - expected + 1))
                expected = last + 1
    except MockError as error:
        # Step Functions Local looks at a response when it is reached; whoever reaches this one is told then.
        comment = str(error).replace("\n", " ")
    yield from lines or ["        []"]
    if comment:
        yield f"        # {comment}"


def _answer(config: MockConfig, name: str, key: str, times: int) -> str:
    outcome = config.outcome(name, key)
    said: dict[str, Json] = {}
    if isinstance(outcome, Succeeded):
        said["return"] = outcome.output
    elif isinstance(outcome, Failed):
        said["throw"] = {part: value for part, value in (("error", outcome.error), ("cause", outcome.cause)) if value is not None}
    if times > 1:
        said["times"] = times
    return "        - " + block_text(said, 10).lstrip()
