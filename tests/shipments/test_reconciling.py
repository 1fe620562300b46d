"""Every half hour: choose by risk × staleness, ask, and keep what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import Merchant
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.outcomes import QueryOutcome
from apps.core import clock
from apps.core.locks import try_lock
from apps.shipments import tasks
from apps.shipments.choices import LedgerVerdict
from apps.shipments.models import CompletenessHour, LedgerEntry, ReconciliationRun, Shipment
from apps.shipments.selectors import open_shipments_by_need
from apps.shipments.services import (
    apply_snapshots,
    enter_booking,
    polling,
    purge_ledger,
    reconcile,
    roll_up_completeness,
)
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push

ASK = "apps.shipments.services.polling.query_tracking"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers asked for; the second and every later call fails, held back from the fourth."""
    seen: list[str] = []

    def query(**request: Any) -> QueryOutcome:
        seen.append(request["number"])
        if len(seen) == 2:
            raise NotConfigured("no key")
        if len(seen) == 3:
            return QueryOutcome(QueryResult.UNREACHABLE, code="timeout")
        if len(seen) == 4:
            return QueryOutcome(QueryResult.HELD_BACK, retry_after=60)
        return QueryOutcome(QueryResult.STORED, row_id=1)

    monkeypatch.setattr(polling, "query_tracking", query)
    return seen


def heard(merchant: Merchant, number: str, nodes: Any, hours: float, **more: Any) -> Shipment:
    """A shipment that was heard of at a moment."""
    shipment = make_shipment(merchant, number, **more)
    with clock.frozen(at(hours)):
        apply_snapshots([inbox_row(shipment, push(number, nodes, carrier=shipment.carrier))])
    shipment.refresh_from_db()
    return shipment


def poll(shipment: Shipment, nodes: Any, hours: float) -> None:
    with clock.frozen(at(hours)):
        row = inbox_row(
            shipment, push(shipment.number, nodes, carrier=shipment.carrier), source="poll"
        )
        apply_snapshots([row])


def test_a_run_counts_what_was_asked_answered_failed_and_held_back(
    merchant: Merchant, asked: list[str]
) -> None:
    for index in range(5):
        heard(merchant, f"YT100000000{index}", LIFE[:2], 20)
    with clock.frozen(at(40)):
        figures = reconcile(slot=at(40), budget=9)
    assert figures == {"asked": 3, "answered": 1, "failed": 2, "held_back": 2}
    run = ReconciliationRun.objects.get()
    assert (run.asked, run.failed, run.budget, run.claimed_at) == (3, 2, 9, at(40))
    assert run.finished_at is not None
    failed = LedgerEntry.objects.filter(verdict="unreachable", run=run)
    assert {entry.note for entry in failed} == {"not_configured", "unreachable"}
    assert {entry.shipment.number for entry in failed} == set(asked[1:3])


def test_what_a_run_asked_for_is_entered_under_it(merchant: Merchant, asked: list[str]) -> None:
    shipment = heard(merchant, "YT1000000001", LIFE[:2], 20)
    with clock.frozen(at(40)):
        reconcile(slot=at(40), budget=1)
    poll(shipment, LIFE[:3], 40.1)
    assert LedgerEntry.objects.get().run == ReconciliationRun.objects.get()


def test_a_poll_of_nobody_s_run_is_entered_under_none(merchant: Merchant) -> None:
    poll(heard(merchant, "YT1000000001", LIFE[:2], 20), LIFE[:3], 40)
    assert LedgerEntry.objects.get().run is None


def test_two_beats_reconcile_once(merchant: Merchant, asked: list[str]) -> None:
    heard(merchant, "YT1000000001", LIFE[:2], 20)
    with clock.frozen(at(40)):
        outcomes = [tasks.reconcile(), tasks.reconcile()]
    assert outcomes == ["done", "already_done"]
    assert (len(asked), ReconciliationRun.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_second_beat_leaves_a_running_reconciliation_alone(asked: list[str]) -> None:
    import threading

    from django.db import connections

    outcome: list[str] = []

    def second() -> None:
        try:
            outcome.append(tasks.reconcile())
        finally:
            connections.close_all()

    with clock.frozen(at(40)), try_lock("job:shipments.reconcile") as held:
        assert held
        beat = threading.Thread(target=second)
        beat.start()
        beat.join()
    assert outcome == ["busy"]
    assert not ReconciliationRun.objects.exists()


def test_risk_counts_against_staleness(merchant: Merchant) -> None:
    stale = heard(merchant, "YT1000000001", LIFE[:2], 10)
    risky = heard(merchant, "YT1000000002", [{**LIFE[0], "statusCode": "13"}], 30)
    fresh = heard(merchant, "YT1000000003", LIFE[:2], 30)
    found = open_shipments_by_need(now=at(40), limit=9)
    by_product = sorted(
        [stale, risky, fresh], key=lambda item: -(item.risk + 1) * hours_since(item)
    )
    assert [item.pk for item in found] == [item.pk for item in by_product]


def hours_since(item: Shipment) -> float:
    return (at(40) - item.last_heard_at) / dt.timedelta(hours=1)


def test_choosing_reads_an_index_and_sorts_nothing(merchant: Merchant) -> None:
    make_many(merchant, 1200)
    rows = open_shipments_by_need(now=at(400), limit=20)
    plan = rows.explain()
    assert "Index Scan using shipments_needed" in plan
    assert "Sort" not in plan


def make_many(merchant: Merchant, count: int) -> None:
    """Open parcels of every risk, heard at different times."""
    Shipment.objects.bulk_create(
        Shipment(
            merchant=merchant,
            mode="sandbox",
            carrier="yuantong",
            number=f"YT{index:010}",
            risk=index % 60,
            last_heard_at=at(index % 300),
            created_at=at(0),
        )
        for index in range(count)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE shipments_shipment")


def test_an_hour_counts_expected_missing_late_wrong_and_healed(merchant: Merchant) -> None:
    one = heard(merchant, "YT1000000001", LIFE[:2], 6)
    poll(one, LIFE[:4], 25.2)
    two = heard(merchant, "ZT1000000002", LIFE[:3], 25.3, carrier="zhongtong")
    poll(two, [LIFE[0], LIFE[2]], 25.5)
    three = make_shipment(merchant, "YT1000000003")
    poll(three, LIFE[:2], 25.6)
    with clock.frozen(at(27)):
        apply_snapshots([inbox_row(three, push(three.number, LIFE[:2]))])
        assert roll_up_completeness() >= 3
    hours = CompletenessHour.objects.filter(hour=at(25))
    fields = ("expected", "missing", "late", "wrong", "healed", "late_2h")
    assert hours.filter(carrier="yuantong").values(*fields).get() == {
        "expected": 4, "missing": 2, "late": 2, "wrong": 0, "healed": 4, "late_2h": 2,
    }  # fmt: skip
    other = hours.get(carrier="zhongtong")
    assert (other.expected, other.missing, other.wrong, other.healed) == (3, 0, 1, 0)


def test_a_push_that_comes_a_day_later_moves_the_hour_that_missed_it(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    poll(shipment, LIFE[:2], 6)
    with clock.frozen(at(6.5)):
        roll_up_completeness()
    heard(merchant, "YT1000000009", LIFE[:2], 40)
    with clock.frozen(at(40)):
        roll_up_completeness()
        apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE[:2]))])
        roll_up_completeness()
    hour = CompletenessHour.objects.get(hour=at(6))
    assert (hour.missing, hour.late, hour.late_more, hour.expected) == (0, 2, 1 * 2, 2)


def test_counting_again_changes_nothing(merchant: Merchant) -> None:
    poll(heard(merchant, "YT1000000001", LIFE[:2], 6), LIFE[:4], 25)
    with clock.frozen(at(26)):
        roll_up_completeness()
        before = list(CompletenessHour.objects.order_by("pk").values())
        roll_up_completeness()
    assert list(CompletenessHour.objects.order_by("pk").values()) == before


def test_agreements_are_forgotten_first(merchant: Merchant) -> None:
    shipment = heard(merchant, "YT1000000001", LIFE[:2], 6)
    poll(shipment, LIFE[:2], 7)
    poll(shipment, LIFE[:3], 21)
    with clock.frozen(at(24 * 6)):
        assert purge_ledger() == 1
    assert LedgerEntry.objects.get().verdict == "push_missing"
    with clock.frozen(at(24 * 100)):
        assert purge_ledger() == 1


def test_a_booking_s_comparison_is_kept_apart_from_tracks(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    with clock.frozen(at(6)):
        enter_booking(
            shipment_id=shipment.pk,
            verdict=LedgerVerdict.PUSH_MISSING,
            ours="booked",
            theirs="picked_up",
        )
        roll_up_completeness()
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.push_status, entry.poll_status) == ("booking", "booked", "picked_up")
    assert not CompletenessHour.objects.exists()
