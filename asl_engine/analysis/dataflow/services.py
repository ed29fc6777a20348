"""What tasks answer, as far as the definition alone says it. Source: developer guide, "Integrating services"; as recorded.

Only what an integration adds or wraps by itself stands here; the shapes of AWS's APIs are given by whoever knows their models.
"""

from __future__ import annotations

from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    ANYTHING_OR_NOTHING,
    NUMBER,
    OPEN_OBJECT,
    PERHAPS_NOTHING,
    TEXT,
    UNLISTED,
    Shape,
    array_of,
    join,
    object_of,
)
from asl_engine.analysis.dataflow.walk import Walk, result_of
from asl_engine.analysis.provenance_states import Members, members
from asl_engine.tasks.resource import parse_resource

_METADATA = {"SdkHttpMetadata": OPEN_OBJECT, "SdkResponseMetadata": OPEN_OBJECT}
_LAMBDA = object_of(
    {
        "ExecutedVersion": TEXT,
        "Payload": ANYTHING,
        "StatusCode": NUMBER,
        "FunctionError": join(TEXT, PERHAPS_NOTHING),
        "LogResult": join(TEXT, PERHAPS_NOTHING),
        **_METADATA,
    }
)
"""What lambda:invoke wraps the function's answer in."""
_CHILD = object_of({"Input": join(TEXT, PERHAPS_NOTHING), "Output": join(TEXT, PERHAPS_NOTHING)}, ANYTHING_OR_NOTHING)
"""What states:startExecution.sync answers: the child's data are text. With .sync:2 they are JSON."""
_HTTP = object_of({"Headers": OPEN_OBJECT, "ResponseBody": ANYTHING_OR_NOTHING, "StatusCode": NUMBER, "StatusText": TEXT}, UNLISTED)
"""What http:invoke and apigateway:invoke answer; without a body if the response had none."""
_MAP_RUN = object_of({"MapRunArn": TEXT, "ResultWriterDetails": object_of({"Bucket": TEXT, "Key": TEXT})})


def task_result(walk: Walk, name: str, state: Members) -> Shape:
    """The result of a Task state; anything where nobody says more."""
    resource = state.get("Resource")
    told = result_of(walk, name, resource)
    if told is not None:
        return told
    if not isinstance(resource, str):
        return ANYTHING
    parsed = parse_resource(resource)
    if parsed.kind != "service":
        return ANYTHING
    if (parsed.service, parsed.action) == ("lambda", "invoke"):
        return _LAMBDA
    if parsed.service in ("http", "apigateway") and parsed.action == "invoke" and not parsed.pattern:
        return _HTTP
    if (parsed.service, parsed.action) == ("states", "startExecution.sync"):
        return _CHILD
    if parsed.pattern or walk.service_shapes is None or state.get("ResultPath", "") is None:
        return ANYTHING
    return walk.service_shapes(parsed) or ANYTHING


def map_result(state: Members, outputs: Shape) -> Shape:
    """The result of a Map state: an array of what its iterations end with, or where a ResultWriter put them."""
    writer = members(state.get("ResultWriter"))
    if "Resource" in writer:
        return _MAP_RUN
    config = members(members(state.get("ItemProcessor", state.get("Iterator"))).get("ProcessorConfig"))
    if writer or config.get("Mode") == "DISTRIBUTED":
        return ANYTHING if writer else array_of(join(outputs.present, ANYTHING) if _tolerates(state) else outputs.present)
    return array_of(outputs.present)


def _tolerates(state: Members) -> bool:
    """Whether iterations may fail and the Map succeed."""
    return any(field.startswith("Tolerated") for field in state)
