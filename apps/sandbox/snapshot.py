"""What the platform says about a plan at a moment: query replies and push parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from apps.sandbox.codes import basic_of, is_signed, name_of
from apps.sandbox.envelopes import dump
from apps.sandbox.hours import HOUR
from apps.sandbox.places import Place, find_place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream
from apps.sandbox.route import route_rows, stops_of

NO_RECORD = "快递公司参数异常：单号不存在或者已经过期"
BASIC_LEVELS = frozenset({"1", "2"})
ADVANCED_LEVELS = frozenset({"4", "6", "8"})
MAP_BASE = {"": "", "3": "1", "5": "4", "7": "4"}
"""The level of ``query.do`` whose nodes a map level shows."""
ARRIVAL_ERROR = (-0.04, 0.15)
ABORT_NO_RECORD = "3天查询无记录"
ABORT_UNCHANGED = "60天无变化"


def local_text(at: int, offset: int) -> str:
    """``yyyy-MM-dd HH:mm:ss`` in the place's own time, without a zone, as on the wire."""
    return (dt.datetime.fromtimestamp(at + offset, dt.UTC)).strftime("%Y-%m-%d %H:%M:%S")


def build_result(plan: Plan, at: int, resultv2: str = "", *, order: str = "desc") -> dict[str, Any]:
    """The reply of ``query.do`` (flavour D), which is also ``lastResult`` of a push.

    ``at`` is epoch seconds; nodes are newest first unless ``order`` is ``asc``.
    """
    nodes = plan.nodes_at(at)
    advanced = resultv2 in ADVANCED_LEVELS
    last = nodes[-1].code if nodes else "0"
    rows = [node_row(node, resultv2) for node in nodes]
    if order != "asc":
        rows.reverse()
    result: dict[str, Any] = {
        "message": "ok",
        "nu": plan.number,
        "ischeck": "1" if is_signed(last) else "0",
        "com": plan.carrier,
        "status": "200",
        "data": rows,
        "state": last if advanced else basic_of(last),
        "condition": "F00" if is_signed(last) else "00",
    }
    if resultv2 in ADVANCED_LEVELS | {"2"}:
        result["routeInfo"] = route_info(plan, nodes)
    result["isLoop"] = False
    if resultv2 == "8":
        result |= estimate(plan, at)
    return result


def node_row(node: Node, resultv2: str) -> dict[str, Any]:
    """One element of ``data`` on the asked level (contract §1.2, §1.3)."""
    when = local_text(node.at, node.offset)
    row: dict[str, Any] = {"time": when, "context": node.text, "ftime": when}
    advanced = resultv2 in ADVANCED_LEVELS
    if not advanced and resultv2 not in BASIC_LEVELS:
        return row
    place = find_place(node.area) if node.area else None
    row["areaCode"] = place.area_code if place else None
    row["areaName"] = place.area_name if place else None
    row["status"] = name_of(node.code, advanced=advanced)
    if advanced:
        row["location"] = node.location
        row["areaCenter"] = place.area_center if place else None
        row["areaPinYin"] = place.area_pinyin if place else None
        row["statusCode"] = node.code
    return row


def route_info(plan: Plan, nodes: tuple[Node, ...]) -> dict[str, Any]:
    """Where it comes from, is and goes; each ``{number, name}`` or null."""
    areas = [node.area for node in nodes if node.area]
    return {
        "from": _route_point(find_place(plan.origin)) if nodes else None,
        "cur": _route_point(find_place(areas[-1])) if areas else None,
        "to": _route_point(find_place(plan.destination)) if plan.destination else None,
    }


def _route_point(place: Place | None) -> dict[str, str] | None:
    return {"number": place.area_code, "name": place.area_name} if place else None


def estimate(plan: Plan, at: int) -> dict[str, Any]:
    """Arrival, total and remaining time (hours as text) of ``resultv2=8``."""
    picked = plan.picked_up_at
    if picked is None:
        return {"arrivalTime": "", "totalTime": "", "remainTime": "", "predictedRoute": []}
    arrival = expected_arrival(plan, at)
    return {
        "arrivalTime": local_text(arrival, 8 * 3600),
        "totalTime": str(max(1, (arrival - picked) // 3600)),
        "remainTime": str(max(0, (arrival - at) // 3600)),
        "predictedRoute": route_rows(stops_of(plan), at),
    }


def expected_arrival(plan: Plan, at: int) -> int:
    """When the platform believes at ``at`` that the parcel is over (epoch seconds).

    Its error is the parcel's own and shrinks with the way that is left, down to the hour; what
    is over is known exactly.
    """
    end = plan.signed_at or plan.last_at
    if at >= end:
        return end
    error = stream(0, plan.number, "arrival").uniform(*ARRIVAL_ERROR)
    return -(-int(end + (end - at) * error) // HOUR) * HOUR


def map_extra(plan: Plan, at: int, level: str, trail_url: str) -> dict[str, Any]:
    """What the map products add to a track (contract §3); level 7 has a route, but no page."""
    known = estimate(plan, at)
    route = known.pop("predictedRoute")
    extra = {
        "trailUrl": None if level == "7" else trail_url,
        **known,
        "routeInfo": route_info(plan, plan.nodes_at(at)),
    }
    return {**extra, "predictedRoute": route} if level == "7" else extra


def courier_info(plan: Plan, at: int) -> dict[str, str]:
    """``courierInfo`` of a query that asked for it; "" for who has not come yet."""
    codes = {node.code for node in plan.nodes_at(at)}
    picked, out = plan.is_picked_up(at), "5" in codes
    return {
        "pickupManName": plan.pickup.name if picked else "",
        "pickupManPhone": plan.pickup.phone if picked else "",
        "deliveryManName": plan.delivery.name if out else "",
        "deliveryManPhone": plan.delivery.phone if out else "",
    }


def empty_result(carrier: str, number: str) -> dict[str, Any]:
    """``lastResult`` of a number nobody has a record of."""
    return {
        "message": NO_RECORD,
        "nu": number,
        "ischeck": "0",
        "condition": "",
        "com": carrier,
        "status": "201",
        "state": "0",
        "data": [],
    }


def build_push(
    plan: Plan,
    at: int,
    resultv2: str,
    *,
    corrected_from: str = "",
    status: str = "",
    extra: Mapping[str, Any] | None = None,
) -> str:
    """``param`` of a tracking push at a moment: shutdown when signed, else polling.

    ``corrected_from`` is the carrier the subscriber gave when the platform knew better;
    ``extra`` is what a map subscription adds to the track.
    """
    result = build_result(plan, at, resultv2) | dict(extra or {})
    over = result["ischeck"] == "1"
    return dump(
        {
            "status": status or ("shutdown" if over else "polling"),
            "billstatus": _bill_status(plan, at),
            "message": "",
            "autoCheck": "1" if corrected_from else "0",
            "comOld": corrected_from,
            "comNew": plan.carrier if corrected_from else "",
            "lastResult": result,
        }
    )


def build_abort(
    plan: Plan | None, *, carrier: str, number: str, at: int, resultv2: str, corrected: str = ""
) -> str:
    """``param`` of an abort: no record in three days, or nothing new for sixty.

    ``corrected`` names the carrier the platform believes the number belongs to.
    """
    has_nodes = plan is not None and plan.count_at(at) > 0
    result = (
        build_result(plan, at, resultv2)
        if plan is not None and has_nodes
        else empty_result(carrier, number)
    )
    return dump(
        {
            "status": "abort",
            "billstatus": "",
            "message": ABORT_UNCHANGED if has_nodes else ABORT_NO_RECORD,
            "autoCheck": "0",
            "comOld": "",
            "comNew": corrected,
            "lastResult": result,
        }
    )


def _bill_status(plan: Plan, at: int) -> str:
    nodes = plan.nodes_at(at)
    if not nodes:
        return ""
    if is_signed(nodes[-1].code):
        return "check"
    return {"1": "got", "5": "sending"}.get(basic_of(nodes[-1].code), "got")
