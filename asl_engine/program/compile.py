"""From a definition's JSON to a `Program`: every field read once, every expression compiled once.

Order and defaults are the spec's. It trusts that validation has spoken; with `validate=False` unknown fields are
ignored, a transition to a missing state fails when it is taken, and only what cannot be compiled at all is refused.
"""

from __future__ import annotations

from asl_engine.expressions import Evaluate
from asl_engine.program import Body, Catcher, Choice, ChoiceRule, Fail, Output, Parallel, Pass, Program, Retrier, State, Succeed, Task
from asl_engine.program.compile_map import compile_map
from asl_engine.program.compile_numbers import compile_count, compile_wait
from asl_engine.program.dataflow import JSONataFields, JSONPathFields, QueryLanguage
from asl_engine.program.fields import Fields
from asl_engine.program.integrations import prepared
from asl_engine.source import Source
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Pointer

JSONPATH = JSONPathFields()
JSONATA = JSONataFields()
MAX_NESTING = 60
"""States in branches in states …: deeper than any real machine, shallow enough never to exhaust Python's stack."""


def compile_machine(source: Source, *, type: str | None = None) -> Program:
    """Compiles a whole machine; its type is what its file says, else STANDARD. Raises `DefinitionError` for what cannot be compiled."""
    root = Fields(source.value, Pointer(""), source)
    return compile_program(root, str(root.get("QueryLanguage", "JSONPath")), type or source.type or "STANDARD", 0)


def compile_program(owner: Fields, language: str, type: str, depth: int) -> Program:
    """A machine, branch or item processor; states inside inherit the machine's query language, not the container's."""
    if depth > MAX_NESTING:
        raise owner.refusal(f"States are nested more than {MAX_NESTING} levels deep")
    states = owner.child("States")
    return Program(
        start_at=owner.text("StartAt"),
        states={name: compile_state(name, states.child(name), language, type, depth) for name in states.values},
        pointer=owner.pointer,
        timeout=owner.integer("TimeoutSeconds", 0) if owner.get("TimeoutSeconds") is not None else None,
        type=type,
        source=owner.source,
    )


def compile_state(name: str, state: Fields, machine_language: str, type: str, depth: int) -> State:
    language: QueryLanguage = JSONATA if state.get("QueryLanguage", machine_language) == "JSONata" else JSONPATH
    kind = state.text("Type")
    output, after = language.output(state, kind)
    body = _body(kind, state, language, machine_language, type, depth, output)
    arguments, before = language.arguments(state, kind)
    growth = language.growth(state, kind)
    return State(
        name=name,
        pointer=state.pointer,
        type=kind,
        body=body,
        arguments=prepared(arguments, body.resource) if isinstance(body, Task) else arguments,
        output=output,
        before=before,
        after=after,
        assign=language.assign(state, kind),
        retriers=tuple(_retrier(retrier) for retrier in state.children("Retry")),
        catchers=tuple(_catcher(catcher, language) for catcher in state.children("Catch")),
        next=None if state.get("End") is True or "Next" not in state else state.text("Next"),
        entered=f"{kind}StateEntered",
        exited=f"{kind}StateExited",
        growth=growth,
        select=after[0].step if growth is not None else None,
        place=after[1].step if growth is not None else None,
    )


def _body(kind: str, state: Fields, language: QueryLanguage, machine_language: str, type: str, depth: int, output: Output | None) -> Body:
    match kind:
        case "Pass":
            return Pass()
        case "Succeed":
            return Succeed()
        case "Fail":
            return Fail(language.text(state, "Error"), language.text(state, "Cause"))
        case "Wait":
            return compile_wait(state, language)
        case "Choice":
            return _choice(state, language, output)
        case "Task":
            return _task(state, language)
        case "Parallel":
            return Parallel(tuple(compile_program(branch, machine_language, type, depth + 1) for branch in state.children("Branches")))
        case "Map":
            processor = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
            return compile_map(state, language, compile_program(state.child(processor), machine_language, type, depth + 1))
        case _ if "${" in kind:
            raise state.refusal(f"The Type is the placeholder {kind}, which needs a value to be run: placeholders={{…}}", "Type")
        case _:
            raise state.refusal("The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]", "Type")


def _task(state: Fields, language: QueryLanguage) -> Task:
    return Task(
        resource=parse_resource(state.opaque_text("Resource")),
        timeout=compile_count(state, language, "TimeoutSeconds"),
        heartbeat=compile_count(state, language, "HeartbeatSeconds"),
        credentials=_credentials(state, language),
    )


def _credentials(state: Fields, language: QueryLanguage) -> Evaluate | None:
    return language.template(state, "Credentials")


def _choice(state: Fields, language: QueryLanguage, output: Output | None) -> Choice:
    rules = tuple(
        ChoiceRule(
            pointer=rule.pointer,
            condition=language.condition(rule),
            next=rule.text("Next"),
            output=language.rule_output(rule, output),
            assign=language.rule_assign(rule),
        )
        for rule in state.children("Choices")
    )
    return Choice(rules, state.text_or_none("Default"), state.pointer / "Default")


def _retrier(retrier: Fields) -> Retrier:
    """Defaults: spec, "Retrying after error" (interval 1 s, 3 attempts, rate 2.0)."""
    return Retrier(
        pointer=retrier.pointer,
        errors=retrier.names("ErrorEquals"),
        interval=retrier.integer("IntervalSeconds", 1),
        max_attempts=retrier.integer("MaxAttempts", 3),
        backoff_rate=retrier.number("BackoffRate", 2.0),
        max_delay=retrier.integer("MaxDelaySeconds", 0) if retrier.get("MaxDelaySeconds") is not None else None,
        jitter=retrier.get("JitterStrategy") == "FULL",
    )


def _catcher(catcher: Fields, language: QueryLanguage) -> Catcher:
    return Catcher(
        pointer=catcher.pointer,
        errors=catcher.names("ErrorEquals"),
        next=catcher.text("Next"),
        output=language.caught_output(catcher),
        assign=language.caught_assign(catcher),
    )
