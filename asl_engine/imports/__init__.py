"""Definitions out of what people have: CloudFormation, SAM and CDK templates, Terraform, the Serverless Framework.

Nothing is fetched and nothing is executed. An importer evaluates the deployment language as far as the files alone
allow, and every part of the result leads back to the line it was written on. It knows nothing of what a definition
means: that is the same for all, and said elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl_engine.imports.references import Definitions, is_deployment, read_definition

if TYPE_CHECKING:
    from pathlib import Path

    from asl_engine.imports.inventory import Imported

__all__ = ["Definitions", "definitions_in", "is_deployment", "read_definition"]


def definitions_in(path: str | Path) -> list[Imported]:
    """The definitions of a file, or of a folder and all below it: see `asl_engine.imports.inventory`."""
    from asl_engine.imports import inventory  # imported here: whoever reads one definition need not know all formats

    return inventory.definitions_in(path)
