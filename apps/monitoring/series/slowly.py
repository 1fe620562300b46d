"""Figures that change slowly and cost more than a look-up: read at most so often by a process."""

from __future__ import annotations

import time
from collections.abc import Callable

Figures = dict[str, float | None]


def slowly(read: Callable[[], Figures], *, seconds: float) -> Callable[[], Figures]:
    """Return a source that reads again only after so many seconds."""
    kept: tuple[float, Figures] = (float("-inf"), {})

    def source() -> Figures:
        nonlocal kept
        if time.monotonic() - kept[0] >= seconds:
            kept = (time.monotonic(), read())
        return kept[1]

    return source
