"""Runtimes that other distributions offer, by name: the entry points "asl_engine.tasks".

An entry point names a factory without parameters that returns what `run(tasks=…)` takes; `--mock NAME` asks for it.
`ASL_NO_PLUGINS=1` in the environment hides all of them.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from asl_engine.errors import MockError, PluginError
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.runtime import TaskRuntime

GROUP = "asl_engine.tasks"


def task_plugins() -> dict[str, EntryPoint]:
    """The entry points by name; empty when plugins are switched off."""
    if os.environ.get("ASL_NO_PLUGINS"):
        return {}
    return _points(tuple(sys.path))


@lru_cache(maxsize=8)
def _points(path: tuple[str, ...]) -> dict[str, EntryPoint]:
    """Read once for each module path: a suite asks for every scenario, and reading takes longer than playing."""
    return {point.name: point for point in entry_points(group=GROUP)}


def load_task_plugin(point: EntryPoint) -> TaskRuntime:
    """A fresh runtime of one plugin. Raises `PluginError` that names plugin and distribution."""
    supplier = f" of {point.dist.name} {point.dist.version}" if point.dist else ""
    try:
        return as_runtime(point.load()())
    except MockError as error:
        raise PluginError(f'the plugin "{point.name}"{supplier} supplied no tasks: {error}') from None
    except Exception as error:
        raise PluginError(f'the plugin "{point.name}"{supplier} failed to supply tasks: {type(error).__name__}: {error}') from error
