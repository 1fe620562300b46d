"""Orders of the last month, as the simulated shoppers would have placed them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.orders.api.inputs import OrderInput, draft_of
from apps.orders.choices import OrderMode
from apps.orders.models import Order
from apps.orders.services import create_order
from apps.sandbox.shopping import make_order

DAYS = 30
SEED = 7
RUN = "H"
STILL_OPEN = dt.timedelta(hours=40)
"""Orders abroad that are older than this have long been completed."""
FORGETFUL_EVERY = 3


@dataclass(frozen=True)
class Moment:
    """When and by whom the ``sequence``-th order of the past was placed."""

    sequence: int
    merchant: Merchant
    at: dt.datetime


def moments(*, parcels: int, now: dt.datetime, merchants: list[Merchant]) -> list[Moment]:
    """Spread orders over the last 30 days, oldest first, more of them lately."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable demo, not a secret
    ages = sorted((rng.random() ** 1.6 * DAYS for _ in range(parcels)), reverse=True)
    return [
        Moment(index, merchants[index % len(merchants)], now - dt.timedelta(days=age))
        for index, age in enumerate(ages)
    ]


def place_orders(planned: list[Moment], *, now: dt.datetime) -> Iterator[Order]:
    """Place each order at its own time; what the portal refuses does not become history."""
    for moment in planned:
        body = make_order(
            seed=SEED,
            shop=moment.merchant.slug,
            run=RUN,
            sequence=moment.sequence,
            placed_at=moment.at,
            complete=bool(moment.sequence % FORGETFUL_EVERY) and now - moment.at > STILL_OPEN,
        )
        form = OrderInput(data=body)
        if not form.is_valid():
            continue
        with clock.frozen(moment.at):
            try:
                yield create_order(
                    merchant=moment.merchant,
                    draft=draft_of(form.validated_data),
                    mode=OrderMode.SANDBOX.value,
                    actor=Actor.system("seed"),
                )
            except PortalError:
                continue
