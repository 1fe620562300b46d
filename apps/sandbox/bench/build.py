"""A world of real size: parcels booked over a stretch of time, with orders and subscriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from apps.sandbox import carriers, services, world
from apps.sandbox.places import draw_place
from apps.sandbox.rng import stream
from apps.sandbox.services import HistoryDraft, HistoryParcel

BATCH = 2_500
PHONE = "13800138000"
FREE_OF_PHONES = tuple(
    carrier
    for carrier in carriers.CARRIERS
    if not carrier.international and carrier.code not in carriers.PHONE_REQUIRED
)


def draft_parcels(
    *, count: int, since: dt.datetime, span: dt.timedelta, callback_url: str, name: str = "bench"
) -> list[HistoryDraft]:
    """Bookings spread evenly from ``since`` over ``span``, of domestic carriers."""
    drafts = []
    for n in range(count):
        rng = stream(world.seed(), name, n)
        drafts.append(
            HistoryDraft(
                carrier=rng.choice(FREE_OF_PHONES).code,
                origin_code=draw_place(rng).code,
                destination_code=draw_place(rng).code,
                booked_at=since + span * (n / count),
                reference=f"{name}-{n}",
                callback_url=callback_url,
                salt="salt123",
                recipient_phone=PHONE,
            )
        )
    return drafts


def build_world(
    *,
    drafts: list[HistoryDraft],
    now: dt.datetime,
    subscribed: float,
    subscribed_at: dt.datetime,
    callback_url: str,
) -> Iterator[HistoryParcel]:
    """Store the parcels, subscribe the given share of them, and yield them all."""
    for first in range(0, len(drafts), BATCH):
        batch = drafts[first : first + BATCH]
        parcels = services.plan_history_parcels(drafts=batch, now=now)
        chosen = parcels[: round(len(parcels) * subscribed)]
        rows = [(p.carrier, p.number, callback_url, "salt123") for p in chosen]
        services.subscribe_known_many(rows=rows, subscribed_at=subscribed_at)
        yield from parcels
