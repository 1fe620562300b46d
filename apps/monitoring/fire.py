"""What a condition that needs somebody looks like on the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fire:
    """One condition: what is wrong, what it means, where to look."""

    colour: str
    icon: str
    title: Any
    detail: Any
    url: str = ""
