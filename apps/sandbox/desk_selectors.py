"""What the desk shows: the world's time and pace, parcels, pushes, calls, and one future."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count

from apps.core import clock
from apps.sandbox import world
from apps.sandbox.choices import ParcelStage, PushState, SubscriptionState
from apps.sandbox.codes import basic_of
from apps.sandbox.models import (
    SandboxCallMinute,
    SandboxControl,
    SandboxFault,
    SandboxOrder,
    SandboxOutage,
    SandboxParcel,
    SandboxPush,
    SandboxSubscription,
)
from apps.sandbox.places import Place, find_place
from apps.sandbox.questions import Question, open_question
from apps.sandbox.services.call_book import EDGES_MS

GONE_AFTER = dt.timedelta(seconds=8)
SHOWN_PUSHES = 6
CALL_MINUTES = 10
MOST_MOVING = 20_000
MOST_LOOKED_AT = 40
OLDEST = dt.timedelta(days=45)
LATELY = dt.timedelta(days=7)
STAGES = """
WITH moving AS (
    SELECT plan FROM sandbox_parcel
    WHERE booked_at > %(oldest)s AND picked_up_at <= %(now)s
      AND (signed_at IS NULL OR signed_at > %(now)s)
    ORDER BY booked_at DESC LIMIT %(most)s
)
SELECT coalesce(last.code, '0'), count(*) FROM moving
LEFT JOIN LATERAL (
    SELECT node->>1 AS code FROM jsonb_array_elements(plan->'nodes') WITH ORDINALITY AS n(node, i)
    WHERE (node->>0)::bigint <= %(at)s ORDER BY i DESC LIMIT 1
) AS last ON true
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class WorldFace:
    """The world's clock and process; ``alive`` is whether its process was seen just now."""

    world_at: dt.datetime
    speed: float
    paused: bool
    alive: bool
    port: int
    seed: int
    jumping_to: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Calls of one product in the last minutes; durations in milliseconds, upper edges."""

    product: str
    calls: int
    errors: int
    faulty: int
    p50_ms: int
    p99_ms: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in a parcel's life: what it is, when (world time), and whether it is over."""

    at: dt.datetime
    kind: str
    code: str
    text: str
    place: str
    is_past: bool


def world_face() -> WorldFace:
    """Time, pace and process of the world."""
    row = SandboxControl.objects.filter(id=1).first() or SandboxControl()
    seen = row.seen_real_at
    return WorldFace(
        world_at=world.now(),
        speed=row.speed or 0.0,
        paused=row.is_paused,
        alive=seen is not None and clock.real_now() - seen < GONE_AFTER,
        port=row.port,
        seed=row.seed,
        jumping_to=row.jump_to,
    )


def parcel_stages() -> dict[ParcelStage, int]:
    """Parcels by where they are, of those booked in the last 45 world days.

    Of more than 20,000 under way the newest 20,000 are counted.
    """
    now = world.now()
    since = now - LATELY
    counts = dict.fromkeys(ParcelStage, 0)
    recent = SandboxParcel.objects.filter(booked_at__gt=now - OLDEST)
    counts[ParcelStage.BOOKED] = (
        recent.exclude(outcome__in=["", "unsent", "cancelled"]).exclude(picked_up_at__lte=now)
    ).count()
    over = SandboxParcel.objects.filter(signed_at__gt=since, signed_at__lte=now)
    backs = ("uncollected", "refused", "damaged", "barred")
    counts[ParcelStage.RETURNED] = over.filter(outcome__in=backs).count()
    counts[ParcelStage.SIGNED] = over.exclude(outcome__in=backs).count()
    asked: dict[str, dt.datetime | int] = {
        "oldest": now - OLDEST, "now": now, "at": world.epoch(now), "most": MOST_MOVING
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STAGES, asked)
        rows: Sequence[tuple[str, int]] = cursor.fetchall()
    for code, count in rows:
        counts[ParcelStage.parse(basic_of(code)) or ParcelStage.MOVING] += count
    return counts


def push_states() -> dict[PushState, int]:
    """Pushes of the last six real hours by state."""
    rows = SandboxPush.objects.values_list("state").annotate(n=Count("id")).order_by()
    found = dict(rows)
    return {state: found.get(state.value, 0) for state in PushState}


def pushes_in_flight() -> list[SandboxPush]:
    """Pushes that are being sent or sent again, the soonest first, then what is due next."""
    rows = SandboxPush.objects.filter(state__in=["waiting", "sending"])
    fields = ("subscription", "order", "order__parcel")
    tried = list(
        rows.filter(attempts__gt=0).select_related(*fields).order_by("due_at")[:SHOWN_PUSHES]
    )
    rest = rows.filter(attempts=0).select_related(*fields).order_by("due_at")
    return [*tried, *rest[: SHOWN_PUSHES - len(tried)]]


def answered_pushes() -> list[SandboxPush]:
    """The pushes answered last, with what was answered."""
    return list(
        SandboxPush.objects.filter(finished_real_at__isnull=False)
        .select_related("subscription", "order", "order__parcel")
        .order_by("-finished_real_at")[:SHOWN_PUSHES]
    )


def manual_pushes() -> list[SandboxPush]:
    """The newest pushes made by hand."""
    return list(
        SandboxPush.objects.filter(is_manual=True)
        .select_related("subscription", "order", "order__parcel")
        .order_by("-id")[:3]
    )


def push_number(push: SandboxPush) -> str:
    """The number a push is about, or ""."""
    if push.subscription is not None:
        return push.subscription.number
    if push.order is not None:
        return push.order.parcel.number
    return ""


def call_figures() -> list[CallFigures]:
    """Calls by product over the last ten real minutes, the busiest first."""
    since = clock.real_now() - dt.timedelta(minutes=CALL_MINUTES)
    sums: dict[str, list[int]] = {}
    buckets: dict[str, list[int]] = {}
    for row in SandboxCallMinute.objects.filter(minute__gt=since):
        total = sums.setdefault(row.product, [0, 0, 0])
        for place, value in enumerate((row.calls, row.errors, row.faulty)):
            total[place] += value
        old = buckets.setdefault(row.product, [0] * (len(EDGES_MS) + 1))
        buckets[row.product] = [a + b for a, b in zip(old, row.buckets, strict=False)]
    figures = [
        CallFigures(
            product=name,
            calls=calls,
            errors=errors,
            faulty=faulty,
            p50_ms=_edge(buckets[name], 0.5),
            p99_ms=_edge(buckets[name], 0.99),
        )
        for name, (calls, errors, faulty) in sums.items()
    ]
    return sorted(figures, key=lambda row: (-row.calls, row.product))


def _edge(buckets: Sequence[int], share: float) -> int:
    """The upper edge in ms below which ``share`` of the calls lie; the last edge beyond it."""
    wanted, seen = sum(buckets) * share, 0
    for edge, count in zip(EDGES_MS, buckets, strict=False):
        seen += count
        if seen >= wanted:
            return edge
    return EDGES_MS[-1] * 2


def fault_rows() -> dict[str, float]:
    """Rates of the faults that are on."""
    return dict(SandboxFault.objects.filter(rate__gt=0).values_list("name", "rate"))


def hubs_out() -> list[tuple[Place, dt.datetime]]:
    """Hubs that handle nothing now, and until when (world time)."""
    rows = SandboxOutage.objects.filter(ends_at__gt=world.now()).order_by("ends_at")
    return [(place, row.ends_at) for row in rows if (place := find_place(row.hub)) is not None]


def followed_numbers(limit: int = 4) -> list[str]:
    """Numbers worth a look: parcels under way that somebody subscribed to, the newest first."""
    rows = SandboxSubscription.objects.filter(
        state=SubscriptionState.POLLING, parcel__picked_up_at__lte=world.now()
    )
    return list(rows.order_by("-id").values_list("number", flat=True)[:limit])


def asked_numbers(limit: int = 4) -> list[str]:
    """Numbers of parcels customs waits with for an answer, of the newest that were planned so."""
    now = world.now()
    rows = SandboxParcel.objects.filter(
        outcome="asked", booked_at__gt=now - OLDEST, picked_up_at__lte=now, signed_at__gt=now
    )
    newest = rows.order_by("-booked_at", "-id")[:MOST_LOOKED_AT]
    return [parcel.number for parcel in newest if question_of(parcel) is not None][:limit]


def parcel_future(number: str) -> tuple[SandboxParcel, list[Moment]] | None:
    """A parcel and everything that did and will happen to it, in the order of world time.

    Includes what its order's callbacks will say and when the platform looks next. None for a
    number the world does not know.
    """
    parcel = SandboxParcel.objects.filter(number=number.strip().upper()[:32]).first()
    if parcel is None:
        return None
    now = world.now()
    moments: list[Moment] = []

    def add(at: dt.datetime, kind: str, code: str, text: str = "", area: str = "") -> None:
        place = find_place(area) if area else None
        name = place.area_name.replace(",", " ") if place else ""
        moments.append(Moment(at, kind, code, text, name, at <= now))

    plan = parcel.read_plan()
    if plan is not None:
        for node in plan.nodes:
            add(world.moment(node.at), "node", node.code, node.text, node.area)
        for event in plan.orders:
            add(world.moment(event.at), "order", str(event.status))
    for subscription in parcel.subscriptions.exclude(due_at=None):
        if subscription.due_at is not None:
            add(subscription.due_at, "look", subscription.state)
    return parcel, sorted(moments, key=lambda moment: (moment.at, moment.kind))


def question_of(parcel: SandboxParcel) -> Question | None:
    """What customs asks of a parcel now, or None."""
    plan = parcel.read_plan()
    return open_question(plan, world.epoch(world.now())) if plan is not None else None


def declared(parcel: SandboxParcel) -> dict[str, Any]:
    """What its international e-waybill declared (``declared.Declared``); {} for none."""
    found = SandboxOrder.objects.filter(parcel=parcel).values_list("customs", flat=True).first()
    return found or {}
