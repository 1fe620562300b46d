"""Another future for a parcel: whatever somebody may know of it already stays as it was told."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.sandbox import services, world
from apps.sandbox.models import SandboxOrder, SandboxParcel
from apps.sandbox.services.outages import put_hub_out
from apps.sandbox.services.parcels import replace_plan
from apps.sandbox.services.queries import answer_query
from tests.sandbox.conftest import SEED, run_until

BEHIND = dt.timedelta(hours=6)


@pytest.fixture
def behind(moving):
    """A process that believes it is six hours earlier than the world's own does."""

    def do(work, **given):
        with world.configured(now=lambda: moving.at - BEHIND, seed=SEED):
            return work(**given)

    return do


def current(parcel: SandboxParcel):
    return SandboxParcel.objects.get(pk=parcel.pk).read_plan()


def pushed(book, subscribe, moving) -> tuple[SandboxParcel, tuple]:
    """A parcel under way and the nodes its last push told."""
    parcel = book()
    following = subscribe(parcel.carrier, parcel.number)
    last = moving.at
    while following.pushed_nodes < 4:
        last += dt.timedelta(minutes=30)
        run_until(moving, last)
        following.refresh_from_db()
    return parcel, current(parcel).nodes[: following.pushed_nodes]


def test_what_was_pushed_stays_when_a_process_behind_steers(book, subscribe, moving, behind):
    parcel, told = pushed(book, subscribe, moving)
    behind(services.steer_parcel, number=parcel.number, outcome="refused", within_hours=5)
    assert current(parcel).nodes[: len(told)] == told
    assert current(parcel).outcome == "refused"


def test_what_was_answered_stays_when_a_process_behind_steers(book, moving, behind):
    parcel = book()
    moving.at = parcel.picked_up_at + dt.timedelta(hours=2)
    answer = answer_query(param={"com": parcel.carrier, "num": parcel.number, "resultv2": "4"})
    behind(services.steer_parcel, number=parcel.number, outcome="refused", within_hours=5)
    texts = [node.text for node in current(parcel).nodes]
    assert texts[: len(answer["data"])] == [row["context"] for row in answer["data"]][::-1]


def test_states_of_the_order_that_were_told_stay(book, moving, behind):
    parcel = book()
    run_until(moving, parcel.picked_up_at + dt.timedelta(minutes=10))
    order = SandboxOrder.objects.get(parcel=parcel)
    told = current(parcel).orders[: order.told]
    behind(services.steer_parcel, number=parcel.number, outcome="refused", within_hours=5)
    order.refresh_from_db()
    assert order.told > 1
    assert current(parcel).orders[: order.told] == told


def test_what_was_pushed_stays_when_a_hub_is_put_out_from_behind(book, subscribe, moving, behind):
    parcel, told = pushed(book, subscribe, moving)
    before = current(parcel)
    behind(put_hub_out, hub="440300", hours=24 * 3)
    behind(put_hub_out, hub="110000", hours=24 * 10)
    assert current(parcel) != before
    assert current(parcel).nodes[: len(told)] == told


def test_another_future_does_not_undo_what_a_subscription_counted(book, subscribe, moving):
    parcel, told = pushed(book, subscribe, moving)
    following = parcel.subscriptions.get()
    replace_plan(parcel=parcel, plan=current(parcel).postponed(world.epoch(moving.at), 3600))
    following.refresh_from_db()
    assert (following.pushed_nodes, following.state) == (len(told), "polling")


def test_a_carrier_that_takes_over_is_known_within_the_steered_time(book, moving):
    parcel = book(
        kuaidicom="emsguoji",
        recManPrintAddr="1420 Maple Ave, Seattle, WA 98101, United States",
    )
    plan = services.steer_parcel(number=parcel.number, within_hours=10)
    end = world.epoch(moving.at) + 10 * 3600 + 60
    assert plan.last_at <= end
    assert plan.last_mile is None or plan.last_mile.known_at <= end
