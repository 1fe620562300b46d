"""双11: ten times an hour's orders within that hour, with faults on; nothing may be lost."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import requests
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.intake import message_hash
from apps.baidiyun.limits.models import LadderMove
from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.orders.models import Booking
from apps.sandbox.models import SandboxParcel, SandboxPush
from apps.sandbox.plan import Plan
from apps.shipments.models import Event
from config.drill.bodies import order_body
from config.drill.report import Chapter, Step, Unmet, tally
from config.drill.stage import Role, Stage, differences

USUAL_AN_HOUR = 60
"""Shops that send fifteen hundred parcels a day."""
TIMES = 10
HOUR_SPEED, LIFE_SPEED = 45.0, 1800.0
LIFE_HOURS = 24.0
SHOPPERS = 4
FAULTS = {
    "lost": 0.02,
    "late": 0.10,
    "duplicate": 0.10,
    "reorder": 0.08,
    "forged": 0.02,
    "truncated": 0.02,
    "call_slow": 0.10,
    "call_error": 0.03,
    "call_limited": 0.005,
    "call_html": 0.005,
}
BOOK_SECONDS, LIFE_SECONDS = 200.0, 240.0
CARRIERS = ("yuantong", "zhongtong", "yunda", "shentong", "jd", "ems")


def rush(stage: Stage) -> str:
    """Place the orders of ten ordinary hours within one hour of the world."""
    stage.change_speed(HOUR_SPEED)
    stage.set_faults(**FAULTS)
    count, began, world_began = USUAL_AN_HOUR * TIMES, time.monotonic(), clock.now()
    pace = 0.9 * 3600 / HOUR_SPEED / count

    def place(index: int) -> bool:
        time.sleep(max(0.0, began + index * pace - time.monotonic()))
        return place_surely(stage, index)

    with ThreadPoolExecutor(SHOPPERS) as shoppers:
        taken = sum(shoppers.map(place, range(count)))
    minutes = stage.world_hours_since(world_began) * 60
    if taken != count or minutes > 60:
        raise Unmet(f"{taken} of {count} orders in {minutes:.0f} world minutes")
    stage.figures |= {"orders": count, "world_minutes": minutes}
    return f"{count} orders in {minutes:.0f} world minutes"


def place_surely(stage: Stage, index: int) -> bool:
    """Place an order as a shop does: the same key until an answer came."""
    number = f"PEAK-{index}"
    body = order_body(number, carrier=CARRIERS[index % len(CARRIERS)], index=index)
    for _attempt in range(5):
        try:
            answer = stage.api("POST", "/orders", body, repeat=number, shop=index)
        except requests.RequestException:
            continue
        if answer.status_code == 201:
            return True
        time.sleep(0.5)
    return False


def booked(stage: Stage) -> str:
    """Wait until every order is booked, each once."""
    rows = Booking.objects.filter(parcel__order__number__startswith="PEAK-")
    wanted = int(stage.figures.get("orders", USUAL_AN_HOUR * TIMES))

    def look() -> bool:
        return rows.exclude(task_id="").values("parcel_id").distinct().count() >= wanted

    try:
        stage.until(look, what="every order booked", seconds=BOOK_SECONDS)
    except Unmet as unmet:
        states = rows.values_list("state", flat=True)
        raise Unmet(f"{unmet}; {tally(states)}") from unmet
    twice = SandboxParcel.objects.count() - wanted
    if twice:
        raise Unmet(f"{twice} parcels too many at the carriers")
    return f"{wanted} booked, 0 twice"


def live_on(stage: Stage) -> str:
    """Let all parcels live to their end and count what is missing."""
    stage.change_speed(LIFE_SPEED)
    stage.notes["since"] = clock.now()
    life = Role("peak", "", "", hours=LIFE_HOURS)
    bookings = Booking.objects.filter(parcel__order__number__startswith="PEAK-").exclude(task_id="")
    for booking in bookings.iterator():
        stage.steer(life, booking)
    rows = SandboxParcel.objects.values_list("number", "plan")
    left = {number: Plan.from_json(plan) for number, plan in rows}
    total = sum(len(plan.nodes) for plan in left.values())
    ends = max(plan.last_at for plan in left.values())
    deadline = time.monotonic() + LIFE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(1.0)
        if clock.now().timestamp() > ends:
            left = {
                number: plan for number, plan in left.items() if differences(plan, number, at=ends)
            }
    lost = sum(
        what.startswith("missing")
        for number, plan in left.items()
        for what in differences(plan, number, at=ends)
    )
    stage.figures |= {"events": total, "lost": lost}
    if lost:
        first = next(iter(left))
        raise Unmet(f"{lost} of {total} lost in {len(left)} parcels, for example of {first}")
    return f"{total} events, 0 lost"


def once(stage: Stage) -> str:
    """Nothing may be stored or booked twice, nothing forged may have been believed."""
    keys = Event.objects.values_list("shipment_id", "occurred_at", "text")
    doubled = len(keys) - len(set(keys))
    believed = SandboxPush.objects.filter(is_forged=True, state="done").count()
    stage.figures |= {"duplicates": doubled, "forged_believed": believed}
    if doubled or believed:
        raise Unmet(f"{doubled} twice, {believed} forged believed")
    return "0, 0"


def delays(stage: Stage) -> str:
    """Measure real delays: taken in to applied, and due at the carrier to visible here."""
    taken = InboxRow.objects.filter(source="push", applied_at__isnull=False)
    applied = [
        (until - since).total_seconds()
        for since, until in taken.values_list("received_at", "applied_at")
        if until is not None
    ]
    visible = due_to_visible(stage)
    for name, values in (("applied", applied), ("visible", visible)):
        for share in (50, 95, 99):
            stage.figures[f"{name}_p{share}"] = percentile(values, share)
    said = [f"p{share} {percentile(applied, share):.2f} s" for share in (50, 95, 99)]
    seen = [f"p{share} {percentile(visible, share):.2f} s" for share in (50, 95, 99)]
    return f"{len(applied)}: {', '.join(said)}; {len(visible)}: {', '.join(seen)}"


def due_to_visible(stage: Stage) -> list[float]:
    """Real seconds from when a push of the last stretch was due until it was applied."""
    state = clock.world()
    if state is None:
        return []
    rows = InboxRow.objects.filter(source="push", applied_at__isnull=False)
    at = {bytes(digest): when for digest, when in rows.values_list("body_hash", "applied_at")}
    pushes = SandboxPush.objects.filter(state="done", attempts=1, is_forged=False)
    pushes = pushes.filter(due_at__gt=stage.notes["since"])
    delays = []
    for due, url, param in pushes.values_list("due_at", "url", "param"):
        when = at.get(message_hash(url.rsplit("/", 1)[-1], param.encode()))
        if when is not None:
            since_due = (state.world_at - due).total_seconds() / state.speed
            sent = state.real_at - dt.timedelta(seconds=since_due)
            delays.append(max(0.0, (when - sent).total_seconds()))
    return delays


def ladder(stage: Stage) -> str:
    """Say how the gateway moved up and down."""
    moves = LadderMove.objects.order_by("id").values_list("from_step", "to_step", "reason")
    stage.figures["ladder_moves"] = len(moves)
    return f"{len(moves)}: " + "; ".join(f"{a} → {b} ({why})" for a, b, why in moves[:6])


def quiet(stage: Stage) -> str:
    """In the end nothing waits."""
    stage.set_faults()
    open_rows = InboxRow.objects.filter(Q(state="pending") | Q(state="parked"))
    stage.until(lambda: not open_rows.exists(), what="an empty inbox")
    return "0"


def percentile(values: Iterable[float], share: int) -> float:
    """The value below which a share (percent) of the values lies; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else 0.0


PEAK = Chapter(
    "peak",
    _("双11"),
    (
        Step(
            "rush",
            _("Ten times the usual orders come within an hour, while everything goes wrong."),
            _("every order taken"),
            rush,
            look="web",
        ),
        Step(
            "booked",
            _("The worker books them all, although calls fail and are limited."),
            _("every order booked, none twice"),
            booked,
            look="worker",
        ),
        Step(
            "lives",
            _("All parcels travel to their end; pushes are lost, late, doubled and forged."),
            _("nothing that happened is missing"),
            live_on,
            look="worker",
        ),
        Step("once", _("Nothing is there twice."), _("no event twice, none forged"), once),
        Step(
            "delays",
            _("How long news took: taken in to applied, due at the carrier to visible."),
            _("seconds, by percentile"),
            delays,
        ),
        Step("ladder", _("How far the gateway stepped back."), _("its moves"), ladder),
        Step("quiet", _("When the rush is over, nothing waits."), _("an empty inbox"), quiet),
    ),
)
