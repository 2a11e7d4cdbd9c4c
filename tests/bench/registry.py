"""Finds the benchmarks: every module of `measures/`."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from tests.bench import measures


def benchmarks(only: str | None = None) -> dict[str, ModuleType]:
    """The module that takes each figure, by the figure's name; `only` narrows to names that begin so."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(measures.__path__):
        module = importlib.import_module(f"{measures.__name__}.{info.name}")
        found.update({name: module for name in module.NAMES if not only or name.startswith(only)})
    return found
