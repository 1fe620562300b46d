"""Parcels under way that are turned round or sent elsewhere."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import InterceptType, Mode, Topic
from apps.baidiyun.products.intercept import InterceptRequest
from apps.baidiyun.products.waybill import Person
from apps.orders.models import CarrierNotice
from apps.sandbox import services as world
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

SANDBOX = Mode.SANDBOX.value
STOPPED = Role("stopped", "yuantong", "self", hours=72)
REDIRECTED = Role("redirected", "zhongtong", "self", hours=72)
ELSEWHERE = Person(name="李娜", address="湖北省武汉市洪山区珞喻路1037号", mobile="13800138001")
CAUGHT = "2"
JUMP_HOURS = 12.0
MOST_JUMPS = 24


def turn_back(stage: Stage) -> str:
    """Have a parcel sent back that is on its way."""
    return intercept(stage, STOPPED, InterceptType.RETURN_TO_SENDER, None, "returned")


def redirect(stage: Stage) -> str:
    """Have a parcel sent to another city while it is on its way."""
    said = intercept(stage, REDIRECTED, InterceptType.MODIFY_ADDRESS, ELSEWHERE, "delivered")
    destination = stage.plan(REDIRECTED.name).destination
    if not destination.startswith("4201"):
        raise Unmet(f"it went to {destination}")
    return f"{destination}, {said}"


def intercept(
    stage: Stage, role: Role, kind: InterceptType, recipient: Person | None, status: str
) -> str:
    """Wait for the pickup, intercept, follow the callback and the parcel to its end."""
    number = stage.enter(role)
    stage.until(lambda: stage.shipment(role.name).get("picked_up_at"), what="picked up")
    parcel = stage.parcel(role.name)
    back = gateway.bind_return(
        topic=Topic.INTERCEPT.value,
        subject=parcel.pk,
        carrier=role.carrier,
        number=number,
        mode=SANDBOX,
    )
    reply = gateway.intercept_parcel(
        mode=SANDBOX,
        subject=parcel.pk,
        request=InterceptRequest(role.carrier, number, kind, recipient=recipient),
        callback_url=back.url,
        salt=back.salt,
    )
    if not reply.ok:
        raise Unmet(f"{reply.outcome} {reply.code} {reply.message}")
    caught = CarrierNotice.objects.filter(parcel=parcel, topic="intercept", state=CAUGHT)
    stage.until(caught.exists, what="the callback that it was caught")
    hasten(stage, role)
    shown = stage.stands(role.name, status)
    return f"{shown['status_text']}, {stage.told_exactly(role.name)}"


def hasten(stage: Stage, role: Role) -> None:
    """Jump through the rest of a parcel's way, half a day at a time."""
    for _jump in range(MOST_JUMPS):
        left = stage.plan(role.name).last_at - stage.now_s()
        if left <= 0:
            return
        world.jump_world(hours=min(JUMP_HOURS, left / 3600 + 1))
        stage.pause()


TURNING = Chapter(
    "turning",
    _("Turned round on the way"),
    (
        Step(
            "return",
            _("The shop stops a parcel under way; the carrier catches it and sends it back."),
            _("caught by callback, returned, every event once"),
            turn_back,
        ),
        Step(
            "elsewhere",
            _("The customer has moved to Wuhan: the parcel under way is sent there."),
            _("caught by callback, delivered in the other city, every event once"),
            redirect,
        ),
    ),
)
