"""Everything that goes wrong, switched on in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import Mode
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.models import ApiCall, DriftFinding, InboxRow, Quarantine, UnknownCode
from apps.baidiyun.products.common import Reply
from apps.sandbox import services as world
from apps.sandbox.models import SandboxPush
from config.drill.bodies import RECIPIENT, SENDER
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import SPEED, Role, Stage

SANDBOX = Mode.SANDBOX.value
HURT = {"duplicate": 1.0, "late": 0.5, "reorder": 0.5, "forged": 0.5, "truncated": 0.5}
FORMATS = (
    "format_type",
    "format_missing",
    "format_new_field",
    "format_new_code",
    "format_chars",
)
UNRULY = (
    Role("unruly", "yuantong", "self", hours=12),
    Role("unruly_too", "yunda", "retried", hours=14),
)
UNHEARD = Role("unheard", "yuantong", "proxy", hours=10)
CHANGED = Role("changed", "shentong", "self", hours=10)
CLOSED = Role("hub_out", "shentong", "self", hours=8)
OUT_HOURS = 16.0
CLOSING_SPEED = 60.0
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
REMEMBERED_SECONDS = 0.8
Ask = Callable[[], Reply[Any]]


def unruly(stage: Stage) -> str:
    """Let two parcels live while pushes are hurt in every way."""
    stage.notes["before"] = Quarantine.objects.count()
    stage.set_faults(**HURT)
    for role in UNRULY:
        stage.enter(role)
    try:
        for role in UNRULY:
            stage.stands(role.name, "delivered")
    finally:
        stage.set_faults()
    return ", ".join(stage.told_exactly(role.name) for role in UNRULY)


def doubled(stage: Stage) -> str:
    """The world sent pushes twice; the portal must have read each once."""
    sent, unlike = pushes_of(stage)
    numbers = [stage.cast[role.name] for role in UNRULY]
    kept = InboxRow.objects.filter(topic="tracking", source="push", number__in=numbers)
    bodies = kept.values("body_hash").distinct().count()
    if sent <= unlike or kept.count() != bodies:
        raise Unmet(f"{sent} sent, {unlike} different, {kept.count()} kept")
    return f"{sent} → {bodies}"


def forged(stage: Stage) -> str:
    """The world sent forged and cut pushes; they must stand outside."""
    hurt = SandboxPush.objects.filter(is_forged=True)
    tried = hurt.filter(attempts__gt=0).count()
    believed = hurt.filter(state="done").count()
    aside = Quarantine.objects.count() - int(stage.notes["before"])
    if not tried or believed or aside < 1:
        raise Unmet(f"{tried} forged, {believed} believed, {aside} in quarantine")
    return f"{tried} forged, 0 believed, {aside} in quarantine"


def unheard(stage: Stage) -> str:
    """Lose every push of a parcel; the portal must find out by asking."""
    stage.set_faults(lost=1.0)
    try:
        stage.enter(UNHEARD)
        stage.stands(UNHEARD.name, "delivered")
        told = stage.told_exactly(UNHEARD.name)
    finally:
        stage.set_faults()
    lost = SandboxPush.objects.filter(state="lost").count()
    asked = ApiCall.objects.filter(
        product="query", subject=stage.parcel(UNHEARD.name).shipment_id
    ).count()
    if not lost or not asked:
        raise Unmet(f"{lost} lost, {asked} asked")
    return f"{lost} lost, {asked} asked, {told}"


def changed_formats(stage: Stage) -> str:
    """Change the format of pushes under way; nothing may stop, all must be noticed."""
    before = DriftFinding.objects.count() + UnknownCode.objects.count()
    stage.set_faults(**dict.fromkeys(FORMATS, 0.5))
    try:
        stage.enter(CHANGED)
        stage.stands(CHANGED.name, "delivered")
    finally:
        stage.set_faults()
    noticed = DriftFinding.objects.count() + UnknownCode.objects.count() - before
    parked = InboxRow.objects.filter(state="parked", number=stage.cast[CHANGED.name]).count()
    if not noticed or parked:
        raise Unmet(f"{noticed} noticed, {parked} parked")
    return f"{noticed} noticed, 0 parked"


def calls(stage: Stage) -> str:
    """Hurt calls in every way, one kind after the other; none may break anything."""
    seen = []
    for name, ask in ASKED.items():
        stage.set_faults(**{name: 1.0})
        time.sleep(REMEMBERED_SECONDS)
        try:
            reply = ask()
            word = str(reply.outcome)
        except BaidiyunError as error:
            reply, word = None, error.code
        fine = reply is not None and reply.ok
        if fine != (name == "call_slow"):
            raise Unmet(f"{name}: {word}")
        seen.append(f"{name.removeprefix('call_')} {word}")
    stage.set_faults()
    return ", ".join(seen)


def hub_out(stage: Stage) -> str:
    """Close the hub a parcel would pass for a day and wait until it is delivered.

    The world slows down meanwhile: at its usual pace the parcel might be through already.
    """
    stage.change_speed(CLOSING_SPEED)
    try:
        stage.enter(CLOSED)
        before = stage.plan(CLOSED.name)
        world.put_hub_out(hub=hub_of(before.destination), hours=OUT_HOURS)
        after = stage.plan(CLOSED.name)
    finally:
        stage.change_speed(SPEED)
    late = (after.last_at - before.last_at) / 3600
    if late < 1:
        raise Unmet(f"{late:.1f} h later")
    stage.stands(CLOSED.name, "delivered", seconds=OUT_HOURS + stage.patience)
    return f"{late:.0f} h later, {stage.told_exactly(CLOSED.name)}"


def hub_of(area: str) -> str:
    """The city of a division's code; of a municipality's division, the municipality."""
    return area[:2] + "0000" if area[:2] in MUNICIPALITIES else area[:4]


def afterwards(stage: Stage) -> str:
    """After all that an ordinary order must go through."""
    number = stage.enter(Role("afterwards", "yuantong", "self", hours=8))
    stage.stands("afterwards", "delivered")
    return f"{number} {stage.told_exactly('afterwards')}"


def pushes_of(stage: Stage) -> tuple[int, int]:
    """How many good pushes of the unruly parcels arrived, and how many of them differ."""
    numbers = [stage.cast[role.name] for role in UNRULY]
    rows = SandboxPush.objects.filter(
        subscription__number__in=numbers, is_forged=False, state="done"
    )
    return rows.count(), rows.values("param").distinct().count()


def _reach() -> Reply[Any]:
    return gateway.check_reach(
        mode=SANDBOX, carrier="yuantong", sender_address=SENDER, recipient_address=RECIPIENT
    )


def _freight() -> Reply[Any]:
    return gateway.estimate_freight(
        mode=SANDBOX,
        carrier="yuantong",
        sender_address=SENDER,
        recipient_address=RECIPIENT,
        weight_grams=1000,
    )


def _price() -> Reply[Any]:
    return gateway.price_pickup(
        mode=SANDBOX,
        carrier="yuantong",
        sender_address=SENDER,
        recipient_address=RECIPIENT,
        weight_grams=1000,
    )


def _address() -> Reply[Any]:
    return gateway.resolve_address(mode=SANDBOX, content=f"张三13800138000{RECIPIENT}")


ASKED: dict[str, Ask] = {
    "call_slow": _price,
    "call_error": _reach,
    "call_timeout": _freight,
    "call_limited": _price,
    "call_expired": _address,
    "call_html": _reach,
}
PUSHES_HURT = (
    Step(
        "unruly",
        _("Pushes come twice, late, in the wrong order, cut off and forged, all at once."),
        _("every event in the portal exactly once"),
        unruly,
    ),
    Step(
        "duplicates",
        _("What was said twice is read once."),
        _("fewer kept than sent, none kept twice"),
        doubled,
    ),
    Step(
        "forged",
        _("What is forged or cut off stands outside, to be looked at."),
        _("none believed, some in quarantine"),
        forged,
        look="web",
    ),
    Step(
        "lost",
        _("Every push of a parcel is lost; the portal asks for what it was not told."),
        _("delivered and complete, by asking alone"),
        unheard,
        look="worker",
    ),
)
CALLS_HURT = (
    Step(
        "formats",
        _("The platform changes its format overnight: new fields, new codes, other types."),
        _("delivered, the change noticed, nothing unreadable"),
        changed_formats,
    ),
    Step(
        "calls",
        _("Calls are slow, fail, time out, are limited, or answered with a web page."),
        _("each ends as what it is, nothing breaks"),
        calls,
        look="sandbox",
    ),
    Step(
        "hub_out",
        _("The hub before the last stretch is closed; everything there waits."),
        _("later than planned, delivered, every event once"),
        hub_out,
        look="sandbox",
    ),
    Step(
        "afterwards",
        _("When all is well again, an ordinary parcel travels as if nothing had been."),
        _("delivered, every event once"),
        afterwards,
    ),
)
FAULTS = Chapter("faults", _("When things go wrong"), (*PUSHES_HURT, *CALLS_HURT))
