"""A parcel over several legs: one line, one status, whatever comes first."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction

from apps.accounts.models import Merchant
from apps.baidiyun.models import Subscription
from apps.core.models import ActionLog
from apps.shipments.models import Event, Leg, LegFinding, Shipment
from apps.shipments.services import apply_snapshots, recompute_shipment
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push
from tests.shipments.crossing import (
    HOME,
    LINE,
    LINE_NUMBER,
    PARTNER,
    PARTNER_NUMBER,
    POST,
    POST_NUMBER,
    THERE,
    Saying,
    abroad,
    crossing,
    report,
    sayings,
    state_of,
    told,
)

pytestmark = pytest.mark.usefixtures("midday")


def hear(shipment: Shipment, *params: str) -> Shipment:
    for param in params:
        apply_snapshots([inbox_row(shipment, param)])
    shipment.refresh_from_db()
    return shipment


def legs_of(shipment: Shipment) -> list[Leg]:
    return list(Leg.objects.filter(shipment=shipment).order_by("sequence"))


def test_the_track_abroad_is_a_leg_of_its_own_with_its_own_zone(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), told(HOME, THERE))
    first, last = legs_of(shipment)
    assert (last.kind, last.carrier, last.number) == ("last_mile", PARTNER, POST_NUMBER)
    assert (last.link_source, last.zone, last.to_country) == (
        "destination_result", "Europe/Berlin", "DE",
    )  # fmt: skip
    assert set(Event.objects.filter(leg=last).values_list("zone", flat=True)) == {"Europe/Berlin"}
    assert Event.objects.filter(leg=first).count() == len(HOME)
    assert (shipment.status, shipment.delivered_at) == ("delivered", at(29))
    assert (first.handed_over_at, last.handed_over_at) == (at(22), None)
    assert ActionLog.objects.filter(action="shipments.leg.linked").count() == 1


def test_the_number_abroad_is_subscribed_once_and_not_after_the_end(merchant: Merchant) -> None:
    shipment = crossing(merchant)
    to = (PARTNER, PARTNER_NUMBER)
    hear(shipment, told(HOME, THERE[:1], to=to), told(HOME, THERE[:2], to=to))
    rows = Subscription.objects.filter(number=PARTNER_NUMBER)
    assert list(rows.values_list("carrier", "subject")) == [(PARTNER, shipment.pk)]
    late = hear(crossing(merchant, "RR473124830CN"), told(HOME, THERE, number="RR473124830CN"))
    assert not Subscription.objects.filter(subject=late.pk, carrier=PARTNER).exists()


def test_a_post_keeps_its_number_and_each_side_hears_its_own_reports(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), told(HOME, THERE[:2]))
    theirs = Saying(PARTNER, POST_NUMBER, push(POST_NUMBER, THERE, carrier=PARTNER), at(40))
    ours = Saying(POST, POST_NUMBER, push(POST_NUMBER, HOME, carrier=POST), at(41))
    apply_snapshots([report(shipment, theirs), report(shipment, ours)])
    first, last = legs_of(shipment)
    assert Event.objects.filter(leg=last).count() == len(THERE)
    assert Event.objects.filter(leg=first).count() == len(HOME)
    assert not LegFinding.objects.exists()


def test_what_was_stored_on_the_old_leg_moves_to_the_one_it_belongs_to(merchant: Merchant) -> None:
    shipment = hear(crossing(merchant), push(POST_NUMBER, [*HOME, *THERE[:4]], carrier=POST))
    assert len(legs_of(shipment)) == 1
    hear(shipment, told(HOME, THERE[:4]))
    first, last = legs_of(shipment)
    assert Event.objects.filter(leg=first).count() == len(HOME)
    assert Event.objects.filter(leg=last, omitted_at=None).count() == 4
    assert Event.objects.filter(shipment=shipment).count() == len(HOME) + 4


def test_words_that_name_partner_and_number_open_a_leg(merchant: Merchant) -> None:
    shipment = crossing(merchant, LINE_NUMBER, carrier=LINE)
    words = f"Transferred to local carrier DHL-德国件, tracking number {PARTNER_NUMBER}"
    nodes = [*HOME, abroad(25, words, "7")]
    hear(shipment, push(LINE_NUMBER, nodes, carrier=LINE))
    first, last = legs_of(shipment)
    assert (last.carrier, last.number, last.link_source) == (PARTNER, PARTNER_NUMBER, "explicit")
    assert last.link_evidence == words
    assert Subscription.objects.filter(carrier=PARTNER, number=PARTNER_NUMBER).count() == 1
    assert not Event.objects.filter(leg=last).exists()
    assert first.handed_over_at is None


def test_a_signature_before_the_last_leg_is_a_hand_over(merchant: Merchant) -> None:
    shipment = crossing(merchant, LINE_NUMBER, carrier=LINE)
    to = (PARTNER, PARTNER_NUMBER)
    signed = abroad(25, "Delivered to local carrier", "301")
    hear(shipment, told([*HOME, signed], THERE[:1], number=LINE_NUMBER, carrier=LINE, to=to))
    assert (shipment.status, shipment.delivered_at) == ("customs", None)
    assert legs_of(shipment)[0].handed_over_at == at(22)


def test_an_announcement_of_the_next_carrier_takes_nothing_back(merchant: Merchant) -> None:
    announced = abroad(20, "Shipping label created", "101")
    shipment = hear(crossing(merchant), told(HOME, [announced]))
    assert shipment.status == "in_transit"
    assert legs_of(shipment)[0].handed_over_at is None


def test_a_number_of_another_shipment_is_claimed_and_left_to_people(merchant: Merchant) -> None:
    owner = crossing(merchant, PARTNER_NUMBER, carrier=PARTNER)
    shipment = hear(crossing(merchant), told(HOME, THERE[:2], to=(PARTNER, PARTNER_NUMBER)))
    last = legs_of(shipment)[-1]
    assert (last.number, last.claimed_number) == ("", PARTNER_NUMBER)
    assert Event.objects.filter(leg=last).count() == 2
    finding = LegFinding.objects.get()
    assert (finding.code, finding.leg_id) == ("number_claimed_twice", last.pk)
    assert Leg.objects.get(shipment=owner).number == PARTNER_NUMBER
    assert not Subscription.objects.filter(subject=shipment.pk, number=PARTNER_NUMBER).exists()


def test_a_home_parcel_pays_nothing_for_legs(
    merchant: Merchant, django_assert_max_num_queries
) -> None:
    shipment = make_shipment(merchant)
    apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE[:2]))])
    with django_assert_max_num_queries(14) as seen:
        apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE[:3]))])
    asked = " ".join(query["sql"] for query in seen.captured_queries)
    assert "link_source" not in asked
    assert "carrierhandover" not in asked


def heard_at(shipment: Shipment, *said: tuple[str, str, float]) -> dict[str, bool]:
    """Hear reports (carrier, param, hour received) one by one; returns text → is still listed."""
    for carrier, param, hour in said:
        number = POST_NUMBER if carrier == POST else PARTNER_NUMBER
        apply_snapshots([report(shipment, Saying(carrier, number, param, at(hour)))])
    rows = Event.objects.filter(shipment=shipment)
    return {row.text: row.omitted_at is None for row in rows}


def test_a_track_abroad_that_is_said_again_is_its_later_word(merchant: Merchant) -> None:
    to = (PARTNER, PARTNER_NUMBER)
    whole = told(HOME, THERE[:3], to=to)
    without = push(PARTNER_NUMBER, [THERE[0], THERE[2]], carrier=PARTNER)
    listed = heard_at(crossing(merchant), (POST, whole, 40), (PARTNER, without, 42))
    assert listed[THERE[1]["context"]] is False
    shipment = Shipment.objects.get()
    listed = heard_at(shipment, (POST, whole, 44))
    assert listed[THERE[1]["context"]] is True


def test_a_node_that_moves_over_is_listed_only_if_the_latest_word_lists_it(
    merchant: Merchant,
) -> None:
    to = (PARTNER, PARTNER_NUMBER)
    latest = told(HOME, [THERE[0], THERE[2]], to=to)
    mirrored = push(POST_NUMBER, [*HOME, THERE[1]], carrier=POST)
    older = told(HOME, THERE[:2], to=to)
    said = ((POST, latest, 50), (POST, mirrored, 41), (POST, older, 40))
    listed = heard_at(crossing(merchant), *said)
    assert listed[THERE[1]["context"]] is False
    assert Event.objects.get(text=THERE[1]["context"]).leg.kind == "last_mile"


def life_of(merchant: Merchant, said: list[Saying], order: list[int], size: int) -> dict[str, Any]:
    """What a parcel comes to that hears the sayings in an order, so many at a time.

    The first comes alone: nobody reports about the partner's number before it is subscribed.
    """
    with transaction.atomic():
        shipment = crossing(merchant)
        apply_snapshots([report(shipment, said[order[0]])])
        for start in range(1, len(order), size):
            rows = [report(shipment, said[index]) for index in order[start : start + size]]
            apply_snapshots(rows)
        assert recompute_shipment(shipment_id=shipment.pk).agrees
        end = state_of(shipment)
        transaction.set_rollback(True)
    return end


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_number_of_times_come_to_the_same(merchant: Merchant, seed: int) -> None:
    rng = random.Random(seed)
    number = POST_NUMBER if seed % 2 else PARTNER_NUMBER
    said = sayings(rng, partner_number=number)
    opening = next(n for n, one in enumerate(said) if "destResult" in one.param)
    straight = [opening, *range(len(said))]
    ends = [life_of(merchant, said, straight, 1)]
    for size in (1, 3, 50):
        order = [*range(len(said)), *rng.choices(range(len(said)), k=4)]
        rng.shuffle(order)
        ends.append(life_of(merchant, said, [opening, *order], size))
    assert ends[0]["status"] == "delivered"
    assert ends[1:] == [ends[0]] * 3
