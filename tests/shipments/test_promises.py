"""The first promise: asked of the carrier as a work row, updated by its tracks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.estimate import Estimate
from apps.core import clock
from apps.shipments.models import CarrierEstimate, Shipment, ShipmentChange
from apps.shipments.promises import read_arrival, window_of
from apps.shipments.services import (
    apply_snapshots,
    ask_estimates,
    assign_number,
    change_destination,
    estimating,
)
from tests.shipments.builders import LIFE, START, at, inbox_row, make_shipment, push, words

LANE = {"origin_code": "330106000000", "destination_code": "440305000000"}
CHINA = dt.timezone(dt.timedelta(hours=8))
ARRIVES = at(55)


def estimated(moment: dt.datetime = ARRIVES) -> Reply[Estimate]:
    data = Estimate(
        arrives_at=moment.astimezone(CHINA),
        arrival_text=words(moment),
        days=None,
        total_hours=Decimal("54.5"),
        remaining_hours=None,
        service="",
        from_name="",
        to_name="",
        task_id="T42",
    )
    return Reply(ReplyOutcome.DONE, data, "200")


class Platform:
    """Answers in order, the last answer for ever; remembers what it was asked and for whom."""

    def __init__(self) -> None:
        self.answers: list[Any] = [estimated()]
        self.asked: list[dict[str, Any]] = []

    def __call__(self, **given: Any) -> Reply[Estimate]:
        self.asked.append({**given, "merchant": acting_merchant()})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    stub = Platform()
    monkeypatch.setattr(estimating, "estimate_arrival", stub)
    return stub


def later(seconds: float) -> None:
    """Let real time pass for the rows."""
    for row in CarrierEstimate.objects.all():
        row.retry_at -= dt.timedelta(seconds=seconds)
        row.save()


def test_a_new_shipment_is_promised_what_its_carrier_estimates(merchant: Merchant, platform):
    shipment = make_shipment(merchant, **LANE)
    assert ask_estimates() == {"answered": 1}
    shipment.refresh_from_db()
    midnight = ARRIVES.astimezone(CHINA).replace(hour=0, minute=0, second=0)
    assert (shipment.promise_from, shipment.promise_to) == (midnight, ARRIVES)
    assert shipment.promise_source == "carrier"
    row = shipment.estimate
    assert (row.arrival_text, row.total_hours, row.task_id) == (words(ARRIVES), "54.5", "T42")
    asked = platform.asked[0]
    assert (asked["from_"], asked["to"]) == ("浙江省杭州市西湖区", "广东省深圳市南山区")
    assert (asked["ordered_at"], asked["mode"]) == (START, "sandbox")
    assert (asked["priority"], asked["merchant"]) == (Priority.ROUTINE, merchant.pk)
    assert ask_estimates() == {}
    assert len(platform.asked) == 1


def test_the_promise_writes_one_change_row_that_changes_no_status(merchant, platform):
    shipment = make_shipment(merchant, **LANE)
    version = Shipment.objects.get(pk=shipment.pk).version
    ask_estimates()
    change = ShipmentChange.objects.filter(shipment=shipment).latest("id")
    assert change.kinds == ["promise"]
    assert change.from_status == change.to_status == "awaiting_pickup"
    assert Shipment.objects.get(pk=shipment.pk).version == version + 1


@pytest.mark.parametrize(
    "given",
    [
        {"carrier": "huitongkuaidi", "number": "HT1000000001", **LANE},
        {"destination_code": "440305000000"},
        {**LANE, "destination_code": ""},
        {**LANE, "destination_country": "DE"},
    ],
)
def test_where_nothing_can_be_asked_nothing_is_queued(merchant, platform, given):
    make_shipment(merchant, **given)
    assert not CarrierEstimate.objects.exists()
    assert ask_estimates() == {}


def test_without_a_number_the_lane_is_enough_and_another_carrier_is_asked_again(merchant, platform):
    shipment = make_shipment(merchant, number="", **LANE)
    assert ask_estimates() == {"answered": 1}
    assign_number(shipment_id=shipment.pk, carrier="yuantong", number="YT1000000009")
    assert ask_estimates() == {}
    assign_number(shipment_id=shipment.pk, carrier="shentong", number="776100000000009")
    platform.answers = [estimated(at(70))]
    assert ask_estimates() == {"answered": 1}
    shipment.refresh_from_db()
    assert shipment.promise_to == at(70)
    assert [asked["carrier"] for asked in platform.asked] == ["yuantong", "shentong"]


def test_another_destination_is_asked_again(merchant, platform):
    shipment = make_shipment(merchant, number="", **LANE)
    ask_estimates()
    change_destination(
        shipment_id=shipment.pk,
        destination_code="110105000000",
        destination_country="CN",
        phone_tail="0000",
    )
    ask_estimates()
    assert platform.asked[-1]["to"] == "北京市朝阳区"


def test_trouble_is_tried_a_few_times_and_then_given_up(merchant, platform):
    make_shipment(merchant, **LANE)
    platform.answers = [Reply(ReplyOutcome.UNKNOWN, None, "http_502", "HTTP 502")]
    seen = []
    for _ in range(6):
        seen.append(ask_estimates())
        later(3600 * 24)
    assert seen == [{"postponed": 1}] * 3 + [{"given_up": 1}, {}, {}]
    assert Shipment.objects.get().promise_source == ""
    assert CarrierEstimate.objects.get().return_code == "http_502"


def test_a_permanent_refusal_is_not_tried_again(merchant, platform):
    make_shipment(merchant, **LANE)
    platform.answers = [Reply(ReplyOutcome.REFUSED, None, "30001", "x", permanent=True)]
    assert ask_estimates() == {"given_up": 1}


def test_missing_credentials_postpone(merchant, platform):
    make_shipment(merchant, **LANE)
    platform.answers = [NotConfigured("sandbox credentials are not configured")]
    assert ask_estimates() == {"postponed": 1}


def test_what_the_gateway_holds_back_is_no_try_and_the_rest_waits_with_it(merchant, platform):
    for number in ("YT1000000001", "YT1000000002"):
        make_shipment(merchant, number, **LANE)
    held = Reply(ReplyOutcome.NOT_SENT, None, "throttled", "", retry_after=30.0)
    platform.answers = [held, estimated()]
    assert ask_estimates() == {"held_back": 2}
    assert len(platform.asked) == 1
    assert set(CarrierEstimate.objects.values_list("attempts", flat=True)) == {0}
    assert ask_estimates() == {}
    later(31)
    assert ask_estimates() == {"answered": 2}


def test_a_parcel_that_has_ended_is_not_asked_for(merchant, platform):
    shipment = make_shipment(merchant, **LANE)
    Shipment.objects.filter(pk=shipment.pk).update(status="delivered", closed_at=clock.now())
    assert ask_estimates() == {"given_up": 1}
    assert platform.asked == []


def test_many_parcels_that_have_ended_do_not_stand_before_one_that_moves(merchant, platform):
    ended = [make_shipment(merchant, number=f"YT20000000{n:02d}", **LANE) for n in range(12)]
    Shipment.objects.filter(pk__in=[row.pk for row in ended]).update(
        status="delivered", closed_at=clock.now()
    )
    moving = make_shipment(merchant, **LANE)
    assert ask_estimates(limit=3) == {"given_up": 12, "answered": 1}
    moving.refresh_from_db()
    assert moving.promise_source == "carrier"


def test_the_newest_parcel_is_asked_for_first(merchant, platform):
    make_shipment(merchant, number="YT1000000021", **LANE)
    newest = make_shipment(merchant, number="YT1000000022", **LANE)
    assert ask_estimates(limit=1) == {"answered": 1}
    newest.refresh_from_db()
    assert newest.promise_source == "carrier"


def test_somebody_elses_promise_stays(merchant, platform):
    shipment = make_shipment(merchant, **LANE)
    Shipment.objects.filter(pk=shipment.pk).update(
        promise_from=at(1), promise_to=at(2), promise_source="learned"
    )
    ask_estimates()
    apply_snapshots([inbox_row(shipment, said_to_arrive(at(60)))])
    shipment.refresh_from_db()
    assert (shipment.promise_to, shipment.promise_source) == (at(2), "learned")


def test_an_estimate_that_cannot_be_meant_promises_nothing(merchant, platform):
    make_shipment(merchant, **LANE)
    platform.answers = [estimated(at(-3))]
    assert ask_estimates() == {"given_up": 1}
    assert Shipment.objects.get().promise_to is None
    assert CarrierEstimate.objects.get().return_code == "implausible"


def said_to_arrive(moment: dt.datetime, nodes: tuple = LIFE[:2], text: str = "") -> str:
    track = push("YT1000000001", nodes)
    told = f'"arrivalTime": "{text or words(moment)}", "totalTime": "61", "nu"'
    return track.replace('"nu"', told, 1)


@pytest.mark.parametrize("source", ["push", "poll"])
def test_an_arrival_in_the_track_moves_the_promise_and_settles_the_question(
    merchant, platform, midday, source
):
    shipment = make_shipment(merchant, **LANE)
    apply_snapshots([inbox_row(shipment, said_to_arrive(at(61)), source=source)])
    shipment.refresh_from_db()
    assert (shipment.promise_to, shipment.promise_source) == (at(61), "carrier")
    row = shipment.estimate
    assert (row.state, row.source, row.arrival_text, row.total_hours) == (
        "answered", "track", words(at(61)), "61",
    )  # fmt: skip
    assert "promise" in ShipmentChange.objects.latest("id").kinds
    assert ask_estimates() == {}


def test_the_same_track_with_another_arrival_is_news_and_the_same_again_is_not(
    merchant, platform, midday
):
    shipment = make_shipment(merchant, **LANE)
    states = []
    for moment in (at(61), at(61), at(75)):
        applied = apply_snapshots([inbox_row(shipment, said_to_arrive(moment))])
        states.append(applied[0].state)
    assert states == ["applied", "skipped", "applied"]
    assert Shipment.objects.get().promise_to == at(75)
    assert ShipmentChange.objects.latest("id").kinds == ["promise"]


@pytest.mark.parametrize("text", ["soon", "2026-13-01 00:00:00", "1999-01-01 00:00:00"])
def test_an_arrival_that_is_no_time_changes_nothing(merchant, platform, midday, text):
    shipment = make_shipment(merchant, **LANE)
    apply_snapshots([inbox_row(shipment, said_to_arrive(START, text=text))])
    assert Shipment.objects.get(pk=shipment.pk).promise_to is None


def test_a_signed_track_promises_nothing_any_more(merchant, platform, midday):
    shipment = make_shipment(merchant, **LANE)
    apply_snapshots([inbox_row(shipment, said_to_arrive(at(61), LIFE))])
    assert Shipment.objects.get(pk=shipment.pk).promise_to is None


def test_a_window_is_the_day_of_arrival_up_to_the_moment():
    window = window_of(read_arrival("2026-11-23 18:00:00"), ordered_at=START)
    assert window.start == dt.datetime(2026, 11, 23, 0, 0, tzinfo=CHINA)
    assert window.end == dt.datetime(2026, 11, 23, 18, 0, tzinfo=CHINA)
    assert window_of(START + dt.timedelta(hours=2), ordered_at=START).start == START
    assert window_of(START + dt.timedelta(days=400), ordered_at=START) is None
