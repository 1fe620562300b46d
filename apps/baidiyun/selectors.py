"""What reads things here: the state of the way in, wanted polls, subscriptions of a subject."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from apps.baidiyun.choices import InboxState, Topic
from apps.baidiyun.models import (
    OPEN_STATES,
    DriftFinding,
    InboxRow,
    Quarantine,
    Subscription,
)
from apps.baidiyun.products.common import CHINA
from apps.core import clock

EXACT_BELOW = 500_000
NEW_FOR = dt.timedelta(hours=24)
"""How long a deviation counts as new, in real time: a changed format is seen on its first day."""
UNSETTLED = """
SELECT state, count(*), NULL::timestamptz FROM baidiyun_inboxrow
WHERE state IN ('parked', 'aside', 'skipped') GROUP BY state
UNION ALL
SELECT 'pending', count(*), min(received_at) FILTER (WHERE next_at <= %s)
FROM baidiyun_inboxrow WHERE state = 'pending'
"""
ESTIMATE = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'baidiyun_inboxrow'::regclass"


@dataclass(frozen=True, slots=True)
class IngestState:
    """How the way in stands: rows by fate, and the age of the oldest row still waiting (s).

    ``received`` and ``applied`` are exact up to half a million rows, estimates beyond.
    """

    received: int
    applied: int
    parked: int
    quarantined: int
    aside: int
    skipped: int
    pending: int
    oldest_undrained_seconds: float

    def counts(self) -> dict[str, int]:
        """Return the numbers ``status --json`` prints."""
        names = ("received", "applied", "parked", "quarantined", "aside", "skipped", "pending")
        return {name: getattr(self, name) for name in names}


def ingest_state() -> IngestState:
    """Return the state of the way in, in constant time at any size of the inbox."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED, [now])
        found = {state: (number, oldest) for state, number, oldest in cursor.fetchall()}
        received = _count_inbox(cursor)
    numbers = {state: number for state, (number, _) in found.items()}
    pending, oldest = found.get(InboxState.PENDING.value, (0, None))
    return IngestState(
        received=received,
        applied=max(received - sum(numbers.values()), 0),
        parked=numbers.get(InboxState.PARKED.value, 0),
        quarantined=Quarantine.objects.count(),
        aside=numbers.get(InboxState.ASIDE.value, 0),
        skipped=numbers.get(InboxState.SKIPPED.value, 0),
        pending=pending,
        oldest_undrained_seconds=(now - oldest).total_seconds() if oldest else 0.0,
    )


def wanted_polls(*, topic: str = Topic.TRACKING.value, limit: int = 100) -> QuerySet[Subscription]:
    """Return subscriptions whose push was refused and is due for a poll, longest waiting first.

    A successful `query_tracking` of the subject, or a good push, takes them off the list.
    """
    due = Subscription.objects.filter(topic=topic, poll_wanted_at__lte=clock.now())
    return due.order_by("poll_wanted_at", "id")[:limit]


def subscriptions_of(*, subject: int, topic: str = Topic.TRACKING.value) -> QuerySet[Subscription]:
    """Return every subscription a subject ever had, newest first."""
    return Subscription.objects.filter(topic=topic, subject=subject).order_by("-id")


def newest_answer(*, subject: int, topic: str = Topic.TRACKING.value) -> InboxRow | None:
    """Return the last thing the platform said about a subject that we took in, or None."""
    taken = (InboxState.PENDING.value, InboxState.APPLIED.value)
    rows = InboxRow.objects.filter(topic=topic, subject=subject, state__in=taken)
    return rows.order_by("-received_at").first()


def has_open_subscription(*, subject: int, carrier: str, number: str) -> bool:
    """Whether the platform follows (or is about to follow) this number for the subject."""
    return Subscription.objects.filter(
        topic=Topic.TRACKING.value,
        subject=subject,
        carrier=carrier,
        number=number,
        state__in=OPEN_STATES,
    ).exists()


def drift_findings(*, product: str = "", kind: str = "") -> QuerySet[DriftFinding]:
    """Return deviations from the contract, the latest heard first."""
    found = DriftFinding.objects.order_by("-last_seen_at", "id")
    if product:
        found = found.filter(product=product)
    return found.filter(kind=kind) if kind else found


def new_since(moment: dt.datetime) -> Q:
    """Return the condition on deviations first seen after a moment (real time); by index."""
    return Q(last_seen_at__gte=moment, first_seen_at__gte=moment)


def is_new(finding: DriftFinding, *, now: dt.datetime) -> bool:
    """Tell whether a deviation was first seen within the last 24 hours."""
    return finding.first_seen_at >= now - NEW_FOR


def new_findings() -> QuerySet[DriftFinding]:
    """Return the deviations first seen within the last 24 hours, the latest heard first."""
    return drift_findings().filter(new_since(clock.real_now() - NEW_FOR))


def drift_totals() -> dict[str, int]:
    """Return message → how many deviations were counted, the worst first."""
    rows = DriftFinding.objects.values_list("product").annotate(total=Sum("count"))
    return dict(rows.order_by("-total", "product"))


def _count_inbox(cursor: object) -> int:
    cursor.execute(ESTIMATE)  # type: ignore[attr-defined]
    estimate = int(cursor.fetchone()[0])  # type: ignore[attr-defined]
    if estimate > EXACT_BELOW:
        return estimate
    cursor.execute("SELECT count(*) FROM baidiyun_inboxrow")  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def subscribed_this_month(*, mode: str, carrier: str, number: str) -> int:
    """Return how many subscriptions of a carrier's number the platform took this month (China)."""
    month = clock.now().astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Subscription.objects.filter(
        topic=Topic.TRACKING.value,
        mode=mode,
        carrier=carrier,
        number=number,
        subscribed_at__gte=month,
        return_code="200",
    ).count()
