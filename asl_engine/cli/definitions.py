"""`asl definitions`: what a repository holds, and how each definition in it is named."""

from __future__ import annotations

import json

import click

from asl_engine.cli import FINDINGS
from asl_engine.imports.inventory import Imported, Inventory, inventory


@click.command("definitions")
@click.argument("path", default=".")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the list is printed.")
@click.pass_context
def command(context: click.Context, path: str, format_: str) -> None:
    """List the definitions of PATH, a file or a folder: plain ones, and those in Terraform, CloudFormation, SAM, CDK and Serverless files.

    Every command takes what stands in the first column. Exit code 0: all could be read. 1: something looks like a definition
    and cannot be read. 2: there is no such path.
    """
    found = inventory(path)
    click.echo(_document(found) if format_ == "json" else _text(found, path), nl=False)
    if found.notes or any(each.error for each in found.definitions):
        context.exit(FINDINGS)


def _text(found: Inventory, path: str) -> str:
    if not found.definitions and not found.notes:
        return f"{path}: no definitions\n"
    rows = [("REFERENCE", "KIND", "TYPE", "STATES", "STARTS AT", "DECLARED AT")]
    rows += [(each.reference, each.kind, each.type or "-", str(each.states), each.start_at or "-", each.location) for each in found.definitions]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for row, each in zip(rows, [None, *found.definitions], strict=True):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        lines += [f"  {line}" for line in _remarks(each)] if each is not None else []
    if not found.definitions:
        lines = []
    lines += [f"cannot be read: {note}" for note in found.notes]
    return "\n".join(lines) + "\n"


def _remarks(each: Imported) -> list[str]:
    found = [f"is part of {each.part_of}"] if each.part_of else []
    found += [f"cannot be read: {line}" if index == 0 else f"  {line}" for index, line in enumerate(str(each.error).splitlines())] if each.error else []
    return [*found, *(f"note: {note}" for note in each.notes), *([f"placeholders: {', '.join(_placeholders(each))}"] if each.placeholders else [])]


def _placeholders(each: Imported) -> list[str]:
    return [f"{name} ({each.kinds[name]})" if name in each.kinds else name for name in each.placeholders]


def _document(found: Inventory) -> str:
    """{"format_version", "definitions": […], "notes": […]}"""
    definitions = [
        {
            "reference": each.reference,
            "kind": each.kind,
            "name": each.name,
            "type": each.type,
            "states": each.states,
            "start_at": each.start_at,
            "location": each.location,
            "part_of": each.part_of,
            "placeholders": list(each.placeholders),
            "kinds": each.kinds,
            "notes": list(each.notes),
            "error": str(each.error) if each.error else None,
        }
        for each in found.definitions
    ]
    return json.dumps({"format_version": 1, "definitions": definitions, "notes": found.notes}, ensure_ascii=False, indent=2) + "\n"
