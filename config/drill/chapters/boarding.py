"""From a price to the courier's hand."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import Mode
from apps.baidiyun.models import InboxRow
from apps.orders.models import Booking
from config.drill.bodies import RECIPIENT, SENDER
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

SANDBOX = Mode.SANDBOX.value
CARRIERS = ("yuantong", "zhongtong", "shunfeng", "yunda", "jd")
FIRST = Role("first", "yuantong", "self", hours=14)


def price(stage: Stage) -> str:
    """Ask five carriers for their price."""
    reply = gateway.price_pickups(
        mode=SANDBOX,
        carriers=[(code, "标准快递") for code in CARRIERS],
        sender_address=SENDER,
        recipient_address=RECIPIENT,
        weight_grams=1000,
    )
    offers = [offer for offer in reply.data or () if offer.price is not None]
    if len(offers) != len(CARRIERS):
        raise Unmet(f"{len(offers)} prices, {reply.code} {reply.message}")
    cheapest = min(offers, key=lambda offer: offer.price or 0)
    return f"{len(offers)} × CNY, {cheapest.carrier} {cheapest.price}"


def place(stage: Stage) -> str:
    """Place an order as a shop does, twice with one key."""
    uids = {stage.order(f"DRILL-{FIRST.name}", carrier=FIRST.carrier) for _ in range(2)}
    if len(uids) != 1:
        raise Unmet(f"two orders: {uids}")
    return uids.pop()


def book(stage: Stage) -> str:
    """Wait for the booking the worker makes."""
    booking = stage.booked(f"DRILL-{FIRST.name}")
    number = stage.steer(FIRST, booking)
    return f"{booking.carrier} {number}"


def accept(stage: Stage) -> str:
    """Wait for the callback that names the courier."""
    booking = stage.until(_accepted(stage), what="a courier's name")
    topics = InboxRow.objects.filter(topic="booking", subject=booking.pk).count()
    return f"{booking.courier_name[:1]}** , state {booking.platform_state}, {topics} callbacks"


def pick_up(stage: Stage) -> str:
    """Wait for the track to begin."""

    def look() -> object:
        return stage.shipment(FIRST.name).get("picked_up_at")

    return str(stage.until(look, what="picked up"))


def _accepted(stage: Stage) -> Callable[[], Booking | None]:
    def look() -> Booking | None:
        booking = stage.booking(f"DRILL-{FIRST.name}")
        return booking if booking is not None and booking.courier_name else None

    return look


BOARDING = Chapter(
    "boarding",
    _("From the price to the courier"),
    (
        Step(
            "price",
            _("The portal asks the carriers what a parcel from Hangzhou to Shenzhen costs."),
            _("a price of each of the five"),
            price,
            look="sandbox",
        ),
        Step(
            "order",
            _("A shop places an order by the API, and repeats it because the answer was late."),
            _("one order, the same id twice"),
            place,
            look="web",
        ),
        Step(
            "book",
            _("The worker books a pickup with the carrier; nobody had to click."),
            _("the carrier's number"),
            book,
            look="worker",
        ),
        Step(
            "accept",
            _("The carrier accepts, and its signed callback names the courier."),
            _("a courier, from an applied callback"),
            accept,
        ),
        Step(
            "pick_up",
            _("The courier takes the parcel; from now on the track is pushed to us."),
            _("the time of the pickup"),
            pick_up,
        ),
    ),
)
