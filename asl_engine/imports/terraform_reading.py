"""The files of a Terraform module as bodies, and the values its own folder gives to variables.

A module is a folder: all its *.tf and *.tf.json files are one program. Of the module that is applied,
terraform.tfvars and *.auto.tfvars count too. Source: Terraform Language, "Files and Directories" and "Input Variables".
"""

from __future__ import annotations

from pathlib import Path

from asl_engine.imports.hcl_json import body_of_json
from asl_engine.imports.hcl_parser import parse_body
from asl_engine.imports.hcl_tree import Body, Expression
from asl_engine.imports.reading import Files
from asl_engine.imports.traced import File


def bodies_of(folder: Path, files: Files) -> list[Body]:
    """What a module's files say, override files last. Raises `DefinitionError`, and `OSError` if there is no such folder."""
    bodies: list[Body] = []
    overrides: list[Body] = []
    for name in files.tree.names(folder):
        if name.endswith((".tf", ".tf.json")):
            body = _body(files.read(folder / name))
            (overrides if name.partition(".")[0].endswith("override") else bodies).append(body)
    return [*bodies, *overrides]


def values_of(folder: Path, files: Files) -> dict[str, Expression]:
    """Variables by name, as Terraform loads them without being told to. Raises `DefinitionError`."""
    names = files.tree.names(folder)
    always = [name for name in names if name in ("terraform.tfvars", "terraform.tfvars.json")]
    values: dict[str, Expression] = {}
    for name in (*always, *(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))):
        values |= _body(files.read(folder / name)).attributes
    return values


def _body(file: File) -> Body:
    return body_of_json(file) if file.path.name.endswith(".json") else parse_body(file)
