"""A Retrier that repeats what fails the same way again

What
    A Retrier, with attempts, for an error that another attempt cannot mend: one of the language's own about data that do not fit
    (States.DataLimitExceeded, States.ParameterPathFailure, States.IntrinsicFailure, States.ResultPathMatchFailure,
    States.ReferencePathConflict), or one whose name says that it is not to be retried.

Why
    The input of every attempt is the same, so the state fails as often as it is tried, with all its side effects and waits, before the
    Catcher acts. Source: States Language, "Retrying after error".

Example
    "Retry": [{"ErrorEquals": ["CustomNonRetryableError"], "MaxAttempts": 3}]

Instead
    "Retry": [{"ErrorEquals": ["CustomNonRetryableError"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.failures import DATA_LIMIT_EXCEEDED, REFERENCE_PATH_CONFLICT, RESULT_PATH_MATCH_FAILURE
from asl_engine.linter.handlers import retriers
from asl_engine.linter.quantities import listed
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL324"
NAME = "retry-in-vain"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

OF_DATA = (DATA_LIMIT_EXCEEDED, "States.ParameterPathFailure", "States.IntrinsicFailure", RESULT_PATH_MATCH_FAILURE, REFERENCE_PATH_CONFLICT)
_SAYS_SO = re.compile(r"(?:non|not|un)[-_.]?retr(?:y|iable)|do_?not_?retry", re.I)


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task", "Parallel", "Map"):
        for retrier in retriers(state):
            vain = [name for name in retrier.names if name in OF_DATA or _SAYS_SO.search(name)]
            if vain and retrier.value.get("MaxAttempts") != 0:
                message = f"{retrier} of {state.name} tries again after {listed(vain)}, which another attempt does not mend"
                yield Advice(retrier.pointer, message, 'name it in a Retrier with "MaxAttempts": 0, in front of that for States.ALL')
