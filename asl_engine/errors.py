"""The tool's exceptions: mistakes of the person at the keyboard. Retry and Catch never see them.

AslError
├── DefinitionError     the definition cannot be used; carries every diagnostic
├── InputError          the execution input is not JSON
├── ScenarioError       a scenario file is wrong
├── MockError           a mock file, mock module or mock answer is wrong, or a mock raised
├── ServiceArgumentsError  a state sends what the service's API does not take
├── UnmockedTask        a task was called that nothing answers
├── MockExhausted       the answers for a task ran out
├── ExecutionStalled    nothing can ever wake the execution again
├── LimitExceeded       one of our limits, not AWS's
├── PluginError         a plugin failed; names it
└── MissingExtra        a feature needs `pip install 'asl-engine[x]'`
"""

from __future__ import annotations

from collections.abc import Sequence

from asl_engine.diagnostics import Diagnostic


class AslError(Exception):
    """The root. `.code` is a stable name for programs; `str()` is for people."""

    code: str = "AslError"

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = cls.__name__


class DefinitionError(AslError):
    """The definition cannot be used. `.diagnostics` holds every finding, errors first in document order."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics: list[Diagnostic] = list(diagnostics)


class InputError(AslError):
    """The execution input cannot be used."""


class ScenarioError(AslError):
    """A scenario file cannot be used. Names every mistake with its file:line:column."""


class MockError(AslError):
    """A mock is wrong, or raised an ordinary exception while it answered (then `__cause__` is that exception)."""


class ServiceArgumentsError(AslError):
    """A state sends what the service's API does not take. Names each member, its path and what was probably meant."""


class UnmockedTask(AslError):
    """A task was called that nothing answers. Offline means offline: it is neither called for real nor invented."""


class MockExhausted(AslError):
    """All answers of a mock were given; repeating must be said."""


class ExecutionStalled(AslError):
    """Nothing can ever wake the execution again. The message names who waits for what."""


class LimitExceeded(AslError):
    """One of this tool's own limits was reached (AWS's quotas are failures of the machine instead)."""


class PluginError(AslError):
    """A plugin failed. Names the plugin and what was asked of it."""


class MissingExtra(AslError):
    """A feature needs an optional dependency. Names the `pip install` that brings it."""
