"""The demo's past rounds: stored as they were heard, looked at whole, and in the queue."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.exceptions.models import Flag, KindPolicy
from apps.sandbox.models import SandboxFault, SandboxParcel
from apps.sandbox.plan import Courier, Node, Plan
from apps.sandbox.services import rounds
from apps.shipments.models import PlannedRoute, Position, Track
from config.seeding import past_rounds
from tests.shipments.builders import make_shipment

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
NUMBERS = ("YT7700000001", "YT7700000002")


def parcel(number: str, *, hours: float = 2) -> None:
    out = int(NOW.timestamp()) - 5 * 3600
    nodes = (Node(out, "5", "派件", "440305000000"), Node(out + int(hours * 3600), "301", "签收"))
    nobody = Courier("王伟", "13800100000")
    plan = Plan("yuantong", number, "110105", "440305", "", "self", nodes, (), nobody, nobody)
    SandboxParcel.objects.create(
        carrier="yuantong", number=number, booked_at=NOW - dt.timedelta(days=2), plan=plan.to_json()
    )


@pytest.fixture
def reported(merchant, monkeypatch) -> int:
    monkeypatch.setattr(rounds, "is_reported", lambda plan, *, seed: True)
    monkeypatch.setattr(past_rounds.FixFault, "values", classmethod(lambda cls: ["zero"]))
    for number in NUMBERS:
        parcel(number)
        make_shipment(merchant, number=number, created_at=NOW - dt.timedelta(days=2))
    parcel("YT7700000009")
    with clock.frozen(NOW):
        return past_rounds.report_past(now=NOW)


def test_every_third_round_has_a_fault_that_waits_in_the_queue(reported):
    assert reported == 1
    flag = Flag.objects.get()
    assert (flag.kind, flag.state, flag.shipment.number) == ("zero", "open", NUMBERS[0])
    assert not Track.objects.filter(wanted_at__isnull=False).exists()


def test_fixes_were_heard_within_the_half_hour_after_they_were_taken(reported):
    lags = {row.heard_at - row.happened_at for row in Position.objects.all()}
    assert dt.timedelta(0) <= min(lags)
    assert max(lags) <= dt.timedelta(minutes=45)
    assert Position.objects.count() == 2 * 361


def test_the_planned_way_is_there_and_a_parcel_nobody_ordered_is_not(reported):
    assert set(PlannedRoute.objects.values_list("shipment__number", flat=True)) == set(NUMBERS)


def test_one_round_in_twelve_goes_wrong_and_flags_wait_for_people(db):
    User.objects.create_superuser("root", password="x")
    past_rounds.set_demo_rules(pace=1800)
    rates = dict(SandboxFault.objects.values_list("name", "rate"))
    assert 0.05 <= sum(rates.values()) <= 0.10
    assert all(name.startswith("gps_") for name in rates)
    assert set(KindPolicy.objects.values_list("expires_after_hours", flat=True)) == {3_600}
