"""Why something is missing, and what would help, in the language's terms: clauses for the sentences of rules."""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.demands import is_of_input
from asl_engine.analysis.dataflow.facts import EXPRESSION, Place, Root
from asl_engine.analysis.dataflow.misses import Miss
from asl_engine.analysis.dataflow.routes import Leg, Origin, Route
from asl_engine.analysis.dataflow.shapes import EVERY, Shape, Step
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.analysis.graph import ArcKind
from asl_engine.analysis.provenance_states import text
from asl_engine.failures import QUERY_EVALUATION_ERROR, RUNTIME
from asl_engine.spell import nearest
from asl_engine.values import Pointer

_MADE = {"its result": "the result", "its Output": "the Output", "(OutputPath)": "the OutputPath", "its Parameters": "the Parameters"}
"""How clauses about what a state makes end, and what that is called."""
MOST_NAMES = 6
MOST_TEXT = 60
"""Characters of an expression that are shown."""


def spelled(place: Place, text: str) -> str:
    """A place as the language that `text` is written in spells it: `$.a.b`, `$states.input.a.b`, `$x.a`."""
    if place.root is Root.VARIABLE:
        return f"${place.name}{_tail(place.steps)}"
    if place.root is Root.INPUT:
        return f"{'$states.input' if text.startswith('$states') else '$'}{_tail(place.steps)}"
    if place.name == EXPRESSION:
        return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"
    start = {"the Context object": "$states.context" if text.startswith("$states") else "$$"}.get(place.name, "$")
    if text.startswith(("$states.result", "$states.errorOutput")):
        start = text.partition(".")[0] + "." + text.split(".")[1]
    return f"{start}{_tail(place.steps)}"


def _tail(steps: tuple[Step, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" if step.replace("_", "a").isalnum() else f"['{step}']" for step in steps)


def owner_of(miss: Miss) -> str:
    """What lacks it: "$.order" of "$.order.id"."""
    return spelled(Place(miss.missing.root, miss.missing.name, miss.missing.steps[:-1]), miss.read.text)


def is_what(shape: Shape) -> str:
    """What lacks a member: "has only Error and Cause", "is a string"."""
    if shape.object is not None and not shape.any:
        names = [name for name, member in shape.object.members.items() if member.has_value]
        return f"has only {listed(names)}" if names else "is an empty object"
    kinds = sorted(shape.kinds - {"object"} - ({"null"} if len(shape.kinds) > 1 else set()))
    return "is " + " or ".join(f"{'an' if kind in ('array', 'object') else 'a'} {kind}" if kind != "null" else kind for kind in kinds)


def listed(names: list[str], most: int = MOST_NAMES) -> str:
    shown = names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def reason(miss: Miss, which: int = 0) -> str:
    """A clause that says where it was left out: "Catch 0 of Pay replaces the input with the Error Output, which has only Error and Cause".

    `which` counts the miss's routes.
    """
    route = miss.routes[which] if miss.routes else None
    if route is None and miss.is_unexplained:
        return "so many ways lead here that none is named"
    what = is_what(miss.owners[which])
    owner = owner_of(miss)
    below = len(miss.missing.steps) > 1
    if route is None or route.origin is Origin.START:
        if not miss.missing.steps:
            return "nothing assigns it there" if miss.missing.root is Root.VARIABLE else "it gives nothing"
        name = miss.missing.name or "the execution's input"
        return f"{owner if below or miss.missing.root is Root.VARIABLE else name} {what}"
    if route.origin is Origin.PAYLOAD:
        given = f"{route.holder.tokens[-1] if route.holder else ''} gives its {_inside(route)} an input of its own"
        return f"{given}, in which {owner} {what}" if below else f"{given}, which {what}"
    return _of_leg(route.legs[0], miss, owner, what, below)


def _inside(route: Route) -> str:
    return "branches" if "/Branches/" in str(route.end)[len(str(route.holder)) :] else "iterations"


def _of_leg(leg: Leg, miss: Miss, owner: str, what: str, below: bool) -> str:
    name = leg.state.tokens[-1]
    caught = leg.flow.kind is ArcKind.CATCH
    wrote = next((steps for steps in leg.flow.wrote if miss.missing.steps[: len(steps)] == steps), None)
    if wrote is not None:
        where = spelled(Place(miss.missing.root, miss.missing.name, wrote), miss.read.text)
        put = f"Catch {leg.flow.index} of {name} puts the Error Output at {where}" if caught else f"{name} puts its result at {where}"
        return f"{put}, which {what}" if wrote == miss.missing.steps[:-1] else f"{put}, and {owner} {what}"
    if leg.flow.keeps:
        return f"{leg} goes on without it"
    if miss.missing.root is Root.VARIABLE:
        return f"{leg} assigns ${miss.missing.name}, and {owner} {what}" if below else f"{leg} assigns ${miss.missing.name}, which {what}"
    replaced = f"Catch {leg.flow.index} of {name} {leg.flow.made}" if caught else f"{name} {leg.flow.made}"
    return f"{replaced}, in which {owner} {what}" if below else f"{replaced}, which {what}"


def hint(miss: Miss) -> str | None:
    """What to do about it, if that can be said."""
    steps = miss.missing.steps
    if not steps:
        return None
    last, parent = steps[-1], Place(miss.missing.root, miss.missing.name, steps[:-1])
    if steps[-2:-1] == ("Cause",) and miss.owners[0].strings:
        return "Cause is text: if it is JSON, parse it first, with States.StringToJson or $parse"
    if steps[-2:-1] in (("Output",), ("Input",)) and miss.owners[0].strings:
        return f"{steps[-2]} is text: startExecution.sync:2 hands it on as JSON, or parse it first"
    if isinstance(last, str) and miss.owners[0].object is not None and not miss.owners[0].member(last).has_value:
        known = [name for name, member in miss.owners[0].object.members.items() if member.has_value]
        near = nearest(last, known)
        inside = _deeper(miss.owners[0], last, 3)
        if near is not None or inside is not None:
            way = (near,) if near is not None else inside or ()
            return f"did you mean {spelled(Place(parent.root, parent.name, (*parent.steps, *way)), miss.read.text)}?"
        if "Payload" in known and not miss.owners[0].any:
            return f"what the function answers is below {spelled(Place(parent.root, parent.name, (*parent.steps, 'Payload')), miss.read.text)}"
    return _keep_the_input(miss)


def _put_elsewhere(miss: Miss) -> str | None:
    """Where one of the other ways has it instead: a level further down."""
    steps = miss.missing.steps
    for route, owner in zip(miss.routes[1:], miss.owners[1:], strict=True):
        inside = _deeper(owner, steps[-1], 3) if steps and isinstance(steps[-1], str) else None
        if inside is not None and route.legs:
            where = spelled(Place(miss.missing.root, miss.missing.name, (*steps[:-1], *inside)), miss.read.text)
            return f"{route.legs[0]} puts it at {where}"
    return None


def _deeper(shape: Shape, name: str, levels: int) -> tuple[str, ...] | None:
    """The way to a member of that name further down."""
    members = shape.object.members if shape.object is not None and levels else {}
    for key, member in members.items():
        if member.object is not None and name in member.object.members and member.object.members[name].has_value:
            return key, name
    for key, member in members.items():
        found = _deeper(member, name, levels - 1)
        if found is not None:
            return key, *found
    return None


def _keep_the_input(miss: Miss) -> str | None:
    route = miss.routes[0] if miss.routes else None
    if route is None or route.origin is not Origin.STATE or miss.missing.root is not Root.INPUT or route.legs[0].flow.keeps:
        return None
    leg = route.legs[0]
    name = leg.state.tokens[-1]
    if leg.flow.kind is ArcKind.CATCH:
        return f'a "ResultPath" in Catch {leg.flow.index} of {name} keeps the input beside the error'
    if not leg.flow.made.endswith("its result") or miss.read.text.startswith("$states"):
        return None
    return f'a "ResultPath" in {name} keeps its input beside the result'


def others(miss: Miss) -> str | None:
    """The other ways on which it is missing: "the same by GetStatus (Catch 0)"."""
    more = [str(route.legs[0]) if route.legs else "the start" for route in miss.routes[1:]]
    clauses = [f"missing too by way of {listed(more)}"] if more else []
    if (instead := _put_elsewhere(miss)) is not None:
        clauses.append(instead)
    return ": ".join(clauses) or None


def always_fails(walk: Walk, state: Pointer, field: Pointer) -> str:
    """What becomes of whoever gets to a field that can only fail: "every execution that gets here fails with States.Runtime".

    Nobody catches what JSONPath fails with; what JSONata fails with may be caught by the state, or by one around it.
    """
    if text(walk.states[state], "QueryLanguage", walk.language) != "JSONata":
        return f"every execution that gets here fails with {RUNTIME}"
    own = () if field.startswith(f"{state}/Catch/") else (state,)
    caught = any("Catch" in walk.states.get(holder, {}) for holder in (*own, *_around(state)))
    return f"{'the state always' if caught else 'every execution that gets here'} fails with {QUERY_EVALUATION_ERROR}"


def _around(state: Pointer) -> Iterator[Pointer]:
    while state:
        state = state.parent
        yield state


def source(miss: Miss) -> str:
    """Where a value comes from of which nothing is known, behind "it comes from": "the execution's input"; "" where that is not known."""
    place = miss.missing
    if is_of_input(place):
        return "the execution's input"
    if place.root is Root.OTHER:
        return place.name if place.steps else ""
    route = miss.routes[0] if miss.routes else None
    if route is None:
        return ""
    if route.origin is Origin.START:
        return "the execution's input"
    if route.origin is Origin.PAYLOAD:
        return f"what {route.holder.tokens[-1] if route.holder else ''} gives its {_inside(route)}"
    leg = route.legs[0]
    name = leg.state.tokens[-1]
    if place.root is Root.VARIABLE:
        return f"what {leg} assigns"
    made = next((what for ending, what in _MADE.items() if leg.flow.made.endswith(ending)), "")
    return f"{made} of {name}" if made and not leg.flow.keeps else name


def can_be(shape: Shape) -> str:
    """What a known value may be: "is a string", "is one of completed and failed"."""
    constants = [] if shape.strings is EVERY else sorted(shape.strings)
    if constants and shape.kinds == {"string"}:
        return f'is "{constants[0]}"' if len(constants) == 1 else f"is one of {listed(constants)}"
    kinds = [with_article(kind) for kind in sorted(shape.kinds)]
    return f"is {' or '.join(kinds)}" if kinds else "is not there"


def with_article(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
