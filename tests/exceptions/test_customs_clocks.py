"""Customs are on a clock by country, service and goods; fast enough for its lane is no case."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.models import ActionLog
from apps.customs.models import Declaration
from apps.exceptions.models import Case, CaseReminder, LanePace, Watch
from apps.exceptions.services import follow_desk, look_at_due, reckon_lane_paces, remind_cases
from apps.exceptions.services.escalating import escalate_cases
from apps.exceptions.services.watching import refresh_watches
from apps.notifications.models import Notice
from apps.orders.models import Parcel
from apps.shipments.models import Leg, Shipment
from tests.customs.factories import make_consignment
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.support.orders import make_order
from tests.support.shipments import make_event, make_shipment

pytestmark = pytest.mark.django_db
PARCELS = 3


def enter_customs(merchant: Merchant, *, at: dt.datetime = NOON, **said: Any) -> Declaration:
    """Make a parcel that entered import customs of the US at a moment, and nothing since."""
    shipment = make_shipment(
        merchant, created_at=at - 3 * DAY, last_event_at=at, status_at=at, status="customs",
        substatus="processing", destination_country="US", **said,
    )  # fmt: skip
    leg = Leg.objects.get(shipment=shipment)
    make_event(shipment, leg, index=72 * 60, status="customs", substatus="processing")
    row = make_consignment(
        merchant, shipment=shipment, destination="US", created_at=at - 3 * DAY, is_complete=True,
        has_left=True, borders=[{"state": "processing", "entered_at": at, "country": "US"}],
    )  # fmt: skip
    return Declaration.objects.get(consignment=row)


def watch(*shipments: Shipment) -> None:
    """Have the clock look at parcels from noon on."""
    with clock.frozen(NOON):
        refresh_watches(shipment_ids=[one.pk for one in shipments])
    Watch.objects.update(next_check_at=NOON)


def look(at: dt.datetime) -> None:
    """Let all clocks look once."""
    with clock.frozen(at):
        look_at_due()
        escalate_cases()
        remind_cases()


@pytest.fixture
def batch(merchant: Merchant) -> list[Declaration]:
    """Parcels of one order of supplements that reached customs at noon."""
    with clock.frozen(NOON - 3 * DAY):
        order = make_order(merchant)
    order.lines.update(goods_class="supplement")
    found = [enter_customs(merchant) for _ in range(PARCELS)]
    for position, one in enumerate(found, start=2):
        Parcel.objects.create(
            order=order, shipment=one.consignment.shipment, position=position, weight_grams=500
        )
    watch(*(one.consignment.shipment for one in found))
    return found


def test_a_batch_of_supplements_is_told_day_by_day_until_customs_release_it(
    batch: list[Declaration],
) -> None:
    first: dict[str, float] = {}
    for step in range(1, 14 * 6 + 1):
        now = NOON + step * 4 * HOUR
        look(now)
        for name, count in standing().items():
            if count == PARCELS:
                first.setdefault(name, (now - NOON) / HOUR)
    assert first["amber"] < 24
    assert first["red"] < 48
    assert first["reminded"] <= 72
    assert 120 <= first["manager"] <= 124
    assert set(CaseReminder.objects.values_list("times", flat=True)) == {12}
    assert set(Case.objects.values_list("rule__code", "shipment").distinct()) == {
        ("customs_sensitive", one.consignment.shipment_id) for one in batch
    }
    assert Case.objects.count() == PARCELS
    assert Notice.objects.filter(kind="cases.reminded").count() == 12
    assert Notice.objects.filter(kind="cases.manager", audience="on_call").count() == 1
    released, end = batch[0].consignment.shipment, NOON + 15 * DAY
    Shipment.objects.filter(pk=released.pk).update(last_event_at=end, status="in_transit")
    Declaration.objects.filter(pk=batch[0].pk).update(state="released", ended_at=end)
    Watch.objects.update(next_check_at=end)
    look(end)
    states = dict(Case.objects.values_list("shipment", "state"))
    assert states.pop(released.pk) == "resolved"
    assert set(states.values()) == {"open"}


def standing() -> dict[str, int]:
    """Return how many cases stand where."""
    return {
        "amber": Case.objects.count(),
        "red": Case.objects.filter(severity="red").count(),
        "reminded": CaseReminder.objects.filter(times__gte=1).count(),
        "manager": ActionLog.objects.filter(action="exceptions.case.manager_told").count(),
    }


def pace(parcels: int, hours: int) -> None:
    """Say in how many hours nine of ten parcels to the US get through."""
    LanePace.objects.create(
        direction="import", origin="CN", destination="US", parcels=parcels, p90_hours=hours,
        reckoned_on=NOON.date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parcels", "cases"), [(29, 1), (30, 0)], ids=["too few to tell", "its own pace"]
)
def test_a_lane_is_slow_by_its_own_measure_once_thirty_parcels_got_through(
    merchant: Merchant, parcels: int, cases: int
) -> None:
    watch(enter_customs(merchant).consignment.shipment)
    pace(parcels, 13 * 24)
    look(NOON + 12 * DAY)
    assert Case.objects.filter(rule__code="customs_import").count() == cases
    assert Case.objects.count() == cases


def test_a_lane_slower_than_its_own_pace_is_red_at_once(merchant: Merchant) -> None:
    watch(enter_customs(merchant).consignment.shipment)
    pace(30, 13 * 24)
    look(NOON + 13 * DAY)
    assert list(Case.objects.values_list("rule__code", "severity")) == [("customs_import", "red")]


def test_a_pace_that_grows_closes_no_case(merchant: Merchant) -> None:
    watch(enter_customs(merchant).consignment.shipment)
    look(NOON + 3 * DAY)
    pace(30, 13 * 24)
    Watch.objects.update(next_check_at=NOON)
    look(NOON + 3 * DAY + HOUR)
    assert [case.state for case in Case.objects.all()] == ["open"]


@pytest.mark.parametrize(
    ("carrier", "hours", "found"),
    [("dhl", 23, []), ("dhl", 24, ["customs_import_express"]), ("usps", 71, []),
     ("usps", 72, ["customs_import"])],
)  # fmt: skip
def test_express_is_asked_after_sooner_than_post(
    merchant: Merchant, carrier: str, hours: int, found: list[str]
) -> None:
    watch(enter_customs(merchant, carrier=carrier).consignment.shipment)
    look(NOON + hours * HOUR)
    assert list(Case.objects.values_list("rule__code", flat=True)) == found


def test_a_question_of_customs_is_a_case_at_once_and_red_after_a_day(merchant: Merchant) -> None:
    row = enter_customs(merchant)
    watch(row.consignment.shipment)
    row.state, row.held_since = "info_required", NOON + HOUR
    row.save()
    row.consignment.changed_at = NOON + HOUR
    row.consignment.save()
    with clock.frozen(NOON + HOUR):
        follow_desk()
    assert list(Case.objects.values_list("rule__code", "severity")) == [("customs_answer", "amber")]
    look(NOON + 25 * HOUR)
    assert Case.objects.get().severity == "red"


def test_incomplete_papers_are_amber_twelve_hours_before_the_cut_off_and_red_at_it(
    merchant: Merchant,
) -> None:
    shipment = make_shipment(merchant, created_at=NOON, destination_country="US")
    row = make_consignment(
        merchant, shipment=shipment, created_at=NOON, is_complete=False, cut_off=NOON + DAY
    )
    watch(shipment)
    codes = Case.objects.filter(rule__code="customs_papers").values_list("severity", flat=True)
    look(NOON + 11 * HOUR)
    assert list(codes.all()) == []
    look(NOON + 12 * HOUR)
    assert list(codes.all()) == ["amber"]
    look(NOON + DAY)
    assert list(codes.all()) == ["red"]
    row.is_complete = True
    row.save()
    Watch.objects.update(next_check_at=NOON)
    look(NOON + DAY + HOUR)
    assert set(codes.values_list("state", flat=True)) == {"resolved"}


def test_the_pace_of_a_lane_counts_what_real_parcels_took(merchant: Merchant) -> None:
    for hours in range(1, 12):
        row = enter_customs(merchant, mode="live")
        row.state, row.ended_at = "released", NOON + hours * HOUR
        row.save()
    with clock.frozen(NOON + 2 * DAY):
        assert reckon_lane_paces() == 1
    lane = LanePace.objects.get()
    assert (lane.origin, lane.destination, lane.direction) == ("CN", "US", "import")
    assert (lane.parcels, lane.p90_hours) == (11, Decimal(10))
    with clock.frozen(NOON + 100 * DAY):
        assert reckon_lane_paces() == 0
    assert not LanePace.objects.exists()
