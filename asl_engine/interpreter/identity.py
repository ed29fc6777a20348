"""Who an execution is: names, ARNs, and its members of the Context object. Made when first asked for.

The name of an unnamed execution is a UUID drawn from the seed alone, so that it does not matter who asks first.
Source: developer guide, "Accessing execution data from the Context object".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from asl_engine.chance import Chance, derived
from asl_engine.history.history import instant
from asl_engine.values import Json

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/StateMachineRole"
NOTHING: Mapping[str, Any] = {}
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


def is_execution_name(name: str) -> bool:
    """Whether StartExecution takes this name; InvalidName otherwise."""
    return _NAME.fullmatch(name) is not None


class Identity:
    """Of an execution started by a caller, whose `context` is merged over the generated one, member by member."""

    __slots__ = ("_begun", "_execution", "_given", "_input", "_machine", "_name", "_seed", "type")

    def __init__(self, *, type: str, seed: int, input: Json, begun: int, name: str | None, context: Mapping[str, Any] | None) -> None:
        self.type = type
        self._seed = seed
        self._input = input
        self._begun = begun
        self._name = name
        self._given = context if context is not None else NOTHING
        self._execution: dict[str, Json] | None = None
        self._machine: dict[str, Json] | None = None

    @property
    def role_arn(self) -> str:
        execution = self._given.get("Execution")
        return str(execution.get("RoleArn", ROLE)) if execution else ROLE

    @property
    def overrides(self) -> Mapping[str, Any]:
        """What the caller gave besides Execution and StateMachine."""
        return {name: value for name, value in self._given.items() if name not in ("Execution", "StateMachine")} if self._given else NOTHING

    @property
    def machine(self) -> dict[str, Json]:
        """`StateMachine` of the Context object: Id and Name."""
        if self._machine is None:
            given: dict[str, Any] = dict(self._given.get("StateMachine") or {})
            name = given.get("Name") or str(given.get("Id", "StateMachine")).rpartition(":")[2]
            account = _account_of(given.get("Id")) or _account_of(self.role_arn) or ACCOUNT
            self._machine = {"Id": f"arn:aws:states:{REGION}:{account}:stateMachine:{name}", "Name": name, **given}
        return self._machine

    @property
    def execution(self) -> dict[str, Json]:
        """`Execution` of the Context object: Id, Input, StartTime, Name, RoleArn, and RedriveCount for STANDARD."""
        if self._execution is None:
            given: dict[str, Any] = dict(self._given.get("Execution") or {})
            chance = Chance(derived(self._seed, "execution name"))
            name = given.get("Name") or self._name or chance.uuid()
            kind = "execution" if self.type == "STANDARD" else "express"
            prefix, _, machine = str(self.machine["Id"]).partition(":stateMachine:")
            arn = f"{prefix}:{kind}:{machine}:{name}"
            self._execution = {
                "Id": arn if kind == "execution" else f"{arn}:{chance.uuid()}",
                "Input": self._input,
                "StartTime": timestamp_text(self._begun),
                "Name": name,
                "RoleArn": self.role_arn,
                **({"RedriveCount": 0} if kind == "execution" else {}),
                **given,
            }
        return self._execution

    @property
    def execution_arn(self) -> str:
        return str(self.execution["Id"])

    @property
    def execution_name(self) -> str:
        return str(self.execution["Name"])

    @property
    def state_machine_arn(self) -> str:
        return str(self.machine["Id"])

    @property
    def region(self) -> str:
        return self.state_machine_arn.split(":")[3] if self._given else REGION


def child_identity(parent: Identity, *, type: str, label: str, name: str, input: Json, begun: int) -> Identity:
    """A child execution of a Distributed Map. `label` is "machine/label of the Map Run"."""
    prefix = parent.state_machine_arn.partition(":stateMachine:")[0]
    machine = {"Id": f"{prefix}:stateMachine:{label}", "Name": parent.machine["Name"]}
    context = {"StateMachine": machine, "Execution": {"RoleArn": parent.role_arn}}
    return Identity(type=type, seed=0, input=input, begun=begun, name=name, context=context)


def _account_of(arn: object) -> str | None:
    parts = str(arn).split(":")
    return parts[4] if len(parts) > 5 and parts[0] == "arn" and parts[4].isdigit() else None


@lru_cache(maxsize=1024)
def timestamp_text(microseconds: int) -> str:
    """As the Context object prints an instant: UTC, three decimals, none when the milliseconds are zero."""
    moment = instant(microseconds)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    milliseconds = moment.microsecond // 1000
    return f"{text}.{milliseconds:03d}Z" if milliseconds else f"{text}Z"
