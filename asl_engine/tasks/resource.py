"""What a Task's `Resource` names: service, API and integration pattern, read from the ARN as written.

Source: Step Functions developer guide, "Integrating services"; ARN forms in the API reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_INTEGRATION = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):states:(?P<region>[^:]*):(?P<account>[^:]*):(?P<service>(?:aws-sdk:)?[A-Za-z0-9-]+):(?P<api>[A-Za-z0-9]+)(?P<pattern>\.sync:2|\.sync|\.waitForTaskToken)?$"
)
_ACTIVITY = re.compile(r"arn:aws[a-z-]*:states:[^:]+:[^:]+:activity:.+$")
_NAMED_AFTER_ACTIVITY = re.compile(r"activity([._-]?(arn|id))?\W*$", re.IGNORECASE)
"""A placeholder nobody filled, "${ApprovalActivityArn}": all that is known of it is its name."""
_LAMBDA = re.compile(r"arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:.+$")


@dataclass(frozen=True, slots=True)
class Resource:
    """`str(resource)` is the ARN as written."""

    arn: str
    kind: str
    """"lambda" (a function's ARN), "activity", "service" (an integration), or "unknown": an opaque placeholder, called like a Lambda function
    (one that is named after an activity is an activity)."""
    service: str
    """resourceType in AWS's events: "dynamodb", "aws-sdk:s3", "states"; "" unless kind is "service"."""
    api: str
    """The API name without pattern: "putItem"; "" unless kind is "service"."""
    pattern: str
    """"" (request-response), ".sync", ".sync:2" or ".waitForTaskToken"."""

    @property
    def action(self) -> str:
        """`resource` in AWS's events: the API with its pattern, "sendMessage.waitForTaskToken"."""
        return self.api + self.pattern

    @property
    def waits(self) -> bool:
        """Whether the service first accepts the work (TaskSubmitted) and finishes it later."""
        return bool(self.pattern)

    @property
    def has_token(self) -> bool:
        """Whether the Context object carries Task.Token."""
        return bool(self.pattern) or self.kind == "activity"

    def __str__(self) -> str:
        return self.arn


@lru_cache(maxsize=4096)
def parse_resource(arn: str) -> Resource:
    """Never fails: what is no known form is of kind "unknown" (validation refuses it, unless it is a placeholder)."""
    if _ACTIVITY.match(arn):
        return Resource(arn, "activity", "", "", "")
    if _LAMBDA.match(arn):
        return Resource(arn, "lambda", "", "", "")
    if not arn.startswith("arn:") and _NAMED_AFTER_ACTIVITY.search(arn):
        return Resource(arn, "activity", "", "", "")
    if found := _INTEGRATION.match(arn):
        return Resource(arn, "service", found["service"], found["api"], found["pattern"] or "")
    return Resource(arn, "unknown", "", "", "")
