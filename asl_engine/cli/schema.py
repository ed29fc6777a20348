"""`asl schema`: the JSON Schema of a file format, for editors."""

from __future__ import annotations

import json

import click

from asl_engine.scenario_files.schema import FORMATS, schema_of


@click.command("schema")
@click.argument("format_", metavar="|".join(FORMATS), type=click.Choice(FORMATS))
def command(format_: str) -> None:
    """Print the JSON Schema of scenario files or mock files.

    Save it, and let the editor check: # yaml-language-server: $schema=scenario.schema.json
    """
    click.echo(json.dumps(schema_of(format_), ensure_ascii=False, indent=2))
