"""A behavioural diff as JSON values, for programs. `BehaviourDiff.to_json` says the shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from asl_engine.analysis.structure import Change
from asl_engine.diagnostics import Diagnostic
from asl_engine.values import Json, Missing, Pointer
from asl_engine.views.behaviour import Divergence, Told
from asl_engine.views.revisions import BehaviourDiff, Revision, ScenarioDifference, Witness

Locate: TypeAlias = Callable[[Pointer], str | None]


def document(diff: BehaviourDiff, version: int) -> dict[str, Json]:
    compared = diff.compared
    return {
        "format_version": version,
        "differs": diff.differs,
        "old": _revision(diff.old),
        "new": _revision(diff.new),
        "structure": {"renamed": dict(diff.structure.renamed), "changes": [_change(change, diff) for change in diff.structure.changes]},
        "contract": [_change(change, diff) for change in diff.contract],
        "scenarios": [_scenario(difference) for difference in diff.scenarios],
        "witnesses": [_witness(witness) for witness in diff.witnesses],
        "compared": {
            "scenarios": compared.scenarios,
            "skipped": [{"name": name, "why": why} for name, why in compared.skipped],
            "runs": compared.runs,
            "bounds": dict(compared.bounds),
            "reached": [*compared.reached],
            "unentered": [*compared.unentered],
        },
    }


def _revision(revision: Revision) -> Json:
    return {"label": revision.label, "refusals": [_refusal(refusal) for refusal in revision.refusals]}


def _refusal(refusal: Diagnostic) -> Json:
    return {
        "code": refusal.code,
        "severity": refusal.severity.name,
        "message": refusal.message,
        "hint": refusal.hint,
        "pointer": str(refusal.pointer),
        "location": refusal.location,
    }


def _change(change: Change, diff: BehaviourDiff) -> Json:
    told: dict[str, Json] = {
        "kind": change.kind.value,
        "state": change.state,
        "sentence": change.sentence,
        "neutral": change.neutral,
        "old_at": _place(change.old, diff.old.locate),
        "new_at": _place(change.new, diff.new.locate),
    }
    return told | _there(before=change.before, after=change.after)


def _scenario(found: ScenarioDifference) -> Json:
    passes: dict[str, Json] = {"old_passes": found.old_passes, "new_passes": found.new_passes}
    return {"name": found.name, "location": found.location, **passes, **_run(found, found.comparison.all), "known": _run(found, found.known)["divergences"]}


def _witness(found: Witness) -> Json:
    return {"name": found.name, "troubles": [*found.troubles], "runs": found.runs, "scenario": dict(found.scenario), **_run(found, found.comparison.all)}


def _run(found: ScenarioDifference | Witness, divergences: Sequence[Divergence]) -> dict[str, Json]:
    locate = found.old.program.source.locate, found.new.program.source.locate
    return {"old": _told(found.old), "new": _told(found.new), "divergences": [_divergence(each, *locate) for each in divergences]}


def _told(told: Told) -> Json:
    return {
        "status": told.status,
        **_there(output=told.output),
        "error": told.error,
        "cause": told.cause,
        "path": [*told.path],
        "seconds": told.elapsed.total_seconds(),
        "trouble": told.trouble,
        "trouble_code": told.trouble_code,
    }


def _divergence(found: Divergence, old: Locate, new: Locate) -> Json:
    return {
        "kind": found.kind.value,
        "state": found.state,
        "sentence": found.sentence,
        **_there(old=found.old, new=found.new),
        "pointer": str(found.pointer),
        "old_at": _place(found.old_at, old),
        "new_at": _place(found.new_at, new),
    }


def _place(pointer: Pointer | None, locate: Locate) -> Json:
    return None if pointer is None else {"pointer": str(pointer), "location": locate(pointer)}


def _there(**values: Json | Missing) -> dict[str, Json]:
    return {name: value for name, value in values.items() if not isinstance(value, Missing)}
