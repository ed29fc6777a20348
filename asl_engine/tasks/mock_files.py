"""Mocks as data: a YAML or JSON file that says what each state or resource answers.

    mocks:
      Charge:                                  # a state's name, or its path: Fan/Charge, Fan[2]/Charge
        - throw: {error: Card.Throttled, cause: slow down}
          times: 2
        - return: {id: ch_1}
          after: 3s
      Lookup:
        - {when: {id: 7}, return: {tier: gold}}
      arn:aws:states:::dynamodb:*:             # a resource, or a pattern
        - {return: {}, always: true}
      "resource: ${function_arn}":             # a resource that does not begin with arn:
        - {token: success, output: {by: amy}, after: 2d}
      Poll:
        visits:                                # one entry a visit (loop, iteration), in it one answer an attempt
          - [{throw: {error: Busy}}, {return: {state: running}}]
          - {return: {state: done}}
      Convert:
        - {handler: app.convert:lambda_handler, always: true}      # a real Lambda handler; `call` takes a function of the TaskCall

The file is one spelling of `Mocks`: every answer becomes a call of a `Route` method. It is data, so the same block
can stand in other files; `mocks_from` takes it from there. Errors carry file:line:column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError, WithJsonSchema, model_validator

from asl_engine.errors import DefinitionError, MockError
from asl_engine.source import read_source
from asl_engine.spell import nearest
from asl_engine.tasks.conditions import Condition, Visits
from asl_engine.tasks.durations import duration
from asl_engine.tasks.functions import lambda_handler
from asl_engine.tasks.mock_modules import Imported
from asl_engine.tasks.mocks import Mocks
from asl_engine.tasks.routes import Route
from asl_engine.tasks.runtime import ZERO, Failed, NotMine, Outcome, Polled, Succeeded, TaskCall, Unanswered
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text

RESOURCE = "resource:"
ROOT = Pointer("")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


Span = Annotated[Any, BeforeValidator(lambda value: duration(value) if isinstance(value, (str, int, float)) else duration(repr(value)))]


Numbers = Annotated[list[Annotated[int, Field(ge=0)]], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]


class Thrown(_Strict):
    """`throw`: what Retry and Catch see. Both may be left out, as SendTaskFailure allows."""

    error: str | None = None
    cause: str | None = None


class Taken(_Strict):
    """A worker takes an activity's task: when, and as whom."""

    after: Span = ZERO
    worker: str | None = None


def _taken(value: Any) -> Any:
    if value == "never":
        return Polled(None)
    if isinstance(value, dict):
        taken = Taken.model_validate(value)
        return Polled(taken.after, taken.worker)
    return value if isinstance(value, Polled) else Polled(duration(value if isinstance(value, (str, int, float)) else repr(value)))


_POLLED = {
    "anyOf": [
        {"type": ["string", "number"], "examples": ["30s", "never"]},
        {"type": "object", "properties": {"after": {"type": ["string", "number"]}, "worker": {"type": "string"}}, "additionalProperties": False},
    ]
}
PolledModel = Annotated[Polled, BeforeValidator(_taken), WithJsonSchema(_POLLED)]


class AnswerModel(_Strict):
    """One answer. Exactly one of return, throw, never, token, handler, call, auto and defer says what it is."""

    returned: Any = Field(default=MISSING, alias="return")
    throw: Thrown | None = None
    never: Literal[True] | None = None
    token: Literal["success", "failure", "lost", "never"] | None = None
    """How a task token is answered: with `output`, with `error` and `cause`, or not at all."""
    handler: str | None = None
    """A Lambda handler, "package.module:function" or "FILE.py:function"; it gets event and context."""
    call: str | None = None
    """A function of the `TaskCall`, named in the same way."""
    auto: Literal[True] | None = None
    """As little as the service could answer, made from its model; needs the extra "aws"."""
    defer: Literal[True] | None = None
    """Left to whoever is asked next: a fake that stands behind these mocks."""
    output: Any = MISSING
    error: str | None = None
    cause: str | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    always: bool = False
    after: Span = ZERO
    """Virtual time from the call to the answer: "3s", "2d", "PT5M", or seconds."""
    when: Any = MISSING
    """Only for calls like this: see `conditions`."""
    attempt: Numbers | None = None
    """Only for these attempts of a visit: 0 is the first try."""
    visit: Numbers | None = None
    """Only in these visits of the route: 0 is the first."""
    submitted: Any = MISSING
    """What the service says when it accepts a .sync or .waitForTaskToken job."""
    heartbeats: list[Span] = []
    polled: PolledModel | None = None
    """Of an activity: virtual time from the call until a worker takes the task, or "never"; at once, if not said."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> AnswerModel:
        said = [name for name, given in self._sayings().items() if given]
        if len(said) != 1:
            found = "nothing" if not said else " and ".join(f'"{name}"' for name in said)
            raise ValueError(f'an answer says one of "return", "throw", "never", "token", "handler", "call", "auto" and "defer"; this one says {found}')
        if self.always and self.times is not None:
            raise ValueError('an answer is given "always" or a number of "times", not both')
        for field, owner in (("output", "success"), ("error", "failure"), ("cause", "failure")):
            if field in self.model_fields_set and self.token != owner:
                raise ValueError(f'"{field}" belongs to "token: {owner}"; beside "{said[0]}" it says nothing')
        if "after" in self.model_fields_set and (self.never or self.token in _LOST):
            raise ValueError('"after" says when the answer comes; this one never does')
        if (self.handler or self.call or self.defer) and (other := {"after", "submitted", "heartbeats", "polled"} & self.model_fields_set):
            raise ValueError(f'"{min(other)}" is for whoever answers to say; beside "{said[0]}" it says nothing')
        if self.auto and (other := {"submitted", "heartbeats", "polled"} & self.model_fields_set):
            raise ValueError(f'"{min(other)}" is made too; beside "auto" it says nothing')
        for named in (self.handler, self.call):
            if named is not None and (not named.partition(":")[0] or not named.partition(":")[2]):
                raise ValueError(f'{named!r} names no function; write "package.module:function" or "FILE.py:function"')
        return self

    def _sayings(self) -> dict[str, bool]:
        return {
            "return": "returned" in self.model_fields_set,
            "throw": self.throw is not None,
            "never": self.never is not None,
            "token": self.token is not None,
            "handler": self.handler is not None,
            "call": self.call is not None,
            "auto": self.auto is not None,
            "defer": self.defer is not None,
        }

    def gives(self) -> Outcome | Callable[[TaskCall], Any]:
        if self.handler is not None:
            return Imported(self.handler, lambda_handler)
        if self.call is not None:
            return Imported(self.call, lambda function: function)
        if self.auto:
            # Imported here: few mock files ask a model.
            from asl_engine.tasks.service_answers import Auto

            return Auto(after=self.after)
        return defer if self.defer else self.outcome()

    def outcome(self) -> Outcome:
        beats = tuple(self.heartbeats)
        if self.never or self.token in _LOST:
            return Unanswered(beats, self.submitted, polled=self.polled)
        if self.throw is not None:
            return Failed(self.throw.error, self.throw.cause, self.after, self.submitted, beats, self.polled)
        if self.token == "failure":
            return Failed(self.error, self.cause, self.after, self.submitted, beats, self.polled)
        output = self.output if self.token else self.returned
        return Succeeded(None if isinstance(output, Missing) else output, self.after, self.submitted, beats, self.polled)


_LOST = ("lost", "never")
Answers = Annotated[list[AnswerModel], BeforeValidator(_listed)]


class VisitsModel(_Strict):
    """Answers visit by visit; within each, attempt by attempt."""

    visits: list[Answers]


LISTED, IN_TURN = "answers in order", "answers by visit"
_ROUTE = Annotated[
    Annotated[Answers, Tag(LISTED)] | Annotated[VisitsModel, Tag(IN_TURN)],
    Discriminator(lambda value: IN_TURN if isinstance(value, VisitsModel) or (isinstance(value, dict) and "visits" in value) else LISTED),
]
ANSWERS: TypeAdapter[dict[str, list[AnswerModel] | VisitsModel]] = TypeAdapter(dict[str, _ROUTE])


def defer(call: TaskCall) -> Any:
    raise NotMine(f'the mock of state "{call.state_path}" defers, and nobody is asked after it')


def _placed(route: list[AnswerModel] | VisitsModel) -> Iterator[tuple[tuple[str | int, ...], AnswerModel]]:
    """Each answer with the keys it stands under; those of a visit say which visit they are for."""
    if isinstance(route, list):
        yield from (((index,), answer) for index, answer in enumerate(route))
        return
    for index, answers in enumerate(route.visits):
        for position, answer in enumerate(answers):
            times = answer.times or (None if answer.always else 1)
            yield ("visits", index, position), answer.model_copy(update={"visit": [index], "times": times})


def read_mock_file(path: str | Path) -> Mocks:
    """The mocks of a YAML or JSON file, under its key "mocks". Raises `MockError` with every mistake and its place."""
    try:
        source = read_source(path)
    except DefinitionError as unreadable:
        raise MockError("\n".join(f"{finding.location}: {finding.message}" for finding in unreadable.diagnostics)) from None
    if source.duplicates:
        _refuse([f"{source.locate(pointer, key=True)}: {pointer.tokens[-1]} is written twice" for pointer in source.duplicates])
    value = source.value
    if not isinstance(value, dict) or "mocks" not in value:
        _refuse([f'{source.locate(Pointer(""))}: a mock file has one key, "mocks", and under it the states and resources that are answered'])
    if other := [key for key in value if key != "mocks"]:
        _refuse([f'{source.locate(Pointer("") / key, key=True)}: unknown key "{key}"; states and resources stand under "mocks"' for key in other])
    return mocks_from(value["mocks"], at=Pointer("/mocks"), locate=lambda pointer: source.locate(pointer) or str(path))


def mocks_from(block: Json, *, at: Pointer = ROOT, locate: Callable[[Pointer], str] = str) -> Mocks:
    """The mocks of a block such as stands under "mocks". `locate` turns a pointer into what complaints begin with."""
    try:
        answers = ANSWERS.validate_python({} if block is None else block)
    except ValidationError as error:
        _refuse([_complaint(finding, block, at, locate) for finding in error.errors()])
    mocks = Mocks()
    for name, said in answers.items():
        route = route_of(mocks, name)
        counter = Visits()
        for keys, answer in _placed(said):
            try:
                _declare(route, answer, counter)
            except MockError as error:
                _refuse([f"{locate(reduce(Pointer.__truediv__, keys, at / name))}: {error}"])
    return mocks


def route_of(mocks: Mocks, name: str) -> Route:
    """The route a key of a mock block means: a state, or a resource."""
    if name.startswith(RESOURCE):
        return mocks.resource(name.removeprefix(RESOURCE).strip())
    return mocks.resource(name) if name.startswith("arn:") else mocks.state(name)


def _declare(route: Route, answer: AnswerModel, counter: Visits) -> None:
    gives = answer.gives()
    given = not isinstance(answer.when, Missing)
    if answer.visit is not None:
        route.watched_by(counter.of)
    if given or answer.attempt is not None or answer.visit is not None:
        condition = Condition(answer.when, given=given, attempts=answer.attempt, visits=answer.visit, counter=counter)
        route.when(condition, gives, times=answer.times)
    elif answer.always:
        route.always(gives)
    else:
        route.repeat(gives, times=answer.times or 1)


def _complaint(finding: Mapping[str, Any], block: Json, at: Pointer, locate: Callable[[Pointer], str]) -> str:
    pointer, value = at, block
    for token in finding["loc"]:
        # The model cannot call a field `return`.
        token = "return" if token == "returned" else token
        if token in (LISTED, IN_TURN):
            continue
        member = _member(value, token)
        if not isinstance(member, Missing):
            value = member
        elif isinstance(value, dict) and token == 0:
            continue  # a single answer that was written without its list
        else:
            break
        pointer = pointer / token
    return f"{locate(pointer)}: {_sentence(finding, value)}\n  at {pointer or '/'}"


def _member(value: Json, token: object) -> Json | Missing:
    if isinstance(value, dict) and isinstance(token, str):
        return value.get(token, MISSING)
    if isinstance(value, list) and isinstance(token, int) and token < len(value):
        return value[token]
    return MISSING


def _sentence(finding: Mapping[str, Any], value: Json) -> str:
    name = finding["loc"][-1] if finding["loc"] else ""
    match finding["type"]:
        case "extra_forbidden":
            inside = set(finding["loc"][:-1])
            owner = Thrown if "throw" in inside else Taken if "polled" in inside else AnswerModel
            known = [field.alias or key for key, field in owner.model_fields.items()]
            meant = nearest(str(name), known)
            return f'unknown key "{name}" in an answer' + (f'; did you mean "{meant}"?' if meant else f"; known are {', '.join(known)}")
        case "list_type" | "model_type" | "model_attributes_type" | "dict_type":
            return f"answers are written as a list of mappings such as {{return: …}} or {{throw: {{error: …}}}}, not as {_short(value)}"
        case "value_error":
            return str(finding["ctx"]["error"])
        case _:
            return f"{finding['msg'][:1].lower()}{finding['msg'][1:]}, not {_short(value)}"


def _short(value: Json) -> str:
    text = json_text(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _refuse(complaints: list[str]) -> NoReturn:
    raise MockError("\n".join(complaints))
