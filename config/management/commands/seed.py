"""Plant the demo: two test merchants, their people and keys, a month of parcels."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.core.metrics.recorder import recorder
from apps.core.models import MetricBucket
from apps.core.services import set_world_clock
from apps.orders.services import follow_changes
from apps.sandbox.services import ensure_account
from apps.shipments.services import ensure_partitions
from apps.webhooks.models import Delivery, Message
from config.demo import write_demo
from config.seeding.accounts import seed_accounts
from config.seeding.masters import plant_masters
from config.seeding.past_bookings import book_past
from config.seeding.past_borders import declare_past
from config.seeding.past_casework import work_past
from config.seeding.past_chains import chain_past
from config.seeding.past_orders import Moment, moments, place_orders
from config.seeding.past_rounds import report_past, set_demo_rules
from config.seeding.past_rules import let_go_past
from config.seeding.past_supplies import supply_past
from config.seeding.past_tracks import hear_past, push_past, subscribe_past
from config.seeding.past_voice import speak_past

BATCH = 50
WORKERS = 2


def plant(batch: list[Moment], *, now: dt.datetime) -> int:
    """Place and book one batch of past orders; returns how many parcels were booked."""
    with transaction.atomic():
        orders = list(place_orders(batch, now=now))
        return book_past(orders, now=now)


def settle_past() -> None:
    """Forget what planting left to be done and measured: a portal's first day begins with neither.

    Shops were told of their past long ago, and how fast the past was fed in says nothing of the
    portal.
    """
    Delivery.objects.all().delete()
    Message.objects.all().delete()
    recorder.end()
    MetricBucket.objects.all().delete()


class Command(BaseCommand):
    """`seed`: once, into an empty portal, never in production."""

    help = "Plant demo merchants, people, keys and a history of parcels into an empty portal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --if-empty and --history."""
        parser.add_argument("--if-empty", action="store_true")
        parser.add_argument("--history", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Plant everything, with progress."""
        if not settings.WORLD_CLOCK_ALLOWED:
            raise CommandError("The demo is refused here: this is not a desk.")
        if User.objects.exists() or Merchant.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The portal is not empty; `make reset` empties it.")
        started = time.monotonic()
        ensure_partitions()
        write_demo(seed_accounts())
        ensure_account()
        plant_masters(Merchant.objects.order_by("id"))
        pace = getattr(settings, "SANDBOX_SPEED", 1800.0)
        set_world_clock(world_at=clock.real_now(), speed=pace, running=False)
        booked = self._orders(options["history"])
        self._tracks()
        cases = work_past(now=clock.now()) if options["history"] else 0
        flags = self._rounds(pace) if options["history"] else 0
        settle_past()
        seconds = time.monotonic() - started
        found = f"{booked} parcels of history, {cases} cases, {flags} flags"
        self.stdout.write(f"seed: {found} in {seconds:.0f} s")

    def _orders(self, parcels: int) -> int:
        now = clock.now()
        merchants = list(Merchant.objects.order_by("id"))
        planned = moments(parcels=parcels, now=now, merchants=merchants)
        batches = [planned[start : start + BATCH] for start in range(0, len(planned), BATCH)]
        booked = done = 0
        connections.close_all()
        with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
            for batch, count in zip(
                batches, pool.map(partial(plant, now=now), batches), strict=True
            ):
                booked, done = booked + count, done + len(batch)
                self.stdout.write(f"seed: {done} of {len(planned)} orders", ending="\r")
                self.stdout.flush()
        return booked + supply_past(now=now) + let_go_past(now=now)

    def _tracks(self) -> None:
        now = clock.now()
        subscribe_past(now=now)
        push_past(now=now)
        chain_past(now=now)
        hear_past()
        while follow_changes(limit=500):
            pass
        declare_past()
        speak_past(now=now)

    def _rounds(self, pace: float) -> int:
        set_demo_rules(pace=pace)
        return report_past(now=clock.now())
