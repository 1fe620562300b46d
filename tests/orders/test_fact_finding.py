"""Rules that depend on what carriers say: asked before a booking is sent, never at the intake."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.estimate import Estimate
from apps.baidiyun.products.pickup_prices import PickupPrice
from apps.baidiyun.products.reachable import Reachability
from apps.orders.carrier_rules import Facts, Rule, choose_with_facts, lacking, split_reason
from apps.orders.models import Booking, CarrierRule
from apps.orders.reasons import describe_reason
from apps.orders.services import change_booking_carrier, send_ready_bookings
from tests.orders.builders import ACTOR, LOST, NOW, booking_of, make_order
from tests.support.customs import bag, ready_to_export

pytestmark = pytest.mark.usefixtures("business", "wall", "platform")
DONE = ReplyOutcome.DONE
NO_ANSWER = Reply(ReplyOutcome.UNKNOWN, None, "call_failed", "time is up")
BACK = Reply(ReplyOutcome.NOT_SENT, None, "throttled", "the limit is reached")


def estimate(hours: str | None) -> Reply[Estimate]:
    total = None if hours is None else Decimal(hours)
    arrives = NOW + dt.timedelta(hours=30, minutes=1)
    return Reply(DONE, Estimate(arrives, "", None, total, None, "", "", "", ""), "200")


class Carriers:
    """What carriers say about a line; ``asked`` holds (question, carriers)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.acting: set[int | None] = set()
        self.prices = Reply(DONE, (), "200")
        self.reach: Reply[Reachability] = Reply(DONE, Reachability(True, ""), "200")
        self.time = estimate("20")
        self.before = lambda: None

    def _note(self, question: str, carriers: object) -> None:
        self.before()
        self.asked.append((question, carriers))
        self.acting.add(acting_merchant())

    def price_pickups(self, **given):
        self._note("price", tuple(name for name, _ in given["carriers"]))
        return self.prices

    def check_reach(self, **given):
        self._note("reach", given["carrier"])
        if isinstance(self.reach, Exception):
            raise self.reach
        return self.reach

    def estimate_arrival(self, **given):
        self._note("hours", given["carrier"])
        return self.time


@pytest.fixture
def carriers(monkeypatch):
    stand_in = Carriers()
    for name in ("price_pickups", "check_reach", "estimate_arrival"):
        monkeypatch.setattr(gateway, name, getattr(stand_in, name))
    return stand_in


def offers(**prices: str | None) -> Reply[tuple[PickupPrice, ...]]:
    found = tuple(
        PickupPrice(name, "", None if price is None else Decimal(price))
        for name, price in prices.items()
    )
    return Reply(DONE, found, "200")


def rule(carrier: str, **given) -> CarrierRule:
    return CarrierRule.objects.create(carrier=carrier, **given)


def sent(merchant) -> Booking:
    order = make_order(merchant)
    assert send_ready_bookings() == 1
    return booking_of(order)


def test_the_intake_asks_nobody(merchant, wall, carriers):
    rule("shentong", needs_reachability=True)
    booking = booking_of(make_order(merchant))
    assert (booking.carrier, booking.carrier_reason) == ("yuantong", "default")
    assert carriers.asked == []


@pytest.mark.parametrize(
    ("price", "carrier"), [("9.99", "shentong"), ("10.01", "yuantong"), (None, "yuantong")]
)
def test_a_price_decides_before_sending(merchant, platform, carriers, price, carrier):
    rule("shentong", max_price=Decimal("10.00"))
    carriers.prices = offers(shentong=price)
    booking = sent(merchant)
    assert (booking.carrier, platform.booked[0].carrier) == (carrier, carrier)
    assert carriers.asked == [("price", ("shentong",))]
    assert carriers.acting == {merchant.pk}
    assert split_reason(booking.carrier_reason)[0] == []


@pytest.mark.parametrize(("reachable", "carrier"), [(True, "shentong"), (False, "yuantong")])
def test_reachability_decides(merchant, carriers, reachable, carrier):
    rule("shentong", needs_reachability=True, note="far")
    carriers.reach = Reply(DONE, Reachability(reachable, ""), "200")
    booking = sent(merchant)
    assert booking.carrier == carrier
    assert booking.carrier_facts["reach"] == {"shentong": reachable}


@pytest.mark.parametrize(
    ("told", "limit", "carrier"),
    [("48", 48, "shentong"), ("48.5", 48, "yuantong"), (None, 31, "shentong")],
)
def test_hours_are_the_carriers_or_until_it_arrives(merchant, carriers, told, limit, carrier):
    rule("shentong", max_hours=limit)
    carriers.time = estimate(told)
    assert sent(merchant).carrier == carrier


@pytest.mark.parametrize("reply", [NO_ANSWER, BACK, NotConfigured("none")])
def test_what_could_not_be_had_does_not_match_and_is_said(
    merchant, wall, platform, carriers, reply
):
    row = rule("shentong", needs_reachability=True)
    carriers.reach = reply
    booking = sent(merchant)
    assert (booking.carrier, booking.state) == ("yuantong", "booked")
    assert booking.carrier_reason == f"lacking:{row.pk}.reach|default"
    with translation.override("en"):
        said = describe_reason(booking.carrier_reason)
    assert said == f"The merchant's usual carrier (not known: reachability for rule {row.pk})"


def test_a_carrier_the_platform_cannot_be_asked_about_is_not_asked(
    merchant, wall, platform, carriers
):
    rule("danniao", needs_reachability=True)
    assert "lacking" in sent(merchant).carrier_reason
    assert carriers.asked == []


def test_only_rules_that_may_decide_are_asked_about(merchant, wall, platform, carriers):
    rule("shentong", max_price=Decimal("10.00"), area_prefix="11", priority=1)
    first = rule("ems", priority=2)
    rule("yunda", needs_reachability=True, priority=3)
    booking = sent(merchant)
    assert (booking.carrier, booking.carrier_reason) == ("ems", f"rule:{first.pk}:")
    assert carriers.asked == []


def test_a_carrier_somebody_chose_is_not_chosen_again(merchant, wall, platform, carriers):
    rule("shentong", needs_reachability=True)
    make_order(merchant, carrier="ems")
    change_booking_carrier(
        booking_id=booking_of(make_order(merchant)).pk, carrier="yunda", actor=ACTOR
    )
    assert send_ready_bookings() == 2
    assert {request.carrier for request in platform.booked} == {"ems", "yunda"}
    assert carriers.asked == []


def test_what_may_be_at_the_platform_keeps_its_carrier(merchant, wall, platform, carriers):
    rule("shentong", needs_reachability=True)
    carriers.reach = NO_ANSWER
    platform.answers = [LOST]
    order = make_order(merchant)
    send_ready_bookings()
    carriers.reach = Reply(DONE, Reachability(True, ""), "200")
    wall.pass_seconds(60)
    assert send_ready_bookings() == 1
    assert [request.carrier for request in platform.booked] == ["yuantong", "yuantong"]
    assert len(carriers.asked) == 1
    assert booking_of(order).carrier == "yuantong"


def test_what_was_learnt_is_not_asked_again_in_the_same_attempt(merchant, wall, platform, carriers):
    rule("shentong", max_price=Decimal("10.00"), needs_reachability=True)
    carriers.prices, carriers.reach = offers(shentong="8"), NO_ANSWER
    booking = sent(merchant)
    Booking.objects.update(state="ready", sends=0, maybe_sent=False, send_started_at=None)
    carriers.reach = Reply(DONE, Reachability(True, ""), "200")
    send_ready_bookings()
    booking.refresh_from_db()
    assert booking.carrier == "shentong"
    assert [question for question, _ in carriers.asked] == ["price", "reach", "reach"]


def test_a_booking_taken_over_while_asking_is_not_sent_twice(merchant, wall, platform, carriers):
    rule("shentong", needs_reachability=True)
    order = make_order(merchant)

    def take_over():
        Booking.objects.update(claimed_at=wall.now + dt.timedelta(seconds=31))

    carriers.before = take_over
    send_ready_bookings()
    assert platform.booked == []
    assert (booking_of(order).carrier, booking_of(order).state) == ("yuantong", "sending")


def test_abroad_nobody_is_asked_and_the_carrier_goes_there(merchant, wall, platform, carriers):
    row = rule("shentong", needs_reachability=True)
    ready_to_export(merchant)
    make_order(
        merchant, lines=(bag(),), currency="USD",
        to_country="US", to_address="1 Main St", to_city="Springfield",
        to_province="IL", to_postcode="62701", to_phone="+12175550123",
    )  # fmt: skip
    send_ready_bookings()
    assert platform.booked[0].carrier == "emsguoji"
    assert carriers.asked == []
    assert CarrierRule.objects.get() == row


FACTS = Facts(1, "CN", "440305000000", 700, prices={"a": Decimal(12)}, reachable={"b": True})


def test_a_known_fact_that_rules_it_out_leaves_nothing_lacking():
    asked = Rule(1, "a", max_price=Decimal(10), needs_reachability=True)
    assert lacking(asked, FACTS) == []
    assert lacking(Rule(1, "a", max_price=Decimal(15), needs_reachability=True), FACTS) == ["reach"]


def test_a_reason_with_many_lacking_facts_still_fits():
    rules = [Rule(n, "c", max_hours=1, needs_reachability=True, note="n" * 120) for n in range(99)]
    choice = choose_with_facts([*rules, Rule(100, "b", note="n" * 120)], FACTS, default="d")
    missing, proper = split_reason(choice.reason)
    assert (len(missing), proper[:8], choice.carrier) == (4, "rule:100", "b")
    assert len(choice.reason) <= 200
