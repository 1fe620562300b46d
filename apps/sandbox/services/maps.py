"""Map tracks: the query, and the page its ``trailUrl`` opens (contract §3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.sandbox import world
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxParcel
from apps.sandbox.places import find_place
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream
from apps.sandbox.route import wall_text
from apps.sandbox.services.queries import courier_of, look_up
from apps.sandbox.services.subscriptions import MAP_LEVELS, check_ends
from apps.sandbox.snapshot import MAP_BASE, build_result, map_extra
from apps.sandbox.wire import text_of

NOWHERE = "104.195397,35.861660"
ZOOM = 5
ROW_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Trail:
    """What a trail page shows: whose way it is and its points, newest first."""

    carrier: str
    number: str
    points: tuple[tuple[str, str, str], ...]


def answer_map_query(*, param: dict[str, Any]) -> dict[str, Any]:
    """The reply of ``maptrack.do``: a track with its page and arrival; raises Refusal (§1.5).

    The 30 minutes between two questions about a number hold for both query products together.
    """
    level = text_of(param, "resultv2", "resultV2")
    if level not in MAP_LEVELS:
        raise Refusal("400", "提交的数据不完整，或者格式不正确：resultv2")
    check_ends(param)
    sight = look_up(param=param, needs_end=True)
    order = text_of(param, "order").lower()
    result = build_result(sight.plan, sight.at, MAP_BASE[level], order=order)
    url = trail_url(parcel=sight.parcel, plan=sight.plan, at=sight.at)
    return result | map_extra(sight.plan, sight.at, level, url) | courier_of(param, sight)


def trail_url(*, parcel: SandboxParcel, plan: Plan, at: int) -> str:
    """The address of a parcel's map page, in the vendor's form, on the sandbox's own origin."""
    areas = [node.area for node in plan.nodes_at(at) if node.area]
    place = find_place(areas[-1]) if areas else None
    centre = place.area_center if place else NOWHERE
    base = settings.BAIDIYUN["sandbox"]["base_url"].rstrip("/")
    return f"{base}/tools/map/{_token(parcel)}_{centre}_{ZOOM}"


def receipt_url(parcel: SandboxParcel) -> str:
    """The address of a parcel's signed receipt, an image on the sandbox's own origin."""
    base = settings.BAIDIYUN["sandbox"]["base_url"].rstrip("/")
    return f"{base}/label/r/{_token(parcel)}"


def find_trail(token: str) -> Trail | None:
    """The way behind a page's token up to now; None for a token nobody was given."""
    short = token.partition("_")[0]
    try:
        row = int(short[-ROW_DIGITS:], 16)
    except ValueError:
        return None
    parcel = SandboxParcel.objects.filter(pk=row).first()
    plan = parcel.read_plan() if parcel is not None else None
    if parcel is None or plan is None or _token(parcel) != short:
        return None
    return Trail(parcel.carrier, parcel.number, _points(plan, world.now()))


def _points(plan: Plan, now: dt.datetime) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for node in reversed(plan.nodes_at(world.epoch(now))):
        place = find_place(node.area) if node.area else None
        rows.append((wall_text(node.at), place.area_center if place else "", node.text))
    return tuple(rows)


def _token(parcel: SandboxParcel) -> str:
    rng = stream(world.seed(), "trail", parcel.carrier, parcel.number)
    return f"{rng.getrandbits(80):020x}{parcel.pk:0{ROW_DIGITS}x}"
