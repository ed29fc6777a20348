"""Everything there is to say about a definition: what AWS refuses, what services do not take, what rules advise.

The order is fixed: the grammar first; then the rules, on what the grammar left; then what somebody accepts on purpose is taken
away. Nothing here knows settings or prints.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from asl_engine.analysis.check import check_definition, in_document_order
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError
from asl_engine.linter import remarks
from asl_engine.linter.pages import profile_of, titles
from asl_engine.linter.refusals import fix_of
from asl_engine.linter.remark import Remark
from asl_engine.linter.repeated import without_repeated
from asl_engine.linter.rule import DEFAULT, Facts, Knowledge
from asl_engine.linter.selection import Selection
from asl_engine.linter.suppressions import suppressed
from asl_engine.program import Program
from asl_engine.program.load import source_of
from asl_engine.source import Source
from asl_engine.syntax.codes import DUPLICATE_KEY
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Json, Pointer


def check(
    definition: str | Path | dict[str, Any] | Program,
    *,
    placeholders: Mapping[str, Json] | None = None,
    type: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    profile: str = DEFAULT,
    input_schema: Json | None = None,
    result_schemas: Mapping[str, Json] | None = None,
    answers: Mapping[str, Sequence[Json]] | None = None,
) -> list[Diagnostic]:
    """All that is wrong with a definition, errors first, each severity in document order; nothing is raised for it.

    An ERROR is what AWS refuses (then `load` raises), and in the strict profile also what fails whenever an execution gets to it,
    which is a WARNING otherwise; WARNING and ADVICE are those of rules (`asl check --explain all` lists them). `type` is STANDARD or EXPRESS, by default what a
    deployment file says, else STANDARD; `select` and `ignore` are codes or their beginnings
    ("ASL31"), `profile` is "default" or "strict". What is known of the data from elsewhere: a JSON Schema of the execution's input,
    JSON Schemas of results by the name of a state or its Resource as written, and examples of answers by the name of a Task state.
    """
    chosen = Selection(tuple(select), tuple(ignore), profile)
    known = Knowledge(input_schema, result_schemas or {}, answers or {})
    if isinstance(definition, Program):
        return [remark.diagnostic for remark in examine(definition.source, type=type or definition.type, selection=chosen, knowledge=known)]
    if type not in (None, "STANDARD", "EXPRESS"):
        return [Diagnostic("ASL902", Severity.ERROR, Pointer(""), f"A machine's type is STANDARD or EXPRESS, not {type!r}")]
    try:
        source = source_of(definition, placeholders)
    except DefinitionError as unreadable:
        return unreadable.diagnostics
    return [remark.diagnostic for remark in examine(source, type=type, selection=chosen, knowledge=known)]


def examine(source: Source, *, type: str | None = None, selection: Selection | None = None, knowledge: Knowledge | None = None) -> list[Remark]:
    """The same for a definition that was read, with what can be mended. Its type is what its file says, else STANDARD."""
    chosen = selection or Selection()
    type = type or source.type or "STANDARD"

    def asked(code: str) -> bool:
        return chosen.asks(code, profile_of(code))

    refused = check_definition(source, type=type)
    facts = Facts(source, type=type, knowledge=_with_services(knowledge or Knowledge()), refused=refused)
    found = [Remark.mendable(diagnostic, fix_of(diagnostic)) for diagnostic in refused] + [Remark(diagnostic) for diagnostic in _of_services(source)]
    found += map(Remark, source.assumed)
    found += remarks(facts, chosen)
    wanted = without_repeated([remark for remark in found if asked(remark.diagnostic.code)], facts)
    doubled = frozenset(diagnostic.pointer for diagnostic in refused if diagnostic.code == DUPLICATE_KEY.number)
    wanted = [remark if _can_be_mended(remark, source, doubled) else Remark(replace(remark.diagnostic, fix=None)) for remark in wanted]
    left = suppressed(wanted, source, _text_of, known=titles(), asked=asked)
    return in_document_order(left, source.value, _place)


def _can_be_mended(remark: Remark, source: Source, doubled: Collection[Pointer]) -> bool:
    """Not in a value or a part of a deployment file, which have no text of their own; nor what stands there twice, as nobody knows which one is meant."""
    return remark.fix is None or (source.text is not None and not any(edit.pointer in doubled for edit in remark.fix.edits))


def _text_of(file: str) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _with_services(knowledge: Knowledge) -> Knowledge:
    """What the services' APIs answer is known from botocore's models, if it is installed."""
    if knowledge.service_shapes is not None or find_spec("botocore") is None:
        return knowledge
    from asl_engine.linter.service_shapes import service_shapes

    return replace(knowledge, service_shapes=service_shapes)


def _place(remark: Remark) -> tuple[Severity, Pointer]:
    return remark.diagnostic.severity, remark.diagnostic.pointer


def _of_services(source: Source) -> list[Diagnostic]:
    """What the APIs of called services do not take; nothing without botocore, which brings their models."""
    if find_spec("botocore") is None:
        return []
    from asl_engine.tasks.service_definitions import UNKNOWN_ARGUMENT, service_diagnostics

    found = service_diagnostics(source.value, is_opaque)
    return [replace(finding, location=source.locate(finding.pointer, key=finding.code == UNKNOWN_ARGUMENT)) for finding in found]
