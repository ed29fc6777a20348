"""All rules there are: the modules of `rules`, in the order of their codes. Nothing has to be registered."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from asl_engine.linter import rules as package
from asl_engine.linter.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    modules = (importlib.import_module(f"{package.__name__}.{module.name}") for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((cast(Rule, module) for module in modules), key=lambda rule: rule.CODE))
