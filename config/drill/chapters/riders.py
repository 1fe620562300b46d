"""Riders within a city: priced, ordered, followed on their way, cancelled."""

from __future__ import annotations

import contextlib
import time

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import CoordinateSystem, Mode, ReplyOutcome, SameCityState, Topic
from apps.baidiyun.products.samecity import End, Goods, RideRequest
from apps.baidiyun.services import Return
from apps.orders.errors import NotAllowedNow
from apps.orders.models import CarrierNotice
from apps.orders.services import note_rider_position
from apps.sandbox import services as world
from apps.sandbox.models import SandboxRideFault
from config.drill.report import Chapter, Step, Unmet, tally
from config.drill.stage import SPEED, Stage

SANDBOX = Mode.SANDBOX.value
CARRIERS = ("dadatongcheng", "fengniaotongcheng", "meituantongcheng", "shunfengtongcheng")
RIDING_SPEED = 120.0
FIXES = 3
ROUNDS, ROUND_SECONDS = 5, 2.0
GPS = (
    "gps_jump",
    "gps_drift",
    "gps_gcj",
    "gps_bd",
    "gps_frozen",
    "gps_speed",
    "gps_swap",
    "gps_zero",
    "gps_future",
    "gps_rollover",
    "gps_order",
    "gps_pingpong",
    "gps_teleport",
    "gps_detour",
)
SHOP = End(
    "云裳门店", "13800571001", "浙江省", "杭州市", "西湖区", "文三路 90 号", 120.129, 30.2772
)
HOME = End(
    "王小明", "13800138000", "浙江省", "杭州市", "西湖区", "古墩路 673 号", 120.1075, 30.2954
)
REQUEST = RideRequest(
    recipient=HOME,
    sender=SHOP,
    weight_grams=1000,
    system=CoordinateSystem.GCJ02,
    goods=(Goods("蛋糕", 1),),
    price="88.00",
)


def price(stage: Stage) -> str:
    """Ask what riders would take."""
    back = back_of(stage)
    reply = gateway.price_rides(
        mode=SANDBOX, carriers=CARRIERS, request=REQUEST, callback_url=back.url, salt=back.salt
    )
    offers = reply.data or ()
    if not offers:
        raise Unmet(f"{reply.code} {reply.message}")
    cheapest = min(offers, key=lambda offer: offer.discounted_fee or 0)
    return f"{len(offers)}: {cheapest.carrier} {cheapest.discounted_fee} CNY"


def order(stage: Stage) -> str:
    """Order a rider and wait for one to accept; the world slows down to minutes."""
    stage.change_speed(RIDING_SPEED)
    ride_id = ordered(stage)
    accepted = notices(stage).filter(state=SameCityState.ACCEPTED.value)
    stage.until(accepted.exists, what="a rider")
    return ride_id


def follow(stage: Stage) -> str:
    """Ask where the rider is; one who gave the ride back has no position until the next."""
    seen: set[tuple[float | None, float | None]] = set()
    ride_id = str(stage.notes["ride"])

    def look() -> bool:
        with contextlib.suppress(NotAllowedNow):
            found = note_rider_position(parcel_id=int(stage.notes["parcel"]), ride_id=ride_id)
            seen.add((found.longitude, found.latitude))
        return len(seen) >= FIXES

    stage.until(look, what=f"{FIXES} positions")
    return f"{len(seen)} positions"


def hurt(stage: Stage) -> str:
    """Send a rider with each faulty device and ask for all; every answer is kept or refused."""
    stage.change_speed(RIDING_SPEED)
    rides = []
    for name in GPS:
        world.set_faults(rates={name: 1.0})
        rides.append(ordered(stage))
        world.set_faults(rates={name: 0.0})
    outcomes: list[str] = []
    for _round in range(ROUNDS):
        time.sleep(ROUND_SECONDS)
        outcomes += [where(stage, ride_id) for ride_id in rides]
    stage.change_speed(SPEED)
    spoiled = SandboxRideFault.objects.filter(ride__order_id__in=rides)
    kinds = spoiled.values("kind").distinct().count()
    if ReplyOutcome.DONE.value not in outcomes or not kinds:
        raise Unmet(f"{kinds} of {len(GPS)} devices faulty, {tally(outcomes)}")
    return f"{kinds} faulty devices, {tally(outcomes)}"


def where(stage: Stage, ride_id: str) -> str:
    """How asking for a rider's position ended."""
    reply = gateway.locate_rider(mode=SANDBOX, subject=int(stage.notes["parcel"]), order_id=ride_id)
    return str(reply.outcome.value)


def arrive(stage: Stage) -> str:
    """Wait for the rider at the door."""
    done = notices(stage).filter(state=SameCityState.DELIVERED.value)
    try:
        stage.until(done.exists, what="delivered")
    finally:
        stage.change_speed(SPEED)
    return " → ".join(notices(stage).order_by("id").values_list("state", flat=True))


def cancel(stage: Stage) -> str:
    """Order another rider and send them away."""
    stage.change_speed(RIDING_SPEED)
    ride_id = ordered(stage)
    try:
        reply = gateway.cancel_ride(
            mode=SANDBOX,
            subject=int(stage.notes["parcel"]),
            task_id=str(stage.notes["task"]),
            order_id=ride_id,
            reason_code="1",
        )
        if not reply.ok:
            raise Unmet(f"{reply.code} {reply.message}")
        gone = notices(stage).filter(state=SameCityState.CANCELLED.value)
        stage.until(gone.exists, what="the callback that says so")
    finally:
        stage.change_speed(SPEED)
    return f"{reply.data} CNY"


def ordered(stage: Stage) -> str:
    """Order a ride and return the platform's id of it."""
    back = back_of(stage)
    reply = gateway.order_ride(
        mode=SANDBOX,
        subject=int(stage.notes["parcel"]),
        carrier="dadatongcheng",
        request=REQUEST,
        callback_url=back.url,
        salt=back.salt,
    )
    if reply.data is None:
        raise Unmet(f"{reply.outcome} {reply.code} {reply.message}")
    stage.notes["ride"], stage.notes["task"] = reply.data.order_id, reply.data.task_id
    return reply.data.order_id


def back_of(stage: Stage) -> Return:
    """Where callbacks about the ride's parcel come back to."""
    parcel = stage.parcel("first")
    stage.notes["parcel"] = parcel.pk
    return gateway.bind_return(
        topic=Topic.SAMECITY.value,
        subject=parcel.pk,
        carrier="dadatongcheng",
        number="",
        mode=SANDBOX,
    )


def notices(stage: Stage) -> QuerySet[CarrierNotice]:
    """What callbacks said of the ride, as the portal keeps it."""
    return CarrierNotice.objects.filter(parcel_id=stage.notes["parcel"], topic="samecity")


RIDERS = Chapter(
    "riders",
    _("Riders within a city"),
    (
        Step(
            "price",
            _("A cake must cross Hangzhou within the hour: what would riders take?"),
            _("an offer of each who rides there"),
            price,
            look="sandbox",
        ),
        Step(
            "order",
            _("A rider is ordered; the callback that one accepted becomes a notice."),
            _("an applied callback"),
            order,
        ),
        Step(
            "follow",
            _("Where is the rider? Asked again and again, each answer is kept."),
            _("positions that differ"),
            follow,
            look="sandbox",
        ),
        Step(
            "arrive",
            _("The rider is at the door."),
            _("every state told by callbacks, delivered last"),
            arrive,
        ),
        Step(
            "cancel",
            _("Another rider is ordered by mistake and sent away."),
            _("cancelled, and a callback says so"),
            cancel,
        ),
        Step(
            "gps",
            _("The rider's device drifts, freezes, jumps and lies about its coordinates."),
            _("an answer or a refusal each time, nothing breaks"),
            hurt,
            look="sandbox",
        ),
    ),
    needs=("boarding",),
)
