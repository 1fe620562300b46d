"""The customer changes their mind before the courier comes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import Mode
from apps.sandbox.models import SandboxOrder
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

CANCELLED = Role("cancelled", "yuantong", "self", hours=200, after_hours=120)
MOVED = Role("moved", "shunfeng", "self", hours=200, after_hours=120)
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
    ),
)
