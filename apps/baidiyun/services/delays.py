"""How long callbacks waited, counted by carrier once their batch is committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from apps.baidiyun.choices import Source
from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.core.metrics import observe
from apps.core.metrics.names import Metric


def note_delays(rows: Sequence[InboxRow]) -> None:
    """Count received → applied and received → visible of the pushes a batch has settled.

    Visible is now: the transaction is committed, every reader sees what it wrote. What we asked
    for ourselves did not wait for anybody and is left out.
    """
    visible_at = clock.real_now()
    applied: dict[str, list[float]] = defaultdict(list)
    visible: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.applied_at is None or row.source != Source.PUSH.value:
            continue
        applied[row.carrier].append((row.applied_at - row.received_at).total_seconds())
        visible[row.carrier].append((visible_at - row.received_at).total_seconds())
    for carrier, seconds in applied.items():
        observe(Metric.CALLBACK_APPLIED, carrier, seconds)
        observe(Metric.CALLBACK_VISIBLE, carrier, visible[carrier])
