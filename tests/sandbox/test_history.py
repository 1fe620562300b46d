"""Feeding the portal's seed: parcels under way, and exactly what the world would push."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from apps.sandbox import selectors, services
from apps.sandbox.engine import outbound_send
from apps.sandbox.models import SandboxOrder, SandboxParcel, SandboxSubscription
from apps.sandbox.services.history import HistoryDraft, HistoryRefused
from tests.sandbox.conftest import run_until


def draft(reference: str, at: dt.datetime, **changes: str) -> HistoryDraft:
    fields = {"carrier": "yuantong", "origin_code": "440305", "destination_code": "110105"}
    return HistoryDraft(booked_at=at, reference=reference, **{**fields, **changes})


def test_a_history_parcel_is_known_to_query_and_detail_alike(account, moving, settings):
    now = moving.at
    made = services.plan_history_parcel(
        draft=draft("h-1", now - dt.timedelta(days=2), outcome="self"), now=now
    )
    assert SandboxParcel.objects.get().number == made.number
    seen = json.loads(services.snapshot_for(number=made.number, at=now))
    assert len(seen["lastResult"]["data"]) == made.nodes > 2
    key = settings.BAIDIYUN["sandbox"]["key"]
    owner = SandboxOrder.objects.get().account
    assert owner.key == key
    detail = services.order_detail(account=owner, param={"thirdOrderId": "h-1"})
    assert detail["kuaidiNum"] == made.number
    assert detail["status"] == str(made.order_status)


def test_what_lies_in_the_future_is_not_told(account, moving):
    made = services.plan_history_parcel(draft=draft("h-1", moving.at), now=moving.at)
    assert (made.picked_up_at, made.signed_at, made.nodes) == (None, None, 0)
    assert services.snapshot_for(number=made.number, at=moving.at) is None


def test_told_events_are_not_pushed_again_and_later_ones_are(account, moving, receiver):
    start = moving.at - dt.timedelta(days=1, hours=12)
    made = services.plan_history_parcel(
        draft=draft("h-1", start, callback_url=receiver.url, salt="s", outcome="self"),
        now=moving.at,
    )
    told = services.order_pushes_for(number=made.number, at=moving.at)
    run_until(moving, moving.at + dt.timedelta(days=6))
    everything = services.order_pushes_for(number=made.number, at=moving.at)
    assert [push["param"] for push in receiver.got] == [p for _, p in everything[len(told) :]]
    assert 0 < len(told) < len(everything)


def test_a_known_subscription_pushes_only_what_is_new(account, moving, receiver):
    made = services.plan_history_parcel(
        draft=draft("h-1", moving.at - dt.timedelta(days=1), outcome="self"), now=moving.at
    )
    assert services.subscribe_known(
        carrier=made.carrier, number=made.number, callback_url=receiver.url, salt="s",
        subscribed_at=moving.at - dt.timedelta(days=1), pushed_until=moving.at,
    )  # fmt: skip
    run_until(moving, moving.at + dt.timedelta(days=10))
    first = receiver.params()[0]
    assert len(first["lastResult"]["data"]) > made.nodes
    assert receiver.params()[-1]["status"] == "shutdown"


def test_the_snapshot_is_byte_for_byte_what_is_pushed(account, moving, receiver):
    made = services.plan_history_parcel(
        draft=draft("h-1", moving.at - dt.timedelta(hours=12)), now=moving.at
    )
    services.subscribe_known(
        carrier=made.carrier, number=made.number, callback_url=receiver.url, salt="s",
        subscribed_at=moving.at,
    )  # fmt: skip
    due = SandboxSubscription.objects.get().due_at
    moving.at = due
    services.push_due(now=due, send=outbound_send())
    expected = services.snapshot_for(number=made.number, at=due)
    assert [push["param"] for push in receiver.got] == [expected]


def test_a_parcel_that_is_over_is_not_subscribed(account, moving):
    made = services.plan_history_parcel(
        draft=draft("h-1", moving.at - dt.timedelta(days=20), outcome="self"), now=moving.at
    )
    assert made.signed_at is not None
    assert not services.subscribe_known(
        carrier=made.carrier, number=made.number, callback_url="http://x/", salt="",
        subscribed_at=moving.at, pushed_until=moving.at,
    )  # fmt: skip


def test_many_parcels_get_numbers_of_their_own_also_in_a_second_run(account, moving):
    drafts = [draft(f"h-{i}", moving.at - dt.timedelta(days=i % 30)) for i in range(200)]
    first = services.plan_history_parcels(drafts=drafts, now=moving.at)
    again = services.plan_history_parcels(drafts=drafts, now=moving.at)
    assert len({made.number for made in first + again}) == 400
    snapshots = services.snapshots_for(numbers=[m.number for m in first], at=moving.at)
    assert set(snapshots) == {made.number for made in first if made.nodes}


def test_a_foreign_history_parcel_goes_abroad(account, moving):
    made = services.plan_history_parcel(
        draft=draft(
            "h-1", moving.at - dt.timedelta(days=20), carrier="usps", destination_code="",
            destination_country="US", outcome="self",
        ),
        now=moving.at,
    )  # fmt: skip
    last = json.loads(services.snapshot_for(number=made.number, at=moving.at))["lastResult"]
    assert last["state"] == "301"
    assert "UNITED STATES" in last["data"][0]["location"]


@pytest.mark.parametrize(
    "changes",
    [{"carrier": "nobody"}, {"origin_code": "999999"}, {"destination_country": "XX"}],
)
def test_a_draft_outside_this_world_is_refused(account, moving, changes):
    with pytest.raises(HistoryRefused):
        services.plan_history_parcel(draft=draft("h-1", moving.at, **changes), now=moving.at)
    assert SandboxParcel.objects.count() == 0


def test_the_figures_count_parcels_by_stage(account, moving):
    days = {"booked": 0, "moving": 1.5, "over": 40}
    for name, age in days.items():
        services.plan_history_parcel(
            draft=draft(name, moving.at - dt.timedelta(days=age), outcome="self"), now=moving.at
        )
    figures = selectors.world_figures()
    assert figures.parcels == {"booked": 1, "moving": 1, "over": 1}
    assert figures.orders == 3
