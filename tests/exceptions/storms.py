"""Storms for tests: many cases at once, written as the engine writes them, without the engine."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from apps.accounts.models import Merchant
from apps.exceptions.models import Case, CauseHour, CauseLook, Rule
from apps.exceptions.services.tallies import count_cases, tally_key
from apps.shipments.models import Shipment
from tests.exceptions.watched import DAY, HOUR

NOW = dt.datetime(2026, 11, 20, 6, 30, tzinfo=dt.UTC)
"""A Friday, half past two in the afternoon in China."""
HEFEI, WUHAN = "340104000000", "420106000000"
_numbers = itertools.count(1)


def make_look(mode: str = "live", *, days: float = 28, now: dt.datetime = NOW) -> CauseLook:
    """Let the look for incidents have gone on for some days."""
    return CauseLook.objects.create(mode=mode, began_at=now - days * DAY, looked_at=now - HOUR)


def make_past(*, rule: str = "stalled_domestic", an_hour: int = 3, now: dt.datetime = NOW) -> None:
    """Let a rule have found some cases every hour, spread over the whole country."""
    held = Rule.objects.get(code=rule)
    hour = now.replace(minute=0)
    CauseHour.objects.bulk_create(
        CauseHour(mode="live", cause=cause, key=key, rule=held, at=hour - n * HOUR, cases=an_hour)
        for n in range(30, 24 * 20)
        for cause, key in (("rule", rule), ("carrier", "yuantong"))
    )


def open_storm(
    merchant: Merchant,
    count: int,
    *,
    at: dt.datetime = NOW,
    over: dt.timedelta = HOUR,
    hub: str = HEFEI,
    rule: str = "stalled_domestic",
    mode: str = "live",
    lanes: tuple[str, ...] = ("44", "31", "50"),
    carriers: tuple[str, ...] = ("yuantong",),
    late: dt.timedelta = dt.timedelta(),
    **fields: Any,
) -> list[Case]:
    """Open cases at one hub that came due evenly over a stretch of time before ``at``."""
    held = Rule.objects.get(code=rule)
    numbers = list(itertools.islice(_numbers, count))
    shipments = Shipment.objects.bulk_create(
        Shipment(
            merchant=merchant, reference=f"storm-{n}", mode=mode, number=f"ST{n:012d}",
            carrier=carriers[n % len(carriers)], status="in_transit", created_at=at - 4 * DAY,
            last_heard_at=at - 2 * DAY,
        )
        for n in numbers
    )  # fmt: skip
    cases = []
    for index, (n, shipment) in enumerate(zip(numbers, shipments, strict=True)):
        due = at - over * ((index + 0.5) / count)
        cases.append(
            Case(
                merchant=merchant, shipment=shipment, rule=held, severity="amber",
                group=held.group, carrier=shipment.carrier, hub=hub, lane_from="34",
                lane_to=lanes[n % len(lanes)], anchored_at=due - 2 * DAY, opened_at=due + late,
                acknowledge_by=due + HOUR, resolve_by=due + DAY,
                evidence={"due": due.isoformat()},
                **fields,
            )
        )  # fmt: skip
    made = Case.objects.bulk_create(cases)
    count_cases((None, tally_key(case)) for case in made)
    return made


def clear(cases: list[Case], *, at: dt.datetime) -> None:
    """Let the parcels move on."""
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(
        state="resolved", closed_at=at, closer="itself", close_reason="moved_on"
    )
