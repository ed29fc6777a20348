"""Step Functions Local's MockConfigFile.json as a task runtime, with its own counting.

Source: Step Functions developer guide, "Using mocked service integrations for testing in Step Functions Local"; what
the guide leaves open as measured on Step Functions Local 2.0.0. One counter for each state name and execution starts
at 0 and advances with every invocation: retries, loops and iterations alike. A number without a response ends it;
nothing is repeated. Responses are looked at when they are reached, not before.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asl_engine.errors import DefinitionError, MockError, MockExhausted
from asl_engine.source import Source, read_source
from asl_engine.spell import nearest
from asl_engine.tasks.answers import Declined
from asl_engine.tasks.compose import Checked
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall
from asl_engine.values import Json, Pointer

_NUMBERS = re.compile(r"(\d+)(?:-(\d+))?")
MACHINES, CASES, RESPONSES = "StateMachines", "TestCases", "MockedResponses"


@dataclass(frozen=True, slots=True, eq=False)
class MockConfig:
    """A mock configuration as it was read."""

    source: Source

    def machines(self) -> list[str]:
        """Names of the state machines."""
        return list(self._machines())

    def cases(self, machine: str) -> list[str]:
        """Names of a machine's test cases. Raises `MockError`."""
        return list(self._cases(machine))

    def states(self, machine: str, case: str) -> dict[str, str]:
        """Which response each state of a test case has. Raises `MockError` for a name that is not there."""
        cases = self._cases(machine)
        if case not in cases:
            near = nearest(case, cases)
            raise MockError(f'{self.source.origin}: {machine} has no test case "{case}"' + (f'; did you mean "{near}"?' if near else ""))
        states = cases[case]
        if not isinstance(states, dict) or not all(isinstance(response, str) for response in states.values()):
            raise self.refusal("a test case maps names of states to names of responses", MACHINES, machine, CASES, case)
        return states

    def responses(self, name: str) -> dict[str, Any]:
        """The numbered responses of one name. Raises `MockError`."""
        named = self._object(RESPONSES)
        if name not in named:
            near = nearest(name, named)
            raise self.refusal(f'there is no response "{name}"' + (f'; did you mean "{near}"?' if near else ""), RESPONSES)
        numbered = named[name]
        if not isinstance(numbered, dict):
            raise self.refusal("a response maps invocation numbers to Return or Throw", RESPONSES, name)
        return numbered

    def ranges(self, name: str) -> list[tuple[int, int, str]]:
        """(first, last, key) of a response's entries, by number."""
        found = []
        for key in self.responses(name):
            numbers = _NUMBERS.fullmatch(key)
            if numbers is None or (numbers[2] and int(numbers[2]) < int(numbers[1])):
                raise self.refusal(f'"{key}" is no invocation number; write "0", or "0-2" for a range', RESPONSES, name, key)
            found.append((int(numbers[1]), int(numbers[2] or numbers[1]), key))
        return sorted(found)

    def outcome(self, name: str, key: str) -> Outcome:
        """What one entry says. Raises `MockError`."""
        response = self.responses(name)[key]
        if isinstance(response, dict) and len(response) == 1:
            if "Return" in response:
                return Succeeded(response["Return"])
            thrown = response.get("Throw")
            if isinstance(thrown, dict) and all(isinstance(thrown.get(part, ""), str) for part in ("Error", "Cause")):
                return Failed(thrown.get("Error"), thrown.get("Cause"))
        raise self.refusal('a response is {"Return": …} or {"Throw": {"Error": "…", "Cause": "…"}}', RESPONSES, name, key)

    def runtime(self, machine: str, case: str) -> StepLocal:
        """Fresh answers for one execution of one test case."""
        return StepLocal(self, f"{machine}#{case}", self.states(machine, case))

    def location(self, *keys: str) -> str:
        pointer = Pointer("")
        for key in keys:
            pointer = pointer / key
        return self.source.locate(pointer) or str(self.source.origin)

    def refusal(self, message: str, *keys: str) -> MockError:
        return MockError(f"{self.location(*keys)}: {message}")

    def _machines(self) -> dict[str, Any]:
        return self._object(MACHINES)

    def _cases(self, machine: str) -> dict[str, Any]:
        machines = self._machines()
        if machine not in machines:
            near = nearest(machine, machines)
            raise MockError(f'{self.source.origin}: there is no state machine "{machine}"' + (f'; did you mean "{near}"?' if near else ""))
        cases = machines[machine].get(CASES) if isinstance(machines[machine], dict) else None
        if not isinstance(cases, dict):
            raise self.refusal(f'a state machine has "{CASES}", a mapping of names to test cases', MACHINES, machine)
        return cases

    def _object(self, key: str) -> dict[str, Any]:
        value: Json = self.source.value
        found = value.get(key, {}) if isinstance(value, dict) else None
        if not isinstance(found, dict):
            raise self.refusal(f'"{key}" is a mapping', key)
        return found


def read_mock_config(path: str | Path) -> MockConfig:
    """Reads a MockConfigFile.json. Raises `MockError`."""
    try:
        source = read_source(path)
    except DefinitionError as unreadable:
        raise MockError("\n".join(f"{finding.location}: {finding.message}" for finding in unreadable.diagnostics)) from None
    config = MockConfig(source)
    if not isinstance(source.value, dict) or MACHINES not in source.value:
        near = nearest(MACHINES, source.value) if isinstance(source.value, dict) else None
        raise MockError(f'{path}: a mock configuration has "{MACHINES}" and "{RESPONSES}"' + (f', not "{near}"' if near else ""))
    if RESPONSES not in source.value and (near := nearest(RESPONSES, source.value)):
        raise MockError(f'{config.location(near)}: the key is "{RESPONSES}", not "{near}"')
    config.machines()
    return config


class StepLocal(Checked):
    """Answers the states of one test case; keeps count, so take a fresh one for every execution."""

    def __init__(self, config: MockConfig, named: str, states: dict[str, str]) -> None:
        self.named = named
        """ "OrderMachine#HappyPath" """
        self.invocations: Counter[str] = Counter()
        self._config = config
        self._states = states

    def perform(self, call: TaskCall) -> Outcome:
        state = call.state_name
        if state not in self._states:
            near = nearest(state, self._states)
            known = f'; did you mean "{near}"?' if near else ""
            raise Declined(call, hint=f'{self.named} mocks no state "{state}"{known}; Step Functions Local would call the service')
        number = self.invocations[state]
        self.invocations[state] += 1
        name = self._states[state]
        for first, last, key in self._config.ranges(name):
            if first <= number <= last:
                return self._config.outcome(name, key)
        told = ", ".join(f'"{key}"' for _, _, key in self._config.ranges(name)) or "nothing"
        raise MockExhausted(
            f'invocation {number} of "{state}" has no response (attempt {call.attempt} of state "{call.state_path}")\n'
            f'  {self.named} answers it with "{name}", which has {told}\n'
            f"  Step Functions Local fails the execution here; add an entry at {self._config.location(RESPONSES, name)}"
        )

    def unused(self) -> list[str]:
        """States that are mocked and were never invoked."""
        return [f'{self.named}: "{state}" is mocked and was never invoked' for state in self._states if not self.invocations[state]]
