"""A batch of supplements lies silent in customs for two weeks: nobody has to shout first."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.case_sentences import case_sentence
from apps.exceptions.models import Case, Watch
from apps.exceptions.services import look_at_due
from apps.exceptions.services.escalating import escalate_cases
from apps.exceptions.services.watching import refresh_watches
from apps.orders.models import Parcel
from apps.shipments.models import Leg, Shipment
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.support.orders import make_order
from tests.support.shipments import make_event, make_shipment

pytestmark = pytest.mark.django_db
PARCELS = 6
STEP = 2 * HOUR


@pytest.fixture
def batch(merchant: Merchant) -> list[Shipment]:
    """Parcels of one order of supplements that reached customs in Los Angeles at noon."""
    with clock.frozen(NOON - 3 * DAY):
        order = make_order(merchant)
    order.lines.update(goods_class="food")
    found = [make_in_customs(merchant) for _ in range(PARCELS)]
    for position, shipment in enumerate(found, start=2):
        Parcel.objects.create(order=order, shipment=shipment, position=position, weight_grams=500)
    refresh_watches(shipment_ids=[one.pk for one in found])
    Watch.objects.update(next_check_at=NOON)
    return found


def make_in_customs(merchant: Merchant) -> Shipment:
    """Make a parcel whose last word is that customs have begun."""
    shipment = make_shipment(
        merchant, created_at=NOON - 3 * DAY, last_event_at=NOON, status_at=NOON,
        status="customs", substatus="processing", destination_country="US",
    )  # fmt: skip
    leg = Leg.objects.get(shipment=shipment)
    make_event(
        shipment, leg, index=72 * 60, status="customs", substatus="processing", text="清关中"
    )
    return shipment


def test_it_is_amber_within_a_day_red_within_two_escalated_and_cleared_with_the_news(
    batch: list[Shipment],
) -> None:
    first: dict[str, float] = {}
    now, end = NOON, NOON + 14 * DAY
    while now < end:
        now += STEP
        with clock.frozen(now):
            look_at_due()
            escalate_cases()
        silent = (now - NOON) / HOUR
        for name, count in standing().items():
            if count == PARCELS:
                first.setdefault(name, silent)
    assert first["amber"] <= 24
    assert first["red"] <= 48
    assert first["escalated"] <= 48
    assert Case.objects.count() == PARCELS
    case = Case.objects.select_related("rule").first()
    assert case is not None
    with clock.frozen(end):
        assert case_sentence(case, language="zh-hans") == (
            "食品或保健品在途中清关，已 14 天没有消息，标准是 20 小时。"
        )
    Shipment.objects.update(last_event_at=end, status="in_transit", substatus="")
    Watch.objects.update(next_check_at=end)
    with clock.frozen(end + HOUR):
        assert look_at_due().cleared == PARCELS
    assert set(Case.objects.values_list("state", "closer")) == {("resolved", "itself")}


def standing() -> dict[str, int]:
    """Return how many cases stand where."""
    return {
        "amber": Case.objects.count(),
        "red": Case.objects.filter(severity="red").count(),
        "escalated": Case.objects.filter(escalated_at__isnull=False).count(),
    }
