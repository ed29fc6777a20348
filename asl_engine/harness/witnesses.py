"""Witnesses: each difference that was found once, with the smallest story that shows it, as people write scenarios.

Theory: a story shows what is new in it: the first divergence that none of the stories shows which lack one of its
troubles. So every witness is as small as a story can be, a difference that every story has (a call with other
arguments on the way) is told once and hides no other, and what merely follows from a difference stays with it. The
story is then told again within AWS's own limits, and that telling is the witness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from asl_engine.harness.lockstep import AWS_EVENTS, Heard, Pair
from asl_engine.harness.stories import Story
from asl_engine.scenario_files.rewriting import block_text, flow_text
from asl_engine.values import Json, Missing, json_text
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.facts import span_text
from asl_engine.views.revisions import Witness

Key = str
"""What makes two divergences the same difference."""
PARTING = (Kind.PATH, Kind.STATUS, Kind.ERROR, Kind.LIMIT, Kind.UNANSWERED)
"""Differences after which the two are no longer doing the same."""


@dataclass(slots=True)
class _Group:
    lead: Key
    story: Story
    endless: bool
    runs: int = 1
    order: tuple[int, int] = field(default=(0, 0))


def witnesses_of(found: Sequence[tuple[Story, Heard]], pair: Pair, most: int) -> tuple[tuple[Witness, ...], list[str]]:
    """The witnesses of all that was found, and what was left out."""
    groups: dict[Key, _Group] = {}
    shown = _Shown(found, pair)
    for story, heard in found:
        lead = next((key_of(divergence) for divergence in _news(heard.divergences, shown.without_one_trouble(story))), None)
        if lead is None:
            continue
        group = groups.get(lead)
        if group is None:
            groups[lead] = _Group(lead, story, heard.endless)
        else:
            group.runs += 1
            if heard.endless and not group.endless and len(story.troubles) == len(group.story.troubles):
                group.story, group.endless = story, True
    witnesses: list[Witness] = []
    for group in groups.values():
        if len(witnesses) == most:
            return tuple(witnesses), [f"--max-witnesses {most}: {len(groups) - most} more differences were found"]
        if (witness := _witness(group, pair, shown)) is not None:
            witnesses.append(witness)
    return tuple(_named_apart(witnesses)), []


class _Shown:
    """Which differences smaller stories show."""

    def __init__(self, found: Sequence[tuple[Story, Heard]], pair: Pair) -> None:
        self._pair = pair
        self._keys: dict[str, frozenset[Key]] = {story.key: frozenset(map(key_of, heard.divergences)) for story, heard in found}

    def of(self, story: Story) -> frozenset[Key]:
        if story.key not in self._keys:
            self._keys[story.key] = frozenset(map(key_of, self._pair.heard(story).divergences))
        return self._keys[story.key]

    def without_one_trouble(self, story: Story) -> frozenset[Key]:
        return frozenset().union(*(self.of(smaller) for smaller in _smaller(story)))


def _smaller(story: Story) -> Iterator[Story]:
    for index in range(len(story.troubles)):
        yield Story(story.plain, story.troubles[:index] + story.troubles[index + 1 :])
    if len(story.troubles) > 1:
        yield Story(story.plain)


def _news(divergences: Sequence[Divergence], known: frozenset[Key]) -> list[Divergence]:
    """What smaller stories do not show. Where the two had gone different ways before, for a reason that is known, nothing is news."""
    found: list[Divergence] = []
    for divergence in divergences:
        if key_of(divergence) not in known:
            found.append(divergence)
        elif divergence.kind in PARTING and not found:
            return []
    return found


def key_of(divergence: Divergence) -> Key:
    """What makes it the same difference in another story: kind, place, and which way or which error; no made-up data."""
    state = re.sub(r"\[\d+\]", "[]", divergence.state or "")
    place = re.sub(r"/\d+(?=/|$)", "/*", divergence.pointer)
    told: list[Json] = [divergence.kind.value, state, place, divergence.old_at, divergence.new_at]
    return json_text(told + [_gist(divergence.kind, side) for side in (divergence.old, divergence.new)])


def _gist(kind: Kind, side: Json | Missing) -> Json:
    """Of a way, where it leads next; of an end, its status and error."""
    match side:
        case Missing():
            return None
        case list() if kind is Kind.PATH:
            return side[:1]
        case dict() if kind in (Kind.STATUS, Kind.ERROR):
            return {name: side[name] for name in ("status", "error") if name in side}
    return "there"


# -------------------------------------------------------------------------------------------------------- one witness


def _witness(group: _Group, pair: Pair, shown: _Shown) -> Witness | None:
    """The story told within AWS's limits; None if they leave nothing of the difference."""
    old, new, tellings = pair.tell(group.story, AWS_EVENTS)
    listed = pair.compared(old, new).all
    known = shown.without_one_trouble(group.story)
    news = _news(listed, known)
    if not news:
        return None
    troubles = tuple(trouble.words for trouble in group.story.troubles)
    name = ", then ".join(troubles) or "nothing goes wrong"
    called = dict.fromkeys(called for telling in tellings for called in telling.asked)
    scenario: dict[str, Json] = {"name": name, "input": group.story.input, "mocks": group.story.mocks(list(called))}
    if pair.old.type == "EXPRESS" or pair.new.type == "EXPRESS":
        scenario["limits"] = {"records": AWS_EVENTS}
    return Witness(name, Comparison(news[0], tuple(news[1:])), old, new, scenario, troubles, group.runs)


def _named_apart(witnesses: Sequence[Witness]) -> Iterator[Witness]:
    from dataclasses import replace

    counts: dict[str, int] = {}
    for witness in witnesses:
        counts[witness.name] = counts.get(witness.name, 0) + 1
        if counts[witness.name] == 1:
            yield witness
        else:
            name = f"{witness.name} ({counts[witness.name]})"
            yield replace(witness, name=name, scenario={**witness.scenario, "name": name})


# ---------------------------------------------------------------------------------------------------- as a scenario file


def witness_file(witness: Witness, definition: str, expectation_of: Literal["old", "new"], settings: Mapping[str, Json] | None = None) -> str:
    """The text of a scenario file with the witness, expecting what the old or the new revision does.

    `definition` is the path as it is to stand in the file; `settings` are further keys of it, such as `placeholders`,
    `type` and `validate`. What the tasks answer stands under `defaults`, since not every revision asks all of them.
    """
    side = witness.old if expectation_of == "old" else witness.new
    told = dict(witness.scenario)
    mocks = told.pop("mocks", {})
    lines = [f"# {trouble}" for trouble in witness.troubles] + [block_text({"definition": definition, **(settings or {})}, 0)]
    lines += ["defaults:", "  mocks:", block_text(mocks, 4)] if mocks else []
    lines += ["scenarios:", f"  - name: {flow_text(told.pop('name'))}", *(block_text({key: value}, 4) for key, value in told.items())]
    return "\n".join([*lines, "    expect:", block_text(_expected(side, witness.comparison.first), 6)]) + "\n"


def _expected(side: Told, first: Divergence | None) -> dict[str, Json]:
    found: dict[str, Json] = {"status": side.status}
    if side.error is not None:
        found["error"] = side.error
    if side.status == "SUCCEEDED" and not isinstance(side.output, Missing):
        found["output_exact"] = side.output
    path: list[Json] = [*side.path]
    found["path"] = path if len(path) <= 40 else [*path[:20], "...", *path[-5:]]
    found["duration"] = span_text(side.elapsed)
    return found
