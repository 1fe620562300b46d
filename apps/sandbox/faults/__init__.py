"""Everything that can be made to go wrong, as shares decided by seed and name alone."""

from __future__ import annotations

from apps.sandbox.faults.pushes import Fate, decide

__all__ = ["Fate", "decide"]
