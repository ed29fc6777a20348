"""The machines that `definitions/examples/nested-workflows` starts, run for real, and the two services they call."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import asl_engine as asl

HERE = Path(__file__).resolve().parent.parent / "definitions" / "examples"
A_PAGE = timedelta(seconds=5)


def set_pages(call: asl.TaskCall) -> asl.Outcome:
    """Takes five seconds a page."""
    asked: dict[str, Any] = call.arguments["Payload"]
    return asl.Succeeded({"Payload": {"file": f"s3://print/{asked['part']}.pdf"}}, after=A_PAGE * asked["pages"])


def services() -> asl.Mocks:
    """What the machines call, without the machines: for scenarios, which name those under `machines`."""
    found = asl.Mocks()
    found.state("SetPages").always(set_pages)
    found.state("Post").always({"MessageId": "m-1"})
    return found


def mocks() -> asl.Machines:
    """For `asl run`: the same with the machines."""
    machines = {name: asl.load(HERE / f"nested-workflows.{name}.asl.json") for name in ("typeset", "announce")}
    return asl.Machines(machines, tasks=services())
