"""Which services and APIs Step Functions can call: the AWS SDK's, from a generated table, and the optimised ones.

Sources: developer guide, "Integrating services" and "Optimized integrations"; for `aws-sdk`, botocore's service
models (tools/service_table.py). Where the guide's list of an optimised service is open-ended, any API is let pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

REQUEST, JOB, CALLBACK = "", ".sync", ".waitForTaskToken"

OPTIMISED: dict[str, dict[str, tuple[str, ...]]] = {
    "lambda": {"invoke": (REQUEST, CALLBACK)},
    "states": {"startExecution": (REQUEST, JOB, ".sync:2", CALLBACK)},
    "dynamodb": dict.fromkeys(("getItem", "putItem", "updateItem", "deleteItem"), (REQUEST,)),
    "sqs": {"sendMessage": (REQUEST, CALLBACK)},
    "sns": {"publish": (REQUEST, CALLBACK)},
    "events": {"putEvents": (REQUEST, CALLBACK)},
    "apigateway": {"invoke": (REQUEST, CALLBACK)},
    "http": {"invoke": (REQUEST,)},
    "ecs": {"runTask": (REQUEST, JOB, CALLBACK)},
    "batch": {"submitJob": (REQUEST, JOB)},
    "glue": {"startJobRun": (REQUEST, JOB)},
    "databrew": {"startJobRun": (REQUEST, JOB)},
    "mediaconvert": {"createJob": (REQUEST, JOB)},
    "athena": {
        "startQueryExecution": (REQUEST, JOB),
        **dict.fromkeys(("stopQueryExecution", "getQueryExecution", "getQueryResults"), (REQUEST,)),
    },
}
"""Service -> API -> the integration patterns it knows."""

OPEN_ENDED: dict[str, tuple[str, ...]] = {
    "codebuild": (REQUEST, JOB),
    "sagemaker": (REQUEST, JOB),
    "elasticmapreduce": (REQUEST, JOB),
    "emr-containers": (REQUEST, JOB),
    "emr-serverless": (REQUEST, JOB),
    "eks": (REQUEST, JOB, CALLBACK),
    "bedrock": (REQUEST, JOB, CALLBACK),
    "bedrock-agentcore": (REQUEST,),
}
"""Service -> the integration patterns that some of its APIs know; the guide does not list all of them."""

DATASETS = {"s3": ("getObject", "listObjectsV2", "putObject")}
"""What only an ItemReader or a ResultWriter can name."""


Suggest = Callable[[str, Collection[str]], "str | None"]
"""(a name, the names there are) -> the hint that names the nearest, or None."""


def refusal_of_optimised(service: str, api: str, pattern: str, suggest: Suggest) -> str | None:
    """None if Step Functions knows the call; else a hint, "" when there is nothing to suggest."""
    if service in OPEN_ENDED:
        return None if pattern in OPEN_ENDED[service] else _patterns(OPEN_ENDED[service])
    apis = OPTIMISED.get(service)
    if apis is None:
        return suggest(service, [*OPTIMISED, *OPEN_ENDED]) or f"other services are called as aws-sdk:{service}:{api}"
    patterns = apis.get(api)
    if patterns is None:
        return suggest(api, apis) or f"{service} knows {', '.join(apis)} here; other APIs are called as aws-sdk:{service}:{api}"
    return None if pattern in patterns else _patterns(patterns)


def refusal_of_sdk(service: str, api: str, pattern: str, suggest: Suggest) -> str | None:
    """The same for `aws-sdk:SERVICE:API`, which knows request-response and callback."""
    apis = sdk_apis(service)
    if apis is None:
        return suggest(service, _table()) or ""
    # Where an acronym ends is the SDK's secret (getSMSAttributes), so only the first letter's case is held to.
    if api[:1].isupper() or api.lower() not in (known.lower() for known in apis):
        return suggest(api, apis) or ""
    return None if pattern in (REQUEST, CALLBACK) else _patterns((REQUEST, CALLBACK))


def sdk_apis(service: str) -> tuple[str, ...] | None:
    """The APIs of an SDK service, or None if there is no such service."""
    line = _table().get(service)
    return tuple(line.split()) if line is not None else None


def _patterns(patterns: tuple[str, ...]) -> str:
    return "it can be called as " + ", ".join(pattern or "request-response (no suffix)" for pattern in patterns)


@cache
def _table() -> dict[str, str]:
    """Service -> its APIs, blank between. Read when first needed: most definitions call no SDK service."""
    import gzip
    from importlib.resources import files

    packed = files("asl_engine.syntax").joinpath("services.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#") and " " in line)
