"""Opening the legs that reports tell of, before their nodes are applied.

The second half of sifting: a batch's reports in which somebody may take a parcel over are read
now, the legs they name are found or opened, and the report knows where its track abroad belongs.
What neither mentions a track abroad nor stands on a leg across a border is not looked at, and
without any such report nothing is asked of the database.

Which legs there are follows from the set of what was said, not from its order: a weaker voice
finds the leg a stronger one opened, and a stronger one takes over what a weaker one opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from apps.baidiyun.credentials import acting_for
from apps.baidiyun.services import subscribe_tracking
from apps.baidiyun.topics import mentions
from apps.core.actions import Actor, record_action
from apps.shipments.carriers import find_carrier, home_of
from apps.shipments.choices import ChangeKind, LegFindingCode, LegKind, LinkSource
from apps.shipments.handing import Hint, Rule, hint_abroad, hints_in
from apps.shipments.legs import STRENGTH, position_for, zone_abroad
from apps.shipments.models import CarrierHandover, Shipment
from apps.shipments.modes import platform_mode
from apps.shipments.services.leg_findings import Seen, clear_findings, open_findings
from apps.shipments.services.reports import Report
from apps.shipments.services.sifting import ABROAD, Sifter
from apps.shipments.services.store import LegState, ShipmentState
from apps.shipments.zones import CHINA

HANDED = (b'"statusCode":"7"', b'"statusCode": "7"')
DOMESTIC = LegKind.DOMESTIC.value
RULE = LinkSource.CARRIER_RULE.value
MOST_LEGS = 12
"""More than so many legs are a carrier's nonsense; what is told beyond stays on the leg it is."""
SHIFT = "UPDATE shipments_leg SET sequence = sequence + 1 WHERE shipment_id = %s AND sequence >= %s"
OPEN = """
INSERT INTO shipments_leg (shipment_id, kind, carrier, carrier_before, number, sequence, zone,
    reach_back_days, opened_at, snapshot_hash, snapshot_print, link_source, link_evidence,
    from_country, to_country, claimed_number)
VALUES (%s, %s, %s, '', %s, %s, %s, %s, %s, '', '', %s, %s, %s, %s, %s)
ON CONFLICT (carrier, number) WHERE closed_at IS NULL AND number <> '' DO NOTHING RETURNING id
"""
ADOPT = """
UPDATE shipments_leg SET carrier = %s, number = %s, claimed_number = %s, link_source = %s,
    link_evidence = %s, zone = %s WHERE id = %s
"""
TAKEN = """
SELECT shipment_id FROM shipments_leg
WHERE carrier = %s AND number = %s AND closed_at IS NULL AND id <> %s
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a shipment goes, and the phone ending some carriers ask for."""

    country: str
    phone_tail: str


class Linker:
    """The legs that a batch's reports tell of. Everything is written at once."""

    def __init__(self, sifter: Sifter, *, now: dt.datetime) -> None:
        self.sifter = sifter
        self.now = now
        self.rules: list[Rule] = []
        self.bounds: dict[int, Bound] = {}
        self.opened: list[LegState] = []
        self.moved: list[LegState] = []
        """Legs whose carrier or zone is another now: their times are to be read again."""

    def link(self, reports: Sequence[Report]) -> None:
        """Find or open the legs that any of the reports tells of."""
        telling = [one for one in reports if _may_tell(one) and self.sifter.read(one)]
        if not telling:
            return
        self.rules = active_rules({one.leg.carrier for one in telling})
        self.bounds = bounds_of({one.shipment.id for one in telling})
        for report in telling:
            self._link(report)

    def subscribe(self) -> None:
        """Queue the subscription of every number opened here; what has ended needs none."""
        for leg in self.opened:
            shipment = self.sifter.shipments[leg.shipment_id]
            if leg.number and leg.carrier and shipment.closed_at is None:
                follow_number(shipment, leg, phone=self.bounds[shipment.id].phone_tail)

    def _link(self, report: Report) -> None:
        snapshot, base, shipment = report.snapshot, report.leg, report.shipment
        bound = self.bounds[shipment.id]
        abroad = snapshot.destination
        if abroad is not None:
            hint = hint_abroad(
                carrier=abroad.carrier,
                number=abroad.number,
                base_number=base.number,
                has_nodes=bool(abroad.nodes),
            )
            if hint is not None:
                report.abroad = self._leg_for(shipment, base, hint)
        for hint in hints_in(
            snapshot.nodes,
            carrier=base.carrier,
            number=base.number,
            country=bound.country,
            rules=self.rules,
        ):
            if hint.number or hint.carrier:
                self._leg_for(shipment, base, hint)
            elif base.kind != DOMESTIC and not _followers(shipment, base):
                self._find(base, LegFindingCode.HAND_OVER_UNKNOWN, {"text": hint.evidence})

    def _leg_for(self, shipment: ShipmentState, base: LegState, hint: Hint) -> LegState | None:
        """Return the leg a hint speaks of; None where it can be no leg of its own."""
        leg = _known(shipment, base, hint)
        if leg is base:
            return None
        if leg is None:
            return self._open(shipment, base, hint)
        if leg.unlinked_at is not None:
            return leg
        is_answer = bool(hint.number) and not leg.number and not leg.claimed_number
        if is_answer or STRENGTH[hint.source] > STRENGTH[leg.link_source]:
            self._adopt(shipment, base, leg, hint)
        return leg

    def _open(self, shipment: ShipmentState, base: LegState, hint: Hint) -> LegState | None:
        if len(shipment.legs) >= MOST_LEGS:
            self._find(base, LegFindingCode.LOOP, {"legs": len(shipment.legs)})
            return None
        bound = self.bounds[shipment.id]
        number = hint.number if hint.carrier else ""
        leg = LegState(
            0, shipment.id, hint.kind, hint.carrier, "", number, 0, self._zone(hint, bound),
            base.reach_back_days, base.opened_at, None, b"", None, None, b"",
            link_source=hint.source, link_evidence=hint.evidence,
            claimed_number="" if number else hint.number,
        )  # fmt: skip
        index = position_for(shipment.legs, base=base, kind=hint.kind)
        insert_leg(shipment, leg, index, to_country=bound.country)
        if leg.number:
            self.sifter.by_number.setdefault(leg.number, []).append(leg)
            self.opened.append(leg)
        self._note(shipment, leg, base)
        return leg

    def _adopt(self, shipment: ShipmentState, base: LegState, leg: LegState, hint: Hint) -> None:
        """Let a stronger voice say whose leg it is; the events it has stay."""
        before = leg.number
        carrier = hint.carrier or leg.carrier
        number = hint.number or leg.number or leg.claimed_number
        with connection.cursor() as cursor:
            cursor.execute(TAKEN, [carrier, number, leg.id])
            taken = cursor.fetchone() is not None or not carrier
            leg.carrier = carrier
            leg.number, leg.claimed_number = ("", number) if taken else (number, "")
            leg.link_source, leg.link_evidence = hint.source, hint.evidence
            leg.zone = self._zone(hint, self.bounds[shipment.id]) if hint.carrier else leg.zone
            cursor.execute(
                ADOPT,
                [leg.carrier, leg.number, leg.claimed_number, leg.link_source, leg.link_evidence,
                 leg.zone, leg.id],
            )  # fmt: skip
        self.moved.append(leg)
        if leg.number and leg.number != before:
            self.sifter.by_number.setdefault(leg.number, []).append(leg)
            self.opened.append(leg)
        self._note(shipment, leg, base)

    def _note(self, shipment: ShipmentState, leg: LegState, base: LegState) -> None:
        """Record what was linked, and what people have to decide about it."""
        shipment.kinds.add(ChangeKind.LEG.value)
        record_action(
            action="shipments.leg.linked",
            actor=Actor.system("drain"),
            subject=("shipments.shipment", str(shipment.id)),
            merchant_id=shipment.merchant_id,
            after=said_of(leg),
            note=leg.link_evidence[:200],
        )
        if leg.claimed_number and leg.carrier:
            self._find(leg, LegFindingCode.NUMBER_CLAIMED_TWICE, {"number": leg.claimed_number})
        elif not leg.number:
            self._find(
                leg,
                LegFindingCode.HAND_OVER_UNKNOWN,
                {"number": leg.claimed_number, "carrier": leg.carrier},
            )
        else:
            known = [leg.id, base.id]
            clear_findings(known, LegFindingCode.HAND_OVER_UNKNOWN, now=self.now)

    def _find(self, leg: LegState, code: LegFindingCode, detail: dict[str, object]) -> None:
        open_findings([Seen(leg.shipment_id, leg.id, code.value, detail)], now=self.now)

    def _zone(self, hint: Hint, bound: Bound) -> str:
        carrier = find_carrier(hint.carrier)
        if carrier is not None and not carrier.local_time:
            return CHINA
        return zone_abroad(carrier_country=home_of(hint.carrier), destination_country=bound.country)


def insert_leg(
    shipment: ShipmentState, leg: LegState, index: int, *, from_country: str = "", to_country: str
) -> None:
    """Write a new leg at a place among the others; a number that is taken is only claimed."""
    with connection.cursor() as cursor:
        if index < len(shipment.legs):
            cursor.execute(SHIFT, [shipment.id, index + 1])
        for _attempt in range(2):
            cursor.execute(
                OPEN,
                [leg.shipment_id, leg.kind, leg.carrier, leg.number, index + 1, leg.zone,
                 leg.reach_back_days, leg.opened_at, leg.link_source, leg.link_evidence,
                 from_country, to_country, leg.claimed_number],
            )  # fmt: skip
            row = cursor.fetchone()
            if row is not None:
                break
            leg.number, leg.claimed_number = "", leg.number
    leg.id = row[0]
    shipment.legs.insert(index, leg)
    for sequence, one in enumerate(shipment.legs, start=1):
        one.sequence = sequence


def follow_number(shipment: ShipmentState, leg: LegState, *, phone: str) -> None:
    """Queue the subscription of a linked leg's number."""
    with acting_for(shipment.merchant_id):
        subscribe_tracking(
            subject=shipment.id,
            carrier=leg.carrier,
            number=leg.number,
            mode=platform_mode(shipment.mode),
            phone=phone,
        )


def active_rules(carriers: Iterable[str]) -> list[Rule]:
    """Return the rules of hand-overs of carriers, the ones that decide first before the others."""
    rows = CarrierHandover.objects.filter(is_active=True, carrier__in=sorted(carriers))
    return [Rule._make(row) for row in rows.order_by("priority", "id").values_list(*Rule._fields)]


def bounds_of(shipment_ids: Iterable[int]) -> dict[int, Bound]:
    """Return where shipments go, in one query."""
    rows = Shipment.objects.filter(pk__in=sorted(shipment_ids)).values_list(
        "id", "destination_country", "phone_tail", "sender_phone_tail"
    )
    return {pk: Bound(country, tail or senders) for pk, country, tail, senders in rows}


def said_of(leg: LegState) -> dict[str, object]:
    """Return what the action log keeps of a leg."""
    return {
        "leg": leg.id,
        "kind": leg.kind,
        "carrier": leg.carrier,
        "number": leg.number or leg.claimed_number,
        "source": leg.link_source,
    }


def _may_tell(report: Report) -> bool:
    """Whether a report may tell of a hand-over; asked of every report, so it looks at bytes."""
    return report.leg.kind != DOMESTIC or mentions(report.row, ABROAD, *HANDED)


def _followers(shipment: ShipmentState, base: LegState) -> list[LegState]:
    return shipment.legs[shipment.legs.index(base) + 1 :]


def _known(shipment: ShipmentState, base: LegState, hint: Hint) -> LegState | None:
    """Return the leg that a hint speaks of, the base itself included; None for a new one."""
    for leg in shipment.legs:
        numbers = {leg.number, leg.claimed_number} - {""}
        if hint.carrier in {leg.carrier, leg.carrier_before} and hint.number in numbers:
            return leg
    linked = [
        leg
        for leg in _followers(shipment, base)
        if leg.kind == hint.kind and leg.unlinked_at is None
    ]
    for leg in linked:
        numbers = {leg.number, leg.claimed_number} - {""}
        if hint.number in numbers and hint.number != base.number:
            return leg
    for leg in linked:
        is_open_question = not leg.number and not leg.claimed_number
        same = not hint.carrier or not leg.carrier or hint.carrier == leg.carrier
        weaker = RULE in {hint.source, leg.link_source} and hint.source != leg.link_source
        if weaker or ((is_open_question or not hint.number) and same):
            return leg
    return None
