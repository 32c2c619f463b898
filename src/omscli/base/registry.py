"""Plug-in files found by their folder: a channel, a criterion, a check or a report is added by adding one file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=16)
def found_in(package: str, wanted: str, default: Any = None) -> dict[str, Any]:
    """The object named `wanted` of every module in the package, by module name, sorted.

    Raises TypeError for a file there without that object, unless there is a default for it: a plug-in that nobody can see would
    be a silent defect.
    """
    folder = importlib.import_module(package)
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if default is None and not hasattr(module, wanted):
            raise TypeError(f"{package}/{info.name}.py defines no `{wanted}`")
        found[info.name] = getattr(module, wanted, default)
    return found
