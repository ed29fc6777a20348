"""`AwsTasks`: AWS's services in this process, as Step Functions' integrations see them. Needs the extra "aws".

    aws = AwsTasks(given={"dynamodb": {"orders": {"key": "id", "items": [{"id": "o-1", "total": 7}]}}})
    execution = asl.run(program, {"id": "o-1"}, tasks=asl.FirstOf(mocks, aws))
    assert aws.table("orders").item(id="o-1")["status"] == "PAID"

moto plays the services; this module is the part of AWS between a Task state and a service: names and casing of
arguments and results, names and causes of errors, what `.sync` waits for and `.waitForTaskToken` hands in. Functions
and nested executions are not played, since moto would invent their results: mocks and `Machines` answer those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asl_engine.errors import MockError
from asl_engine.tasks import aws_corrections as corrections
from asl_engine.tasks.answers import Declined
from asl_engine.tasks.aws_given import establish
from asl_engine.tasks.aws_jobs import JOBS, POLLS, at
from asl_engine.tasks.aws_shapes import request_of, result_of
from asl_engine.tasks.aws_views import Bucket, Bus, Queue, Table, Topic, plain_text
from asl_engine.tasks.aws_world import Unserved, World
from asl_engine.tasks.compose import Checked, as_runtime
from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, TaskFailure, Tasks, Unanswered
from asl_engine.tasks.service_answers import WITHOUT_METADATA, accepting, metadata
from asl_engine.tasks.service_arguments import check_arguments, spelled
from asl_engine.tasks.service_models import OF_POLLED, POLLED, Model, folder_of, sent_to
from asl_engine.tasks.service_names import CALLBACK, cause_text, error_name, is_sdk, model_of
from asl_engine.values import Json, json_text

_START = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the virtual clock begins, too."""
_FUNCTIONS = "what a function answers is for a mock to say: mocks.state({state}).returns({{…}})"
_MACHINES = "moto would invent what a machine answers; run it for real: asl.Machines({{arn: program}}, tasks=…), in scenario files `machines`"
_TOKENS = "the tokens of this run are answered by mocks, not by moto"
_NOT_PLAYED: dict[tuple[str, str], str] = {
    ("lambda", "invoke"): _FUNCTIONS,
    ("lambda", "invokeAsync"): _FUNCTIONS,
    ("stepfunctions", "startExecution"): _MACHINES,
    ("stepfunctions", "startSyncExecution"): _MACHINES,
    ("stepfunctions", "sendTaskSuccess"): _TOKENS,
    ("stepfunctions", "sendTaskFailure"): _TOKENS,
    ("stepfunctions", "sendTaskHeartbeat"): _TOKENS,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One call that a service took."""

    service: str
    """botocore's name: "sns"."""
    operation: str
    """"Publish"."""
    arguments: Mapping[str, Any]
    """In the service's own names."""
    answer: Mapping[str, Any]


class AwsTasks(Checked):
    """A task runtime: service integrations answered by moto, in a world of its own. Take a fresh one for every run.

    `given` says what exists before the run (see `aws_given`). `tokens` is asked how a `.waitForTaskToken` task ends,
    after its call was made; without it nobody answers the token. `seed` draws the ids. What is no service
    integration, or not played, is declined, so that `FirstOf` asks the next runtime. Raises `ServiceArgumentsError`
    for arguments the service does not take, `MissingExtra` without moto.
    """

    def __init__(
        self, given: Mapping[str, Any] | None = None, *, tokens: Tasks = None, seed: int = 0, region: str = "us-east-1", account: str = "123456789012"
    ) -> None:
        self._world = World(seed=seed, region=region, account=account)
        self._now = _START
        self._tokens = None if tokens is None else as_runtime(tokens)
        self.sent: list[Sent] = []
        """What services took from tasks, in order."""
        establish(self, given or {})

    # ---------------------------------------------------------------- what a run sees

    def perform(self, call: TaskCall) -> Outcome:
        resource = call.resource
        found = sent_to(resource)
        if found is None:
            raise Declined(call, hint=f"AwsTasks plays AWS's services, and no model describes {resource}" if resource.kind == "service" else None)
        model, operation = found
        if hint := _NOT_PLAYED.get((str(model_of(resource)), resource.api)):
            raise Declined(call, hint=f"AwsTasks: {hint.format(state=json_text(call.state_name))}")
        check_arguments(call)
        self._now = call.at
        try:
            return self._outcome(call, model, operation)
        except Unserved as unserved:
            raise Declined(call, hint=f"AwsTasks: {unserved}; a mock can answer it: mocks.state({json_text(call.state_name)}).returns({{…}})") from None

    def _outcome(self, call: TaskCall, model: Model, operation: Mapping[str, Any]) -> Outcome:
        resource = call.resource
        shape = model.shape(operation["input"]) if "input" in operation else {"type": "structure"}
        if failure := _null_members(resource, model, shape, call.arguments):
            return failure
        sent = request_of(model, shape, call.arguments or {}, resource)
        try:
            told = self.ask(str(model_of(resource)), operation["name"], sent)
            self.sent.append(Sent(str(folder_of(str(model_of(resource)))), operation["name"], sent, told))
            accepted = self._result(accepting(resource), model, operation, told)
            if not resource.pattern:
                return _entries_failed(resource, accepted) or Succeeded(accepted)
            if resource.pattern == CALLBACK:
                return self._token(call, accepted)
            return self._job(call, model, sent, told, accepted)
        except ServiceError as error:
            return error.outcome(resource, model)

    def _result(self, resource: Resource, model: Model, operation: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Json]:
        result = result_of(model, model.shape(operation["output"]), told, resource) if "output" in operation else {}
        if is_sdk(resource) or (resource.service, resource.api) in WITHOUT_METADATA:
            return result
        about = told["ResponseMetadata"]
        return result | metadata(about.get("HTTPStatusCode", 200), about.get("HTTPHeaders", {}), about.get("RequestId", ""))

    def _token(self, call: TaskCall, accepted: Json) -> Outcome:
        if self._tokens is None:
            return Unanswered(submitted=accepted)
        ended = self._tokens.perform(call)
        ended = type(ended)(**{name: getattr(ended, name) for name in ended.__dataclass_fields__} | {"submitted": accepted})
        return ended

    def _job(self, call: TaskCall, model: Model, sent: Mapping[str, Any], told: Mapping[str, Any], accepted: Json) -> Outcome:
        resource = call.resource
        named = (resource.service, resource.api)
        job, polled = JOBS.get(named), model.operations.get(POLLED.get(named, ""))
        if job is None or polled is None:
            raise Unserved(f"what {resource} waits for is not known here")
        for _ in range(POLLS):
            answer = self.ask(str(model_of(resource)), polled["name"], job.asks(sent, told))
            found: Any = answer
            shape = model.shape(polled["output"])
            for step in OF_POLLED.get(named, ()):
                found = found[step]
                shape = model.shape(shape["member"] if isinstance(step, int) else shape["members"][step])
            if job.wrapped is not None:
                listed, single = job.wrapped
                found = {single: found[listed][0]}
                shape = {"type": "structure", "members": {single: model.shape(shape["members"][listed])["member"]}}
            status = at(found, job.status)
            if status in job.succeeded:
                return Succeeded(result_of(model, shape, found, resource), submitted=accepted)
            if status in job.failed:
                cause = json_text(dict(sorted(result_of(model, shape, found, resource).items())))
                return Failed("States.TaskFailed", cause, submitted=accepted)
        raise Unserved(f"the job of {resource} does not end in moto: it is {status}")

    # ---------------------------------------------------------------- what stands behind it

    def ask(self, service: str, operation: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Calls an API with botocore's names. Raises `ServiceError` when the service refuses, `Unserved` when moto has no such API."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        named = folder_of(service) or service
        client = self._world.client(named)
        try:
            taken, refused = corrections.held_back(named, operation, sent)
            with self._world.entered(self._now):
                answer: dict[str, Any] = {"ResponseMetadata": {}}
                if not refused or taken["Entries"]:
                    answer = getattr(client, xform_name(operation))(**taken)
                if hasattr(answer.get("Body"), "read"):
                    answer["Body"] = answer["Body"].read()
        except ClientError as error:
            raise refused_by(named, operation, error.response) from None
        except corrections.Refused as error:
            raise ServiceError(operation, error.code, error.message) from None
        except (BotoCoreError, Unserved) as error:
            raise Unserved(str(error)) from None
        except NotImplementedError:
            raise Unserved(f"moto has no {service}:{operation}") from None
        except Exception as error:
            raise MockError(
                f"moto failed at {service}:{operation} with {json_text(_shown(sent))}: {type(error).__name__}: {error}\n  a mock of the state can answer it"
            ) from error
        return corrections.completed(named, operation, sent, answer, refused)

    def call(self, api: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """What `aws-sdk:SERVICE:API` gives outside a run: `aws.call("kms:createKey")`. Raises `TaskFailure` as a task would fail."""
        resource = parse_resource(f"arn:aws:states:::aws-sdk:{api}")
        outcome = self.perform(TaskCall(resource, dict(arguments or {}), api, (), 0, self._now, None, {}))
        if isinstance(outcome, Failed):
            raise TaskFailure(outcome.error, outcome.cause)
        return outcome.output if isinstance(outcome, Succeeded) else None

    def table(self, name: str) -> Table:
        """A DynamoDB table: `aws.table("orders").item(id="o-1")`."""
        return Table(self, name)

    def bucket(self, name: str) -> Bucket:
        """An S3 bucket: `aws.bucket("uploads").objects`."""
        return Bucket(self, name)

    def queue(self, name: str) -> Queue:
        """An SQS queue: `aws.queue("receipts").messages`."""
        return Queue(self, name)

    def topic(self, name: str) -> Topic:
        """An SNS topic: `aws.topic("alerts").published`."""
        return Topic(self, name)

    def bus(self, name: str = "default") -> Bus:
        """An EventBridge bus: `aws.bus().events`."""
        return Bus(self, name)

    def secret(self, name: str) -> Json:
        """A secret of Secrets Manager; JSON text as what it says."""
        return plain_text(self.ask("secretsmanager", "GetSecretValue", {"SecretId": name})["SecretString"])

    def parameter(self, name: str) -> str:
        """A parameter of SSM's store."""
        return str(self.ask("ssm", "GetParameter", {"Name": name, "WithDecryption": True})["Parameter"]["Value"])

    @property
    def account(self) -> str:
        return self._world.account

    @property
    def region(self) -> str:
        return self._world.region


class ServiceError(Exception):
    """A service refused a call."""

    def __init__(self, operation: str, code: str, message: str, *, status: int = 400, request_id: str = "offline", told: str = "") -> None:
        super().__init__(message)
        self.operation = operation
        self.code = code
        """The name of the error in the service's model, if it has one there."""
        self.told = told or code
        """The code in the cause, which for services that were once called by query is another."""
        self.message = message
        self.status = status
        self.request_id = request_id

    def outcome(self, resource: Resource, model: Model) -> Failed:
        """The failure as the integration names it."""
        service_id = str(model.metadata.get("serviceId", ""))
        cause = cause_text(resource, service_id, self.message, status=self.status, code=self.told, request_id=self.request_id)
        return Failed(error_name(resource, service_id, self._modelled(model)), cause)

    def _modelled(self, model: Model) -> str | None:
        for name, shape in model.shapes.items():
            if shape.get("exception") and self.code in (name, shape.get("error", {}).get("code")):
                return name
        declared = [error["shape"] for error in model.operations.get(self.operation, {}).get("errors", ())]
        # An answer to HEAD has no body to name the error in; the SDK takes the one there can be.
        return str(declared[0]) if self.code == str(self.status) and len(declared) == 1 else None


def refused_by(service: str, operation: str, response: Any) -> ServiceError:
    """botocore's error response as an exception of ours."""
    error, about = response.get("Error", {}), response.get("ResponseMetadata", {})
    told = str(error.get("Code", ""))
    code, message = corrections.refusal(service, str(error.get("QueryErrorCode") or told), str(error.get("Message", "")))
    status, request_id = int(about.get("HTTPStatusCode", 400)), str(about.get("RequestId", ""))
    return ServiceError(operation, code, message, told=told if "QueryErrorCode" in error else code, status=status, request_id=request_id)


def _null_members(resource: Resource, model: Model, shape: Mapping[str, Any], arguments: Any) -> Failed | None:
    """A required member whose value turned out to be null is sent as none, and the service refuses; as recorded."""
    names = spelled(tuple(shape.get("members", {})))
    nulls = [names[name] for name, value in (arguments or {}).items() if value is None and names.get(name) in shape.get("required", ())]
    if not nulls:
        return None
    faults = [f"Value null at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint: Member must not be null" for name in nulls]
    text = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: {'; '.join(faults)}"
    service_id = str(model.metadata.get("serviceId", ""))
    return Failed(error_name(resource, service_id, None), cause_text(resource, service_id, text, status=400, code="ValidationException", request_id="offline"))


def _entries_failed(resource: Resource, result: Mapping[str, Json]) -> Failed | None:
    """The optimised integration fails when any event was not taken. Developer guide, "Add EventBridge events"."""
    if is_sdk(resource) or resource.api != "putEvents" or not result.get("FailedEntryCount"):
        return None
    return Failed("EventBridge.FailedEntry", json_text({"Entries": result.get("Entries"), "FailedEntryCount": result["FailedEntryCount"]}))


def _shown(sent: Mapping[str, Any]) -> Json:
    return {name: value if isinstance(value, (str, int, float, bool)) else str(value)[:100] for name, value in sent.items()}
