"""A partner's own feed: nodes in its own codes become events of the leg they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.shipments import codes, nodes, texts, times
from apps.shipments.choices import ChangeKind, EventSource
from apps.shipments.errors import LegRefused
from apps.shipments.models import Shipment
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.services.mapping import refresh_mappings
from apps.shipments.services.moving import claim_node
from apps.shipments.services.store import LegState, ShipmentState
from apps.shipments.services.unmapped import Unmapped, record_unmapped
from apps.shipments.signals import shipments_changed

FEED = EventSource.FEED.value


@dataclass(frozen=True, slots=True)
class FeedNode:
    """One line of a partner's feed, in its own words.

    ``time`` is local to the place ("yyyy-mm-dd hh:mm:ss") or ISO 8601 with its offset; ``code``
    is the source's own, "" where it has none.
    """

    time: str
    text: str
    code: str = ""
    location: str = ""
    area_code: str = ""
    area_name: str = ""
    longitude: float | None = None
    latitude: float | None = None

    @property
    def context(self) -> str:
        """The words as given: with the time they are the node's identity."""
        return self.text


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a feed: events that are new or say more, codes without a meaning, nodes whose
    time cannot be read."""

    changed: int = 0
    unmapped: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """A feed's node with what reading a node asks for; its code is looked up apart."""

    time: str
    context: str
    text: str
    area_code: str
    area_name: str
    location: str
    longitude: float | None
    latitude: float | None
    code: str = ""


def report_events(
    *, shipment_id: int, source: str, carrier: str, number: str, nodes: Sequence[FeedNode]
) -> Reported:
    """Bring a partner's feed about a number into the events of its leg, and recompute.

    ``source`` is one of `codes.SOURCES`. Keys and merging are those of pushes: whatever the order
    and however often, the same comes out. A code nobody has explained is kept, counted and never
    guessed at. Raises LegRefused for an unknown source, shipment, or a number of none of its legs.
    """
    if source not in codes.TABLES:
        raise LegRefused(_("There is no such source of codes."))
    with transaction.atomic():
        refresh_mappings()
        shipment = store.lock_shipments([shipment_id]).get(shipment_id)
        if shipment is None:
            raise LegRefused(_("There is no such shipment."))
        leg = _leg(shipment, carrier.strip().lower(), number.strip().upper())
        store.load_events([shipment])
        before = (shipment.status, shipment.substatus)
        reported = _take_all(shipment, leg, source, nodes)
        now = clock.now()
        shipment.last_heard_at, shipment.heard = now, True
        changed = {shipment_id: before} if shipment.kinds else {}
        if changed:
            settle(shipment, now=now)
            shipment.version += 1
        store.write_all([shipment], before=changed, now=now)
        if changed:
            ids = [shipment_id]
            transaction.on_commit(lambda: shipments_changed.send_robust(Shipment, shipment_ids=ids))
    return reported


def _take_all(
    shipment: ShipmentState, leg: LegState, source: str, given: Sequence[FeedNode]
) -> Reported:
    now = clock.now()
    unmapped: list[Unmapped] = []
    changed = unreadable = 0
    for node in given:
        row = _row(shipment, leg, source, node, now)
        if row is None:
            unreadable += 1
            continue
        stored = shipment.events.get(row.key)
        if stored is None:
            if row.code and not row.status:
                sample = Unmapped(source, node.code, leg.carrier, row.text, shipment.id)
                unmapped.append(sample)
            merged = row
        else:
            holder = next(one for one in shipment.legs if one.id == row.leg_id)
            merged = nodes.merge_rows(stored, row, carrier=holder.carrier, leg_zone=holder.zone)
        if merged is not stored:
            shipment.put(merged)
            shipment.kinds.add(ChangeKind.EVENTS.value)
            changed += 1
    record_unmapped(seen=unmapped)
    return Reported(changed, len(unmapped), unreadable)


def _row(
    shipment: ShipmentState, leg: LegState, source: str, node: FeedNode, now: dt.datetime
) -> nodes.Row | None:
    """Return a node's row on the leg it belongs to, None if its time cannot be read."""
    absolute = _with_offset(node.time)
    local = absolute.replace(tzinfo=None) if absolute else times.read_local(node.time)
    if local is None:
        return None
    line = _Line(
        node.time, node.context, texts.cleaned(texts.storable(node.text)), node.area_code,
        node.area_name, node.location, node.longitude, node.latitude,
    )  # fmt: skip
    item = nodes.Dated(local, line)
    if shipment.is_linked:
        leg = claim_node(shipment, leg, item, now=now)
    row = nodes.build_row(item, place=shipment.place(leg), heard_at=now, source=FEED)
    if absolute is not None:
        row = row._replace(occurred_at=absolute.astimezone(dt.UTC).replace(microsecond=0))
    if not node.code:
        return row
    meaning = codes.meaning_of(node.code, source) or nodes.UNKNOWN
    if "签收" in row.text:
        meaning = nodes.withdrawn(row.text, meaning)
    return row._replace(
        code=codes.stored_code(texts.storable(node.code), source),
        status=meaning.status,
        substatus=meaning.substatus,
        certainty=meaning.certainty,
    )


def _with_offset(time: str) -> dt.datetime | None:
    """Return a moment given with its offset, None for a local time or what is no time."""
    try:
        moment = dt.datetime.fromisoformat(time.strip())
    except ValueError:
        return None
    is_dated_well = times.FIRST_YEAR <= moment.year < times.LAST_YEAR
    return moment if moment.tzinfo is not None and is_dated_well else None


def _leg(shipment: ShipmentState, carrier: str, number: str) -> LegState:
    for leg in reversed(shipment.legs):
        is_its = leg.unlinked_at is None and leg.number == number
        if is_its and carrier in {"", leg.carrier, leg.carrier_before}:
            return leg
    raise LegRefused(_("No leg of this shipment has the number %(number)s.") % {"number": number})
