"""The rules of a Choice state compared: paired by what they test and where they lead, not by their index.

The first rule that is true wins, so the order of two rules means something unless they can never be both true or do the
same. Source: States Language, "Choice State".
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.conditions import canonical, condition_change, condition_in_words, condition_of, exclusive, interchangeable
from asl_engine.analysis.structure.data import Sides, relabelled, same_written, template_changes
from asl_engine.analysis.structure.handlers import Pairs, target_of
from asl_engine.analysis.structure.outline import Targets
from asl_engine.analysis.structure.shapes import shape_of, similarity
from asl_engine.analysis.structure.wording import elements_of, listed, members_of
from asl_engine.values import MISSING, Json

MOST_RULES = 400
"""Rules of one Choice whose likeness is looked at; of more, only equal ones are paired."""
MOST_ORDERS = 5_000
"""Pairs of rules in another order that are looked at."""
SIMILAR = 0.5
"""How alike the tests of two rules must be, of 1, to be one rule that changed."""


def rule_changes(sides: Sides, targets: Targets) -> Iterator[Change]:
    old, new = elements_of(sides.old.get("Choices")), elements_of(sides.new.get("Choices"))
    pairs = paired_rules(old, new, targets)
    for i, j in pairs:
        yield from _rule(sides.element("Choices", i, j, old[i], new[j]), targets)
    yield from rules_without_counterpart(sides, pairs)
    yield from _order(sides, old, new, pairs)


def rules_without_counterpart(sides: Sides, pairs: Pairs) -> Iterator[Change]:
    """Rules that are new, and rules that are gone."""
    old, new = elements_of(sides.old.get("Choices")), elements_of(sides.new.get("Choices"))
    come, gone = {j for _, j in pairs}, {i for i, _ in pairs}
    for j in (j for j in range(len(new)) if j not in come):
        neutral, after = _position(new, j)
        sentence = f"new rule {condition_in_words(new[j])} → {target_of(new[j])}{after}"
        yield Change(ChangeKind.RULE, None, sentence, None, sides.new_at / "Choices" / j, MISSING, new[j], neutral)
    for i in (i for i in range(len(old)) if i not in gone):
        neutral, _ = _position(old, i)
        sentence = f"rule {condition_in_words(old[i])} → {target_of(old[i])} is gone"
        yield Change(ChangeKind.RULE, None, sentence, sides.old_at / "Choices" / i, None, old[i], MISSING, neutral)


def _position(rules: list[Json], index: int) -> tuple[bool, str]:
    """Whether a rule can never be the first that is true, and what there is to say of its place."""
    mine = canonical(condition_of(rules[index]))
    if any(canonical(condition_of(rule)) == mine for rule in rules[:index]):
        return True, ", never taken: an earlier rule tests the same"
    ahead = [rule for rule in rules[index + 1 :] if not exclusive(condition_of(rules[index]), condition_of(rule))]
    if ahead:
        return False, f", before {listed((f'{condition_in_words(rule)} → {target_of(rule)}' for rule in ahead), 1)}"
    return False, ""


def _rule(sides: Sides, targets: Targets) -> Iterator[Change]:
    named = f"rule {condition_in_words(condition_of(sides.new))}"
    old, new = target_of(sides.old), target_of(sides.new)
    if canonical(condition_of(sides.old)) != canonical(condition_of(sides.new)):
        label = f"rule to {new}" if "Next" in sides.new else "rule without Next"
        sentence = f"{label}: {condition_change(sides.old, sides.new)}"
        yield sides.change(ChangeKind.RULE, sentence, "And", "Or", "Not", "Condition", "Variable")
    if not targets.same(old, new):
        sentence = f"{named} leads to {new} instead of {old}" if old != new else f"{named}: {targets.told(old, new)}"
        yield sides.change(ChangeKind.RULE, sentence, "Next")
    yield from relabelled(iter([*template_changes(sides, "Output"), *template_changes(sides, "Assign")]), named)


def paired_rules(old: list[Json], new: list[Json], targets: Targets) -> Pairs:
    """Equal rules first, then equal tests, then equal targets with similar tests; equals in the order they stand in."""
    tests = [canonical(condition_of(rule)) for rule in old], [canonical(condition_of(rule)) for rule in new]
    leads = [targets.renamed(target_of(rule)) or target_of(rule) for rule in old], [target_of(rule) for rule in new]
    pairs: dict[int, int] = {}

    def match(left: list[object], right: list[object]) -> None:
        free: dict[object, list[int]] = {}
        for j, key in enumerate(right):
            if j not in pairs.values():
                free.setdefault(key, []).append(j)
        for i, key in enumerate(left):
            if i not in pairs and free.get(key):
                pairs[i] = free[key].pop(0)

    match([*zip(*(tests[0], leads[0]), strict=True)], [*zip(*(tests[1], leads[1]), strict=True)])
    match([*tests[0]], [*tests[1]])
    if max(len(old), len(new)) <= MOST_RULES:
        _similar(old, new, leads, pairs)
    return sorted(pairs.items(), key=lambda pair: pair[1])


def _similar(old: list[Json], new: list[Json], leads: tuple[list[str], list[str]], pairs: dict[int, int]) -> None:
    taken = {*pairs.values()}
    left = {i: shape_of(condition_of(rule)) for i, rule in enumerate(old) if i not in pairs}
    right = {j: shape_of(condition_of(rule)) for j, rule in enumerate(new) if j not in taken}
    scored = []
    for i, one in left.items():
        for j, other in right.items():
            likeness = similarity(one, other)
            together = leads[0][i] == leads[1][j]
            # The only rule to a target on either side stays that rule, however its test changed.
            alone = together and [leads[0][k] for k in left].count(leads[0][i]) == [leads[1][k] for k in right].count(leads[1][j]) == 1
            if alone or (together and likeness >= SIMILAR):
                scored.append((-likeness, i + j, abs(i - j), i, j))
    for _, _, _, i, j in sorted(scored):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)


def _order(sides: Sides, old: list[Json], new: list[Json], pairs: Pairs) -> Iterator[Change]:
    moved = [(a, b) for at, a in enumerate(pairs) for b in pairs[at + 1 :] if a[0] > b[0]]
    if not moved:
        return
    for (i, j), (_, m) in moved[:MOST_ORDERS]:
        one, other = new[j], new[m]
        if not _alike(one, other) and not interchangeable(condition_of(one), condition_of(other)):
            sentence = f"rule {condition_in_words(one)} → {target_of(one)} is tested before {condition_in_words(other)} → {target_of(other)} now"
            yield Change(ChangeKind.RULE, None, sentence, sides.old_at / "Choices" / i, sides.new_at / "Choices" / j, old[i], one)
            return
    sentence = "the rules stand in another order; those that changed places are never both true, or do the same"
    yield Change(ChangeKind.RULE, None, sentence, sides.old_at / "Choices", sides.new_at / "Choices", old, new, neutral=len(moved) <= MOST_ORDERS)


def _alike(left: Json, right: Json) -> bool:
    one, other = members_of(left), members_of(right)
    return target_of(left) == target_of(right) and all(same_written(one.get(name, {}), other.get(name, {})) for name in ("Assign", "Output"))
