"""The shapes of AWS's APIs, from botocore's service models: what a service may answer to a task.

Models are JSON that botocore installs; its loader finds them, and a service's is read when first asked for. Names are
those Step Functions shows (PascalCase), not the service's. Nothing here calls a service, and without botocore only
questions about a service that has a model raise `MissingExtra`.

Source: developer guide, "Testing state machines with TestState API", section "Mock validation modes"; texts as recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

from asl_engine.errors import MissingExtra
from asl_engine.tasks.resource import Resource
from asl_engine.tasks.service_names import is_sdk, java_member, model_of, operation_name, pascal
from asl_engine.values import Json, Pointer

if TYPE_CHECKING:
    from botocore.loaders import Loader

Shape: TypeAlias = Mapping[str, Any]
"""A shape as a service model writes it, merged with what the reference to it adds."""

POLLED = {
    ("states", "startExecution"): "DescribeExecution",
    ("athena", "startQueryExecution"): "GetQueryExecution",
    ("batch", "submitJob"): "DescribeJobs",
    ("bedrock", "createModelCustomizationJob"): "GetModelCustomizationJob",
    ("codebuild", "startBuild"): "BatchGetBuilds",
    ("codebuild", "startBuildBatch"): "BatchGetBuildBatches",
    ("databrew", "startJobRun"): "DescribeJobRun",
    ("ecs", "runTask"): "DescribeTasks",
    ("eks", "createCluster"): "DescribeCluster",
    ("eks", "deleteCluster"): "DescribeCluster",
    ("eks", "createNodegroup"): "DescribeNodegroup",
    ("eks", "deleteNodegroup"): "DescribeNodegroup",
    ("eks", "createFargateProfile"): "DescribeFargateProfile",
    ("eks", "deleteFargateProfile"): "DescribeFargateProfile",
    ("elasticmapreduce", "addStep"): "DescribeStep",
    ("elasticmapreduce", "createCluster"): "DescribeCluster",
    ("elasticmapreduce", "terminateCluster"): "DescribeCluster",
    ("emr-containers", "createVirtualCluster"): "DescribeVirtualCluster",
    ("emr-containers", "deleteVirtualCluster"): "DescribeVirtualCluster",
    ("emr-containers", "startJobRun"): "DescribeJobRun",
    ("emr-serverless", "createApplication"): "GetApplication",
    ("emr-serverless", "deleteApplication"): "GetApplication",
    ("emr-serverless", "startApplication"): "GetApplication",
    ("emr-serverless", "stopApplication"): "GetApplication",
    ("emr-serverless", "startJobRun"): "GetJobRun",
    ("glue", "startJobRun"): "GetJobRun",
    ("mediaconvert", "createJob"): "GetJob",
    ("sagemaker", "createAutoMLJob"): "DescribeAutoMLJob",
    ("sagemaker", "createHyperParameterTuningJob"): "DescribeHyperParameterTuningJob",
    ("sagemaker", "createLabelingJob"): "DescribeLabelingJob",
    ("sagemaker", "createProcessingJob"): "DescribeProcessingJob",
    ("sagemaker", "createTrainingJob"): "DescribeTrainingJob",
    ("sagemaker", "createTransformJob"): "DescribeTransformJob",
}
"""What Step Functions polls for a `.sync` job; its answer is the task's result."""

_RENAMED = {
    ("elasticmapreduce", "addStep"): "AddJobFlowSteps",
    ("elasticmapreduce", "cancelStep"): "CancelSteps",
    ("elasticmapreduce", "createCluster"): "RunJobFlow",
    ("elasticmapreduce", "modifyInstanceFleetByName"): "ModifyInstanceFleet",
    ("elasticmapreduce", "modifyInstanceGroupByName"): "ModifyInstanceGroups",
    ("elasticmapreduce", "setClusterTerminationProtection"): "SetTerminationProtection",
    ("elasticmapreduce", "terminateCluster"): "TerminateJobFlows",
}
"""APIs that Step Functions calls by a name of its own."""


OF_POLLED: dict[tuple[str, str], tuple[str | int, ...]] = {
    ("batch", "submitJob"): ("jobs", 0),
    ("ecs", "runTask"): ("tasks", 0),
    ("glue", "startJobRun"): ("JobRun",),
}
"""Where in the polled answer the task's result is, if it is not the whole of it: as recorded, and as the guide's examples show."""

OTHER_PARAMETERS = frozenset(_RENAMED) - {("elasticmapreduce", "createCluster")}
"""APIs whose parameters are Step Functions' own too."""


class Strictness(Enum):
    """Which members of a result are looked at. Developer guide, "Mock validation modes"."""

    STRICT = "STRICT"
    """Those required by the model must be there."""
    PRESENT = "PRESENT"
    """Those that are there must be right."""


@dataclass(frozen=True, slots=True)
class Model:
    """One service's model."""

    shapes: Mapping[str, Shape]
    operations: Mapping[str, Mapping[str, Any]]
    metadata: Mapping[str, Any]

    def shape(self, reference: Mapping[str, Any]) -> Shape:
        return {**self.shapes[reference["shape"]], **reference}


def folder_of(service: str) -> str | None:
    """botocore's own spelling of a service's name, whose hyphens may be missing; None if there is none. Raises `MissingExtra`."""
    return _folders().get(service.replace("-", ""))


def model(service: str) -> Model | None:
    """The model of a service by botocore's name, hyphens or not; None if it has none. Raises `MissingExtra`."""
    folder = folder_of(service)
    return None if folder is None else _read(folder)


def sent_to(resource: Resource) -> tuple[Model, Mapping[str, Any]] | None:
    """The model and the operation that a task's arguments go to; None where no model describes them. Raises `MissingExtra`."""
    service, named = model_of(resource), (resource.service, resource.api)
    found = None if service is None or named in OTHER_PARAMETERS else model(service)
    described = None if found is None else found.operations.get(_spelled(_RENAMED.get(named, operation_name(resource.api)), found))
    return None if found is None or described is None else (found, described)


def answered_by(resource: Resource) -> tuple[Model, Shape] | None:
    """The model and the shape of the answer that is the task's result; None where no model describes it. Raises `MissingExtra`."""
    service, operation = model_of(resource), result_operation(resource)
    found = None if service is None or operation is None else model(service)
    described = None if found is None or operation is None else found.operations.get(_spelled(operation, found))
    return None if found is None or described is None or "output" not in described else (found, found.shape(described["output"]))


def speller(resource: Resource) -> Callable[[str], str]:
    """How Step Functions spells members of a service's shapes in this integration."""
    return java_member if is_sdk(resource) else pascal


def result_operation(resource: Resource) -> str | None:
    """The API whose answer is the task's result; None where the result is not an API's (a callback's is the caller's)."""
    if resource.pattern == ".waitForTaskToken":
        return None
    named = (resource.service, resource.api)
    if resource.pattern in (".sync", ".sync:2"):
        return POLLED.get(named)
    return _RENAMED.get(named, operation_name(resource.api))


def has_model(resource: Resource) -> bool:
    """Whether the task's result is an API's answer that a model describes. Asks no model, so botocore is not needed."""
    return model_of(resource) is not None and result_operation(resource) is not None


def fault_of_result(resource: Resource, result: Json, strictness: Strictness) -> str | None:
    """The first thing the API would not answer, in AWS's words ("Field 'Payload' must be a string"); None when all is well.

    Members the model does not know are not looked at. Raises `MissingExtra` when botocore is needed and not installed.
    """
    answered = answered_by(resource)
    return None if answered is None else _Check(answered[0], speller(resource), strictness, (str,)).fault(answered[1], result, "")


def place_of_fault(resource: Resource, result: Json, strictness: Strictness, *, instants: tuple[type, ...] = (str,)) -> tuple[Pointer, str] | None:
    """The same for the result of a running task, with its place in it: of a job's polled answer, PRESENT looks at what the state gets.

    `instants` are the types a point in time may be given as: TestState takes texts.
    """
    answered = answered_by(resource)
    if answered is None:
        return None
    found, shape = answered
    for step in OF_POLLED.get((resource.service, resource.api), ()) if resource.pattern and strictness is not Strictness.STRICT else ():
        shape = found.shape(shape["member"] if isinstance(step, int) else shape["members"][step])
    check = _Check(found, speller(resource), strictness, instants)
    fault = check.fault(shape, result, "")
    return None if fault is None else (reduce(Pointer.__truediv__, reversed(check.way), Pointer("")), fault)


def _spelled(operation: str, found: Model) -> str:
    """The operation as the model spells it: acronyms apart, an API's name leads to one operation."""
    if operation in found.operations:
        return operation
    return next((name for name in found.operations if name.lower() == operation.lower()), operation)


class _Check:
    """One walk over a value along a shape, in the model's order of members."""

    __slots__ = ("_instants", "_model", "_shown", "_strictness", "way")

    def __init__(self, found: Model, shown: Callable[[str], str], strictness: Strictness, instants: tuple[type, ...]) -> None:
        self.way: list[str | int] = []
        """The steps to the fault, the last one first."""
        self._instants = instants
        self._model = found
        self._shown = shown
        self._strictness = strictness

    def fault(self, shape: Shape, value: Json, field: str) -> str | None:
        match shape["type"]:
            case "structure":
                return self._structure(shape, value, field)
            case "list":
                return self._list(shape, value, field)
            case "map":
                return self._map(shape, value, field)
            case "timestamp" if type(value) in self._instants and not isinstance(value, str):
                return None
            case "string" | "blob" | "timestamp":
                return _text(shape, value, field)
            case "boolean":
                return None if isinstance(value, bool) else f"Field '{field}' must be a boolean"
            case "integer" | "long" | "short" | "float" | "double" | "bigdecimal" | "biginteger":
                return _number(shape, value, field)
            case _:
                return None

    def _structure(self, shape: Shape, value: Json, field: str) -> str | None:
        if shape.get("document") or shape.get("eventstream"):
            return None
        if not isinstance(value, dict):
            return f"Field '{field}' must be an object"
        required = frozenset(shape.get("required", ())) if self._strictness is Strictness.STRICT else frozenset()
        for name, reference in shape.get("members", {}).items():
            shown = self._shown(name)
            if shown in value:
                fault = self.fault(self._model.shape(reference), value[shown], shown)
                if fault is not None:
                    self.way.append(shown)
                    return fault
            elif name in required:
                self.way.append(shown)
                return f"Required field '{shown}' is missing"
        return None

    def _list(self, shape: Shape, value: Json, field: str) -> str | None:
        if not isinstance(value, list):
            return f"Field '{field}' must be an array"
        element = self._model.shape(shape["member"])
        return _size(shape, len(value), field) or self._first((index, self.fault(element, member, field)) for index, member in enumerate(value))

    def _map(self, shape: Shape, value: Json, field: str) -> str | None:
        if not isinstance(value, dict):
            return f"Field '{field}' must be an object"
        element = self._model.shape(shape["value"])
        return _size(shape, len(value), field) or self._first((key, self.fault(element, member, key)) for key, member in value.items())

    def _first(self, faults: Iterable[tuple[str | int, str | None]]) -> str | None:
        for step, fault in faults:
            if fault is not None:
                self.way.append(step)
                return fault
        return None


def _text(shape: Shape, value: Json, field: str) -> str | None:
    """Strings; blobs and instants too are texts to Step Functions. `jsonvalue` strings may be written as what they say."""
    if shape.get("jsonvalue") and not isinstance(value, str):
        return None
    if not isinstance(value, str):
        return f"Field '{field}' must be a string"
    if "enum" in shape and value not in shape["enum"]:
        return f"Field '{field}' is not an expected value"
    return _size(shape, len(value), field)


def _size(shape: Shape, size: int, field: str) -> str | None:
    if size < shape.get("min", 0):
        return f"Field '{field}' is smaller than the minimum length"
    if size > shape.get("max", math.inf):
        return f"Field '{field}' exceeds the maximum length"
    return None


def _number(shape: Shape, value: Json, field: str) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"Field '{field}' must be a number"
    if value < shape.get("min", -math.inf):
        return f"Field '{field}' is less than the minimum value"
    if value > shape.get("max", math.inf):
        return f"Field '{field}' exceeds the maximum value"
    return None


# ---------------------------------------------------------------- botocore


@cache
def _loader() -> Loader:
    try:
        from botocore.loaders import Loader
    except ImportError:
        raise MissingExtra("the models of AWS's services come with botocore: pip install 'asl-engine[aws]'") from None
    return Loader()


@cache
def _folders() -> Mapping[str, str]:
    """Every service's name without hyphens to botocore's."""
    return {name.replace("-", ""): name for name in _loader().list_available_services("service-2")}


@cache
def _read(folder: str) -> Model:
    read = _loader().load_service_model(folder, "service-2")
    return Model(read["shapes"], read["operations"], read["metadata"])
