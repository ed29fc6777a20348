"""Properties of the code base that no single module can see. The tables are the rules; change them with the design, not around it.

Imports are read from the syntax trees, those inside functions included: a layer is not crossed by crossing it late.
What stands under `if TYPE_CHECKING` is not imported and does not count.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "asl_engine"
MODULES = sorted((ROOT / PACKAGE).rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "mocks").rglob("*.py")), *(path for path in [ROOT / "cli.py"] if path.exists())]

BASE = ("values", "failures", "chance", "spell")
TOOL = (*BASE, "diagnostics", "errors")
TEXT = (*TOOL, "source", "json_positions", "yaml_positions")
RUN = (*TOOL, "program", "expressions", "history", "tasks", "interpreter")
VIEW = (*TOOL, "program", "analysis.graph", "analysis.structure", "history", "scenario", "bounds", "matchers")
ALL = (*TEXT, *RUN, *VIEW, "scenario_files", "syntax", "analysis", "linter", "views", "render", "harness", "strategies", "imports", "project", "teststate")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "": (),
    "values": (),
    "failures": (),
    "chance": (),
    "spell": (),
    "diagnostics": BASE,
    "errors": (*BASE, "diagnostics"),
    "json_positions": TOOL,
    "yaml_positions": (*TOOL, "json_positions"),
    "source": TEXT,
    "expressions": BASE,
    "syntax": (*TEXT, "expressions"),
    "analysis": (*TEXT, "expressions", "syntax", "tasks.resource"),
    "linter": (*TEXT, "expressions", "syntax", "analysis", "tasks.resource"),
    "linter.checking": (*TEXT, "syntax", "analysis", "program", "tasks"),
    "linter.service_shapes": (*TEXT, "analysis.dataflow", "tasks"),
    "program": (*TEXT, "expressions", "analysis.graph", "tasks.resource"),
    "program.compile": (*TEXT, "expressions", "analysis.graph", "tasks.resource", "syntax"),
    "program.dataflow": (*TEXT, "expressions", "syntax"),
    "program.load": (*TEXT, "analysis", "imports"),
    "history": TOOL,
    "history.execution": (*TOOL, "views.observed"),  # the one look up: what an execution is asked, a view of its history answers
    "tasks": (*TOOL, "history"),
    "tasks.mock_files": TEXT,
    "tasks.conditions": (*TOOL, "expressions"),
    "tasks.steplocal": TEXT,
    "bounds": (*TOOL, "tasks.durations"),
    "matchers": (*TOOL, "bounds"),
    "scenario": (*TEXT, "history", "tasks", "bounds", "matchers"),
    "scenario_files": (*TEXT, "tasks", "scenario", "project"),
    "interpreter": RUN,
    "views": VIEW,
    "views.coverage_conditions": (*VIEW, "expressions"),
    "views.coverage_taken": (*VIEW, "expressions"),
    "harness.made_up": (*TOOL, "analysis"),
    "harness.troubles": (*TOOL, "analysis", "program"),
    "harness.worlds": (*TOOL, "analysis", "program"),
    "harness.replay": (*RUN, "analysis.graph", "analysis.structure", "views", "render"),
    "harness.revisions": (*RUN, "analysis", "scenario", "scenario_files", "views"),
    "harness": (*RUN, "source", "imports", "scenario", "scenario_files", "views", "render"),
    "strategies": (*RUN, "analysis", "scenario", "scenario_files", "views", "harness"),
    "imports.terraform_patterns": (*TEXT, "expressions.jsonata.backtracking"),  # Terraform's regular expressions end, and ours need not
    "imports": TEXT,
    "project": TEXT,
    "teststate": (*TEXT, *RUN, "analysis"),
    "render": (*VIEW, "views"),
    "cli": ALL,
    "pytest_plugin": (*ALL, "pytest_baseline", "pytest_coverage", "pytest_files"),
    "pytest_baseline": (*ALL, "cli.revision_files", "pytest_files"),
    "pytest_files": ("project",),
    "pytest_coverage": ALL,
    "endpoint": ALL,
    "__main__": ("cli",),
}
"""Who may import what, by the first name that fits: "program.load" before "program". Inside a package everything may."""

HOMES_OF_TIME_AND_CHANCE = {
    "time": ("interpreter/clock.py", "interpreter/workers.py"),
    "threading": ("interpreter/clock.py", "interpreter/workers.py"),
    "queue": ("interpreter/clock.py", "interpreter/workers.py"),
    "datetime.now": ("interpreter/clock.py", "interpreter/workers.py"),
    "random": ("chance.py",),
    "uuid": ("chance.py",),
    "asyncio": (),
    "concurrent": ("harness/executors.py",),
    "multiprocessing": ("harness/executors.py",),
    "sched": (),
    "secrets": (),
    "signal": (),
    "_thread": (),
}

HOMES_OF_LIBRARIES = {
    "botocore": ("tasks/aws*.py", "tasks/service_models.py"),
    "click": ("cli/*",),
    "jsonata": ("expressions/jsonata/repairs.py",),
    "jsonpath_ng": ("expressions/jsonpath.py",),
    "pydantic_core": ("interpreter/sizes.py",),
    "pydantic": ("tasks/mock_files.py", "project.py", "scenario.py", "scenario_files/*.py"),
    "moto": ("tasks/aws_world.py",),
    "requests": ("tasks/aws_world.py",),
    "rich": ("render/*",),
    "yaml": ("source*.py", "yaml_positions.py", "imports/documents.py", "tasks/mock_files.py", "scenario_files/rewriting.py"),
    "pytest": ("pytest_*.py",),
    "hypothesis": ("strategies.py",),
}

MOST_LINES = 400
MOST_FUNCTION_LINES = 70
TOO_LONG = {
    "interpreter/execute.py:execute": "the step loop: one exhaustive dispatch, and a call for each state would cost what the loop saves by local names",
}
"""Files ("interpreter/x.py") and functions ("interpreter/x.py:f") that are longer, and why that is better."""

MACHINE_PATH = re.compile(r"(?<![\w.:~-])/(?:work|home|root)/")
"""A place on somebody's machine. An address that merely contains such a segment has something before it."""
LEFT_ALONE = {".git", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "dist", "build"}


# ------------------------------------------------------------------------------------------------------ reading code


def within(path: Path) -> str:
    """ "interpreter/map.py" """
    return path.relative_to(ROOT / PACKAGE).as_posix() if path.is_relative_to(ROOT / PACKAGE) else path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """ "interpreter.map"; a package is its own name, the whole is "" """
    return within(path).removesuffix(".py").replace("/", ".").removesuffix("__init__").removesuffix(".")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path.as_posix())


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Every node under this one, but for what only a type checker sees."""
    yield node
    if isinstance(node, ast.If) and "TYPE_CHECKING" in {getattr(node.test, "id", None), getattr(node.test, "attr", None)}:
        children: Iterator[ast.AST] = iter(node.orelse)
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        yield from executed(child)


def imports(tree: ast.AST) -> Iterator[str]:
    """Names of what is imported: for `from a import b` both "a" and "a.b", since b may be a module. A relative one keeps its dots."""
    for node in executed(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                origin = "." * node.level + (node.module or "")
                yield origin
                yield from (f"{origin}.{alias.name}" for alias in node.names)
            case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name


def modules_imported(path: Path) -> set[str]:
    """The project's modules this one imports, without the package's name."""
    known = {dotted(module) for module in MODULES}
    inside = {name.removeprefix(f"{PACKAGE}.") for name in imports(tree_of(path)) if name.startswith(f"{PACKAGE}.")}
    return inside & known


def covers(unit: str, module: str) -> bool:
    return module == unit or module.startswith(f"{unit}.")


def unit_of(module: str) -> str | None:
    return max((unit for unit in MAY_IMPORT if covers(unit, module)), key=len, default=None)


def calls_of_now(tree: ast.AST) -> Iterator[str]:
    for node in executed(tree):
        match node:
            case ast.Attribute(attr="now" | "utcnow" | "today", value=ast.Name(id="datetime" | "date") | ast.Attribute(attr="datetime" | "date")):
                yield "datetime.now"


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Each function's qualified name and its length in lines, decorators not counted."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}{node.name}"
            if not isinstance(node, ast.ClassDef):
                yield name, (node.end_lineno or 0) - node.lineno + 1
            yield from functions(node, f"{name}.")
        else:
            yield from functions(node, prefix)


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the project."""
    for directory, folders, names in os.walk(ROOT):
        folders[:] = sorted(folder for folder in folders if folder not in LEFT_ALONE and not folder.endswith(".egg-info"))
        for name in sorted(names):
            path = Path(directory, name)
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


# ------------------------------------------------------------------------------------------------------------- rules


def test_every_module_has_a_layer() -> None:
    assert [dotted(path) for path in MODULES if unit_of(dotted(path)) is None] == []


@pytest.mark.parametrize("path", MODULES, ids=within)
def test_imports_are_absolute(path: Path) -> None:
    """Else the other rules would not see them, nor would a search."""
    assert [name for name in imports(tree_of(path)) if name.startswith(".")] == []


@pytest.mark.parametrize("path", MODULES, ids=within)
def test_layers_look_only_down(path: Path) -> None:
    module = dotted(path)
    allowed = MAY_IMPORT[unit_of(module) or ""]
    package = module.partition(".")[0]
    assert sorted(name for name in modules_imported(path) if name.partition(".")[0] != package and not any(covers(unit, name) for unit in allowed)) == []


@pytest.mark.parametrize("path", MODULES, ids=within)
def test_time_threads_and_chance_are_asked_for_and_not_reached_for(path: Path) -> None:
    tree = tree_of(path)
    reached = {name.partition(".")[0] for name in imports(tree)} | set(calls_of_now(tree))
    assert sorted(name for name in reached & HOMES_OF_TIME_AND_CHANCE.keys() if within(path) not in HOMES_OF_TIME_AND_CHANCE[name]) == []


@pytest.mark.parametrize("path", MODULES, ids=within)
def test_each_library_has_one_home(path: Path) -> None:
    libraries = {name.partition(".")[0] for name in imports(tree_of(path))} - set(sys.stdlib_module_names) - {PACKAGE}
    assert sorted(name for name in libraries if not any(fnmatch(within(path), home) for home in HOMES_OF_LIBRARIES.get(name, ()))) == []


@pytest.mark.parametrize("path", SOURCES, ids=within)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", SOURCES, ids=within)
def test_files_and_functions_are_short(path: Path) -> None:
    lengths = {within(path): (len(path.read_text(encoding="utf-8").splitlines()), MOST_LINES)}
    lengths |= {f"{within(path)}:{name}": (length, MOST_FUNCTION_LINES) for name, length in functions(tree_of(path))}
    assert {name: length for name, (length, most) in lengths.items() if length > most and name not in TOO_LONG} == {}


def test_every_exception_from_shortness_is_still_needed() -> None:
    lengths = {within(path): (len(path.read_text(encoding="utf-8").splitlines()), MOST_LINES) for path in SOURCES}
    lengths |= {f"{within(path)}:{name}": (length, MOST_FUNCTION_LINES) for path in SOURCES for name, length in functions(tree_of(path))}
    assert [name for name in TOO_LONG if name not in lengths or lengths[name][0] <= lengths[name][1]] == []


def test_no_public_name_is_a_submodule() -> None:
    """`import asl_engine.run` would replace the function `asl_engine.run`."""
    import asl_engine

    submodules = {dotted(path).partition(".")[0] for path in MODULES}
    assert sorted(submodules.intersection(asl_engine.__all__)) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert [f"{path.relative_to(ROOT)}: {found[0]}" for path, text in texts() if (found := MACHINE_PATH.search(text))] == []


# --------------------------------------------------------------------------------------------- the rules can be broken


def imported(code: str) -> set[str]:
    return set(imports(ast.parse(code)))


def test_an_import_inside_a_function_counts() -> None:
    assert "asl_engine.views" in imported("def f():\n    import asl_engine.views")


def test_an_import_for_the_type_checker_does_not_count() -> None:
    assert imported("if TYPE_CHECKING:\n    import a\nelse:\n    import b") == {"b"}
    assert imported("if typing.TYPE_CHECKING:\n    import a") == set()


def test_a_module_imported_from_its_package_counts() -> None:
    assert "asl_engine.program.load" in imported("from asl_engine.program import load")


def test_a_relative_import_is_seen() -> None:
    assert imported("from ..views import diff") == {"..views", "..views.diff"}


def test_an_import_by_name_counts() -> None:
    assert imported("importlib.import_module('asl_engine.views')") == {"asl_engine.views"}


@pytest.mark.parametrize("code", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()"])
def test_asking_the_wall_clock_counts(code: str) -> None:
    assert list(calls_of_now(ast.parse(code))) == ["datetime.now"]


def test_asking_the_executions_clock_does_not_count() -> None:
    assert list(calls_of_now(ast.parse("scope.now, clock.now()"))) == []


def test_a_method_and_an_inner_function_have_lengths() -> None:
    assert dict(functions(ast.parse("class A:\n  def f(self):\n    def g():\n      pass\n    return g"))) == {"A.f": 4, "A.f.g": 2}


def test_a_path_is_told_from_an_address() -> None:
    place = "/".join(("", "home", "me"))
    assert MACHINE_PATH.search(f"open('{place}/x')")
    assert not MACHINE_PATH.search(f"https://example.com{place}/x")
