"""What an importer finds in a file: state machines by name, each with a way to its definition.

The formats differ in how a definition is written, and agree in this: a machine has a name to refer to it by, a kind,
perhaps a type, a place where it is declared, and a definition that is evaluated when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asl_engine.imports.notes import Notes
from asl_engine.imports.traced import Spot
from asl_engine.source import Source
from asl_engine.values import Json

Given = Mapping[str, Json]
"""Values of what is not known before deployment, by name: a placeholders file."""

STANDARD = "STANDARD"
"""The default of every deployment language."""

DEFINITION = "definition"
TERRAFORM = "terraform"
CLOUDFORMATION = "cloudformation"
SAM = "sam"
CDK = "cdk"
SERVERLESS = "serverless"


def type_of(written: str | None, *, is_written: bool) -> str | None:
    """The type of a deployed machine: STANDARD where nothing is written, None where what is written is not known."""
    return written if is_written else STANDARD


@dataclass(frozen=True, slots=True)
class Declared:
    """A state machine as a deployment file declares it."""

    name: str
    """What stands after the "#" of a reference."""
    kind: str
    spot: Spot
    read: Callable[[str], Source]
    """From the reference to the definition; raises `DefinitionError`."""
    type: str | None = None
    """STANDARD or EXPRESS; None where the file does not say."""
    aliases: tuple[str, ...] = ()
    notes: Notes = field(default_factory=Notes)
    """What had to be assumed, for the person who lists the machines; complete once the definition was read."""
    called_in: Path | None = None
    """The file whose reference names it, where that is not the file it is declared in: that of a Terraform module's call."""
