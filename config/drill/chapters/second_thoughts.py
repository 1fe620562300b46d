"""The customer changes their mind before the courier comes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import Mode
from apps.core.actions import Actor
from apps.orders.models import Order
from apps.orders.services import correct_order_address
from apps.sandbox.models import SandboxOrder
from config.drill.bodies import RECIPIENT, order_body
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

CANCELLED = Role("cancelled", "yuantong", "self", hours=200, after_hours=120)
MOVED = Role("moved", "shunfeng", "self", hours=200, after_hours=120)
CORRECTED = "corrected"
SLOT = ("18:00", "19:00")


def cancel(stage: Stage) -> str:
    """Cancel a booked order by the API and follow it to the platform's answer."""
    stage.enter(CANCELLED)
    number = f"DRILL-{CANCELLED.name}"
    answer = stage.api("POST", f"/orders/{number}/cancel", {"reason": "买错了"})
    if answer.status_code != 200:
        raise Unmet(f"{answer.status_code} {answer.text[:200]}")

    def look() -> bool:
        booking = stage.booking(number)
        return booking is not None and booking.state == "cancelled"

    stage.until(look, what="the booking cancelled")
    outcome = stage.plan(CANCELLED.name).outcome
    if outcome != "cancelled":
        raise Unmet(f"the carrier still plans {outcome}")
    status = stage.api("GET", f"/orders/{number}").json()["status"]
    return f"order {status}, carrier {outcome}"


def modify(stage: Stage) -> str:
    """Move a booked pickup to another slot at the carrier."""
    number = stage.enter(MOVED)
    booking = stage.booked(f"DRILL-{MOVED.name}")
    reply = gateway.move_pickup(
        mode=Mode.SANDBOX.value,
        subject=booking.pk,
        task_id=booking.task_id,
        order_id=booking.platform_order_id,
        day_type="明天",
        pickup_start=SLOT[0],
        pickup_end=SLOT[1],
    )
    row = SandboxOrder.objects.get(parcel__number=number)
    if not reply.ok or (row.slot_start, row.slot_end) != SLOT:
        raise Unmet(f"{reply.code} {reply.message}; {row.slot_start}–{row.slot_end}")
    return f"{row.slot_start}–{row.slot_end}"


def correct(stage: Stage) -> str:
    """Order to an address that contradicts itself, correct it, and wait for the booking."""
    body = order_body(f"DRILL-{CORRECTED}", carrier="yuantong")
    body["recipient"]["address"] = "浙江省深圳市南山区科技园路 1 号"
    placed = stage.api("POST", "/orders", body, repeat=f"DRILL-{CORRECTED}")
    if placed.status_code != 201 or placed.json()["status"] != "blocked":
        raise Unmet(f"{placed.status_code} {placed.text[:200]}")
    order = Order.objects.get(number=f"DRILL-{CORRECTED}")
    correct_order_address(
        order_id=order.pk,
        fields={"address": RECIPIENT},
        actor=Actor.system("drill"),
    )
    booking = stage.booked(f"DRILL-{CORRECTED}")
    order.refresh_from_db()
    return f"blocked → {order.province}{order.city}, {booking.carrier}"


SECOND_THOUGHTS = Chapter(
    "second_thoughts",
    _("Second thoughts"),
    (
        Step(
            "cancel",
            _("A customer cancels; the portal asks the carrier to stay away."),
            _("order and pickup cancelled on both sides"),
            cancel,
            look="worker",
        ),
        Step(
            "modify",
            _("Another wants the courier tomorrow evening; the slot is moved at the carrier."),
            _("the carrier has the new slot"),
            modify,
            look="sandbox",
        ),
        Step(
            "address",
            _("An address contradicts itself; the order waits until somebody corrects it."),
            _("blocked first, booked to the corrected address"),
            correct,
            look="worker",
        ),
    ),
)
