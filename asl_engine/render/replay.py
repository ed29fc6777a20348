"""What replays showed, for people and for programs: one verdict, or the sum of hundreds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from asl_engine.history.events import Event
from asl_engine.render.text import Paint, one_line, plain
from asl_engine.values import Json, Missing, json_text
from asl_engine.views.alignment import Difference
from asl_engine.views.behaviour.words import cause_text

if TYPE_CHECKING:
    from asl_engine.harness.replay import ReplayVerdict

FORMAT_VERSION = 1
MOST_LISTED = 20
"""Histories that show the same, in a comment."""
MOST_NAMES = 5
_COUNTED = {
    "identical": "same path",
    "same outcome": "same outcome by another path",
    "diverges": ("diverges", "diverge"),
    "unrecorded": ("asks for a task never recorded", "ask for a task never recorded"),
    "impossible": "cannot be replayed",
}
_SAID = {
    "identical": "identical",
    "same outcome": "same outcome by another path",
    "diverges": "diverges",
    "unrecorded": "asks for a task never recorded",
    "impossible": "cannot be replayed",
}
_ROLES = {"identical": "good", "same outcome": "warn", "impossible": "warn"}


def explanation(verdict: ReplayVerdict, paint: Paint = plain) -> str:
    """Several lines without a final line break."""
    lines = [f"{verdict.name}: {paint(_ROLES.get(verdict.kind, 'bad'), _SAID[verdict.kind])}"]
    lines += [f"  {line}" for reason in verdict.reasons for line in reason.splitlines()]
    if verdict.difference is not None:
        lines += _difference(verdict, verdict.difference, paint)
    return "\n".join(lines)


def _difference(verdict: ReplayVerdict, found: Difference, paint: Paint) -> Iterator[str]:
    place = paint("detail", f"  {verdict.location or verdict.pointer}") if verdict.pointer else ""
    yield f"  {paint('label', 'first difference')}: {_where(found)}{place}"
    theirs, ours = _sides(found)
    yield f"    recorded  {paint('good', theirs)}"
    yield f"    now       {paint('bad', ours)}"
    if verdict.further:
        yield paint("detail", f"    and {verdict.further} more containers differ")


def _where(found: Difference) -> str:
    event = found.ours or found.theirs
    assert event is not None
    path = f"{found.branch}/{event.state}" if found.branch and event.state else event.state or found.branch
    before = found.before.state if found.before is not None else None
    if found.within is not None:
        path = f"{found.branch}/{found.within}" if found.branch else found.within
    match found.kind:
        case "data":
            return ", ".join(part for part in (path or before, f"{event.type} at {found.pointer}") if part)
        case "time":
            return f"{path or before or 'the execution'}, seconds before {event.type}"
        case _:
            return path if found.within is not None and path else f"after {before}" if before else path or "the beginning"


def _sides(found: Difference) -> tuple[str, str]:
    if found.kind == "event":
        return _happens(found.theirs), _happens(found.ours)
    return _value(found.expected), _value(found.actual)


def _value(value: Json | Missing) -> str:
    text = "nothing" if isinstance(value, Missing) else json_text(value)
    return _clipped(text)


def _clipped(text: str, most: int = 300) -> str:
    return one_line(text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)")


_ENDS = {
    "ExecutionStarted": "starts",
    "ExecutionSucceeded": "succeeds",
    "ExecutionFailed": "fails",
    "ExecutionTimedOut": "times out",
    "ExecutionAborted": "is aborted",
    "ExecutionRedriven": "is redriven",
}


def _happens(event: Event | None) -> str:
    """An event as a short sentence."""
    if event is None:
        return "nothing more happens here"
    error = event.details.get("error")
    told = f" with {error}" if isinstance(error, str) else ""
    if event.type.endswith("StateEntered"):
        return f"{event.state} is entered"
    if event.type.endswith("StateExited"):
        return f"{event.state} is left" + (" after its failure was caught" if "catcher" in event.told else "")
    if event.type.endswith("Scheduled"):
        service, resource = event.details.get("resourceType"), event.details.get("resource")
        again = " again" if "retrier" in event.told else ""
        return f"{f'{service}:{resource}' if service else resource} is called{again}"
    if event.type.startswith("Execution"):
        cause = event.details.get("cause")
        why = f": {_clipped(cause_text(cause))}" if isinstance(cause, str) and cause else ""
        return f"the execution {_ENDS.get(event.type, event.type)}{told}{why}"
    return f"{event.type}{told}"


# ---------------------------------------------------------------- many


def summary(verdicts: Sequence[ReplayVerdict]) -> str:
    """ "412 histories: 405 same path, 5 diverge, 2 ask for a task never recorded" """
    counts = Counter(str(verdict.kind) for verdict in verdicts)
    parts = []
    for kind, words in _COUNTED.items():
        if count := counts[kind]:
            parts.append(f"{count} {words if isinstance(words, str) else words[0] if count == 1 else words[1]}")
    return f"{len(verdicts)} {'history' if len(verdicts) == 1 else 'histories'}: {', '.join(parts)}"


def text(verdicts: Sequence[ReplayVerdict], paint: Paint = plain) -> str:
    """Each difference once, with the names of the histories that show it too; then the sum."""
    told = []
    for first, *others in alike(verdicts):
        names = ", ".join(verdict.name for verdict in others[:MOST_NAMES]) + (", …" if len(others) > MOST_NAMES else "")
        also = f"\n  {paint('detail', f'and {len(others)} more like it: {names}')}" if others else ""
        told.append(explanation(first, paint) + also)
    return "\n\n".join([*told, summary(verdicts)])


def alike(verdicts: Sequence[ReplayVerdict]) -> list[list[ReplayVerdict]]:
    """Those that are not identical, put together where the same place of the definition makes the same difference."""
    groups: dict[tuple[object, ...], list[ReplayVerdict]] = {}
    for verdict in verdicts:
        if verdict.kind != "identical":
            groups.setdefault(_likeness(verdict), []).append(verdict)
    return list(groups.values())


def _likeness(verdict: ReplayVerdict) -> tuple[object, ...]:
    found = verdict.difference
    if found is None:
        return (verdict.kind, verdict.reasons)
    sides = [None if event is None else (event.type, event.state) for event in (found.theirs, found.ours)]
    return (verdict.kind, verdict.pointer, found.kind, found.within, found.pointer, *sides)


def json_document(verdicts: Sequence[ReplayVerdict]) -> str:
    """{"format_version", "summary", "histories": [{"name", "verdict", "reasons", "location", "pointer", "difference"}]}"""
    counts = Counter(str(verdict.kind) for verdict in verdicts)
    document = {"format_version": FORMAT_VERSION, "summary": {kind: counts[kind] for kind in _SAID}, "histories": [_json(verdict) for verdict in verdicts]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _json(verdict: ReplayVerdict) -> dict[str, Json]:
    found = verdict.difference
    difference: Json = None
    if found is not None:
        theirs, ours = _sides(found)
        difference = {
            "kind": found.kind,
            "container": found.branch,
            "where": _where(found),
            "recorded_event": None if found.theirs is None else found.theirs.id,
            "event": None if found.ours is None else found.ours.id,
            "at": str(found.pointer),
            "recorded": theirs if isinstance(found.expected, Missing) else found.expected,
            "now": ours if isinstance(found.actual, Missing) else found.actual,
            "further": verdict.further,
        }
    return {
        "name": verdict.name,
        "verdict": str(verdict.kind),
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "location": verdict.location,
        "pointer": str(verdict.pointer),
        "difference": difference,
    }


def markdown(verdicts: Sequence[ReplayVerdict], definition: str) -> str:
    """For a comment on a pull request."""
    lines = [f"### Replay of {definition}", "", summary(verdicts)]
    for first, *others in alike(verdicts):
        title = f"{_escaped(first.name)}: {_SAID[first.kind]}" + (f", and {len(others)} more like it" if others else "")
        lines += ["", f"<details><summary>{title}</summary>", "", "```text", explanation(first), "```"]
        lines += [f"- `{verdict.name}`" for verdict in others[:MOST_LISTED]]
        lines += [f"- and {len(others) - MOST_LISTED} more"] * (len(others) > MOST_LISTED) + ["", "</details>"]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def junit(verdicts: Sequence[ReplayVerdict], definition: str) -> bytes:
    """A test case for each history; one that cannot be replayed is skipped, with the reason."""
    from asl_engine.render.junit import clean

    failed = sum(not verdict.passed and verdict.kind != "impossible" for verdict in verdicts)
    skipped = sum(verdict.kind == "impossible" for verdict in verdicts)
    root = ElementTree.Element("testsuites", name="asl replay", tests=str(len(verdicts)), failures=str(failed), errors="0")
    suite = ElementTree.SubElement(
        root, "testsuite", name=clean(definition), tests=str(len(verdicts)), failures=str(failed), errors="0", skipped=str(skipped), time="0"
    )
    for verdict in verdicts:
        case = ElementTree.SubElement(suite, "testcase", classname=clean(definition), name=clean(verdict.name), time="0")
        if verdict.kind == "impossible":
            ElementTree.SubElement(case, "skipped", message=clean("; ".join(verdict.reasons)))
        elif not verdict.passed:
            failure = ElementTree.SubElement(case, "failure", message=_SAID[verdict.kind], type=str(verdict.kind))
            failure.text = clean(explanation(verdict))
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"
