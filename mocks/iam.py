"""Users of IAM and the policies attached to them, for `definitions/examples/should-i-deploy` and `create-user`.

    tasks: {use: "mocks.iam:users", with: {pipeline: [AWSDenyAll]}}

Refuses what IAM refuses, by the names the SDK integration gives: a policy that is not attached cannot be detached,
a user with policies cannot be deleted, and a new user cannot be used by everybody at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asl_engine as asl

MANAGED = "arn:aws:iam::aws:policy/"


class Iam:
    """Answers `arn:aws:states:::aws-sdk:iam:*`. `settling` is for how many attachments a new user is not there yet."""

    def __init__(self, users: dict[str, list[str]], *, settling: int = 0) -> None:
        self.users = users
        self.settling = settling
        self.unsettled: dict[str, int] = {}

    def create_user(self, call: asl.TaskCall) -> dict[str, Any]:
        name = call.arguments["UserName"]
        if name in self.users:
            raise _failure("EntityAlreadyExists", f"User with name {name} already exists.", status=409)
        self.users[name] = []
        self.unsettled[name] = self.settling
        return {
            "User": {
                "UserName": name,
                "Arn": f"arn:aws:iam::123456789012:user/{name}",
                "UserId": "AIDACKCEVSQ6C2EXAMPLE",
                "Path": "/",
                "CreateDate": call.at.isoformat(),
            }
        }

    def delete_user(self, call: asl.TaskCall) -> dict[str, Any]:
        if self._policies(call):
            raise _failure("DeleteConflict", "Cannot delete entity, must detach all policies first.", status=409)
        del self.users[call.arguments["UserName"]]
        return {}

    def attach_user_policy(self, call: asl.TaskCall) -> dict[str, Any]:
        name, policy = call.arguments["UserName"], call.arguments["PolicyArn"]
        policies = self._policies(call)
        if self.unsettled.get(name, 0):
            self.unsettled[name] -= 1
            raise _unknown_user(name)
        if policy not in policies:
            policies.append(policy)
        return {}

    def detach_user_policy(self, call: asl.TaskCall) -> dict[str, Any]:
        policy = call.arguments["PolicyArn"]
        if policy not in self._policies(call):
            raise _failure("NoSuchEntity", f"Policy {policy} was not found.", status=404)
        self._policies(call).remove(policy)
        return {}

    def list_attached_user_policies(self, call: asl.TaskCall) -> dict[str, Any]:
        return {"AttachedPolicies": [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in self._policies(call)], "IsTruncated": False}

    def _policies(self, call: asl.TaskCall) -> list[str]:
        name = call.arguments["UserName"]
        if name not in self.users:
            raise _unknown_user(name)
        return self.users[name]


def _unknown_user(name: str) -> asl.TaskFailure:
    return _failure("NoSuchEntity", f"The user with name {name} cannot be found.", status=404)


def _failure(code: str, message: str, *, status: int) -> asl.TaskFailure:
    return asl.TaskFailure(f"Iam.{code}Exception", f"{message} (Service: Iam, Status Code: {status}, Request ID: REQUEST)")


def users(settling: int = 0, **policies: Sequence[str]) -> asl.Mocks:
    """Users by name, each with the names of the managed policies it has."""
    found = asl.Mocks()
    found.resource("arn:aws:states:::aws-sdk:iam:*").served_by(
        Iam({user: [MANAGED + name for name in names] for user, names in policies.items()}, settling=settling)
    )
    return found


def red_light() -> asl.Mocks:
    """It is no day to deploy, and the pipeline still may."""
    found = users(pipeline=["PowerUserAccess"])
    found.resource("arn:aws:states:::http:invoke").always(
        {"StatusCode": 200, "StatusText": "OK", "Headers": {}, "ResponseBody": {"shouldideploy": False, "message": "It's Friday!"}}
    )
    return found


def approving() -> asl.Mocks:
    """The manager says yes, as a developer, after lunch; the new user takes a moment to be known."""
    found = users(settling=2)
    found.resource("arn:aws:states:::sns:publish.waitForTaskToken").returns({"admin": False}, after="90m", submitted={"MessageId": "mail"})
    return found
