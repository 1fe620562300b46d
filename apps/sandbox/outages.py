"""A hub that is out for a day: what it does to a parcel's plan, as plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from apps.sandbox.hours import HOUR
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream

CLEARED_WITHIN = 6 * HOUR
BEFORE_THE_HUB = frozenset({"101", "102", "103", "1"})
REASON = "【{city}转运中心】受不可抗力影响暂停作业，快件预计延误，恢复后将尽快安排发出"


@dataclass(frozen=True, slots=True)
class Outage:
    """Nothing is handled in a city (six-digit code) from ``starts`` to ``ends`` (epoch s)."""

    hub: str
    city: str
    starts: int
    ends: int


def with_outages(plan: Plan, outages: Iterable[Outage], *, seed: int) -> Plan:
    """The plan as the outages leave it.

    What would happen in the hub while it is out, and everything after it, happens later: once
    the hub works again, within the six hours it takes to clear what piled up. The carrier says
    so in a node of its own when the parcel gets stuck.
    """
    for outage in sorted(outages, key=lambda found: (found.starts, found.hub)):
        plan = _with_outage(plan, outage, seed)
    return plan


def _with_outage(plan: Plan, outage: Outage, seed: int) -> Plan:
    stuck = next((node for node in plan.nodes if _is_stuck(node, outage)), None)
    if stuck is None:
        return plan
    rng = stream(seed, plan.number, outage.hub, outage.starts, "outage")
    wait = outage.ends - stuck.at + rng.randrange(CLEARED_WITHIN)
    later = plan.postponed(stuck.at - 1, wait)
    told = Node(
        max(stuck.at, outage.starts), "0", REASON.format(city=outage.city),
        stuck.area, stuck.location, stuck.offset,
    )  # fmt: skip
    before = sum(1 for node in later.nodes if node.at <= told.at)
    if before == 0:
        return later
    return replace(later, nodes=(*later.nodes[:before], told, *later.nodes[before:]))


def _is_stuck(node: Node, outage: Outage) -> bool:
    told = REASON.format(city=outage.city)
    inside = outage.starts <= node.at < outage.ends and _city_of(node.area) == outage.hub
    return inside and node.code not in BEFORE_THE_HUB and node.text != told


def _city_of(area: str) -> str:
    code = area.removeprefix("CN")[:6]
    return code[:2] + "0000" if code[:2] in {"11", "12", "31", "50"} else code[:4] + "00"
