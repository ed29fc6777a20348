"""What tasks answered in examples, and what fields read of it that no answer had.

Theory: examples prove what may be, never what must. So the machine is analysed twice: as it is, and as if a task answered nothing but its
examples. What the second run certainly misses and the first one says nothing of is in no example; that is all that is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from asl_engine.analysis.dataflow.analysis import Dataflow
from asl_engine.analysis.dataflow.facts import Root
from asl_engine.analysis.dataflow.misses import Certainty, Miss
from asl_engine.analysis.dataflow.routes import Origin
from asl_engine.analysis.dataflow.shapes import Shape, Step, joined, shape_of
from asl_engine.analysis.graph import ArcKind
from asl_engine.values import Json, Pointer

MOST_ANSWERS = 1_000
"""Examples of one state that are looked at."""


def shapes_of_answers(answers: Mapping[str, Sequence[Json]]) -> dict[str, Shape]:
    """By the name of a state: its examples and nothing else. A state without examples is left out."""
    return {name: joined(map(shape_of, examples[:MOST_ANSWERS])) for name, examples in answers.items() if examples}


def in_no_answer(plain: Dataflow, sampled: Dataflow, names: frozenset[str]) -> Iterator[tuple[Miss, int, str]]:
    """What is read of answers and is in none of them: (the miss, which of its routes shows it, the state that answers).

    `sampled` is the analysis with the shapes of the answers, `names` are the states that have some.
    """
    unsaid = [miss for miss in plain.misses if miss.certainty in (Certainty.UNSAID, Certainty.UNLISTED)]
    for miss in sampled.misses:
        if miss.certainty not in (Certainty.NEVER, Certainty.ROUTE) or not any(_is_about(each, miss) for each in unsaid):
            continue
        found = _answering(miss)
        if found is not None and found[1].tokens[-1] in names:
            yield miss, found[0], found[1].tokens[-1]


def _is_about(unsaid: Miss, miss: Miss) -> bool:
    steps = unsaid.missing.steps
    return unsaid.read.pointer == miss.read.pointer and unsaid.missing.root is miss.missing.root and miss.missing.steps[: len(steps)] == steps


def _answering(miss: Miss) -> tuple[int, Pointer] | None:
    """The state whose result lacks it: the reader itself, or the one that put its result there."""
    steps = miss.missing.steps
    if not steps:
        return None
    if miss.missing.root is Root.OTHER:
        return (0, miss.state) if miss.missing.name == "the result" and _lacks(miss.owners[0], steps[-1]) else None
    for which, (route, owner) in enumerate(zip(miss.routes, miss.owners, strict=True)):
        leg = route.legs[0] if route.origin is Origin.STATE else None
        if leg is None or leg.flow.kind is not ArcKind.NEXT or not _lacks(owner, steps[-1]):
            continue
        # Where only a part was written, what is missing must be inside of it: beside it, the input would have to have it.
        if any(wrote == steps[: len(wrote)] for wrote in leg.flow.wrote) or (leg.flow.made.endswith("its result") and not leg.flow.keeps):
            return which, leg.state
    return None


def _lacks(owner: Shape, step: Step) -> bool:
    """Whether no example has it."""
    return owner.has_value and not owner.any and not owner.step(step).has_value
