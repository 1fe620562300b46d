"""Rounds of couriers whose parcels are out for delivery: which begin, and which are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from apps.sandbox import world
from apps.sandbox.courier_round import Round, is_reported, plan_round, round_times
from apps.sandbox.models import SandboxParcel
from apps.sandbox.services.ride_rows import gps_rates

LOOK_BACK = dt.timedelta(days=10)


def upcoming_rounds(*, after_id: int, now: dt.datetime) -> Iterator[tuple[int, int]]:
    """Yield (parcel id, when its round begins) of parcels newer than ``after_id``.

    Only of those whose courier's app reports, and whose round is not over yet.
    """
    rows = SandboxParcel.objects.filter(pk__gt=after_id, booked_at__gt=now - LOOK_BACK)
    for parcel in rows.exclude(plan={}).order_by("pk").iterator(chunk_size=500):
        plan = parcel.read_plan()
        times = round_times(plan) if plan is not None else None
        if plan is None or times is None or times[1] <= world.epoch(now):
            continue
        if is_reported(plan, seed=world.seed()):
            yield parcel.pk, times[0]


def begun_rounds(*, parcel_ids: Iterable[int]) -> dict[int, Round]:
    """The rounds of these parcels as their plans stand now, with the set rates of false fixes."""
    rates = gps_rates()
    found: dict[int, Round] = {}
    for parcel in SandboxParcel.objects.filter(pk__in=list(parcel_ids)):
        plan = parcel.read_plan()
        made = plan_round(plan, seed=world.seed(), rates=rates) if plan is not None else None
        if made is not None:
            found[parcel.pk] = made
    return found


def past_rounds(*, since: dt.datetime, now: dt.datetime) -> Iterator[Round]:
    """Yield the faultless rounds that began and ended between two moments, in order of parcels."""
    begin, end = world.epoch(since), world.epoch(now)
    rows = SandboxParcel.objects.filter(booked_at__gt=since - LOOK_BACK)
    for parcel in rows.exclude(plan={}).order_by("pk").iterator(chunk_size=500):
        plan = parcel.read_plan()
        times = round_times(plan) if plan is not None else None
        if plan is None or times is None or times[0] < begin or times[1] > end:
            continue
        made = plan_round(plan, seed=world.seed(), rates={})
        if made is not None and is_reported(plan, seed=world.seed()):
            yield made
