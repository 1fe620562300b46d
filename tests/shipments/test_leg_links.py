"""What people decide about legs: link, unlink, undo, whose number it is."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun.models import Subscription
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.shipments.errors import LegRefused, NumberTaken
from apps.shipments.models import CarrierHandover, Event, Leg, LegFinding, Shipment
from apps.shipments.selectors import shipment_timeline
from apps.shipments.services import (
    LegPlan,
    apply_snapshots,
    assign_number,
    link_leg,
    recompute_shipment,
    relink_leg,
    save_hand_over,
    take_number,
    unlink_leg,
)
from tests.shipments.builders import at, inbox_row, node, push
from tests.shipments.crossing import (
    HOME,
    LINE,
    LINE_NUMBER,
    PARTNER,
    PARTNER_NUMBER,
    POST,
    POST_NUMBER,
    THERE,
    abroad,
    crossing,
    state_of,
    told,
)

pytestmark = pytest.mark.usefixtures("midday")
WHO = Actor("user", "1", "amy")
HANDED = abroad(25, "Handed over to the local carrier", "7")


def hear(shipment: Shipment, *params: str) -> Shipment:
    for param in params:
        apply_snapshots([inbox_row(shipment, param)])
    shipment.refresh_from_db()
    return shipment


def linked(shipment: Shipment, number: str = PARTNER_NUMBER, kind: str = "last_mile") -> Leg:
    return link_leg(
        shipment_id=shipment.pk, kind=kind, carrier=PARTNER, number=number, actor=WHO, reason="seen"
    )


def numbers(shipment: Shipment) -> list[tuple[int, str]]:
    rows = Leg.objects.filter(shipment=shipment, unlinked_at=None).order_by("sequence")
    return list(rows.values_list("sequence", "number"))


def test_a_person_links_a_leg_which_is_followed_and_recorded(merchant: Merchant) -> None:
    shipment = crossing(merchant, LINE_NUMBER, carrier=LINE)
    leg = linked(shipment)
    assert (leg.link_source, leg.link_evidence, leg.sequence) == ("operator", "seen", 2)
    assert Subscription.objects.filter(subject=shipment.pk, number=PARTNER_NUMBER).count() == 1
    assert linked(shipment).pk == leg.pk
    assert ActionLog.objects.filter(action="shipments.leg.linked", actor_name="amy").count() == 1


def test_a_leg_before_the_booked_one_stands_before_it(merchant: Merchant) -> None:
    shipment = crossing(merchant, LINE_NUMBER, carrier=LINE)
    linked(shipment)
    link_leg(
        shipment_id=shipment.pk, kind="domestic", carrier="yuantong", number="YT88001", actor=WHO,
        plan=LegPlan("CN", "CN", at(0), at(10)),
    )  # fmt: skip
    link_leg(
        shipment_id=shipment.pk, kind="origin_hub", carrier="yunda", number="43100001", actor=WHO
    )
    assert [number for _, number in numbers(shipment)] == [
        "YT88001", "43100001", LINE_NUMBER, PARTNER_NUMBER,
    ]  # fmt: skip
    hear(shipment, push(LINE_NUMBER, HOME, carrier=LINE))
    assert numbers(shipment)[0] == (1, "YT88001")


def test_unlinking_gives_back_what_was_before_and_undo_brings_it_again(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), told(HOME, THERE[:4], to=(PARTNER, PARTNER_NUMBER)))
    whole = state_of(shipment)
    leg = Leg.objects.get(shipment=shipment, kind="last_mile")
    unlink_leg(leg_id=leg.pk, actor=WHO, reason="another parcel")
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    assert len(shipment_timeline(shipment).events) == len(HOME)
    assert not Subscription.objects.filter(number=PARTNER_NUMBER, state="pending").exists()
    hear(shipment, told(HOME, THERE, to=(PARTNER, PARTNER_NUMBER)))
    assert (shipment.status, Event.objects.filter(leg=leg).count()) == ("in_transit", len(THERE))
    relink_leg(leg_id=leg.pk, actor=WHO)
    shipment.refresh_from_db()
    assert (shipment.status, whole["status"]) == ("delivered", "out_for_delivery")
    assert recompute_shipment(shipment_id=shipment.pk).agrees


def test_the_booked_leg_stays_and_a_reason_is_wanted(merchant: Merchant) -> None:
    shipment = crossing(merchant)
    booked = Leg.objects.get(shipment=shipment)
    with pytest.raises(LegRefused):
        unlink_leg(leg_id=booked.pk, actor=WHO, reason="no")
    leg = linked(shipment)
    with pytest.raises(LegRefused):
        unlink_leg(leg_id=leg.pk, actor=WHO, reason=" ")
    assert Leg.objects.filter(unlinked_at=None).count() == 2


def test_a_number_on_its_way_elsewhere_cannot_be_linked(merchant: Merchant) -> None:
    crossing(merchant, PARTNER_NUMBER, carrier=PARTNER)
    shipment = crossing(merchant)
    with pytest.raises(NumberTaken):
        linked(shipment)
    assert Leg.objects.filter(shipment=shipment).count() == 1


def test_a_disputed_number_goes_to_the_leg_a_person_names(merchant: Merchant) -> None:
    other = crossing(merchant, LINE_NUMBER, carrier=LINE)
    theirs = linked(other)
    shipment = hear(crossing(merchant), told(HOME, THERE[:2], to=(PARTNER, PARTNER_NUMBER)))
    claim = LegFinding.objects.get(code="number_claimed_twice", cleared_at=None).leg
    leg = take_number(leg_id=claim.pk, actor=WHO, reason="asked the carrier")
    theirs.refresh_from_db()
    assert (leg.number, leg.claimed_number) == (PARTNER_NUMBER, "")
    assert theirs.unlinked_at is not None
    assert not LegFinding.objects.filter(cleared_at=None).exists()
    open_ = Subscription.objects.filter(number=PARTNER_NUMBER).exclude(state="cancelled")
    assert list(open_.values_list("subject", flat=True)) == [shipment.pk]


def test_a_disputed_number_that_is_booked_elsewhere_stays_there(merchant: Merchant) -> None:
    crossing(merchant, PARTNER_NUMBER, carrier=PARTNER)
    hear(crossing(merchant), told(HOME, THERE[:2], to=(PARTNER, PARTNER_NUMBER)))
    claim = LegFinding.objects.get().leg
    with pytest.raises(NumberTaken):
        take_number(leg_id=claim.pk, actor=WHO, reason="mine")


def test_a_rule_opens_the_leg_that_nobody_named(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), push(POST_NUMBER, [*HOME, HANDED], carrier=POST))
    last = Leg.objects.get(shipment=shipment, link_source="carrier_rule")
    assert (last.carrier, last.number) == ("dhlde", POST_NUMBER)
    hear(shipment, told([*HOME, HANDED], THERE[:1], to=("dpdgermany", PARTNER_NUMBER)))
    last.refresh_from_db()
    assert (last.carrier, last.number, last.link_source) == (
        "dpdgermany", PARTNER_NUMBER, "destination_result",
    )  # fmt: skip
    assert Leg.objects.filter(shipment=shipment).count() == 2


def test_a_rule_of_ones_own_holds_for_its_numbers_and_country_alone(merchant: Merchant) -> None:
    rule = CarrierHandover(
        carrier=LINE, country="de", number_pattern="YW*", partner="gls", keeps_number=False
    )
    save_hand_over(rule=rule, actor=WHO)
    other = crossing(merchant, "ZZ880000000000001", carrier=LINE)
    hear(other, push("ZZ880000000000001", [HANDED], carrier=LINE))
    shipment = hear(
        crossing(merchant, LINE_NUMBER, carrier=LINE), push(LINE_NUMBER, [HANDED], carrier=LINE)
    )
    assert not Leg.objects.filter(shipment=other).exclude(link_source="booked").exists()
    last = Leg.objects.get(shipment=shipment, link_source="carrier_rule")
    assert (last.carrier, last.number) == ("gls", "")
    again = CarrierHandover(carrier=LINE, country="DE", number_pattern="YW*", partner="dpd")
    with pytest.raises(LegRefused):
        save_hand_over(rule=again, actor=WHO)


def test_a_hand_over_to_nobody_known_is_a_finding_until_somebody_says(merchant: Merchant) -> None:
    shipment = crossing(merchant, LINE_NUMBER, carrier=LINE)
    hear(shipment, push(LINE_NUMBER, [*HOME, HANDED], carrier=LINE))
    assert LegFinding.objects.get().code == "hand_over_unknown"
    assert Leg.objects.filter(shipment=shipment).count() == 1
    linked(shipment)
    assert not LegFinding.objects.filter(cleared_at=None).exists()


def test_a_hand_over_at_home_without_words_is_nothing(merchant: Merchant) -> None:
    shipment = crossing(
        merchant, "YT7000001", carrier="yuantong", kind="domestic", destination_country="CN"
    )
    hear(shipment, push("YT7000001", [node(1, "已揽收", "103"), node(2, "转投", "7")]))
    assert not LegFinding.objects.exists()


def test_booking_again_does_not_follow_the_old_chain(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), told(HOME, THERE[:2]))
    assign_number(shipment_id=shipment.pk, carrier=LINE, number=LINE_NUMBER)
    assert [number for _, number in numbers(shipment)] == [POST_NUMBER, POST_NUMBER, LINE_NUMBER]
    kinds = list(
        Leg.objects.filter(shipment=shipment, closed_at=None).values_list("kind", flat=True)
    )
    assert kinds == ["line_haul"]
    signed = abroad(29.5, "Delivered", "301")
    hear(shipment, push(LINE_NUMBER, [signed], carrier=LINE))
    assert shipment.status == "delivered"
