"""What comes in by itself: how many callbacks were taken in, and when the last one came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.baidiyun.choices import Source
from apps.baidiyun.models import InboxRow
from apps.core.metrics.names import Metric
from apps.monitoring.choices import Unit
from apps.monitoring.series.base import Where
from apps.monitoring.series.measured import Number

LOOKED_AT = 500
"""Newest rows of the inbox among which a push is looked for: polls land there too."""


class Arrivals(Number):
    """Callbacks that were stored. The last one's moment is the inbox's own, to the second."""

    def __init__(self, key: str, label: Any) -> None:
        super().__init__(
            key,
            label,
            Unit.COUNT,
            Metric.CALLBACK_ANSWERED.value,
            always=lambda: {"verdict": ["stored"]},
        )

    def last_seen(
        self, *, at: dt.datetime, where: Where | None = None, by: str = ""
    ) -> dict[str, dt.datetime]:
        """Return when the last one came; by the minute where a filter or dimension is asked."""
        seen = super().last_seen(at=at, where=where, by=by)
        if where or by:
            return seen
        newest = InboxRow.objects.order_by("-id").values_list("source", "received_at")[:LOOKED_AT]
        pushed = next((moment for source, moment in newest if source == Source.PUSH.value), None)
        return {"": min(pushed, at)} if pushed else seen
