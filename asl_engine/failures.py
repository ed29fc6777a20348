"""The machine's own errors: what Retry and Catch may see.

A `Failure` travels inside a running machine and ends in a catcher or as the execution's error. It never says that
the user of this tool made a mistake; that is `errors.AslError`, and neither is a subclass of the other.
Names: the reserved error codes of the Amazon States Language, section "Errors".
"""

from __future__ import annotations

ALL = "States.ALL"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
RUNTIME = "States.Runtime"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
REFERENCE_PATH_CONFLICT = "States.ReferencePathConflict"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold"
ITEM_READER_FAILED = "States.ItemReaderFailed"
RESULT_WRITER_FAILED = "States.ResultWriterFailed"


class Failure(Exception):
    """An error of the state machine.

    `error` and `cause` are what AWS reports; either may be None where AWS reports none. `location` is the field a
    JSONata expression stands in, as an EvaluationFailed event has it ("Arguments/FunctionName"); None elsewhere.
    `cause` lacks AWS's "An error occurred while executing the state" prefix: the interpreter knows state and event.
    """

    def __init__(self, error: str | None, cause: str | None = None, *, location: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.location = location


def runtime_failure(cause: str) -> Failure:
    """States.Runtime: what AWS calls a path, template or field that cannot be worked with. Never caught."""
    return Failure(RUNTIME, cause)
