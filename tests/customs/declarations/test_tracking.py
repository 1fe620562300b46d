"""Declarations follow their parcels, whatever the order in which news arrives."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Merchant
from apps.customs import services
from apps.customs.models import Declaration, DeclarationStep
from apps.customs.selectors import current_record
from apps.customs.sightings import TrackEvent, sightings_of
from apps.orders.models import Order
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.services import assign_number
from tests.customs.declarations.abroad import abroad
from tests.orders.builders import NOW
from tests.support.waiting import wait_for

MOMENTS = [NOW + dt.timedelta(hours=hours) for hours in range(1, 9)]
JOURNEY = [
    ("customs", "processing", "出口报关处理中"),
    ("customs", "cleared", "出口海关放行 export customs released"),
    ("customs", "pending", "Arrived at destination country, awaiting clearance"),
    ("customs", "processing", "Clearance processing"),
    ("customs", "held", "Customs: please provide further information"),
    ("customs", "processing", "Clearance processing resumed"),
    ("customs", "cleared", "Clearance completed"),
    ("out_for_delivery", "", "Out for delivery"),
]


def seen(*steps: tuple[str, str, str], leg: str = "line_haul") -> list[TrackEvent]:
    return [
        TrackEvent(at, status, sub, leg, text)
        for at, (status, sub, text) in zip(MOMENTS, steps, strict=False)
    ]


def test_a_hold_in_words_of_a_question_is_one() -> None:
    asked, held, refused = (
        sightings_of(seen(("customs", "held", text)))[-1].state
        for text in ("请提供收件人税号", "Held by customs", "Goods seized by customs")
    )
    assert (asked, held, refused) == ("info_required", "held", "refused")


def test_the_leg_says_which_customs_before_any_word_does() -> None:
    event = ("customs", "processing", "Clearance processing")
    assert sightings_of(seen(event, leg="export_customs"))[-1].direction == "export"
    assert sightings_of(seen(event, leg="import_customs"))[-1].direction == "import"
    words = ("customs", "processing", "Export customs clearance")
    assert sightings_of(seen(words))[-1].direction == "export"


def test_what_is_being_delivered_came_in_and_what_turns_back_did_not() -> None:
    out = sightings_of(seen(("out_for_delivery", "", "x")))
    assert {(one.direction, one.state) for one in out} == {
        ("export", "released"),
        ("import", "released"),
    }
    back = sightings_of(seen(("returning", "", "x")))
    assert [(one.direction, one.state) for one in back] == [("import", "returned")]


@given(st.text(max_size=60), st.sampled_from(["", "held", "cleared", "nobody knows"]))
def test_no_words_of_a_carrier_raise(text: str, substatus: str) -> None:
    assert sightings_of(seen(("customs", substatus, text)))


@pytest.fixture
def order(shop: Merchant, platform: Any, business: None) -> Order:
    return abroad(shop)


def tell(order: Order, events: list[TrackEvent]) -> None:
    """Have a track in the tables, as if it had been applied, and let customs look."""
    shipment = Shipment.objects.get(parcel__order=order)
    leg = Leg.objects.filter(shipment=shipment).first()
    for one in events:
        Event.objects.create(
            shipment=shipment, shipment_month=shipment.month, leg=leg, key=random.randbytes(16),
            occurred_at=one.at, heard_at=one.at, text=one.text, status=one.status,
            substatus=one.substatus, sources=1,
        )  # fmt: skip
    services.follow_consignments([shipment.pk])


def states(order: Order) -> dict[str, str]:
    rows = Declaration.objects.filter(consignment__shipment__parcel__order=order)
    return dict(rows.values_list("direction", "state"))


@pytest.mark.django_db
def test_a_journey_ends_released_on_both_sides_and_not_at_first_try(order: Order) -> None:
    tell(order, seen(*JOURNEY))
    assert states(order) == {"export": "released", "import": "released"}
    row = Declaration.objects.get(direction="import")
    assert (row.first_try, row.ended_at, row.asked) == (False, MOMENTS[6], "")
    assert Declaration.objects.get(direction="export").first_try is True
    words = row.steps.filter(to_state="info_required").get().words
    assert words == "Customs: please provide further information"


@pytest.mark.django_db
def test_the_same_track_again_moves_nothing(order: Order) -> None:
    tell(order, seen(*JOURNEY[:5]))
    steps = DeclarationStep.objects.count()
    tell(order, [])
    tell(order, [])
    assert DeclarationStep.objects.count() == steps
    assert states(order)["import"] == "info_required"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_news_in_any_order_end_where_the_journey_ends(order: Order, seed: int) -> None:
    events = seen(*JOURNEY)
    random.Random(seed).shuffle(events)
    for one in events:
        tell(order, [one])
    assert states(order) == {"export": "released", "import": "released"}


@pytest.mark.django_db
def test_customs_question_has_a_clock_from_when_it_was_asked(order: Order) -> None:
    tell(order, seen(*JOURNEY[:5]))
    row = Declaration.objects.get(direction="import")
    assert (row.held_since, row.entered_at) == (MOMENTS[4], MOMENTS[3])
    assert row.answer_due == MOMENTS[4] + dt.timedelta(hours=24)


@pytest.mark.django_db
def test_the_waybills_number_comes_into_the_record_as_soon_as_it_is_known(order: Order) -> None:
    shipment = Shipment.objects.get(parcel__order=order)
    assign_number(shipment_id=shipment.pk, carrier="emsguoji", number="EE123456785CN")
    wait_for(services.follow_shipments, what="the reader to see the change")
    shipment.consignment.refresh_from_db()
    assert current_record(shipment.consignment).number == "EE123456785CN"
    assert services.follow_shipments() == 0
