"""Across the border: what cannot clear never leaves, and four legs are one line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor
from apps.orders.choices import BookingState, HoldReason
from apps.orders.models import Booking
from apps.shipments.choices import LegKind
from apps.shipments.models import Leg
from apps.shipments.services import FeedNode
from config.chains import HANDED_ON, HUB, hub_feed, link_first_mile, link_hub, report_hub
from config.drill.bodies import JUERGEN, SUPPLEMENT, body_abroad
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

VITAMINS = Role("vitamins", "jet", "self", hours=30)
FOUR_LEGS = Role("four_legs", "disifang", "self", hours=40)
NOTICE = "lines.1.fda.prior_notice"
PRIOR_NOTICE = "240123456789"
"""Twelve digits, as the FDA confirms a prior notice."""
OPERATOR = Actor.system("drill")
HUB_NUMBER = "HUB0260001234"


def stopped(stage: Stage) -> str:
    """Order supplements to the US; the parcel must wait, unbooked, for its prior notice."""
    name = f"DRILL-{VITAMINS.name}"
    body = body_abroad(name, carrier=VITAMINS.carrier, line=SUPPLEMENT)
    order = place(stage, body)
    stage.notes["vitamins"] = order["id"]
    declaration = declaration_of(stage, order["id"], "import")
    fields = [found["field"] for found in declaration["missing"]]
    if fields != [NOTICE]:
        raise Unmet(f"missing: {fields}")
    stage.pause()
    booking = held(name)
    return f"{HoldReason.DECLARATION.value}: {NOTICE}, {declaration['score']} %, {booking}"


def held(number: str) -> str:
    """The state of a booking that waits for its declaration and never was called. Raises Unmet."""
    booking = Booking.objects.get(parcel__order__number=number)
    waits = booking.state == BookingState.HELD.value and not booking.task_id
    if not waits:
        raise Unmet(f"{booking.state} {booking.task_id}")
    return str(booking.state)


def completed(stage: Stage) -> str:
    """Supply the prior notice by the API, as the shop's software would."""
    declaration = declaration_of(stage, stage.notes["vitamins"], "import")
    answer = stage.api(
        "PATCH", f"/declarations/{declaration['id']}", {"values": {NOTICE: PRIOR_NOTICE}}
    )
    if answer.status_code != 200:
        raise Unmet(f"PATCH: {answer.status_code} {answer.text[:200]}")
    after = answer.json()
    if after["missing"] or after["state"] != "complete":
        raise Unmet(f"{after['state']}: {after['missing']}")
    return f"{after['state']}, {after['score']} %"


def gone(stage: Stage) -> str:
    """Now it is booked by itself, and travels to Seattle."""
    name = f"DRILL-{VITAMINS.name}"
    number = stage.steer(VITAMINS, stage.booked(name))
    stage.stands(VITAMINS.name, "delivered")

    def released() -> bool:
        row = declaration_of(stage, stage.notes["vitamins"], "import")
        return bool(row["state"] == "released")

    stage.until(released, what="the declaration released")
    return f"{number}: delivered, released"


def set_off(stage: Stage) -> str:
    """Order to Berlin; tell of the first mile that brought the parcel to the line's warehouse."""
    name = f"DRILL-{FOUR_LEGS.name}"
    body = body_abroad(name, carrier=FOUR_LEGS.carrier, recipient=JUERGEN)
    place(stage, body)
    booking = stage.booked(name)
    number = stage.steer(FOUR_LEGS, booking)
    shipment = booking.parcel.shipment_id
    first = link_first_mile(
        shipment_id=shipment, reference=f"{name}-first", before=clock.now(), actor=OPERATOR
    )
    link_hub(shipment_id=shipment, number=HUB_NUMBER, actor=OPERATOR)
    return f"{first.carrier} {first.number} → {FOUR_LEGS.carrier} {number} → {HUB} {HUB_NUMBER}"


def hub(stage: Stage) -> str:
    """Wait until the hub has handed the parcel on; bring its whole feed, late and twice."""

    def told() -> list[FeedNode]:
        nodes = hub_feed(stage.plan(FOUR_LEGS.name), stage.now_s())
        return nodes if nodes and nodes[-1].code == HANDED_ON else []

    nodes = stage.until(told, what=f"{HANDED_ON} of the hub")
    shipment = stage.parcel(FOUR_LEGS.name).shipment_id
    new = [
        report_hub(shipment_id=shipment, number=HUB_NUMBER, nodes=nodes).changed
        for _time in range(2)
    ]
    if new != [len(nodes), 0]:
        raise Unmet(f"{new} of {len(nodes)} events")
    return "→".join(node.code for node in nodes)


def one_line(stage: Stage) -> str:
    """Wait for the delivery; its legs must follow each other, each handed over but the last."""
    stage.stands(FOUR_LEGS.name, "delivered")
    legs = legs_of(stage)
    kinds = [leg.kind for leg in legs]
    if len(legs) < 4 or kinds[0] != LegKind.DOMESTIC or kinds[-1] != LegKind.LAST_MILE:
        raise Unmet(f"legs {kinds}")
    open_legs = [leg.kind for leg in legs[:-1] if leg.handed_over_at is None]
    if open_legs:
        raise Unmet(f"not handed over: {open_legs}")
    way = " → ".join(f"{leg.carrier} {leg.number}" for leg in legs)
    return f"{way}, {stage.told_exactly(FOUR_LEGS.name)}"


def legs_of(stage: Stage) -> list[Leg]:
    """The legs of the chapter's parcel in their order."""
    shipment = stage.parcel(FOUR_LEGS.name).shipment
    rows = Leg.objects.filter(shipment=shipment, unlinked_at__isnull=True)
    return list(rows.order_by("sequence"))


def place(stage: Stage, body: dict[str, Any]) -> dict[str, Any]:
    """Place an order by the API and return it. Raises Unmet."""
    answer = stage.api("POST", "/orders", body, repeat=body["number"])
    if answer.status_code != 201:
        raise Unmet(f"POST /orders: {answer.status_code} {answer.text[:200]}")
    stage.shops[body["number"]] = 0
    return dict(answer.json())


def declaration_of(stage: Stage, order: str, direction: str) -> dict[str, Any]:
    """What the API says of an order's declaration on one side of the border. Raises Unmet."""
    answer = stage.api("GET", f"/orders/{order}")
    if answer.status_code != 200:
        raise Unmet(f"GET /orders: {answer.status_code}")
    rows = [row for row in answer.json()["declarations"] if row["direction"] == direction]
    if not rows:
        raise Unmet(f"no {direction} declaration")
    return dict(rows[0])


BORDER = Chapter(
    "border",
    _("Across the border"),
    (
        Step(
            "stopped",
            _("A shop sells supplements to Seattle; the FDA was told nothing of them."),
            _("the order says what is missing, and no carrier was called"),
            stopped,
            look="worker",
        ),
        Step(
            "set_off",
            _("A mug sets off to Berlin: its first mile and the line that flies it are linked."),
            _("three numbers of one parcel"),
            set_off,
            look="worker",
        ),
        Step(
            "completed",
            _("The shop supplies the number of its prior notice by the API."),
            _("the declaration is complete"),
            completed,
            look="web",
        ),
        Step(
            "gone",
            _("Nobody has to click: the parcel is booked, flies, is cleared and arrives."),
            _("released and delivered"),
            gone,
        ),
        Step(
            "hub",
            _("The hub in Germany reports late, twice, and in the codes of the posts."),
            _("each of its events once"),
            hub,
        ),
        Step(
            "one_line",
            _("The mug has had four carriers, and one story."),
            _("four legs in their order, delivered once"),
            one_line,
        ),
    ),
)
