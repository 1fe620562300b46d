"""Numbers the platform gives up, and numbers with the wrong carrier: three days each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.baidiyun.models import Subscription
from apps.core import clock
from apps.sandbox import carriers
from apps.sandbox.planner import invent_plan
from apps.sandbox.rng import stream
from apps.sandbox.world import epoch, seed
from apps.shipments.models import Shipment
from apps.shipments.services import open_shipment
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Stage, events_of

NEVER_SEEN, WRONG_CARRIER = "never_seen", "wrong_carrier"
TRUE_CARRIER, GIVEN_CARRIER = "yuantong", "yunda"
PATIENCE = 150.0
MOST_NUMBERS = 2000


def follow(stage: Stage) -> str:
    """Follow two numbers that shops brought: one nobody scans, one of another carrier."""
    lost = find_number(seen=False)
    wrong = find_number(seen=True)
    _open(stage, NEVER_SEEN, TRUE_CARRIER, lost)
    _open(stage, WRONG_CARRIER, GIVEN_CARRIER, wrong)
    return f"{TRUE_CARRIER} {lost}, {GIVEN_CARRIER} {wrong}"


def find_number(*, seen: bool) -> str:
    """A number of the true carrier whose parcel turns up in the world, or never does."""
    carrier, rng, at = carriers.BY_CODE[TRUE_CARRIER], stream(seed(), "drill"), epoch(clock.now())
    for _attempt in range(MOST_NUMBERS):
        number = carriers.make_number(carrier, rng)
        plan = invent_plan(seed=seed(), carrier_code=carrier.code, number=number, seen_at=at)
        if (plan is not None) == seen:
            return number
    raise Unmet("no such number")


def given_up(stage: Stage) -> str:
    """Wait for the abort and for the subscription that follows it."""
    rows = Subscription.objects.filter(topic="tracking", number=stage.cast[NEVER_SEEN])

    def look() -> bool:
        states = list(rows.order_by("id").values_list("state", flat=True))
        return len(states) >= 2 and states[0] == "aborted" and states[-1] == "active"

    stage.until(look, what="aborted and subscribed again", seconds=PATIENCE)
    first, second = rows.order_by("id")[:2]
    if first.closed_at is None or second.subscribed_at is None:
        raise Unmet("no times")
    wait = (second.subscribed_at - first.closed_at).total_seconds() / 60
    if wait < 30:
        raise Unmet(f"subscribed again after {wait:.0f} min")
    return f"{first.state} → {second.state}, {wait:.0f} min"


def corrected(stage: Stage) -> str:
    """Wait until the track of the other carrier is here."""
    number = stage.cast[WRONG_CARRIER]

    def look() -> bool:
        carrier = Shipment.objects.filter(number=number).values_list("carrier", flat=True).first()
        return carrier == TRUE_CARRIER and events_of(number).exists()

    stage.until(look, what="the track of the right carrier", seconds=PATIENCE)
    return f"{GIVEN_CARRIER} → {TRUE_CARRIER}, {events_of(number).count()}"


def _open(stage: Stage, name: str, carrier: str, number: str) -> None:
    merchant = Merchant.objects.order_by("id")[0]
    open_shipment(
        merchant_id=merchant.pk,
        reference=f"DRILL-{name}",
        mode="sandbox",
        carrier=carrier,
        number=number,
    )
    stage.cast[name] = number


FOLLOW = Chapter(
    "follow",
    _("Numbers that shops bring"),
    (
        Step(
            "follow",
            _("Two numbers come from outside: one is never scanned, one names a wrong carrier."),
            _("both are subscribed"),
            follow,
            look="worker",
        ),
    ),
)
FOLLOWED = Chapter(
    "followed",
    _("What became of them"),
    (
        Step(
            "abort",
            _("After three days without a scan the platform gives up, and we subscribe again."),
            _("aborted, followed again after 30 minutes or more"),
            given_up,
        ),
        Step(
            "corrected",
            _("The platform finds out whose number it is and tells us the right carrier."),
            _("the right carrier and its track"),
            corrected,
        ),
    ),
    needs=("follow",),
)
