"""Variables: who assigns them, who may read them.

Developer guide, "Passing data between states with variables": each States object is a scope. Inner scopes read the
variables of outer ones and may not assign their names; a Distributed Map runs its states as executions of their own,
which see none. What a state assigns is there for the states after it, so a read is safe only if every way to it assigns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from asl_engine.analysis.graph import ArcKind, containers, transitions
from asl_engine.syntax.codes import DUPLICATE_VARIABLE, UNDEFINED_VARIABLE
from asl_engine.syntax.grammar import machine as read_machine
from asl_engine.syntax.reading import Reading, Where, pointer_of
from asl_engine.values import Json, Pointer

_Names = frozenset[str]


def variable_references(machine: Json) -> dict[str, list[str]]:
    """The variables each state reads, as DescribeStateMachine's `variableReferences`: state name -> sorted names."""
    reading = Reading()
    read_machine(machine, None, reading)
    found: dict[str, set[str]] = {}
    for where, name in reading.referred:
        found.setdefault(_state_of(where)[1], set()).add(name)
    return {state: sorted(names) for state, names in found.items()}


def check_variables(machine: Json, reading: Reading) -> None:
    """Reports names assigned twice across scopes, and reads that may find nothing."""
    if not reading.assigned and not reading.referred:
        return
    scopes = _scopes(machine)
    assigned: dict[Where, set[str]] = {}
    for where, name in reading.assigned:
        assigned.setdefault(_state_of(where)[0], set()).add(name)
    for where, name in reading.assigned:
        outer = scopes[_state_of(where)[0]].outer if _state_of(where)[0] in scopes else None
        while outer is not None:
            if name in assigned.get(outer.where, ()):
                message = f"The variable name '{name}' was already defined in a parent scope."
                reading.report_key(DUPLICATE_VARIABLE, where, message, "inner states read outer variables; to hand a value out, put it into the result")
                break
            outer = outer.outer
    _check_reads(scopes, reading)


@dataclass(slots=True)
class _Scope:
    """One States object."""

    where: Where
    """The way to it."""
    owner: dict[str, Json]
    states: dict[str, Json]
    outer: _Scope | None
    """The scope whose variables it sees; None for the machine, and inside a Distributed Map."""
    holder: str
    """The state of the outer scope that runs it."""
    known: dict[str, _Names] = field(default_factory=dict)
    """State -> the variables that are certainly there when it is entered, outer ones included."""


def _scopes(machine: Json) -> dict[Where, _Scope]:
    """By the way to their States objects, outer ones first."""
    scopes: dict[Where, _Scope] = {}
    for owner, where in containers(machine):
        states = owner.get("States")
        if not isinstance(states, dict):
            continue
        outer, holder = None, ""
        config = owner.get("ProcessorConfig")
        distributed = isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"
        if where is not None and not distributed:
            outer_where, holder = _state_of(where)
            outer = scopes.get(outer_where)
        scopes[(where, "States")] = _Scope((where, "States"), owner, states, outer, holder)
    return scopes


def _state_of(where: Where) -> tuple[Where, str]:
    """The innermost state around a place: (the way to its States object, its name)."""
    chain: list[tuple[Where, str | int]] = []
    while where is not None:
        chain.append(where)
        where = where[0]
    chain.reverse()
    # A machine's steps alternate: States, a name, then Branches n or ItemProcessor, then States again.
    position, home, name = 0, None, ""
    while position + 1 < len(chain) and chain[position][1] == "States":
        home, name = chain[position], str(chain[position + 1][1])
        position += 2
        if position < len(chain) and chain[position][1] == "Branches":
            position += 2
        elif position < len(chain) and chain[position][1] in ("ItemProcessor", "Iterator"):
            position += 1
    return home, name


def _check_reads(scopes: dict[Where, _Scope], reading: Reading) -> None:
    on_arc: dict[Pointer, set[str]] = {}
    for where, name in reading.assigned:
        if where is not None:
            on_arc.setdefault(pointer_of(where[0]), set()).add(name)
    for scope in scopes.values():
        inherited = scope.outer.known.get(scope.holder, frozenset()) if scope.outer else frozenset()
        _propagate(scope, inherited, on_arc)
    for where, name in reading.referred:
        home, state = _state_of(where)
        known = scopes[home].known.get(state) if home in scopes else None
        if known is not None and name not in known:
            reading.report(UNDEFINED_VARIABLE, where, f"Variable '{name}' is possibly not defined.")


def _propagate(scope: _Scope, inherited: _Names, on_arc: dict[Pointer, set[str]]) -> None:
    """A variable is certain where every way assigns it: sets only shrink, so this ends."""
    start = scope.owner.get("StartAt")
    if not isinstance(start, str) or start not in scope.states:
        return
    scope.known[start] = inherited
    waiting = [start]
    while waiting:
        name = waiting.pop()
        state = scope.states[name]
        if not isinstance(state, dict):
            continue
        here = (scope.where, name)
        own = pointer_of((here, "Assign"))
        for kind, _, place, target in transitions(state, here):
            if target not in scope.states:
                continue
            # A rule's or Catcher's Assign replaces the state's own.
            by_rule = kind in (ArcKind.CHOICE, ArcKind.CATCH) and place is not None
            pointer = pointer_of((place[0], "Assign")) if by_rule and place is not None else own
            after = scope.known[name] | on_arc.get(pointer, set())
            before = scope.known.get(target)
            if before is None or not before <= after:
                scope.known[target] = after if before is None else before & after
                waiting.append(target)
