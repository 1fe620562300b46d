"""The two triggers: change rows and the clock. Neither misses, neither doubles."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.findings import Finding
from apps.exceptions.models import Case, CaseTally, Flag, Rule, RuleSweep, ShadowHit, Watch
from apps.exceptions.services import (
    follow_changes,
    follow_desk,
    look_at_due,
    sweep_rules,
)
from apps.exceptions.services.watching import known_of, refresh_watches
from apps.shipments.choices import ChangeKind
from apps.shipments.models import Leg, ReaderCursor, Shipment
from apps.shipments.services.changes import write_change
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.shipments.builders import make_merchant
from tests.support.orders import make_order
from tests.support.shipments import make_event, make_shipment

pytestmark = pytest.mark.django_db


def make_parcel(merchant: Merchant, **fields: Any) -> Shipment:
    """Make a parcel on its way that was last heard of at noon."""
    defaults: dict[str, Any] = {
        "created_at": NOON - DAY,
        "last_event_at": NOON,
        "status_at": NOON,
        "picked_up_at": NOON - DAY,
    }
    return make_shipment(merchant, **defaults | fields)


def watch(*shipments: Shipment, at: dt.datetime = NOON) -> None:
    """Have shipments watched and judged as if they had just changed."""
    refresh_watches(shipment_ids=[one.pk for one in shipments])
    Watch.objects.filter(shipment__in=shipments).update(next_check_at=at)
    look(at)


def look(at: dt.datetime) -> Any:
    """Let the clock look at a moment."""
    with clock.frozen(at):
        return look_at_due()


def test_silence_alone_opens_reddens_and_news_clear(merchant: Merchant) -> None:
    shipment = make_parcel(merchant)
    watch(shipment)
    assert not Case.objects.exists()
    assert Watch.objects.get().next_check_at == NOON + 48 * HOUR
    assert look(NOON + 47 * HOUR).shipments == 0
    assert look(NOON + 48 * HOUR).opened == 1
    assert look(NOON + 72 * HOUR).reddened == 1
    Shipment.objects.update(last_event_at=NOON + 73 * HOUR)
    Watch.objects.update(next_check_at=NOON)
    assert look(NOON + 74 * HOUR).cleared == 1
    assert Case.objects.get().close_reason == "moved_on"
    assert sum(CaseTally.objects.values_list("count", flat=True)) == 0


def test_a_clock_that_jumped_three_days_opens_each_case_once(merchant: Merchant) -> None:
    watch(*(make_parcel(merchant) for _ in range(3)))
    jumped = look(NOON + 120 * HOUR)
    assert (jumped.shipments, jumped.opened) == (3, 3)
    assert set(Case.objects.values_list("severity", flat=True)) == {"red"}
    assert look(NOON + 120 * HOUR).shipments == 0


def test_a_look_that_dies_leaves_all_as_it_was(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(make_parcel(merchant))
    with monkeypatch.context() as broken:
        broken.setattr("apps.exceptions.services.judging_shipments.keep_looks", _die)
        with pytest.raises(RuntimeError):
            look(NOON + 49 * HOUR)
    assert not Case.objects.exists()
    assert not CaseTally.objects.exists()
    assert look(NOON + 49 * HOUR).opened == 1


def _die(**_given: Any) -> None:
    raise RuntimeError("killed")


def test_a_parcel_that_cannot_be_judged_keeps_no_other_from_it(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels = [make_parcel(merchant) for _ in range(5)]
    watch(*parcels)
    wrong = parcels[2].pk

    def broken(found: Finding) -> dict[str, Any]:
        if found.subject.shipment_id == wrong:
            raise ValueError("no evidence")
        return {}

    monkeypatch.setattr("apps.exceptions.services.case_opening.evidence_of", broken)
    assert look(NOON + 49 * HOUR).opened == 4
    assert not Case.objects.filter(shipment_id=wrong).exists()
    assert Watch.objects.get(pk=wrong).next_check_at == NOON + 50 * HOUR
    monkeypatch.undo()
    assert look(NOON + 50 * HOUR).opened == 1


def test_the_number_of_queries_does_not_grow_with_the_batch(merchant: Merchant) -> None:
    counts = []
    for parcels in (2, 12):
        watch(*(make_parcel(merchant) for _ in range(parcels)))
        with CaptureQueriesContext(connection) as asked:
            assert look(NOON + 49 * HOUR).opened == parcels
        counts.append(len(asked))
    assert counts[0] == counts[1] < 25


def test_a_change_row_gives_a_shipment_its_watch_and_its_cases(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = make_parcel(merchant, status="attempt_failed", substatus="unreachable")
    change = write_change(shipment=shipment, kinds=[ChangeKind.STATUS])
    read = iter([[change], []])
    monkeypatch.setattr(
        "apps.exceptions.services.following_changes.read_changes", lambda **_: next(read)
    )
    with clock.frozen(NOON + HOUR):
        assert follow_changes() == 1
        assert follow_changes() == 0
    assert Case.objects.get().rule.code == "unreachable"
    assert Watch.objects.get().pk == shipment.pk
    assert ReaderCursor.objects.get(reader="exceptions.rules").last_id == change.pk


def test_a_rule_that_says_more_silences_the_one_that_says_less(merchant: Merchant) -> None:
    shipment = make_parcel(merchant, status="attempt_failed", substatus="other")
    watch(shipment, at=NOON + HOUR)
    assert Case.objects.get().rule.code == "attempt_failed"
    Shipment.objects.update(substatus="unreachable")
    Watch.objects.update(next_check_at=NOON)
    look(NOON + 2 * HOUR)
    assert dict(Case.objects.values_list("rule__code", "close_reason")) == {
        "attempt_failed": "duplicate",
        "unreachable": "",
    }


def test_a_case_outlives_the_platform_giving_up(merchant: Merchant) -> None:
    watch(make_parcel(merchant, status="ready_for_pickup"))
    assert look(NOON + 48 * HOUR).opened == 1
    Shipment.objects.update(status="expired")
    Watch.objects.update(next_check_at=NOON)
    assert look(NOON + 49 * HOUR).cleared == 0
    assert "station_uncollected" in Case.objects.filter(closed_at=None).values_list(
        "rule__code", flat=True
    )


def test_a_shadow_rule_counts_and_opens_nothing(merchant: Merchant) -> None:
    Rule.objects.filter(code="stalled_domestic").update(state="shadow")
    shipment = make_parcel(merchant)
    watch(shipment)
    look(NOON + 49 * HOUR)
    hit = ShadowHit.objects.get()
    assert (hit.shipment_id, hit.anchored_at, hit.cleared_at) == (shipment.pk, NOON, None)
    Shipment.objects.update(last_event_at=NOON + 50 * HOUR)
    Watch.objects.update(next_check_at=NOON)
    look(NOON + 51 * HOUR)
    assert ShadowHit.objects.get().cleared_at == NOON + 51 * HOUR
    assert not Case.objects.exists()


def test_a_changed_rule_is_asked_of_everything_underway(merchant: Merchant) -> None:
    silent = make_parcel(merchant)
    make_parcel(merchant, status="delivered", closed_at=NOON - 40 * DAY)
    with clock.frozen(NOON + 30 * HOUR):
        assert sweep_rules() == 1
        assert sweep_rules() == 0
        assert not Case.objects.exists()
        Rule.objects.filter(code="stalled_domestic").update(hours=24, red_hours=60)
        assert sweep_rules() == 1
    assert Case.objects.get().shipment_id == silent.pk
    assert RuleSweep.objects.filter(finished_at=None).count() == 0
    Rule.objects.filter(code="stalled_domestic").update(state="off")
    with clock.frozen(NOON + 31 * HOUR):
        sweep_rules()
    assert Case.objects.get().close_reason == "rule_changed"


def test_a_booking_that_fails_opens_a_case_and_closes_it_once_dealt_with(
    merchant: Merchant,
) -> None:
    with clock.frozen(NOON):
        order = make_order(merchant)
    booking = order.parcels.get().bookings.get()
    refresh_watches(shipment_ids=[booking.parcel.shipment_id])
    Watch.objects.update(checked_at=NOON)
    booking.state, booking.problem, booking.problem_at = "failed", "refused", NOON + HOUR
    booking.save()
    with clock.frozen(NOON + 2 * HOUR):
        assert follow_desk().opened == 1
        assert follow_desk().shipments == 0
    assert Case.objects.get().rule.code == "not_booked"
    booking.settled = True
    booking.save()
    with clock.frozen(NOON + 3 * HOUR):
        assert follow_desk().cleared == 1


def test_a_flag_somebody_passed_on_is_a_case_until_it_is_decided(merchant: Merchant) -> None:
    shipment = make_parcel(merchant)
    watch(shipment)
    flag = Flag.objects.create(
        merchant=merchant, shipment=shipment, kind="jump", state="escalated", score=9.0,
        decided_at=NOON + HOUR, first_row=1, last_row=1, rows=1, started_at=NOON, ended_at=NOON,
    )  # fmt: skip
    with clock.frozen(NOON + 2 * HOUR):
        assert follow_desk().opened == 1
    assert Case.objects.get().rule.code == "flagged_track"
    Flag.objects.filter(pk=flag.pk).update(state="dismissed")
    with clock.frozen(NOON + 3 * HOUR):
        assert follow_desk().cleared == 1


def test_change_rows_tell_of_a_corrected_carrier_and_a_signature_taken_back(
    merchant: Merchant,
) -> None:
    shipment = make_parcel(merchant)
    with clock.frozen(NOON):
        back = write_change(
            shipment=shipment, kinds=[ChangeKind.CARRIER, ChangeKind.STATUS],
            from_status="delivered",
        )  # fmt: skip
    refresh_watches(shipment_ids=[shipment.pk], known=known_of([back]))
    refresh_watches(shipment_ids=[shipment.pk])
    found = Watch.objects.get()
    assert (found.carrier_corrected_at, found.signature_undone_at) == (NOON, NOON)
    Shipment.objects.update(delivered_at=NOON)
    refresh_watches(shipment_ids=[shipment.pk])
    assert Watch.objects.get().signature_undone_at is None


def test_events_tell_where_a_parcel_stays_and_since_when(merchant: Merchant) -> None:
    shipment = make_parcel(merchant)
    leg = Leg.objects.get(shipment=shipment)
    way: tuple[tuple[int, str, str, str], ...] = (
        (0, "created", "", ""),
        (60, "picked_up", "", "CN330100000000"),
        (600, "customs", "processing", "CN440300000000"),
        (700, "customs", "cleared", "CN440300000000"),
        (800, "out_for_delivery", "", "CN440305000000"),
        (820, "attempt_failed", "", ""),
        (900, "out_for_delivery", "", ""),
        (950, "delivered", "self", "CN440306000000"),
    )
    for minute, status, substatus, area in way:
        make_event(
            shipment, leg, index=minute, status=status, substatus=substatus, area_code=area,
            text=f"{minute}",
        )  # fmt: skip
    refresh_watches(shipment_ids=[shipment.pk])
    found = Watch.objects.get()
    start = shipment.created_at
    assert found.first_scan_at == start + dt.timedelta(minutes=60)
    assert (found.scan_area, found.signed_area) == ("440306000000", "440306000000")
    assert found.out_since == start + dt.timedelta(minutes=900)
    assert found.customs_since is None
    assert found.signature_undone_at is None
    make_event(shipment, leg, index=1000, status="returning", text="back")
    refresh_watches(shipment_ids=[shipment.pk])
    assert Watch.objects.get().signature_undone_at == start + dt.timedelta(minutes=1000)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_share_the_work_and_open_each_case_once() -> None:
    shop = make_merchant()
    watch(*(make_parcel(shop) for _ in range(8)))
    start = threading.Barrier(2)

    def tick(_number: int) -> int:
        start.wait(5)
        try:
            with clock.frozen(NOON + 49 * HOUR):
                return look_at_due(limit=2).opened
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(tick, range(2)))
    assert sum(opened) == Case.objects.count() == 8
    assert sum(CaseTally.objects.values_list("count", flat=True)) == 8
    assert not Watch.objects.filter(next_check_at__lte=NOON + 49 * HOUR).exists()
