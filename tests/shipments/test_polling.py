"""Silent parcels are asked about, within what the platform allows."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Merchant
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.outcomes import QueryOutcome
from apps.core import clock
from apps.core.models import JobRun
from apps.shipments import tasks
from apps.shipments.models import Shipment
from apps.shipments.selectors import POLL_SPACING, due_for_poll
from apps.shipments.services import apply_snapshots, claim_risky, claim_silent, mark_polled, polling
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Every question to the platform, instead of a call."""
    calls: list[dict[str, object]] = []

    def query(**request: object) -> QueryOutcome:
        calls.append(request)
        return QueryOutcome(next(iter(QueryResult)), row_id=1)

    monkeypatch.setattr(polling, "query_tracking", query)
    return calls


def heard(merchant: Merchant, number: str, nodes: object, hours: float) -> Shipment:
    shipment = make_shipment(merchant, number)
    with clock.frozen(at(hours)):
        apply_snapshots([inbox_row(shipment, push(number, nodes))])  # type: ignore[arg-type]
    shipment.refresh_from_db()
    return shipment


def test_only_what_is_silent_for_its_status_is_due(merchant: Merchant) -> None:
    transit = heard(merchant, "YT1000000001", LIFE[:2], 20)
    delivering = heard(merchant, "YT1000000002", LIFE[:4], 24)
    heard(merchant, "YT1000000003", LIFE, 26)

    def due(hours: float) -> list[int]:
        return [item.pk for item in due_for_poll(now=at(hours), limit=9)]

    assert due(26.9) == []
    assert due(27) == [delivering.pk]
    assert due(28) == [delivering.pk, transit.pk]


def test_the_pages_of_due_shipments_meet_without_gap_or_overlap(merchant: Merchant) -> None:
    for index in range(7):
        heard(merchant, f"YT10000001{index:02d}", LIFE[:2], 20 + index // 3)
    now = at(60)
    pages: list[int] = []
    after = None
    while page := list(due_for_poll(now=now, limit=2, after=after)):
        pages += [item.pk for item in page]
        after = (page[-1].poll_due_at, page[-1].pk)
    assert pages == [item.pk for item in due_for_poll(now=now, limit=99)]
    assert len(set(pages)) == 7


def test_a_claimed_shipment_is_not_claimed_again_within_half_an_hour(merchant: Merchant) -> None:
    shipment = heard(merchant, "YT1000000001", LIFE[:2], 20)
    with clock.frozen(at(40)):
        first = [target.shipment_id for target in claim_silent(limit=9)]
        again = claim_silent(limit=9)
    with clock.frozen(at(40.4)):
        risky = claim_risky(limit=9)
    with clock.frozen(at(40.6)):
        later = [target.shipment_id for target in claim_risky(limit=9)]
    assert first == later == [shipment.pk]
    assert again == risky == []


def test_silence_raises_the_risk_and_news_lower_it(merchant: Merchant) -> None:
    shipment = heard(merchant, "YT1000000001", LIFE[:2], 20)
    with clock.frozen(at(90)):
        claim_silent(limit=9)
    raised = Shipment.objects.get(pk=shipment.pk).risk
    with clock.frozen(at(91)):
        apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE[:3]))])
    assert raised > shipment.risk
    assert Shipment.objects.get(pk=shipment.pk).risk < raised


def test_the_riskiest_are_asked_first(merchant: Merchant) -> None:
    heard(merchant, "YT1000000001", LIFE[:2], 20)
    held = heard(merchant, "YT1000000002", [{**LIFE[0], "statusCode": "13"}], 20)
    with clock.frozen(at(25)):
        [target] = claim_risky(limit=1)
    assert target.shipment_id == held.pk


def test_the_budget_of_a_number_holds_for_any_day() -> None:
    assert dt.timedelta(days=1) < POLL_SPACING * 48


@given(st.lists(st.integers(0, 86_400), max_size=300))
def test_polls_kept_apart_are_at_most_48_a_day(wishes: list[int]) -> None:
    made: list[int] = []
    for wish in sorted(wishes):
        if not made or wish - made[-1] >= POLL_SPACING.total_seconds():
            made.append(wish)
    assert len(made) <= 48


def test_the_task_asks_with_what_the_carrier_needs(
    merchant: Merchant, asked: list[dict[str, object]]
) -> None:
    shipment = make_shipment(
        merchant, "SF1000000001", carrier="shunfeng", phone_tail="1234", mode="manual"
    )
    with clock.frozen(clock.now() + dt.timedelta(days=2)):
        outcome = tasks.poll_silent()
    assert asked == [
        {
            "subject": shipment.pk,
            "carrier": "shunfeng",
            "number": "SF1000000001",
            "mode": "live",
            "phone": "1234",
            "priority": "risky",
        }
    ]
    assert sum(outcome.values()) == 1


def test_one_failing_number_does_not_stop_the_others(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(3):
        heard(merchant, f"YT100000000{index}", LIFE[:2], 20)
    seen: list[object] = []

    def query(**request: object) -> QueryOutcome:
        seen.append(request["number"])
        if len(seen) == 1:
            raise NotConfigured("no key")
        return QueryOutcome(next(iter(QueryResult)))

    monkeypatch.setattr(polling, "query_tracking", query)
    with clock.frozen(at(60)):
        outcome = tasks.poll_silent()
    assert len(seen) == 3
    assert outcome[NotConfigured.code] == 1


def test_reconciliation_runs_once_in_a_slot(
    merchant: Merchant, asked: list[dict[str, object]]
) -> None:
    heard(merchant, "YT1000000001", LIFE[:2], 20)
    with clock.frozen(at(40)):
        first = tasks.reconcile()
        second = tasks.reconcile()
    assert (first, second) == ("done", "already_done")
    assert len(asked) == 1
    assert JobRun.objects.get(job="shipments.reconcile").result["asked"] == 1


def test_marking_by_hand_moves_the_next_question(merchant: Merchant) -> None:
    shipment = heard(merchant, "YT1000000001", LIFE[:2], 20)
    mark_polled(shipment_ids=[shipment.pk], at=at(40))
    shipment.refresh_from_db()
    assert shipment.last_polled_at == at(40)
    assert shipment.poll_due_at == at(44)


def test_the_daily_clean_up_runs_once(db: None) -> None:
    with clock.frozen(at(40)):
        assert [tasks.clean_up(), tasks.clean_up()] == ["done", "already_done"]
