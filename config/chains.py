"""A parcel abroad whose whole chain is known: its first mile and the hub that takes it in.

What the platform tells of by itself is the booked line and the last mile; the legs before and
between are linked as an operator links them, and the hub brings its own feed.
"""

from __future__ import annotations

import datetime as dt

from apps.core import clock
from apps.core.actions import Actor
from apps.sandbox.models import SandboxParcel
from apps.sandbox.plan import Plan
from apps.sandbox.services import HistoryDraft, HistoryParcel, plan_history_parcel
from apps.sandbox.snapshot import node_row
from apps.sandbox.upu import import_events
from apps.shipments.choices import LegKind
from apps.shipments.services import FeedNode, Reported, link_leg, report_events

FIRST_CARRIER, FIRST_FROM, FIRST_TO = "yuantong", "330110", "440305"
FIRST_DAYS = 6
HUB = "dhlecommerce"
OWN, POSTS = "baidiyun", "upu"
HANDED_ON = "EMF"
REASON = "known from the line's own sheet"


def link_first_mile(
    *, shipment_id: int, reference: str, before: dt.datetime, actor: Actor
) -> HistoryParcel:
    """Link a domestic parcel of the world that had arrived at the line's warehouse by then, with
    its track."""
    parcel = plan_history_parcel(
        draft=HistoryDraft(
            carrier=FIRST_CARRIER,
            origin_code=FIRST_FROM,
            destination_code=FIRST_TO,
            booked_at=before - dt.timedelta(days=FIRST_DAYS),
            reference=reference,
            outcome="self",
        ),
        now=clock.now(),
    )
    _link(shipment_id, LegKind.DOMESTIC, parcel.carrier, parcel.number, actor)
    report_events(
        shipment_id=shipment_id,
        source=OWN,
        carrier=parcel.carrier,
        number=parcel.number,
        nodes=_track(parcel.number),
    )
    return parcel


def _track(number: str) -> list[FeedNode]:
    """What a parcel's carrier has told until now, as the platform would say it."""
    plan = Plan.from_json(SandboxParcel.objects.get(number=number).plan)
    nodes = plan.nodes_at(int(clock.now().timestamp()))
    rows = [node_row(node, "4") for node in nodes]
    return [
        FeedNode(
            row["time"],
            row["context"],
            row["statusCode"],
            row["location"] or "",
            row["areaCode"] or "",
            row["areaName"] or "",
        )
        for row in rows
    ]


def link_hub(*, shipment_id: int, number: str, actor: Actor) -> None:
    """Link the hub of the destination under its own number."""
    _link(shipment_id, LegKind.DESTINATION_HUB, HUB, number, actor)


def hub_feed(plan: Plan, at: int) -> list[FeedNode]:
    """What the hub has to tell at ``at`` (epoch seconds), in the codes of the posts."""
    return [
        FeedNode(event.at.isoformat(), event.code, event.code, event.place)
        for event in import_events(plan, at)
    ]


def report_hub(*, shipment_id: int, number: str, nodes: list[FeedNode]) -> Reported:
    """Bring the hub's feed to its leg."""
    return report_events(
        shipment_id=shipment_id, source=POSTS, carrier=HUB, number=number, nodes=nodes
    )


def _link(shipment_id: int, kind: LegKind, carrier: str, number: str, actor: Actor) -> None:
    link_leg(
        shipment_id=shipment_id,
        kind=kind.value,
        carrier=carrier,
        number=number,
        actor=actor,
        reason=REASON,
    )
