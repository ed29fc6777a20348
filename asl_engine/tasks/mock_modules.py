"""Where `--mock` leads: a mock file, a Python module or file, or a plugin, each to a fresh `TaskRuntime`.

A module offers `mocks`: a runtime, or a function without parameters that makes one, which is better, because mocks
keep count. `module:name` takes another name than `mocks`.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from asl_engine.errors import AslError, MockError
from asl_engine.spell import nearest
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.plugins import load_task_plugin, task_plugins
from asl_engine.tasks.runtime import TaskCall, TaskRuntime

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_DATA = (".yaml", ".yml", ".json")


def load_mocks(named: str, given: Mapping[str, Any] | None = None) -> TaskRuntime:
    """The runtime that "mocks.yaml", "mocks/orders.py", "mocks.orders", "mocks.orders:declined" or a plugin's name means.

    `given` are keyword arguments for the function that makes it. Raises `MockError` (or `PluginError`) that says what
    was looked for.
    """
    if named.lower().endswith(_DATA):
        # Imported here: pydantic takes longer to import than a small machine takes to run.
        from asl_engine.tasks.mock_files import read_mock_file

        return read_mock_file(named)
    where, _, attribute = named.partition(":") if not Path(named).is_file() else (named, "", "")
    if where.endswith(".py"):
        return _offered(_module_of_file(where), attribute or "mocks", named, given or {})
    plugins = task_plugins()
    if named in plugins:
        return load_task_plugin(plugins[named])
    if not _DOTTED.fullmatch(where):
        raise MockError(f"--mock {named}: no file of that name, and no module name; give FILE.yaml, FILE.json, FILE.py or package.module[:name]")
    return _offered(_module(where), attribute or "mocks", named, given or {})


def _module_of_file(path: str) -> ModuleType:
    file = Path(path)
    if not file.is_file():
        raise MockError(f"--mock {path}: there is no such file")
    name = "asl_mocks_" + re.sub(r"\W", "_", file.stem)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise MockError(f"--mock {path}: this is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(file.parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise _failed(path, error) from error
    finally:
        sys.path.remove(str(file.parent))
    return module


def _module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does: the project's own folders are importable
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise MockError(f"--mock {name}: there is no module {error.name} (looked in {here} and in Python's path)") from None
        raise _failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise _failed(name, error) from error


def _failed(named: str, error: BaseException) -> MockError:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return MockError(f"--mock {named}: importing it raised {type(error).__name__}: {error}{place}")


def _offered(module: ModuleType, attribute: str, named: str, given: Mapping[str, Any]) -> TaskRuntime:
    try:
        offered: Any = getattr(module, attribute)
    except AttributeError:
        near = nearest(attribute, [name for name in vars(module) if not name.startswith("_")])
        hint = f'; did you mean "{near}"?' if near else ""
        raise MockError(f'--mock {named}: the module offers no "{attribute}" (a TaskRuntime, or a function that makes one){hint}') from None
    if callable(offered) and not hasattr(offered, "perform"):
        try:
            offered = offered(**given)
        except AslError:
            raise
        except (Exception, SystemExit) as error:
            raise MockError(f"--mock {named}: {attribute}() raised {type(error).__name__}: {error}") from error
    try:
        return as_runtime(offered)
    except MockError as error:
        raise MockError(f"--mock {named}: {attribute} does not answer tasks: {error}") from None


class Imported:
    """A function of somebody's module, imported when it is first called: reading a file of mocks runs nobody's code.

    `make` turns what was found into a function of the call. Raises `MockError` that says what was looked for.
    """

    __slots__ = ("__name__", "_function", "_make")

    def __init__(self, named: str, make: Callable[[Callable[..., Any]], Callable[[TaskCall], Any]]) -> None:
        self.__name__ = named
        self._make = make
        self._function: Callable[[TaskCall], Any] | None = None

    def __call__(self, call: TaskCall) -> Any:
        if self._function is None:
            self._function = self._make(_function(self.__name__))
        return self._function(call)


def _function(named: str) -> Callable[..., Any]:
    where, _, attribute = named.rpartition(":")
    try:
        found: Any = _module_of_file(where) if where.endswith(".py") else _module(where)
    except MockError as error:
        raise MockError(str(error).removeprefix("--mock ")) from error.__cause__
    for part in attribute.split("."):
        near = nearest(part, [name for name in dir(found) if not name.startswith("_")])
        found = getattr(found, part, None)
        if found is None:
            raise MockError(f'{named}: the module has no "{attribute}"' + (f'; did you mean "{near}"?' if near else ""))
    if not callable(found):
        raise MockError(f"{named}: this is a {type(found).__name__}, which cannot be called")
    return found  # type: ignore[no-any-return]
