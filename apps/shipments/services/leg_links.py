"""What people decide about a shipment's legs: link, unlink, undo, whose a number is.

Each is one transaction, recomputes the shipment, writes its change row and one line of the action
log. Nothing is deleted: an unlinked leg keeps its events, which count again once it is linked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.baidiyun.services import cancel_subscription
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.shipments.carriers import find_carrier, home_of
from apps.shipments.choices import ChangeKind, LegFindingCode, LegKind, LinkSource
from apps.shipments.errors import LegRefused, NumberTaken
from apps.shipments.legs import BOOKED, RETURN, position_for, zone_abroad
from apps.shipments.models import Leg, Shipment
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.services.leg_findings import clear_findings
from apps.shipments.services.linking import (
    MOST_LEGS,
    bounds_of,
    follow_number,
    insert_leg,
    said_of,
)
from apps.shipments.services.opening import clean_number
from apps.shipments.services.store import LegState, ShipmentState
from apps.shipments.signals import shipments_changed
from apps.shipments.zones import CHINA


@dataclass(frozen=True, slots=True)
class LegPlan:
    """Between which countries (ISO codes) a leg runs and from when to when it should."""

    from_country: str = ""
    to_country: str = ""
    planned_in: dt.datetime | None = None
    planned_out: dt.datetime | None = None


NO_PLAN = LegPlan()


def link_leg(
    *,
    shipment_id: int,
    kind: str,
    carrier: str,
    number: str,
    actor: Actor,
    reason: str = "",
    after_leg_id: int | None = None,
    plan: LegPlan = NO_PLAN,
) -> Leg:
    """Add a leg that a person knows of and follow its number; the same one again changes nothing.

    It stands after ``after_leg_id`` (the last booked leg if not given), before it for a kind that
    comes earlier on the way. Raises NumberInvalid, NumberTaken while the number is open at another
    shipment, LegRefused for what cannot be a leg of this shipment.
    """
    carrier, number = clean_number(carrier, number)
    with rechaining(shipment_id) as shipment:
        known = _leg_with(shipment, carrier, number)
        if known is not None and known.unlinked_at is None:
            return Leg.objects.get(pk=known.id)
        leg = known or _insert(shipment, LegKind(kind).value, (carrier, number), after_leg_id, plan)
        if known is not None:
            _reopen(shipment, known)
        leg.link_source, leg.link_evidence = LinkSource.OPERATOR.value, reason[:300]
        leg.rechained = True
        _follow(shipment, leg)
        every = [one.id for one in shipment.legs]
        clear_findings(every, LegFindingCode.HAND_OVER_UNKNOWN, now=clock.now())
        _record("linked", shipment, leg, actor, reason)
    Leg.objects.filter(pk=leg.id).update(planned_in=plan.planned_in, planned_out=plan.planned_out)
    return Leg.objects.get(pk=leg.id)


def unlink_leg(*, leg_id: int, actor: Actor, reason: str) -> Leg:
    """Take a leg out of its shipment: its events no longer count and its number is free again.

    What is still told of it is stored with it and counts for nothing, until `relink_leg` undoes
    this. Raises LegRefused for a booked leg and without a reason.
    """
    if not reason.strip():
        raise LegRefused(_("Say why the leg does not belong here."))
    row = Leg.objects.get(pk=leg_id)
    with rechaining(row.shipment_id) as shipment:
        leg = _own(shipment, leg_id)
        if leg.link_source == BOOKED:
            raise LegRefused(_("The leg we booked ourselves stays."))
        if leg.unlinked_at is None:
            now = clock.now()
            leg.unlinked_at, leg.closed_at = now, leg.closed_at or now
            Leg.objects.filter(pk=leg.id).update(unlinked_at=now, closed_at=leg.closed_at)
            if leg.number:
                cancel_subscription(subject=shipment.id, number=(leg.carrier, leg.number))
            for code in LegFindingCode:
                clear_findings([leg.id], code, now=now)
            _record("unlinked", shipment, leg, actor, reason)
    return Leg.objects.get(pk=leg_id)


def relink_leg(*, leg_id: int, actor: Actor) -> Leg:
    """Undo `unlink_leg`: the leg's events count again and its number is followed.

    Raises NumberTaken if somebody else has the number by now.
    """
    row = Leg.objects.get(pk=leg_id)
    with rechaining(row.shipment_id) as shipment:
        leg = _own(shipment, leg_id)
        if leg.unlinked_at is not None:
            _reopen(shipment, leg)
            _follow(shipment, leg)
            _record("relinked", shipment, leg, actor, "")
    return Leg.objects.get(pk=leg_id)


def take_number(*, leg_id: int, actor: Actor, reason: str) -> Leg:
    """Decide that a disputed number is this leg's; a linked leg that has it loses it.

    Raises LegRefused if nothing is disputed, NumberTaken while the number is another shipment's
    own: that one has to end first.
    """
    row = Leg.objects.get(pk=leg_id)
    if not row.claimed_number or not row.carrier:
        raise LegRefused(_("No number of this leg is in dispute."))
    holders = Leg.objects.filter(
        carrier=row.carrier, number=row.claimed_number, closed_at__isnull=True
    )
    with transaction.atomic():
        for holder in holders.exclude(pk=leg_id):
            if holder.link_source == BOOKED:
                raise _taken(row.claimed_number)
            unlink_leg(leg_id=holder.pk, actor=actor, reason=reason)
        with rechaining(row.shipment_id) as shipment:
            leg = _own(shipment, leg_id)
            leg.number, leg.claimed_number = leg.claimed_number, ""
            Leg.objects.filter(pk=leg_id).update(number=leg.number, claimed_number="")
            clear_findings([leg_id], LegFindingCode.NUMBER_CLAIMED_TWICE, now=clock.now())
            _follow(shipment, leg)
            _record("number_taken", shipment, leg, actor, reason)
    return Leg.objects.get(pk=leg_id)


def plan_leg(*, leg_id: int, plan: LegPlan) -> Leg:
    """Set where a leg runs and when it should. Raises LegRefused for an end before the start."""
    if plan.planned_in and plan.planned_out and plan.planned_out < plan.planned_in:
        raise LegRefused(_("A leg cannot end before it begins."))
    Leg.objects.filter(pk=leg_id).update(
        planned_in=plan.planned_in,
        planned_out=plan.planned_out,
        from_country=plan.from_country.upper(),
        to_country=plan.to_country.upper(),
    )
    return Leg.objects.get(pk=leg_id)


@contextmanager
def rechaining(shipment_id: int) -> Iterator[ShipmentState]:
    """Lock a shipment, let its legs be changed, and write what follows, in one transaction.

    A change that leaves everything as it was writes nothing.
    """
    with transaction.atomic():
        shipment = store.lock_shipments([shipment_id]).get(shipment_id)
        if shipment is None:
            raise LegRefused(_("There is no such shipment."))
        store.load_events([shipment])
        before = (shipment.status, shipment.substatus)
        yield shipment
        if ChangeKind.LEG.value not in shipment.kinds:
            return
        now = clock.now()
        settle(shipment, now=now)
        shipment.version += 1
        store.write_all([shipment], before={shipment_id: before}, now=now)
        ids = [shipment_id]
        transaction.on_commit(lambda: shipments_changed.send_robust(Shipment, shipment_ids=ids))


def _insert(
    shipment: ShipmentState,
    kind: str,
    whose: tuple[str, str],
    after_leg_id: int | None,
    plan: LegPlan,
) -> LegState:
    carrier, number = whose
    if len(shipment.legs) >= MOST_LEGS:
        raise LegRefused(_("A shipment has at most %(n)d legs.") % {"n": MOST_LEGS})
    booked = [leg for leg in shipment.legs if leg.link_source == BOOKED and leg.kind != RETURN]
    base = _own(shipment, after_leg_id) if after_leg_id else (booked or shipment.legs)[-1]
    country = plan.to_country.upper() or bounds_of([shipment.id])[shipment.id].country
    leg = LegState(
        0, shipment.id, kind, carrier, "", number, 0, _zone(carrier, country),
        shipment.legs[0].reach_back_days, shipment.legs[0].opened_at, None, b"", None, None, b"",
        link_source=LinkSource.OPERATOR.value,
    )  # fmt: skip
    index = position_for(shipment.legs, base=base, kind=kind)
    insert_leg(shipment, leg, index, from_country=plan.from_country.upper(), to_country=country)
    if leg.claimed_number:
        raise _taken(number)
    return leg


def _reopen(shipment: ShipmentState, leg: LegState) -> None:
    """Let an unlinked leg count again."""
    others = Leg.objects.filter(carrier=leg.carrier, number=leg.number, closed_at__isnull=True)
    is_open = shipment.closed_at is None
    if is_open and leg.number and others.exclude(pk=leg.id).exists():
        raise _taken(leg.number)
    leg.unlinked_at = None
    leg.closed_at = None if is_open else leg.closed_at
    Leg.objects.filter(pk=leg.id).update(unlinked_at=None, closed_at=leg.closed_at)


def _follow(shipment: ShipmentState, leg: LegState) -> None:
    if shipment.closed_at is None and leg.number:
        follow_number(shipment, leg, phone=bounds_of([shipment.id])[shipment.id].phone_tail)


def _leg_with(shipment: ShipmentState, carrier: str, number: str) -> LegState | None:
    for leg in shipment.legs:
        if carrier in {leg.carrier, leg.carrier_before} and leg.number == number:
            return leg
    return None


def _own(shipment: ShipmentState, leg_id: int) -> LegState:
    for leg in shipment.legs:
        if leg.id == leg_id:
            return leg
    raise LegRefused(_("This leg belongs to another shipment."))


def _zone(carrier: str, country: str) -> str:
    known = find_carrier(carrier)
    if known is not None and not known.local_time:
        return CHINA
    return zone_abroad(carrier_country=home_of(carrier), destination_country=country)


def _taken(number: str) -> NumberTaken:
    return NumberTaken(
        _("%(number)s is still on its way in another shipment of this carrier.")
        % {"number": number}
    )


def _record(what: str, shipment: ShipmentState, leg: LegState, actor: Actor, reason: str) -> None:
    shipment.kinds.add(ChangeKind.LEG.value)
    record_action(
        action=f"shipments.leg.{what}",
        actor=actor,
        subject=("shipments.shipment", str(shipment.id)),
        merchant_id=shipment.merchant_id,
        after=said_of(leg),
        note=reason[:200],
    )
