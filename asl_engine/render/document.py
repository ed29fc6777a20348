"""An execution as JSON: one document for programs, and the history as the AWS CLI prints it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from asl_engine.history.execution import Execution

FORMAT_VERSION = 1


def execution_text(execution: Execution) -> str:
    """{"format_version", "status", "output", "error", "cause", "path", "elapsed_seconds", "events"}"""
    return _printed(
        {
            "format_version": FORMAT_VERSION,
            "status": str(execution.status),
            "output": execution.output,
            "error": execution.error,
            "cause": execution.cause,
            "path": execution.path,
            "elapsed_seconds": execution.elapsed.total_seconds(),
            "events": execution.to_aws_events(),
        }
    )


def history_text(execution: Execution) -> str:
    """{"events": […]} as `aws stepfunctions get-execution-history` prints it, instants as ISO-8601 with milliseconds."""
    return _printed({"events": execution.to_aws_events()}) + "\n"


def _printed(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    raise TypeError(f"{type(value).__name__} has no place in a history")
