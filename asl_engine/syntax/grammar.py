"""The States Language as tables, in the order of its specification: the machine, then the eight states.

A field that is not in the table of an object is refused there. Read it beside the specification's sections "Top-level
fields", "State types" and "State type" tables; the developer guide adds the fields of the Distributed Map.
"""

from __future__ import annotations

from asl_engine.syntax.choice import RULE
from asl_engine.syntax.codes import (
    DISTRIBUTED_ONLY,
    EMPTY,
    FIELD_GROUP,
    LANGUAGE_CONFLICT,
    MISSING_FIELD,
    NOT_ALLOWED_VALUE,
    TOO_DEEP,
)
from asl_engine.syntax.datasets import ITEM_BATCHER, ITEM_READER, RESULT_WRITER
from asl_engine.syntax.expressions import (
    assign,
    jsonata_value,
    nullable_path,
    number_path,
    or_expression,
    pass_result,
    payload,
    result_path,
    template,
    text_path,
    text_value,
    with_members,
)
from asl_engine.syntax.handlers import CATCH, RETRY
from asl_engine.syntax.reading import Kind, Reading, Where
from asl_engine.syntax.resources import task_resource
from asl_engine.syntax.scalars import (
    all_alone_and_last,
    check_state_name,
    comment,
    end,
    integer,
    label,
    number,
    one_of,
    smaller,
    text,
    timestamp,
)
from asl_engine.syntax.shapes import JSONATA, JSONPATH, Field, Members, Shape, at_most_one, exactly_one, is_opaque, list_of, wrong_type
from asl_engine.values import Json

MAX_STATE_NESTING = 60
"""States in branches in states: ours, far above any real machine."""

_LANGUAGES = one_of("JSONPath", "JSONata")


def states(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "States": an object, state name -> state."""
    if not isinstance(value, dict):
        wrong_type("Object", value, where, reading)
        return
    if not value:
        reading.report(EMPTY, where, "Value cannot be empty")
    if reading.depth >= MAX_STATE_NESTING:
        reading.report(TOO_DEEP, where, f"States are nested more than {MAX_STATE_NESTING} levels deep")
        return
    reading.depth += 1
    for name, member in value.items():
        check_state_name(name, (where, name), reading)
        state(member, (where, name), reading)
    reading.depth -= 1


def state(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "State": what it may hold depends on its Type and its query language."""
    if not isinstance(value, dict):
        wrong_type("Object", value, where, reading)
        return
    kind = value.get("Type")
    shape = STATES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        if "Type" not in value:
            reading.report(MISSING_FIELD, where, "These fields are required: [Type]")
        elif not is_opaque(kind):
            hint = reading.did_you_mean(kind, STATES) if isinstance(kind, str) else None
            reading.report(NOT_ALLOWED_VALUE, (where, "Type"), f"The field 'Type' should have one of these values: [{', '.join(STATES)}]", hint)
        return
    outer = reading.language, reading.mode
    reading.language = _language(value, where, reading)
    shape(value, where, reading)
    reading.language, reading.mode = outer


def _language(value: Members, where: Where, reading: Reading) -> str:
    """Developer guide, "Transforming data with JSONata": a JSONata machine has JSONata states only."""
    own = value.get("QueryLanguage", reading.machine_language)
    if own == "JSONPath" and reading.machine_language == "JSONata":
        reading.report(LANGUAGE_CONFLICT, where, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
    return str(own) if own in ("JSONPath", "JSONata") else reading.machine_language


def machine(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "Top-level fields"."""
    if isinstance(value, dict) and value.get("QueryLanguage") == "JSONata":
        reading.machine_language = reading.language = "JSONata"
    MACHINE(value, where, reading)


def branch(value: Json, where: Where, reading: Reading) -> None:
    """The states inside take the machine's query language, not their container's."""
    _nested(BRANCH, value, where, reading)


def item_processor(value: Json, where: Where, reading: Reading) -> None:
    _nested(ITEM_PROCESSOR, value, where, reading)


def _nested(shape: Shape, value: Json, where: Where, reading: Reading) -> None:
    outer, reading.language = reading.language, reading.machine_language
    shape(value, where, reading)
    reading.language = outer


def credentials_name_a_role(credentials: Json, where: Where, reading: Reading) -> None:
    """Developer guide, "Accessing cross-account resources"."""
    if isinstance(credentials, dict) and "RoleArn" not in credentials and "RoleArn.$" not in credentials:
        reading.report(MISSING_FIELD, where, "The field 'RoleArn' is required but was missing")
    if not isinstance(credentials, dict):
        wrong_type("Object", credentials, where, reading)
        return
    payload(credentials, where, reading)


def mode_fits(processor: Members, where: Where, reading: Reading) -> None:
    if processor.get("Mode") == "DISTRIBUTED":
        if "ExecutionType" not in processor:
            reading.report(MISSING_FIELD, where, "These fields are required: [ExecutionType]", '"STANDARD" or "EXPRESS"')
        if reading.express:
            reading.report(NOT_ALLOWED_VALUE, (where, "Mode"), "Express state machine does not support Map state in 'DISTRIBUTED' mode")


def distributed_only(value: Members, where: Where, reading: Reading) -> None:
    """Developer guide, "Distributed mode": fields that mean nothing to an inline Map. AWS is not known to refuse them."""
    processor = value.get("ItemProcessor", value.get("Iterator"))
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    if isinstance(config, dict) and (config.get("Mode") == "DISTRIBUTED" or is_opaque(config.get("Mode"))):
        return
    for name in ("ItemReader", "ItemBatcher", "ResultWriter", "Label"):
        if name in value:
            hint = 'add "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": …} to the ItemProcessor'
            reading.report_key(DISTRIBUTED_ONLY, (where, name), f"The field '{name}' has no effect on a Map in INLINE mode", hint)


def wait_group(value: Members, where: Where, reading: Reading) -> None:
    """Spec, "Wait State": exactly one of the four."""
    names = ("SecondsPath", "Seconds", "TimestampPath", "Timestamp")
    if sum(name in value for name in names) != 1:
        reading.report(FIELD_GROUP, where, f"There should only be one of the following fields: [{', '.join(names)}]")


PROCESSOR_CONFIG = Shape(
    "a ProcessorConfig",
    (
        Field("Mode", one_of("INLINE", "DISTRIBUTED")),
        Field("ExecutionType", one_of("STANDARD", "EXPRESS")),
    ),
    rules=(mode_fits,),
)

MACHINE = Shape(
    "a state machine",
    (
        Field("StartAt", text),
        Field("States", states),
        Field("Comment", comment),
        Field("Version", one_of("1.0")),
        Field("QueryLanguage", _LANGUAGES),
        Field("TimeoutSeconds", integer(0)),
    ),
    required=("States", "StartAt"),
)
BRANCH = Shape(
    "a branch",
    (
        Field("StartAt", text),
        Field("States", states),
        Field("Comment", comment),
    ),
    required=("States", "StartAt"),
)
ITEM_PROCESSOR = Shape("an ItemProcessor", (*BRANCH.fields, Field("ProcessorConfig", PROCESSOR_CONFIG)), required=BRANCH.required)

_ANY = (Field("Type", text), Field("Comment", comment), Field("QueryLanguage", _LANGUAGES))
_PATHS = (Field("InputPath", nullable_path, JSONPATH), Field("OutputPath", nullable_path, JSONPATH))
_TRANSITION = (Field("Next", text), Field("End", end))
_OUTPUT = Field("Output", jsonata_value, JSONATA)
_RESULT_OUTPUT = Field("Output", with_members("result"), JSONATA)
_next_or_end = exactly_one("Next", "End")
_ALL_LAST = (all_alone_and_last("Retry"), all_alone_and_last("Catch"))


def _seconds(name: str) -> tuple[Field, ...]:
    return Field(name, or_expression(integer(1))), Field(f"{name}Path", number_path, JSONPATH)


def _counted(name: str, kind: Kind) -> tuple[Field, ...]:
    return Field(name, or_expression(kind)), Field(f"{name}Path", number_path, JSONPATH)


TASK = Shape(
    "a Task",
    (
        *_ANY,
        Field("Resource", task_resource),
        *_PATHS,
        Field("Parameters", template, JSONPATH),
        Field("Arguments", jsonata_value, JSONATA),
        Field("ResultSelector", template, JSONPATH),
        Field("ResultPath", result_path, JSONPATH),
        _RESULT_OUTPUT,
        Field("Assign", assign("result")),
        *_TRANSITION,
        RETRY,
        CATCH,
        *_seconds("TimeoutSeconds"),
        *_seconds("HeartbeatSeconds"),
        Field("Credentials", credentials_name_a_role),
    ),
    required=("Resource",),
    rules=(
        _next_or_end,
        *_ALL_LAST,
        at_most_one("TimeoutSeconds", "TimeoutSecondsPath"),
        at_most_one("HeartbeatSeconds", "HeartbeatSecondsPath"),
        smaller("HeartbeatSeconds", "TimeoutSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds"),
    ),
)

PARALLEL = Shape(
    "a Parallel",
    (
        *_ANY,
        Field("Branches", list_of(branch, at_least=1)),
        *_PATHS,
        Field("Parameters", template, JSONPATH),
        Field("Arguments", jsonata_value, JSONATA),
        Field("ResultSelector", template, JSONPATH),
        Field("ResultPath", result_path, JSONPATH),
        _RESULT_OUTPUT,
        Field("Assign", assign("result")),
        *_TRANSITION,
        RETRY,
        CATCH,
    ),
    required=("Branches",),
    rules=(_next_or_end, *_ALL_LAST),
)

MAP = Shape(
    "a Map",
    (
        *_ANY,
        Field("ItemProcessor", item_processor),
        Field("Iterator", item_processor),
        *_PATHS,
        Field("ItemReader", ITEM_READER),
        Field("ItemsPath", nullable_path, JSONPATH),
        Field("Items", jsonata_value, JSONATA),
        Field("ItemSelector", payload),
        Field("Parameters", template, JSONPATH),
        Field("ItemBatcher", ITEM_BATCHER),
        *_counted("MaxConcurrency", integer(0)),
        *_counted("ToleratedFailurePercentage", number(0.0, 100.0)),
        *_counted("ToleratedFailureCount", integer(0)),
        Field("Label", label),
        Field("ResultWriter", RESULT_WRITER),
        Field("ResultSelector", template, JSONPATH),
        Field("ResultPath", result_path, JSONPATH),
        _RESULT_OUTPUT,
        Field("Assign", assign("result")),
        *_TRANSITION,
        RETRY,
        CATCH,
    ),
    rules=(
        _next_or_end,
        exactly_one("ItemProcessor", "Iterator"),
        *_ALL_LAST,
        at_most_one("ItemSelector", "Parameters"),
        at_most_one("MaxConcurrency", "MaxConcurrencyPath"),
        at_most_one("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
        at_most_one("ToleratedFailureCount", "ToleratedFailureCountPath"),
        distributed_only,
    ),
)

PASS = Shape(
    "a Pass",
    (
        *_ANY,
        *_PATHS,
        Field("Parameters", template, JSONPATH),
        Field("Result", pass_result, JSONPATH),
        Field("ResultPath", result_path, JSONPATH),
        _OUTPUT,
        Field("Assign", assign()),
        *_TRANSITION,
    ),
    rules=(_next_or_end,),
)

WAIT = Shape(
    "a Wait",
    (
        *_ANY,
        Field("Seconds", or_expression(integer(0))),
        Field("SecondsPath", number_path, JSONPATH),
        Field("Timestamp", or_expression(timestamp)),
        Field("TimestampPath", number_path, JSONPATH),
        *_PATHS,
        _OUTPUT,
        Field("Assign", assign()),
        *_TRANSITION,
    ),
    rules=(_next_or_end, wait_group),
)

CHOICE = Shape(
    "a Choice",
    (
        *_ANY,
        Field("Choices", list_of(RULE, at_least=1)),
        Field("Default", text),
        *_PATHS,
        _OUTPUT,
        Field("Assign", assign()),
    ),
    required=("Choices",),
)

SUCCEED = Shape("a Succeed", (*_ANY, *_PATHS, _OUTPUT))

FAIL = Shape(
    "a Fail",
    (
        *_ANY,
        Field("Error", text_value),
        Field("ErrorPath", text_path, JSONPATH),
        Field("Cause", text_value),
        Field("CausePath", text_path, JSONPATH),
    ),
    rules=(at_most_one("Error", "ErrorPath"), at_most_one("Cause", "CausePath")),
)

STATES = {"Task": TASK, "Wait": WAIT, "Pass": PASS, "Succeed": SUCCEED, "Fail": FAIL, "Choice": CHOICE, "Parallel": PARALLEL, "Map": MAP}
"""In the order of AWS's message about a wrong Type."""
