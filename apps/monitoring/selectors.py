"""The state of the whole portal, as `status` prints it and as alerts will read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db.models import Count, QuerySet

from apps.baidiyun.choices import InboxState, Source
from apps.baidiyun.limits.choices import BreakerState, LadderStep
from apps.baidiyun.limits.selectors import BreakerView, breaker_views, ladder_row
from apps.baidiyun.models import InboxRow, Quarantine
from apps.core import clock
from apps.core.jobs import last_finished
from apps.core.paging import COUNT_CAP, capped_count
from apps.exceptions.case_position import case_position
from apps.exceptions.choices import FlagState
from apps.exceptions.models import Flag
from apps.monitoring.delays import delays_as_json
from apps.monitoring.models import Alarm
from apps.orders.models import Order
from apps.shipments.choices import ShipmentStatus
from apps.shipments.completeness import last_good_reconciliation
from apps.shipments.models import Shipment
from apps.webhooks.selectors import outbox_state


def open_alarms() -> QuerySet[Alarm]:
    """Return the alarms that have begun and not ended, the oldest first; a handful, by index."""
    rows = Alarm.objects.filter(until__isnull=True).select_related("rule__objective")
    return rows.order_by("since", "id")


def portal_state() -> dict[str, Any]:
    """Return the portal's state as exact numbers.

    ``{"orders": n, "shipments": {status: n, … every main status}, "callbacks": {"received",
    "applied", "parked", "quarantined"}, "oldest_undrained_seconds": x, "outbox":
    {"oldest_unsent_seconds": x, "waiting": n}, "delays": {metric: {"count", "p50", "p95", "p99"}
    of the last hour, in seconds}, "flags_open": n,
    "cases_open": n, "cases": {"unacknowledged", "red", "overdue", "escalated"},
    "jobs": {name: ISO time last finished, UTC}, "reconciliation":
    {"at", "asked", "answered", "failed"} or None, "gateway": {"step", "since",
    "pinned", "open_breakers": [mode product, …]}}``. Received and applied count the pushes the
    inbox still holds; parked counts everything that waits for a person.
    """
    cases = asdict(case_position())
    return {
        "orders": Order.objects.count(),
        "shipments": shipments_by_status(),
        "callbacks": callback_counts(),
        "oldest_undrained_seconds": oldest_undrained_seconds(),
        "outbox": outbox_position(),
        "delays": delays_as_json(),
        "flags_open": capped_count(Flag.objects.filter(state=FlagState.OPEN.value), COUNT_CAP),
        "cases_open": cases.pop("open"),
        "cases": cases,
        "jobs": {name: moment.isoformat() for name, moment in sorted(last_finished().items())},
        "gateway": gateway_position(),
        "reconciliation": reconciliation_position(),
    }


def reconciliation_position() -> dict[str, Any] | None:
    """Return the last good reconciliation: when it ended (real time, UTC) and what came of it."""
    run = last_good_reconciliation()
    if run is None or run.finished_at is None:
        return None
    return {
        "at": run.finished_at.isoformat(),
        "asked": run.asked,
        "answered": run.answered,
        "failed": run.failed,
    }


def outbox_position() -> dict[str, Any]:
    """Return how long the oldest unsent message waits (real time, 0 if none) and how many do."""
    state = outbox_state()
    seconds = state.oldest.total_seconds() if state.oldest else 0.0
    return {"oldest_unsent_seconds": seconds, "waiting": state.waiting}


def gateway_position() -> dict[str, Any]:
    """Return the ladder's step, since when (UTC, None before the first look), whether a person
    pinned it, and the products whose calls are held back. Redis is not asked."""
    row = ladder_row()
    return {
        "step": row.step if row else LadderStep.FULL.value,
        "since": row.since.isoformat() if row else None,
        "pinned": bool(row and row.pinned_by),
        "open_breakers": [f"{view.mode} {view.product}" for view in open_breakers()],
    }


def open_breakers() -> list[BreakerView]:
    """Return the breakers that hold calls back or only try a few, by mode and product."""
    found = [view for view in breaker_views() if view.state is not BreakerState.CLOSED]
    return sorted(found, key=lambda view: (view.mode, view.product))


def shipments_by_status() -> dict[str, int]:
    """Return how many shipments have each main status, zeros included."""
    rows = Shipment.objects.order_by().values_list("status").annotate(n=Count("pk"))
    return dict.fromkeys(ShipmentStatus.values(), 0) | dict(rows)


def callback_counts() -> dict[str, int]:
    """Return what became of the callbacks the inbox and the quarantine hold."""
    pushes = InboxRow.objects.filter(source=Source.PUSH.value)
    return {
        "received": pushes.count(),
        "applied": pushes.filter(state=InboxState.APPLIED.value).count(),
        "parked": InboxRow.objects.filter(state=InboxState.PARKED.value).count(),
        "quarantined": Quarantine.objects.count(),
    }


def oldest_undrained_seconds() -> float:
    """Return how long the oldest callback has been waiting (real time), 0 if none waits."""
    received = oldest_undrained_at()
    if received is None:
        return 0.0
    return round(max((clock.real_now() - received).total_seconds(), 0.0), 1)


def oldest_undrained_at() -> dt.datetime | None:
    """Return when the oldest callback that still waits was received; read by index."""
    waiting = InboxRow.objects.filter(state=InboxState.PENDING.value).order_by("id")
    return waiting.values_list("received_at", flat=True).first()
