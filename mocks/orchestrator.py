"""The world around `definitions/orchestrator`: two DynamoDB tables and, behind a proxy function, two services.

    world = Orchestrator(build_polls=3)
    execution = asl.run(program, request, tasks=world.mocks)
    world.status.get(account_id="210987654321", resource="role#payments-reader")

For `asl run --mock mocks.orchestrator[:name]` every function at the end makes one world.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import asl_engine as asl
from mocks.dynamodb import DynamoDB, Table

PROXY = "*iam_role_orchestrator_proxy*"


@dataclass
class Service:
    """A service that takes a job and is then asked how it is doing. It is `IN_PROGRESS` for some polls, then it ends."""

    polls: int
    ends: str
    jobs: dict[str, int] = field(default_factory=dict)
    """How often each job was asked for."""

    def accept(self, prefix: str) -> str:
        job = f"{prefix}-{len(self.jobs) + 1}"
        self.jobs[job] = 0
        return job

    def status(self, job: str) -> str:
        if job not in self.jobs:
            raise asl.TaskFailure("CustomNonRetryableError", f"404: there is no {job}")
        self.jobs[job] += 1
        return "IN_PROGRESS" if self.jobs[job] < self.polls else self.ends


class Orchestrator:
    """One world, for one execution.

    `build_polls` and `adlds_polls` say at which poll the service has ended, `build_ends` and `adlds_ends` how.
    `refuses` maps "METHOD path" ("POST adlds-creation") to the error the proxy raises, `stumbles` to how often it
    fails there with a passing error before it works. `throttled` is how often DynamoDB is, at first.
    """

    def __init__(
        self,
        *,
        build_polls: int = 3,
        build_ends: str = "SUCCEEDED",
        adlds_polls: int = 2,
        adlds_ends: str = "COMPLETED",
        refuses: dict[str, str] | None = None,
        stumbles: dict[str, int] | None = None,
        throttled: int = 0,
    ) -> None:
        self.status = Table("account_id", "resource")
        self.history = Table("request_id")
        self.builds = Service(build_polls, build_ends)
        self.adlds = Service(adlds_polls, adlds_ends)
        self.refuses = dict(refuses or {})
        self.stumbles = dict(stumbles or {})
        self.throttled = throttled
        tables = DynamoDB(iam_orchestrator_execution_status=self.status, iam_orchestrator_request_history=self.history)
        self.mocks = asl.Mocks()
        if throttled:
            error = "DynamoDB.ProvisionedThroughputExceededException"
            self.mocks.resource("arn:aws:states:::dynamodb:*").throws(error, "The level of configured provisioned throughput was exceeded.", times=throttled)
        self.mocks.resource("arn:aws:states:::dynamodb:*").served_by(tables)
        self.mocks.resource(PROXY).always(self.proxy)

    def proxy(self, call: asl.TaskCall) -> dict[str, Any]:
        """The proxy function: sends an HTTP request on, raises for what is no success."""
        request = call.arguments["Payload"]
        action, _, job = request["url"].split("/v1/", 1)[1].partition("/")
        route = f"{request['method']} {action}"
        if route in self.refuses:
            raise asl.TaskFailure(self.refuses[route], f"403: {route} is not allowed")
        if self.stumbles.get(route, 0):
            self.stumbles[route] -= 1
            raise asl.TaskFailure("ProxyTimeout", f"504: {route} took too long")
        return {"statusCode": 200, "body": self._answer(route, job)}

    def _answer(self, route: str, job: str) -> dict[str, Any]:
        match route:
            case "POST build":
                return {"build_id": self.builds.accept("build")}
            case "GET build":
                status = self.builds.status(job)
                return {"build_status": status, "can_retry": status == "IN_PROGRESS"}
            case "POST adlds-creation":
                return {"correlationId": self.adlds.accept("adlds")}
            case "GET status":
                status = self.adlds.status(job)
                return {"status": status, "message": f"the group is {status}"} | ({"error": "no such entitlement"} if status == "FAILED" else {})
        raise asl.TaskFailure("CustomNonRetryableError", f"404: there is no {route}")


def world(**behaviour: Any) -> asl.Mocks:
    """What `Orchestrator` takes, for scenario files: `tasks: {use: mocks.orchestrator:world, with: {build_polls: 30}}`."""
    return Orchestrator(**behaviour).mocks


def mocks() -> asl.Mocks:
    """Everything works: the build at its third poll, the group at its second."""
    return Orchestrator().mocks


def slow_build() -> asl.Mocks:
    """The build takes half an hour."""
    return Orchestrator(build_polls=30).mocks


def stumbling() -> asl.Mocks:
    """DynamoDB is throttled once and the proxy times out twice: retries help."""
    return Orchestrator(throttled=1, stumbles={"POST build": 2}).mocks


def build_fails() -> asl.Mocks:
    """The build ends FAILED."""
    return Orchestrator(build_ends="FAILED").mocks


def adlds_fails() -> asl.Mocks:
    """The role is built; the group ends FAILED."""
    return Orchestrator(adlds_ends="FAILED").mocks


def adlds_refused() -> asl.Mocks:
    """The role is built; the group may not even be requested."""
    return Orchestrator(refuses={"POST adlds-creation": "CustomNonRetryableError"}).mocks
