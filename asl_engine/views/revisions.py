"""The behavioural difference of two revisions as data: what changed in the definition, in the scenarios, in what was explored.

Everything here can be recomputed from the two definitions and the histories of the runs; renderers read nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asl_engine.analysis.structure import Change, Structure
from asl_engine.diagnostics import Diagnostic
from asl_engine.program import Program
from asl_engine.values import Json, Pointer
from asl_engine.views.behaviour import Comparison, Divergence, Told

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Revision:
    label: str
    """As it was asked for: "definitions/r3.asl.json", "main:order.asl.json"."""
    refusals: tuple[Diagnostic, ...] = ()
    """Why AWS would not take it; it was run all the same."""
    program: Program | None = None
    """For the places of what is told."""

    def locate(self, pointer: Pointer | None) -> str | None:
        """ "file:line:column"; None for a definition without a text."""
        return None if self.program is None or pointer is None else self.program.source.locate(pointer)


@dataclass(frozen=True, slots=True)
class ScenarioDifference:
    """A scenario that the two revisions play differently."""

    name: str
    location: str | None
    """file:line:column of the scenario."""
    comparison: Comparison
    """Begins with what scenarios that differ in less do not show."""
    old: Told
    new: Told
    old_passes: bool | None = None
    """Whether its expectations hold; None for a scenario that expects nothing."""
    new_passes: bool | None = None
    known: tuple[Divergence, ...] = ()
    """Came before the first of `comparison`; scenarios that differ in less show it too."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A difference that exploration found, with the smallest story that shows it."""

    name: str
    """One line, unique in the diff, fit for a file name's stem after slugging: "GetStatus answers FAILED"."""
    comparison: Comparison
    old: Told
    new: Told
    scenario: Mapping[str, Json]
    """As a scenario file has it: {"name", "input", "mocks", ...} without `expect`; plays on both revisions."""
    troubles: tuple[str, ...] = ()
    """What happens in the story that is not the plain case, in words: "TriggerADLDS fails with States.TaskFailed"."""
    runs: int = 1
    """Explored runs that show the same difference."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, so that nobody reads more into "no difference" than was looked at."""

    scenarios: int = 0
    """Played on both."""
    skipped: tuple[tuple[str, str], ...] = ()
    """Scenarios that apply to neither or could not be played: (name, why)."""
    runs: int = 0
    """Explored stories, each told by both revisions."""
    bounds: Mapping[str, int] = field(default_factory=dict)
    """The limits of the exploration by their flag's name: {"max-runs": 500, "max-troubles": 2, ...}."""
    reached: tuple[str, ...] = ()
    """Bounds that ended something early, in words; empty when the bounded space was explored whole."""
    unentered: tuple[str, ...] = ()
    """States that no explored run led to."""


@dataclass(frozen=True, slots=True)
class BehaviourDiff:
    """`asl.diff(old, new)`."""

    old: Revision
    new: Revision
    structure: Structure = field(default_factory=Structure)
    contract: tuple[Change, ...] = ()
    """Changes of kind INPUT: what the machine asks of its input."""
    scenarios: tuple[ScenarioDifference, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    compared: Compared = field(default_factory=Compared)

    @property
    def differs(self) -> bool:
        """Whether a run differs, or the definition in a way that is not neutral."""
        return bool(self.scenarios or self.witnesses or self.contract or any(not change.neutral for change in self.structure.changes))

    def to_json(self) -> dict[str, Json]:
        """Everything, as JSON values:

            {"format_version": 1, "differs": true,
             "old": {"label", "refusals": [{"code", "severity", "message", "hint", "pointer", "location"}]}, "new": …,
             "structure": {"renamed": {old name: new name}, "changes": [change]}, "contract": [change],
             "scenarios": [{"name", "location", "old_passes", "new_passes", "old": told, "new": told, "divergences": […],
                            "known": […]}],
             "witnesses": [{"name", "troubles", "runs", "scenario", "old": told, "new": told, "divergences": […]}],
             "compared": {"scenarios", "skipped": [{"name", "why"}], "runs", "bounds", "reached", "unentered"}}

        A change is {"kind", "state", "sentence", "neutral", "old_at", "new_at", "before", "after"}; a divergence {"kind", "state",
        "sentence", "old", "new", "pointer", "old_at", "new_at"}, the first one first. Places are {"pointer", "location"}. Of
        "before", "after", "old" and "new" those are left out that do not exist. told is {"status", "output", "error", "cause",
        "path", "seconds", "trouble", "trouble_code"}. Seconds are virtual time.
        """
        from asl_engine.views.revisions_json import document

        return document(self, FORMAT_VERSION)
