# Needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ORCHESTRATOR = definitions/orchestrator
FILLED = --placeholders $(ORCHESTRATOR)/values.json
R3_TO_R4 = $(FILLED) -i scenarios/orchestrator/request-r3.json
R5_TO_R6 = $(FILLED) -i scenarios/orchestrator/request-r5.json

.PHONY: help install dev demo examples test lint bench clean

help:  ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

install: $(VENV)/installed  ## The command asl in .venv/bin

dev: $(VENV)/installed-dev  ## The same with everything tests need

demo: install  ## Six revisions of an orchestrator, played in virtual time
	@ASL=$(BIN)/asl sh docs/demo.sh

examples: install  ## The same for one small machine a pattern: checked, tested, run
	@ASL=$(BIN)/asl sh docs/examples.sh

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: dev  ## All tests, lint and types
	$(BIN)/python -m pytest -q -n auto $(PYTEST_ARGUMENTS)
	@$(MAKE) --no-print-directory lint

bench: dev  ## Speed, against itself
	$(BIN)/python bench/speed.py

clean:  ## Leave only what git knows
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
