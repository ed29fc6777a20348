"""Accepted differences: a file that says what a revision may do differently from the one before it, reviewed like code.

A difference is known by what a reviewer reads: its kind, its state and its sentence. The data of a run, its place and
which scenario or witness showed it may change without anybody having to accept it again. Only behaviour is accepted
here, what runs show and what is asked of the input; a change of the definition that no run can tell needs no
permission.

    old: definitions/r4.asl.json
    new: definitions/r5.asl.json
    accepted:
      - kind: path
        state: CheckStatus
        differs: enters Fail instead of Wait
        because: r5 sees FAILED            # free text, kept when the file is updated
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from asl_engine.diagnostics import Diagnostic
from asl_engine.errors import AslError, DefinitionError
from asl_engine.render.text import one_line
from asl_engine.scenario_files.rewriting import block_text
from asl_engine.source import Source, read_source
from asl_engine.values import Json, Pointer
from asl_engine.views.behaviour import Comparison
from asl_engine.views.revisions import BehaviourDiff

MOST_ACCEPTED = 10_000
_HEAD = "# Differences that were accepted. Updating writes this file anew and keeps each `because`; review it like code.\n"
_NO_BASELINE = 'accepted differences are a mapping with a list under "accepted"'
_KEYS = ("kind", "state", "differs", "because")


class BaselineError(AslError):
    """A file of accepted differences cannot be used. Names every mistake with its place."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One difference somebody accepted."""

    kind: str
    """As `views.behaviour.Kind` has it, or "input"."""
    state: str | None
    """None is the machine."""
    differs: str
    """The sentence of the diff."""
    because: str | None = None

    @property
    def key(self) -> tuple[str, str | None, str]:
        return (self.kind, self.state, self.differs)

    def __str__(self) -> str:
        return f"{self.state}: {self.differs}" if self.state else self.differs


@dataclass(frozen=True, slots=True)
class Judged:
    """A diff held against what was accepted."""

    unaccepted: BehaviourDiff
    """The diff without what was accepted; what changed in the definition stays in it, for those who look for the reason."""
    accepted: tuple[Accepted, ...]
    """Those that occur."""
    stale: tuple[Accepted, ...]
    """Those that no longer do."""

    @property
    def passed(self) -> bool:
        return not (self.unaccepted.contract or self.unaccepted.scenarios or self.unaccepted.witnesses)


def read_baseline(path: Path) -> tuple[Accepted, ...]:
    """What a file accepts; nothing if there is none yet. Raises `BaselineError`."""
    if not path.exists():
        return ()
    try:
        source = read_source(path)
    except DefinitionError as unreadable:
        raise BaselineError("\n".join(f"{found.location}: {_unreadable(found)}" for found in unreadable.diagnostics)) from None
    complaints = list(_complaints(source))
    if complaints:
        raise BaselineError("\n".join(complaints))
    assert isinstance(source.value, dict)
    listed = source.value.get("accepted")
    return tuple(_accepted(entry) for entry in listed if isinstance(entry, dict)) if isinstance(listed, list) else ()


def _unreadable(finding: Diagnostic) -> str:
    """Why a file cannot be read: what is no object is told as what it should be, no definition."""
    return _NO_BASELINE if finding.aws_code == "SCHEMA_VALIDATION_FAILED" else finding.message


def _accepted(entry: dict[str, Json]) -> Accepted:
    kind, state, differs, because = (entry.get(key) for key in _KEYS)
    return Accepted(str(kind), state if isinstance(state, str) else None, str(differs), because if isinstance(because, str) else None)


def _complaints(source: Source) -> Iterator[str]:
    def at(pointer: Pointer, told: str, *, key: bool = False) -> str:
        return f"{source.locate(pointer, key=key)}: {told}"

    root = Pointer("")
    if not isinstance(source.value, dict) or not isinstance(source.value.get("accepted"), list):
        yield at(root, _NO_BASELINE)
        return
    for name in source.value:
        if name not in ("old", "new", "accepted"):
            yield at(root / name, f'unknown key "{name}"; there are old, new and accepted', key=True)
    entries = source.value["accepted"]
    assert isinstance(entries, list)
    if len(entries) > MOST_ACCEPTED:
        yield at(root / "accepted", f"more than {MOST_ACCEPTED:,} differences are accepted here")
        return
    for index, entry in enumerate(entries):
        place = root / "accepted" / index
        if not isinstance(entry, dict):
            yield at(place, "an accepted difference is a mapping with kind, state, differs and because")
            continue
        yield from (at(place / key, f'unknown key "{key}"; there are {", ".join(_KEYS)}', key=True) for key in entry if key not in _KEYS)
        yield from (at(place, f'"{key}" is missing') for key in ("kind", "differs") if key not in entry)
        yield from (at(place / key, f'"{key}" takes a text') for key in _KEYS if key in entry and not isinstance(entry[key], str))


# ---------------------------------------------------------------- judging


def judged(diff: BehaviourDiff, accepted: tuple[Accepted, ...]) -> Judged:
    """What of a diff nobody accepted, and what is accepted without occurring."""
    known = {each.key for each in accepted}
    occurring = {found.key for found in differences(diff)}
    left = replace(
        diff,
        contract=tuple(change for change in diff.contract if _input(change.state, change.sentence).key not in known),
        scenarios=tuple(found for found in diff.scenarios if not _is_known(found.comparison, known)),
        witnesses=tuple(found for found in diff.witnesses if not _is_known(found.comparison, known)),
    )
    return Judged(left, tuple(each for each in accepted if each.key in occurring), tuple(each for each in accepted if each.key not in occurring))


def differences(diff: BehaviourDiff) -> tuple[Accepted, ...]:
    """What a diff shows of behaviour, each difference once, in the diff's order."""
    comparisons = [*(found.comparison for found in diff.scenarios), *(found.comparison for found in diff.witnesses)]
    found = [_input(change.state, change.sentence) for change in diff.contract]
    found += [first for comparison in comparisons if (first := _first(comparison)) is not None]
    return tuple({each.key: each for each in found}.values())


def _is_known(comparison: Comparison, known: set[tuple[str, str | None, str]]) -> bool:
    first = _first(comparison)
    return first is None or first.key in known


def _first(comparison: Comparison) -> Accepted | None:
    first = comparison.first
    return None if first is None else Accepted(str(first.kind), first.state, one_line(first.sentence))


def _input(state: str | None, sentence: str) -> Accepted:
    return Accepted("input", state, one_line(sentence))


# ---------------------------------------------------------------- writing


def baseline_text(diff: BehaviourDiff, before: tuple[Accepted, ...] = ()) -> str:
    """A file that accepts everything a diff shows, with the reasons that were written to what still occurs."""
    reasons = {each.key: each.because for each in before}
    entries: list[Json] = []
    for found in differences(diff):
        entry: dict[str, Json] = {"kind": found.kind}
        if found.state is not None:
            entry["state"] = found.state
        entry["differs"] = found.differs
        if because := reasons.get(found.key):
            entry["because"] = because
        entries.append(entry)
    return _HEAD + block_text({"old": diff.old.label, "new": diff.new.label}, 0) + "\naccepted:" + _listed(entries)


def _listed(entries: list[Json]) -> str:
    if not entries:
        return " []\n"
    return "\n" + "\n".join(f"  - {block_text(entry, 4).lstrip()}" for entry in entries) + "\n"


def write_baseline(path: Path, diff: BehaviourDiff) -> int:
    """Accepts everything; how many differences that are. Raises `BaselineError`."""
    text = baseline_text(diff, read_baseline(path))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BaselineError(f"{path}: accepted differences cannot be written: {error.strerror}") from None
    return len(differences(diff))
