"""What was quoted, what was charged, and the claim between the two."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.errors import CallFailed
from apps.core.models import ActionLog
from apps.orders.choices import ClaimKind, ClaimState
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Claim, Quote, Settlement
from apps.orders.quoting import PriceAnswer
from apps.orders.services import apply_booking_updates, close_claim, send_ready_bookings
from apps.orders.settling import find_differences
from apps.orders.sources import register_price_source
from tests.orders.builders import ACTOR, booking_of, callback, make_order

GRAMS = st.integers(1, 70_000)
MONEY = st.decimals(0, 10_000, places=2)


def kinds(**given_) -> list[str]:
    values = {"stated_grams": 700, "quoted": None, "billed_grams": None, "freight": None, **given_}
    return [found.kind.value for found in find_differences(**values)]


@pytest.mark.parametrize(
    ("stated", "billed", "claimed"),
    [
        (700, 1_000, False),
        (700, 1_001, True),
        (1_000, 1_200, False),
        (1_000, 1_201, True),
        (9_500, 10_000, False),
        (20_000, 22_000, False),
        (20_000, 22_001, True),
        (700, 100, False),
    ],
)
def test_weight_is_claimed_beyond_rounding_and_tolerance(stated, billed, claimed):
    assert (kinds(stated_grams=stated, billed_grams=billed) == ["weight"]) is claimed


@pytest.mark.parametrize(
    ("quoted", "freight", "claimed"),
    [
        ("10.00", "11.00", False),
        ("10.00", "11.01", True),
        ("100.00", "105.00", False),
        ("100.00", "105.01", True),
        ("10.00", "1.00", False),
        (None, "99.00", False),
    ],
)
def test_freight_is_claimed_beyond_tolerance(quoted, freight, claimed):
    amount = None if quoted is None else Decimal(quoted)
    assert (kinds(quoted=amount, freight=Decimal(freight)) == ["freight"]) is claimed


@given(stated=GRAMS, billed=st.none() | GRAMS, quoted=st.none() | MONEY, freight=st.none() | MONEY)
def test_only_being_charged_more_is_claimed(stated, billed, quoted, freight):
    for found in find_differences(
        stated_grams=stated, quoted=quoted, billed_grams=billed, freight=freight
    ):
        assert found.amount > 0


@pytest.fixture
def prices():
    asked = []

    def ask(question):
        asked.append(question)
        return PriceAnswer(ok=True, price=Decimal("10.00"), service_type="标准快递")

    register_price_source(ask)
    yield asked
    register_price_source(None)


@pytest.fixture
def booking(merchant, business, wall, platform, prices):
    order = make_order(merchant)
    send_ready_bookings()
    return booking_of(order)


def test_a_booking_is_quoted_before_it_is_sent(booking, prices):
    quote = Quote.objects.get()
    assert (quote.booking_id, quote.price, quote.weight_grams) == (booking.pk, 10, 700)
    assert len(prices) == 1
    assert "138" not in repr(prices)


def test_a_booking_does_not_wait_for_a_price(merchant, business, wall, platform):
    def ask(question):
        raise CallFailed("time is up", sent=True)

    register_price_source(ask)
    try:
        order = make_order(merchant)
        assert send_ready_bookings() == 1
    finally:
        register_price_source(None)
    assert booking_of(order).state == "booked"
    assert not Quote.objects.exists()


def test_a_settlement_within_tolerance_is_kept_without_a_claim(booking):
    apply_booking_updates([callback(booking, 15, freight="10.50", actualWeight="0.9")])
    row = Settlement.objects.get()
    assert (row.kind, row.freight, row.weight_grams) == ("settled", Decimal("10.50"), 900)
    assert not Claim.objects.exists()


def test_a_difference_becomes_a_claim_with_its_evidence(booking):
    fees = [{"feeType": "OVER", "feeDesc": "续重费", "amount": "8.00", "payStatus": "1"}]
    row = callback(booking, 15, freight="18.00", actualWeight="3.2", feeDetails=fees)
    apply_booking_updates([row])
    claims = {claim.kind: claim for claim in Claim.objects.all()}
    assert set(claims) == {"weight", "freight"}
    freight = claims["freight"]
    assert (freight.expected, freight.charged) == (Decimal("10.00"), Decimal("18.00"))
    assert freight.evidence["quote"]["price"] == "10.00"
    assert freight.evidence["settlement"]["callback"] == row.pk
    assert freight.evidence["settlement"]["fees"][0]["amount"] == "8.00"
    assert (claims["weight"].expected, claims["weight"].charged) == (700, 3_200)


def test_the_same_settlement_again_changes_nothing(booking):
    for _ in range(2):
        apply_booking_updates([callback(booking, 15, freight="18.00")])
    assert (Settlement.objects.count(), Claim.objects.count()) == (1, 1)


def test_a_later_figure_brings_the_open_claim_up_to_date(booking):
    apply_booking_updates([callback(booking, 155, weight="3")])
    apply_booking_updates([callback(booking, 155, weight="4")])
    assert Claim.objects.get().charged == 4_000
    assert Settlement.objects.count() == 2


def test_other_callbacks_settle_nothing(booking):
    apply_booking_updates([callback(booking, 10, freight="99.00", weight="9")])
    assert not Settlement.objects.exists()


def test_a_claim_is_closed_with_a_note_and_stays_closed(booking):
    apply_booking_updates([callback(booking, 15, freight="18.00")])
    claim = Claim.objects.get()
    with pytest.raises(NotAllowedNow):
        close_claim(claim_id=claim.pk, state=ClaimState.GRANTED, actor=ACTOR, note=" ")
    close_claim(claim_id=claim.pk, state=ClaimState.GRANTED, actor=ACTOR, note="赔付8元")
    with pytest.raises(NotAllowedNow):
        close_claim(claim_id=claim.pk, state=ClaimState.REFUSED, actor=ACTOR, note="x")
    claim.refresh_from_db()
    assert (claim.state, claim.note) == ("granted", "赔付8元")
    assert ActionLog.objects.filter(action="orders.claim.closed").count() == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"charged": 10}, "orders_claim_is_a_difference"),
        ({"kind": "odd"}, "orders_claim_kind"),
        ({"state": "odd"}, "orders_claim_"),
        ({"state": "granted"}, "orders_claim_closed_has_time"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(booking, values, constraint):
    given_ = {"kind": ClaimKind.FREIGHT.value, "expected": 10, "charged": 18, **values}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Claim.objects.create(booking=booking, **given_)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"freight": None}, "orders_settlement_says_something"),
        ({"freight": -1}, "orders_settlement_freight"),
        ({"kind": "odd"}, "orders_settlement_kind"),
    ],
)
def test_a_settlement_that_makes_no_sense_is_refused(booking, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Settlement.objects.create(booking=booking, **{"kind": "settled", "freight": 1, **values})
