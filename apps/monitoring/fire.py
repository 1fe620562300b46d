"""What a condition that needs somebody looks like on the home page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fire:
    """One condition: what is wrong, what it means, since when (real time), where to look.

    ``colour`` is danger for what somebody must get up for, warning for what can wait until
    morning. ``runbook`` leads to what to do, ``asks`` to where it is acknowledged; ``taken`` says
    who did, with how long ago it began one knows whether somebody is at it.
    """

    colour: str
    icon: str
    title: Any
    detail: Any
    url: str = ""
    since: dt.datetime | None = None
    runbook: str = ""
    asks: str = ""
    taken: Any = ""
