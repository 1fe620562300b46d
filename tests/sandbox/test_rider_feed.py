"""The truth about a rider's faults, and the batches that devices hand to the portal."""

from __future__ import annotations

import datetime as dt

from apps.sandbox.models import SandboxRide, SandboxRideFault
from apps.sandbox.ride_plan import RidePlan
from apps.sandbox.services import rider_feed
from apps.sandbox.services.faults import set_fault
from tests.sandbox.conftest import START
from tests.sandbox.test_gateway_rides import ask, ids, ride


def test_the_truth_about_a_fault_is_kept_and_never_told(gateway):
    set_fault(name="gps_drift", rate=1)
    order = ids(gateway)
    truth = SandboxRideFault.objects.get()
    plan = RidePlan.from_json(SandboxRide.objects.get().plan)
    assert (truth.kind, truth.first_row) == ("drift", plan.spoiled.first)
    assert truth.first_at == dt.datetime.fromtimestamp(plan.fixes[truth.first_row].at, dt.UTC)
    assert 300 <= truth.shift_m <= 801
    assert "drift" not in str(ask(gateway, "queryCourier", order))


def test_batches_of_running_rides_are_handed_out_once(gateway, moving):
    for number in range(6):
        ask(gateway, "order", ride(thirdId=f"SO-{number}"))
    by_app = SandboxRide.objects.filter(plan__by_app=True)
    assert 0 < by_app.count() < 6
    assert rider_feed.take_batches(now=moving.now()) == []
    got = rider_feed.take_batches(now=START + dt.timedelta(minutes=20), limit=10_000)
    shipments = {row["shipment"] for batch in got for row in batch.body["positions"]}
    assert shipments == set(by_app.values_list("third_id", flat=True))
    assert rider_feed.take_batches(now=START + dt.timedelta(minutes=20)) == []
    rest = rider_feed.take_batches(now=START + dt.timedelta(hours=5), limit=10_000)
    rows = [row for batch in got + rest for row in batch.body["positions"]]
    assert len(rows) == sum(len(RidePlan.from_json(one.plan).fixes) for one in by_app)
