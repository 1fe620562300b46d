"""How durations are written: as short as a glance allows."""

from __future__ import annotations

import math

from django import template
from django.utils.translation import gettext as _

register = template.Library()
EMPTY = "—"
LARGER = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))


@register.filter
def duration(seconds: float | None) -> str:
    """Write seconds as ms, s, min, h or days, two digits that matter."""
    if seconds is None:
        return EMPTY
    if math.isinf(seconds):
        return _("over 99 days")
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for size, unit in LARGER:
        if seconds >= size:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds)} s"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
