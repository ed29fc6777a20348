"""What one AWS service is called by whom: Step Functions, botocore, and the two SDKs whose names its errors carry.

An optimised integration names its errors as the AWS SDK for Java 1 does ("DynamoDB.", "AmazonDynamoDBException"), an
`aws-sdk` integration as the SDK for Java 2 does ("DynamoDb.", "DynamoDbException"), members of results included.
Sources: developer guide, "Integrating services" and "Error names"; the naming rules of both SDKs; as recorded.
Names only: nothing here knows a service's model, and botocore need not be installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from asl_engine.tasks.resource import Resource

SDK = "aws-sdk:"
CALLBACK = ".waitForTaskToken"


@dataclass(frozen=True, slots=True)
class Optimised:
    """The names of one service with optimised integrations."""

    model: str
    """botocore's name of the service."""
    prefix: str
    """What its errors begin with."""
    client: str
    """What the SDK for Java 1 calls the service in a cause, and before "Exception" for an error without a class."""
    service: str = ""
    """The name in a cause, where it differs from `client`."""

    @property
    def in_causes(self) -> str:
        return self.service or self.client


OPTIMISED: dict[str, Optimised] = {
    "athena": Optimised("athena", "Athena", "AmazonAthena"),
    "batch": Optimised("batch", "Batch", "AWSBatch"),
    "bedrock": Optimised("bedrock-runtime", "Bedrock", "AmazonBedrock"),
    "codebuild": Optimised("codebuild", "CodeBuild", "AWSCodeBuild"),
    "databrew": Optimised("databrew", "DataBrew", "AWSGlueDataBrew"),
    "dynamodb": Optimised("dynamodb", "DynamoDB", "AmazonDynamoDB", "AmazonDynamoDBv2"),
    "ecs": Optimised("ecs", "ECS", "AmazonECS"),
    "eks": Optimised("eks", "EKS", "AmazonEKS"),
    "elasticmapreduce": Optimised("emr", "ElasticMapReduce", "AmazonElasticMapReduce"),
    "emr-containers": Optimised("emr-containers", "EMRContainers", "AmazonEMRContainers"),
    "emr-serverless": Optimised("emr-serverless", "EMRServerless", "AWSEMRServerless"),
    "events": Optimised("events", "EventBridge", "AmazonEventBridge"),
    "glue": Optimised("glue", "Glue", "AWSGlue"),
    "lambda": Optimised("lambda", "Lambda", "AWSLambda"),
    "mediaconvert": Optimised("mediaconvert", "MediaConvert", "AWSMediaConvert"),
    "sagemaker": Optimised("sagemaker", "SageMaker", "AmazonSageMaker"),
    "sns": Optimised("sns", "SNS", "AmazonSNS"),
    "sqs": Optimised("sqs", "SQS", "AmazonSQS"),
    "states": Optimised("stepfunctions", "StepFunctions", "AWSStepFunctions"),
}
"""By the name in the ARN. Missing are integrations that call no API of a service model: http and apigateway."""

_MODEL_OF_API = {
    ("bedrock", "createModelCustomizationJob"): "bedrock",
    ("bedrock-agentcore", "invokeHarness"): "bedrock-agentcore",
}

_FOLDERS: dict[str, str] = {
    "applicationdiscovery": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntimev2": "lexv2-runtime",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}
"""`aws-sdk` services whose name in botocore is another, hyphens left aside; a test compares with botocore."""

_WITHOUT_MODEL = {("eks", "call"), ("eks", "runJob")}


def is_sdk(resource: Resource) -> bool:
    """Whether it is one of `arn:aws:states:::aws-sdk:…`."""
    return resource.service.startswith(SDK)


def model_of(resource: Resource) -> str | None:
    """botocore's name of the service, hyphens left out for `aws-sdk` unless it is another name altogether; None without a model."""
    if resource.kind != "service":
        return None
    if is_sdk(resource):
        name = resource.service.removeprefix(SDK)
        return _FOLDERS.get(name, name)
    if (resource.service, resource.api) in _WITHOUT_MODEL:
        return None
    listed = OPTIMISED.get(resource.service)
    named = _MODEL_OF_API.get((resource.service, resource.api))
    return named or (listed.model if listed else None)


def operation_name(api: str) -> str:
    """The operation of an API: "putItem" is PutItem."""
    return api[:1].upper() + api[1:]


# ---------------------------------------------------------------- members


@lru_cache(maxsize=65536)
def pascal(member: str) -> str:
    """The member as an optimised integration spells it: the service's own name, its first letter a capital."""
    return member[:1].upper() + member[1:]


@lru_cache(maxsize=65536)
def java_member(member: str) -> str:
    """The member as an `aws-sdk` integration spells it: the SDK for Java 2's getter, its first letter a capital.

    The SDK lowers a leading acronym but for the letter that begins the next word: MD5OfBody is md5OfBody, ETag is
    eTag, SSEKMSKeyId is ssekmsKeyId, while ContentMD5 stays. DynamoDB's NULL is nul: null is a word of Java.
    """
    if member == "NULL":
        return "Nul"
    leading = re.match(r"[A-Z]+(?![a-z])", member)
    lowered = member[: leading.end()].lower() + member[leading.end() :] if leading else member
    return lowered[:1].upper() + lowered[1:]


# ---------------------------------------------------------------- errors

_BOUNDARY = re.compile(
    r"(?<=[a-z])(?=[A-Z][A-Za-z0-9])"  # acmSuccess
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # ACMSuccess
    r"|(?<=[0-9])(?=[A-Za-z])"  # s3Object
    r"|(?<=[^a-z]{2})(?=v[0-9])|(?<=[^A-Z]{2})(?=V[0-9])"  # TESTv4
)


@lru_cache(maxsize=1024)
def java_name(name: str) -> str:
    """A name as the SDK for Java 2 writes classes: "DynamoDB" is DynamoDb, "SFN" is Sfn, "Secrets Manager" SecretsManager."""
    words = " ".join(_BOUNDARY.split(re.sub(r"[^A-Za-z0-9]+", " ", name))).split()
    return "".join(word.lower().capitalize() for word in words)


def java_client(service_id: str) -> str:
    """The client's name in the SDK for Java 2: "Config Service" is Config, "AWS Health" would be Health."""
    name = re.sub(r"^(?:Amazon|Aws)(?=.)", "", java_name(service_id))
    return re.sub(r"(?<=.)Service$", "", name)


def java_exception(shape: str) -> str:
    """The class of a modelled error in the SDK for Java 2: NoSuchKey is NoSuchKeyException, ServerFault ServerException."""
    base = re.sub(r"(?:Exception|Fault)$", "", shape)
    return f"{java_name(base)}Exception"


def first_exception(shape: str) -> str:
    """The same in the SDK for Java 1, which leaves the name's letters alone."""
    return shape if shape.endswith("Exception") else f"{shape}Exception"


def error_name(resource: Resource, service_id: str, shape: str | None) -> str:
    """The error: "DynamoDB.ResourceNotFoundException", or "DynamoDb.…" for `aws-sdk`. `shape` is the modelled error, None if there is none."""
    if is_sdk(resource):
        client = java_client(service_id)
        return f"{client}.{java_exception(shape) if shape else f'{client}Exception'}"
    names = _optimised(resource)
    return f"{names.prefix}.{first_exception(shape) if shape else f'{names.client}Exception'}"


def cause_text(resource: Resource, service_id: str, message: str, *, status: int, code: str, request_id: str) -> str:
    """What AWS says beside the error's name. S3 tells a second id."""
    if not is_sdk(resource):
        service = _optimised(resource).in_causes
        return f"{message} (Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {request_id}; Proxy: null)"
    extended = f", Extended Request ID: {request_id}" if service_id == "S3" else ""
    return f"{message} (Service: {java_client(service_id)}, Status Code: {status}, Request ID: {request_id}{extended}) (SDK Attempt Count: 1)"


def _optimised(resource: Resource) -> Optimised:
    listed = OPTIMISED.get(resource.service)
    return listed if listed else Optimised(resource.service, pascal(resource.service), pascal(resource.service))
