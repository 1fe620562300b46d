"""The code that opens a locker or names a parcel at a station, by the parcel's plan (§5.10)."""

from __future__ import annotations

import re

from apps.sandbox.codes import is_signed
from apps.sandbox.places import find_place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream

AT_STATION = "501"
STATION = re.compile(r"[【\[]([^】\]]*(?:驿站|柜|兔喜|速递易|超市|生活)[^】\]]*)[】\]]")
LOCKER = re.compile(r"柜|速递易")
TOLD_AFTER_S = 60


def stored_node(plan: Plan) -> Node | None:
    """When the parcel is put into a station or locker, or None if it never is."""
    return next((node for node in plan.nodes if node.code == AT_STATION), None)


def code_row(plan: Plan, at: int) -> dict[str, str]:
    """What is known of the code at a moment (epoch seconds); no code before or after."""
    nodes = plan.nodes_at(at)
    stored = next((node for node in nodes if node.code == AT_STATION), None)
    row = {"kuaidicom": plan.carrier, "kuaidinum": plan.number}
    if stored is None or not nodes:
        return {**row, **_empty("未到站")}
    if is_signed(nodes[-1].code):
        return {**row, **_empty("已取件")}
    return {**row, **_waiting(plan, stored)}


def _empty(words: str) -> dict[str, str]:
    return {"pickUpCode": "", "pickUpAddress": "", "pickUpStation": "", "statusDesc": words}


def _waiting(plan: Plan, stored: Node) -> dict[str, str]:
    named = STATION.search(stored.text)
    station = named.group(1) if named else "代收点"
    place = find_place(stored.area) if stored.area else None
    rng = stream(0, plan.number, "pickup-code")
    return {
        "pickUpCode": (
            f"{rng.randrange(10**8):08d}"
            if LOCKER.search(station)
            else f"{rng.randint(1, 9)}-{rng.randint(1, 12)}-{rng.randrange(10**4):04d}"
        ),
        "pickUpAddress": f"{place.full_name}{rng.randint(1, 300)}号{station}" if place else station,
        "pickUpStation": station,
        "statusDesc": "待取件",
    }
