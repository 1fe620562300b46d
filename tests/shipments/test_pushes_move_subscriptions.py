"""Pushes end to end: a corrected carrier moves both, an abort is followed again by the rules."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from apps.baidiyun import intake, topics
from apps.baidiyun.models import Subscription
from apps.baidiyun.services import drain_once
from apps.core import clock
from apps.shipments.models import Leg, Shipment
from apps.shipments.services import apply_snapshots
from tests.shipments.builders import LIFE, at, make_shipment, push

NUMBER = "YT1000000001"
NONE_FOUND = "3天查询无记录"
HALF_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def parcel(merchant, midday) -> Shipment:
    """A parcel whose subscription the platform has taken."""
    topics.register("tracking", apply_snapshots)
    shipment = make_shipment(merchant, NUMBER)
    Subscription.objects.update(
        state="active", subscribed_at=clock.now(), return_code="200", phone_tail="1234"
    )
    return shipment


def bring(*params: str) -> None:
    """Push to the parcel's first subscription and drain."""
    token = Subscription.objects.order_by("id")[0].token
    for param in params:
        intake.store_push(
            topic="tracking", token=token, param=param, raw=param.encode(), now=clock.real_now()
        )
    drain_once()


def aborted(message: str = NONE_FOUND, **more: str) -> str:
    return push(NUMBER, (), status="abort", message=message, state="0", **more)


def subscriptions() -> list[tuple[str, str]]:
    return list(Subscription.objects.order_by("id").values_list("carrier", "state"))


def test_a_corrected_carrier_moves_subscription_and_shipment(parcel):
    bring(aborted("", autoCheck="0", comOld="", comNew="shentong"))
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.status) == ("shentong", "awaiting_pickup")
    assert list(Leg.objects.values_list("carrier", "carrier_before")) == [("shentong", "yuantong")]
    assert subscriptions() == [("shentong", "active")]
    later = {"autoCheck": "1", "comOld": "yuantong", "comNew": "shentong"}
    bring(push(NUMBER, LIFE[:2], carrier="shentong", **later))
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.status) == ("shentong", "in_transit")
    assert subscriptions() == [("shentong", "active")]


def test_a_correction_to_a_carrier_followed_already_leaves_the_drain_standing(parcel):
    first = Subscription.objects.get()
    first.pk, first.token, first.carrier = None, "another-token-00000001", "shentong"
    first.save()
    bring(aborted("", autoCheck="0", comOld="", comNew="shentong"))
    assert subscriptions() == [("yuantong", "active"), ("shentong", "active")]


def test_an_abort_is_subscribed_again_after_half_an_hour(parcel):
    bring(aborted())
    parcel.refresh_from_db()
    assert parcel.status == "expired"
    assert subscriptions() == [("yuantong", "aborted"), ("yuantong", "pending")]
    old, new = Subscription.objects.order_by("id")
    assert (old.message, old.closed_at) == (NONE_FOUND, clock.now())
    assert new.next_at == clock.now() + HALF_HOUR
    assert (new.subject, new.number, new.mode) == (parcel.pk, NUMBER, "sandbox")
    assert (new.phone_tail, new.subscribed_at) == ("1234", None)
    assert new.token != old.token


def test_an_abort_under_the_corrected_carrier_is_an_abort(parcel):
    bring(aborted(autoCheck="1", comOld="yuantong", comNew="shentong"))
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.status) == ("shentong", "expired")
    assert subscriptions() == [("shentong", "aborted"), ("shentong", "pending")]


def test_the_same_abort_again_subscribes_once(parcel):
    bring(aborted(), aborted() + " ")
    bring(aborted() + "\n")
    assert subscriptions() == [("yuantong", "aborted"), ("yuantong", "pending")]


@pytest.mark.parametrize(("taken_before", "follows"), [(2, True), (3, False)])
def test_a_number_is_subscribed_four_times_a_month_at_most(parcel, taken_before, follows):
    row = Subscription.objects.get()
    for serial in range(taken_before):
        row.pk, row.token, row.state = None, f"earlier-token-{serial:08d}", "aborted"
        row.save()
    bring(aborted())
    assert Subscription.objects.filter(state="pending").exists() is follows


def test_last_months_subscriptions_do_not_count(parcel):
    row = Subscription.objects.get()
    row.subscribed_at = clock.now() - dt.timedelta(days=40)
    for serial in range(4):
        row.pk, row.token, row.state = None, f"earlier-token-{serial:08d}", "aborted"
        row.save()
    bring(aborted())
    assert Subscription.objects.filter(state="pending").exists()


def test_after_sixty_days_without_a_change_nobody_subscribes_again(parcel):
    bring(aborted("60天无变化"))
    assert subscriptions() == [("yuantong", "aborted")]


def test_a_cancelled_subscription_is_not_followed_again(parcel):
    Subscription.objects.update(state="cancelled")
    bring(aborted())
    assert subscriptions() == [("yuantong", "cancelled")]


def test_shutdown_ends_and_nothing_follows(parcel):
    bring(push(NUMBER, LIFE, status="shutdown"))
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    assert subscriptions() == [("yuantong", "shutdown")]


def test_updateall_only_brings_the_list_again(parcel):
    bring(push(NUMBER, LIFE[:1]))
    bring(push(NUMBER, LIFE[:2], status="updateall"))
    parcel.refresh_from_db()
    assert (parcel.status, parcel.last_event_at) == ("in_transit", at(5))
    assert subscriptions() == [("yuantong", "active")]


def test_an_end_counts_more_than_news_that_came_beside_it(parcel):
    bring(push(NUMBER, LIFE, status="shutdown"), push(NUMBER, LIFE[:2]))
    assert subscriptions() == [("yuantong", "shutdown")]
    assert json.loads(push(NUMBER, LIFE))["status"] == "polling"
