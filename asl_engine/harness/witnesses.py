"""Witnesses: each difference that was found once, with the smallest story that shows it, as people write scenarios.

Theory: a story shows what is new in it: the first divergence that none of the stories shows which lack one of its
troubles. So every witness is as small as a story can be, a difference that every story has (a call with other
arguments on the way) is told once and hides no other, and what merely follows from a difference stays with it. The
story is then told again within AWS's own limits, and that telling is the witness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from asl_engine.harness.lockstep import AWS_EVENTS, Heard, Pair
from asl_engine.harness.stories import CallTrouble, InputTrouble, Story, Trouble
from asl_engine.history.execution import Execution, Status
from asl_engine.scenario_files.rewriting import block_text, flow_text
from asl_engine.values import Json, Missing, Pointer, json_text
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.facts import Facts, span_text
from asl_engine.views.revisions import Witness
from asl_engine.views.visits import Visit

LONGEST_PATH = 40
MOST_VISITS = 10
"""Of the state where the two part, that are expected one by one."""
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


def witnesses_of(found: Sequence[tuple[Story, Heard]], pair: Pair, most: int) -> tuple[tuple[Witness, ...], list[str]]:
    """The witnesses of all that was found, and what was left out."""
    groups: dict[Key, _Group] = {}
    shown = _Shown(found, pair)
    absent: list[Story] = []
    for story, heard in found:
        first = next(iter(_news(heard.divergences, shown.without_one_trouble(story))), None)
        if first is None:
            continue
        if any(trouble.lacks for trouble in story.troubles) and _name(first) in pair.rewritten:
            absent.append(story)
            continue
        lead = key_of(first)
        group = groups.get(lead)
        if group is None:
            groups[lead] = _Group(lead, story, heard.endless)
        else:
            group.runs += 1
            if heard.endless and not group.endless and len(story.troubles) == len(group.story.troubles):
                group.story, group.endless = story, True
    left_out = []
    if absent:
        said = "; ".join(trouble.words for trouble in absent[0].troubles)
        left_out.append(
            f"another query language: {len(absent)} stories were set aside in which something is not there, or null ({said}): what fails a JSONPath state "
            "is nothing, or an error of another name, to its JSONata"
        )
    witnesses: list[Witness] = []
    for number, group in enumerate(groups.values()):
        if len(witnesses) == most:
            left_out.append(f"--max-witnesses {most}: {len(groups) - number} more differences were found")
            break
        if (witness := _witness(group, pair, shown)) is not None:
            witnesses.append(witness)
    return tuple(_named_apart(witnesses)), left_out


def _name(divergence: Divergence) -> str:
    return (divergence.state or "").rpartition("/")[2]


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
    """What smaller stories do not show. Where the two had gone different ways before, for a reason that is known, nothing is news; nor is
    that the whole takes another time, behind something that is known."""
    found: list[Divergence] = []
    explained = False
    for divergence in divergences:
        if key_of(divergence) in known:
            if divergence.kind in PARTING and not found:
                return []
            explained = True
        elif found or not (explained and divergence.kind is Kind.DURATION and divergence.state is None):
            found.append(divergence)
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
    name = ", then ".join(_in_a_row(group.story)) or "nothing goes wrong"
    called = dict.fromkeys(called for telling in tellings for called in telling.asked)
    # Made-up data has the members services ask for, not always their types; exploring did not hold it against their models either.
    scenario: dict[str, Json] = {"name": name, "field_validation": "NONE", "input": group.story.input, "mocks": group.story.mocks(list(called))}
    return Witness(name, Comparison(news[0], tuple(news[1:])), old, new, scenario, troubles, group.runs)


def _in_a_row(story: Story) -> list[str]:
    """What goes wrong; a state is named once for all that it does in a row, and once for all that is otherwise in one answer."""
    found: list[str] = []
    last: Trouble | None = None
    for trouble in story.troubles:
        match last, trouble:
            case InputTrouble(), InputTrouble():
                found[-1] += f" and {trouble.words.removeprefix('input ').removeprefix('with ')}"
            case CallTrouble(), CallTrouble() if trouble.is_besides(last):
                found[-1] += f" and {trouble.words.removeprefix(f'{trouble.state} answers ')}"
            case CallTrouble(), CallTrouble() if trouble.state == last.state:
                found.append(trouble.words.removeprefix(f"{trouble.state} "))
            case _:
                found.append(trouble.words)
        last = trouble
    return found


def _named_apart(witnesses: Sequence[Witness]) -> Iterator[Witness]:
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
    first = witness.comparison.first
    at = None if first is None else first.old_at if expectation_of == "old" else first.new_at
    return "\n".join([*lines, "    expect:", block_text(_expected(side, first, at), 6)]) + "\n"


def _expected(side: Told, first: Divergence | None, at: Pointer | None) -> dict[str, Json]:
    """How it ended and which way, and of the state where the two part everything that was asked of the world."""
    found: dict[str, Json] = {"status": side.status}
    for name, text in (("error", side.error), ("cause", side.cause)):
        if text is not None:
            found[name] = text
    if side.status == "SUCCEEDED" and not isinstance(side.output, Missing):
        found["output_exact"] = side.output
    path: list[Json] = [*side.path]
    found["path"] = path if len(path) <= LONGEST_PATH else [*path[: LONGEST_PATH // 2], "...", *path[-5:]]
    found["duration"] = span_text(side.elapsed)
    facts = Facts(Execution(Status(side.status), None, None, side.history, 0, {name: list(run) for name, run in side.children.items()}))
    if first is not None and (state := _state_at(at)) and (visits := facts.visits_of(state)) and len(visits) <= MOST_VISITS:
        asked: list[Json] = [_asked(visit) for visit in visits]
        if any(asked):
            found["states"] = {state: asked[0] if len(asked) == 1 else asked}
    if first is not None and "/" in (first.state or ""):
        steps = dict.fromkeys(map(str, facts.transitions))
        found["transitions"] = [*list(steps)[:LONGEST_PATH]]
    found["events"] = len(side.history)
    return found


def _state_at(at: Pointer | None) -> str | None:
    """The innermost state a pointer is in."""
    tokens = () if at is None else at.tokens
    return next((tokens[index + 1] for index in reversed(range(len(tokens) - 1)) if tokens[index] == "States"), None)


def _asked(visit: Visit) -> Json:
    said: dict[str, Json] = {"attempts": len(visit.attempts)} if visit.attempts else {}
    called = [attempt for attempt in visit.attempts if attempt.resource]
    if called:
        said["resource"] = called[0].resource
    sent = [attempt.arguments for attempt in called if not isinstance(attempt.arguments, Missing)]
    if sent and all(arguments == sent[0] for arguments in sent):
        said["arguments_exact"] = sent[0]
    return said
