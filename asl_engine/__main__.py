"""`python -m asl_engine`: the command `asl`."""

from asl_engine.cli import main

main(prog_name="asl")
