"""What the operator of an import hub tells of a parcel, in the codes of the posts (UPU EMSEVT).

The same story as the line's own track, from the landing to the hand-over, in another tongue.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.sandbox.plan import Node, Plan

EVENTS = {"1001": "EMD", "10": "EDB", "13": "EME", "12": "EDC", "7": "EMF"}


@dataclass(frozen=True, slots=True)
class PostEvent:
    """One event: its code, when (aware, in the time of the place), and where."""

    code: str
    at: dt.datetime
    place: str


def import_events(plan: Plan, at: int) -> list[PostEvent]:
    """What the hub has to tell at ``at`` (epoch seconds), oldest first; each code once."""
    told: dict[str, PostEvent] = {}
    for node in plan.nodes_at(at):
        code = EVENTS.get(node.code, "")
        if code and node.location and code not in told:
            told[code] = PostEvent(code, _local(node), node.location)
    return list(told.values())


def _local(node: Node) -> dt.datetime:
    zone = dt.timezone(dt.timedelta(seconds=node.offset))
    return dt.datetime.fromtimestamp(node.at, zone)
