"""Coverage for people and for tools: bars and sentences, LCOV, Cobertura.

The text is never parsed: programs read the JSON (`Coverage.to_json`). LCOV and Cobertura know lines and branches; a
state's line is hit as often as it was entered, and every other goal is a branch of the line it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from asl_engine.render.text import Paint, plain
from asl_engine.views.coverage import Coverage, Gap, Measured
from asl_engine.views.coverage_goals import Goal, Kind

BAR = 20
MOST_NAMES = 4


def text(coverage: Coverage, paint: Paint = plain) -> str:
    """For a terminal, without a final line break: a bar for each kind, then the gaps."""
    return "\n".join([*_bars(coverage, paint), *_gaps(coverage, paint)])


def _bars(coverage: Coverage, paint: Paint) -> Iterator[str]:
    many = len(coverage.definitions)
    yield paint("name", coverage.definitions[0].file if many == 1 else f"{many} definitions")
    widest = len(str(coverage.possible))
    for kind in Kind:
        reached, possible = coverage.of_kind(kind)
        if possible:
            yield _bar(kind.value, reached, possible, widest, paint)
    yield _bar("all", coverage.reached, coverage.possible, widest, paint)
    if many > 1:
        yield ""
    for measured in coverage.definitions if many > 1 else ():
        yield _bar(measured.file, measured.reached, len(measured.goals), widest, paint, max(len(each.file) for each in coverage.definitions))


def _bar(name: str, reached: int, possible: int, widest: int, paint: Paint, column: int = 11) -> str:
    # Rounded down, so that neither a full bar nor "100%" ever hides a gap.
    filled = BAR * reached // possible if possible else BAR
    role = "good" if reached == possible else "warn" if reached else "bad"
    bar = paint(role, "█" * filled) + paint("detail", "░" * (BAR - filled))
    return f"  {name.ljust(column)}  {bar}  {reached:>{widest}} of {possible:<{widest}}  {100 * reached // possible if possible else 100:>3}%"


def _gaps(coverage: Coverage, paint: Paint) -> Iterator[str]:
    if not coverage.gaps:
        return
    yield ""
    yield paint("warn", "never done")
    for gap in coverage.gaps:
        yield f"  {paint('detail', gap.location)}: {gap.sentence}"
        if said := consequences(gap):
            yield f"    {paint('detail', said)}"


def consequences(gap: Gap) -> str:
    """ "so Refund and Notify are never entered, and 5 more gaps follow"; "" if there are none worth telling."""
    states = [goal.state for goal in gap.consequences if goal.kind is Kind.STATE]
    # That a state was not even entered says all there is to say of what is in it, and of the way there.
    others = [goal for goal in gap.consequences if goal.kind not in (Kind.STATE, Kind.TRANSITION) and goal.state not in states]
    others = [goal for goal in others if goal.pointer != gap.goal.pointer and (gap.goal.kind is not Kind.DEFAULT or goal.state != gap.goal.state)]
    said = []
    if states:
        named = states if len(states) <= MOST_NAMES else [*states[: MOST_NAMES - 1], f"{len(states) - MOST_NAMES + 1} other states"]
        said.append(f"{' and '.join([', '.join(named[:-1])] * (len(named) > 1) + named[-1:])} {'is' if len(states) == 1 else 'are'} never entered")
    if others:
        said.append(f"{len(others)} more {'follows' if len(others) == 1 else 'follow'} from it")
    return "so " + ", and ".join(said) if states else ", and ".join(said) and f"and {said[0]}"


def too_little(found: Coverage, least: float | None) -> str | None:
    """What to say if less than `least` percent is covered."""
    if least is None or found.percent >= least:
        return None
    return f"coverage {int(found.percent * 100) / 100:g}% is less than {least:g}%"


def lcov(coverage: Coverage) -> str:
    """Source: geninfo(1), "TRACEFILE FORMAT"."""
    return "".join(f"{line}\n" for measured in coverage.definitions for line in _lcov(measured))


def _lcov(measured: Measured) -> Iterator[str]:
    yield "TN:"
    yield f"SF:{measured.file}"
    lines, branches = _lines(measured), _branches(measured)
    number = 0
    for line, goals in branches.items():
        for goal in goals:
            open = not goal.after or any(key in measured.counts for key in goal.after)
            yield f"BRDA:{line},0,{number},{measured.counts.get(goal.key, 0) if open else '-'}"
            number += 1
    yield f"BRF:{sum(map(len, branches.values()))}"
    yield f"BRH:{sum(goal.key in measured.counts for goals in branches.values() for goal in goals)}"
    for line, count in lines.items():
        yield f"DA:{line},{count}"
    yield f"LF:{len(lines)}"
    yield f"LH:{sum(count > 0 for count in lines.values())}"
    yield "end_of_record"


def cobertura(coverage: Coverage) -> str:
    """Source: cobertura's coverage-04.dtd. A definition is a class; a line's condition-coverage counts its goals."""
    lines = [(measured, line, count) for measured in coverage.definitions for line, count in _lines(measured).items()]
    goals = [(measured, goal) for measured in coverage.definitions for found in _branches(measured).values() for goal in found]
    hit, taken = sum(count > 0 for _, _, count in lines), sum(goal.key in measured.counts for measured, goal in goals)
    totals = {
        "line-rate": _rate(hit, len(lines)),
        "branch-rate": _rate(taken, len(goals)),
        "lines-covered": str(hit),
        "lines-valid": str(len(lines)),
        "branches-covered": str(taken),
        "branches-valid": str(len(goals)),
        "complexity": "0",
        "version": "1",
        "timestamp": "0",
    }
    root = ElementTree.Element("coverage", totals)
    ElementTree.SubElement(ElementTree.SubElement(root, "sources"), "source").text = "."
    package = ElementTree.SubElement(ElementTree.SubElement(root, "packages"), "package", {"name": "definitions", **_rates(totals)})
    classes = ElementTree.SubElement(package, "classes")
    for measured in coverage.definitions:
        _cobertura_class(classes, measured)
    ElementTree.indent(root)
    declared = '<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n'
    return declared + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cobertura_class(classes: ElementTree.Element, measured: Measured) -> None:
    lines, branches = _lines(measured), _branches(measured)
    goals = [goal for found in branches.values() for goal in found]
    rates = {
        "line-rate": _rate(sum(count > 0 for count in lines.values()), len(lines)),
        "branch-rate": _rate(sum(goal.key in measured.counts for goal in goals), len(goals)),
        "complexity": "0",
    }
    owner = ElementTree.SubElement(classes, "class", {"name": measured.file, "filename": measured.file, **rates})
    ElementTree.SubElement(owner, "methods")
    listed = ElementTree.SubElement(owner, "lines")
    for line, count in lines.items():
        found = branches.get(line, [])
        told = {"number": str(line), "hits": str(count)}
        if found:
            reached = sum(goal.key in measured.counts for goal in found)
            told |= {"branch": "true", "condition-coverage": f"{100 * reached // len(found)}% ({reached}/{len(found)})"}
        ElementTree.SubElement(listed, "line", told)


def _lines(measured: Measured) -> dict[int, int]:
    """By line, how often something in it was done: a state entered, or a goal in a line of its own reached."""
    found: dict[int, int] = {}
    for goal in measured.goals:
        if goal.line is not None:
            found[goal.line] = max(found.get(goal.line, 0), measured.counts.get(goal.key, 0))
    return dict(sorted(found.items()))


def _branches(measured: Measured) -> dict[int, list[Goal]]:
    found: dict[int, list[Goal]] = {}
    for goal in measured.goals:
        if goal.kind is not Kind.STATE and goal.line is not None:
            found.setdefault(goal.line, []).append(goal)
    return dict(sorted(found.items()))


def _rates(totals: dict[str, str]) -> dict[str, str]:
    return {name: totals[name] for name in ("line-rate", "branch-rate", "complexity")}


def _rate(part: int, whole: int) -> str:
    return f"{part / whole if whole else 1:.4g}"
