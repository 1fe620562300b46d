"""What the gateway's ladder and its limits mean for polls."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.limits.choices import LadderStep, Priority
from apps.baidiyun.outcomes import QueryOutcome
from apps.core import clock
from apps.shipments.models import Shipment
from apps.shipments.risk import RISKY_FROM, silence_threshold, widened_interval
from apps.shipments.services import claim_risky, claim_silent, poll_claimed, polling
from tests.shipments.builders import at, make_shipment


@pytest.fixture
def stand_at(monkeypatch: pytest.MonkeyPatch):
    def put(step: str) -> None:
        monkeypatch.setattr(polling, "current_step", lambda: LadderStep(step))

    return put


def parcel(merchant: Merchant, number: str, *, risk: int = 10, silent_hours: float = 12.0):
    """A parcel in transit, last heard so many hours before hour 100, due since its threshold."""
    shipment = make_shipment(merchant, number)
    heard = at(100 - silent_hours)
    Shipment.objects.filter(pk=shipment.pk).update(
        status="in_transit",
        created_at=heard,
        last_heard_at=heard,
        poll_due_at=heard + dt.timedelta(hours=8),
        risk=risk,
    )
    return shipment


def claimed(claim=claim_silent) -> set[int]:
    with clock.frozen(at(100)):
        return {target.shipment_id for target in claim(limit=50)}


def test_at_full_service_every_silent_parcel_is_asked_for(merchant, stand_at):
    stand_at("full")
    both = {parcel(merchant, "YT1000000001").pk, parcel(merchant, "YT1000000002", risk=50).pk}
    assert claimed() == both


def test_widened_polls_wait_twice_as_long(merchant, stand_at):
    stand_at("widened")
    early = parcel(merchant, "YT1000000001", silent_hours=12)
    late = parcel(merchant, "YT1000000002", silent_hours=17)
    assert claimed() == {late.pk}
    early.refresh_from_db()
    assert (early.poll_due_at, early.last_polled_at) == (at(88 + 16), None)


def test_putting_off_happens_once_and_not_for_ever(merchant, stand_at):
    stand_at("widened")
    early = parcel(merchant, "YT1000000001", silent_hours=12)
    claimed()
    with clock.frozen(at(104)):
        assert [target.shipment_id for target in claim_silent(limit=9)] == [early.pk]


@pytest.mark.parametrize("claim", [claim_silent, claim_risky])
def test_only_the_risky_are_asked_for(merchant, stand_at, claim):
    stand_at("only_risky")
    parcel(merchant, "YT1000000001", risk=RISKY_FROM - 1, silent_hours=30)
    risky = parcel(merchant, "YT1000000002", risk=RISKY_FROM, silent_hours=30)
    assert claimed(claim) == {risky.pk}


@pytest.mark.parametrize("step", ["cached", "intake_only"])
@pytest.mark.parametrize("claim", [claim_silent, claim_risky])
def test_further_down_nobody_is_asked_for_and_nothing_is_claimed(merchant, stand_at, step, claim):
    stand_at(step)
    shipment = parcel(merchant, "YT1000000001", risk=90, silent_hours=90)
    assert claimed(claim) == set()
    shipment.refresh_from_db()
    assert shipment.last_polled_at is None


def test_risk_decides_the_priority(merchant, stand_at):
    stand_at("full")
    parcel(merchant, "YT1000000001", risk=50, silent_hours=40)
    with clock.frozen(at(100)):
        assert [target.priority for target in claim_silent(limit=9)] == [Priority.RISKY]
    parcel(merchant, "YT1000000002", risk=0, silent_hours=1)
    with clock.frozen(at(100)):
        assert [target.priority for target in claim_risky(limit=9)] == [Priority.ROUTINE]


def test_what_the_gateway_holds_back_is_due_again_soon_and_the_rest_with_it(
    merchant, stand_at, monkeypatch
):
    stand_at("full")
    asked: list[object] = []

    def held(**given: object) -> QueryOutcome:
        asked.append(given["number"])
        return QueryOutcome(QueryResult.HELD_BACK, code="throttled", retry_after=40.0)

    monkeypatch.setattr(polling, "query_tracking", held)
    for number in ("YT1000000001", "YT1000000002", "YT1000000003"):
        parcel(merchant, number, risk=0, silent_hours=9)
    Shipment.objects.filter(number="YT1000000002").update(last_polled_at=at(90))
    with clock.frozen(at(100)):
        targets = claim_silent(limit=9)
        kinds = {(target.mode, target.priority) for target in targets}
        outcome = poll_claimed(targets=targets)
    assert outcome == {"held_back": 3}
    assert len(asked) == len(kinds)
    rows = dict(Shipment.objects.values_list("number", "last_polled_at"))
    assert rows == {"YT1000000001": None, "YT1000000002": at(90), "YT1000000003": None}
    due = set(Shipment.objects.values_list("poll_due_at", flat=True))
    assert due == {at(100) + dt.timedelta(seconds=40)}


def test_a_round_waits_for_tokens_but_not_for_long(merchant, stand_at, monkeypatch):
    stand_at("full")
    slept: list[float] = []
    answers = iter([None, 0.5, None, 0.5] + [1.5] * 9)
    passed = [0.0]

    def ask(**given: object) -> QueryOutcome:
        wait = next(answers)
        if wait is None:
            return QueryOutcome(QueryResult.STORED, row_id=1)
        return QueryOutcome(QueryResult.HELD_BACK, code="throttled", retry_after=wait)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        passed[0] += seconds

    monkeypatch.setattr(polling, "query_tracking", ask)
    monkeypatch.setattr(polling.time, "sleep", sleep)
    monkeypatch.setattr(polling.time, "monotonic", lambda: passed[0])
    for number in ("YT1000000001", "YT1000000002", "YT1000000003"):
        parcel(merchant, number, risk=0, silent_hours=9)
    with clock.frozen(at(100)):
        outcome = poll_claimed(targets=claim_silent(limit=9))
    assert outcome == {"stored": 2, "held_back": 1}
    assert sum(slept) <= polling.ROUND_SECONDS
    assert slept[0] == 0.5


def test_hours_count_on_the_last_mile_and_not_after_a_month():
    hour = dt.timedelta(hours=1)
    out = widened_interval(status="out_for_delivery", age=hour)
    assert out == silence_threshold("out_for_delivery") * 1.5
    ages = [widened_interval(status="in_transit", age=dt.timedelta(days=n)) for n in (1, 15, 31)]
    assert ages == [16 * hour, 32 * hour, 64 * hour]
