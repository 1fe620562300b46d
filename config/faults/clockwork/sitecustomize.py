"""Read by Python at the start of each of the matrix's processes: their wall clock can be put wrong.

`apps.core.clock.real_now` is the one place where the portal asks what time it is; here it is given
so many seconds more or less, read from the file that ``FAULTS_CLOCK`` names. Without that variable
nothing is done.
"""

from __future__ import annotations

import datetime as dt
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

CLOCK = "apps.core.clock"


class Wrong(importlib.abc.MetaPathFinder):
    """Finds the clock's module as usual and has its wall clock replaced once it is loaded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the clock's module, None for every other."""
        if name != CLOCK:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            vars(module)["real_now"] = self.wrong(module.real_now)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def wrong(self, right: Callable[[], dt.datetime]) -> Callable[[], dt.datetime]:
        """Return a clock that is off by what the file says (seconds)."""

        def real_now() -> dt.datetime:
            return right() + dt.timedelta(seconds=float(self.file.read_text() or 0))

        return real_now


if "FAULTS_CLOCK" in os.environ:
    sys.meta_path.insert(0, Wrong(Path(os.environ["FAULTS_CLOCK"])))
