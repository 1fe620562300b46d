"""Three pushes in ten are lost: after a reconciliation nothing is, and the ledger says how many."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Sum

from apps.baidiyun.services import drain_once, send_due_subscriptions
from apps.core import clock
from apps.sandbox import world
from apps.sandbox.choices import PushState
from apps.sandbox.models import SandboxPush, SandboxSubscription
from apps.sandbox.services.faults import set_fault
from apps.shipments.models import CompletenessHour, Event, LedgerEntry, Shipment
from apps.shipments.services import reconcile, roll_up_completeness
from tests.sandbox.conftest import START, run_until
from tests.shipments.builders import make_merchant, make_shipment

NUMBERS = {
    "yuantong": [f"YT88000000{index:05}" for index in range(8)],
    "zhongtong": [f"7588000000{index:04}" for index in range(8)],
    "jtexpress": [f"JT31000000{index:05}" for index in range(8)],
}
FORM = "application/x-www-form-urlencoded"
PARCELS = sum(map(len, NUMBERS.values()))


@pytest.fixture
def lossy(gateway, moving, receiver, settings, client) -> dt.datetime:
    """A day of the world with 0.3 of the pushes lost; the others are with the portal."""
    account = {"key": "testKey", "customer": "testCustomer", "secret": "testSecret"}
    settings.BAIDIYUN = {"sandbox": {"base_url": gateway, **account}}
    settings.BAIDIYUN_CALLBACK_BASE = receiver.url.partition("/callback")[0]
    set_fault(name="lost", rate=0.3)
    merchant = make_merchant()
    with clock.frozen(START):
        for carrier, numbers in NUMBERS.items():
            for number in numbers:
                make_shipment(merchant, number, carrier=carrier, created_at=START,
                              phone_tail="8000")  # fmt: skip
        send_due_subscriptions(limit=PARCELS)
    assert SandboxSubscription.objects.count() == PARCELS
    run_until(moving, START + dt.timedelta(hours=30))
    with clock.frozen(moving.at):
        for push in receiver.got:
            form = urlencode({"param": push["param"], "sign": push["sign"]})
            answer = client.post(push["path"], form, content_type=FORM)
            assert answer.status_code == 200, answer.content
        drain_all()
    return moving.at + dt.timedelta(minutes=45)


def drain_all() -> None:
    """Apply everything that waits."""
    for _ in range(20):
        if not drain_once(limit=200).applied:
            return


def visible(subscription: SandboxSubscription) -> int:
    """How many nodes of a parcel the world shows now."""
    return subscription.parcel.read_plan().count_at(world.epoch(world.now()))


def pushed(subscription: SandboxSubscription) -> int:
    """How many nodes the pushes that arrived have shown."""
    arrived = SandboxPush.objects.filter(subscription=subscription, state=PushState.DONE)
    return max((nodes_in(push.param) for push in arrived), default=0)


def nodes_in(param: str) -> int:
    said: dict[str, Any] = json.loads(param)
    return len(said["lastResult"]["data"])


def test_after_reconciliation_nothing_is_missing_and_the_ledger_counts_it(lossy):
    lost = Counter()
    for subscription in SandboxSubscription.objects.select_related("parcel"):
        lost[subscription.carrier] += visible(subscription) - pushed(subscription)
    assert SandboxPush.objects.filter(state=PushState.LOST).exists()
    assert all(lost.values())
    assert not LedgerEntry.objects.exists()
    asked = Shipment.objects.filter(closed_at__isnull=True).count()
    with clock.frozen(lossy):
        figures = reconcile(slot=lossy, budget=PARCELS)
        drain_all()
        roll_up_completeness()
    assert (figures["asked"], figures["failed"], figures["held_back"]) == (asked, 0, 0)
    healed = LedgerEntry.objects.values_list("carrier").annotate(Sum("healed_events"))
    assert dict(healed) == dict(lost)
    rolled = CompletenessHour.objects.values_list("carrier").annotate(Sum("missing"))
    assert dict(rolled) == dict(lost)
    held = Counter(Event.objects.values_list("shipment__number", flat=True))
    shown = {s.number: visible(s) for s in SandboxSubscription.objects.select_related("parcel")}
    assert held == shown
