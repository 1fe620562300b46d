"""Declarations follow their parcels: change rows in, states out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor
from apps.core.locks import try_lock
from apps.core.masking import mask_text
from apps.customs.choices import CheckCause, DeclarationState, Direction, RuleStage, StepSource
from apps.customs.models import Consignment, Declaration, DeclarationStep
from apps.customs.moves import UNSENT, is_ended
from apps.customs.record import from_json
from apps.customs.selectors import current_version
from apps.customs.services.compliance_storing import check_locked
from apps.customs.services.moving import Move, apply_move, note_news
from apps.customs.services.rewriting import rewrite, with_waybill
from apps.customs.sightings import Sighting, TrackEvent, sightings_of
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Event
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, register_reader

READER = "customs"
TRACKING = Actor.system("tracking")
SAYS = (
    ShipmentStatus.CUSTOMS,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.READY_FOR_PICKUP,
    ShipmentStatus.DELIVERED,
    ShipmentStatus.ATTEMPT_FAILED,
    ShipmentStatus.RETURNING,
    ShipmentStatus.RETURNED,
)
MOST_EVENTS = 400
NOT_LEFT = frozenset({ShipmentStatus.CREATED.value, ShipmentStatus.AWAITING_PICKUP.value})


def follow_shipments(*, limit: int = 500) -> int:
    """Bring the declarations of changed shipments up to date; returns how many rows were read.

    One transaction with the cursor's step, so a crash repeats the work and loses none; the same
    events again move nothing. A second caller at the same time does nothing.
    """
    with try_lock("customs.follow_shipments") as held:
        if not held:
            return 0
        register_reader(reader=READER)
        with transaction.atomic():
            changes = read_changes(reader=READER, limit=limit)
            if not changes:
                return 0
            follow_consignments({change.shipment_id for change in changes})
            advance_reader(reader=READER, change=changes[-1])
    return len(changes)


def follow_consignments(shipment_ids: Iterable[int]) -> None:
    """Look at the consignments of some shipments, in the caller's transaction."""
    rows = Consignment.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.filter(shipment_id__in=set(shipment_ids)).select_related("shipment")
    for consignment in rows.order_by("pk"):
        _take_number(consignment)
        _leave(consignment)
        if _follow(consignment):
            note_news(consignment)


def _take_number(consignment: Consignment) -> None:
    """The number of the waybill is part of the record as soon as there is one."""
    record = from_json(current_version(consignment).record)
    numbered = with_waybill(record, consignment)
    if numbered != record:
        rewrite(consignment, numbered, source=StepSource.TRACKING, actor=TRACKING)


def _leave(consignment: Consignment) -> None:
    """A carrier has it: what rules say at hand-over is kept, and nothing holds it any more.

    Where its label was ours that was asked before (`enter_stage`); elsewhere it is told too late
    to stop it, and stands in its history.
    """
    status = consignment.shipment.status
    if consignment.has_left or status in NOT_LEFT:
        return
    if status != ShipmentStatus.CANCELLED.value:
        check_locked(
            consignment,
            from_json(current_version(consignment).record),
            stage=RuleStage.HAND_OVER,
            cause=CheckCause.STAGE,
            actor=TRACKING,
        )
    consignment.has_left = True
    consignment.save(update_fields=["has_left"])


def _follow(consignment: Consignment) -> bool:
    borders = list(consignment.declarations.select_for_update(no_key=True).order_by("pk"))
    if consignment.shipment.status == ShipmentStatus.CANCELLED.value:
        return _give_up(consignment, borders)
    seen = _sightings(consignment)
    if not seen or not borders:
        return False
    known = _known(borders)
    moved = False
    for row in borders:
        for sighting in seen:
            if sighting.direction is Direction(row.direction):
                moved |= _sight(consignment, row, sighting, known[row.pk])
    return moved


def _sight(
    consignment: Consignment, row: Declaration, sighting: Sighting, known: set[tuple[str, object]]
) -> bool:
    """Move by one sighting: never back by something that happened before where it stands."""
    is_late = sighting.at < row.state_at and row.state not in UNSENT
    if is_late or (sighting.state.value, sighting.at) in known:
        return False
    if is_ended(row.state) and sighting.state is DeclarationState.SUBMITTED:
        return False
    words = mask_text(sighting.words)
    move = Move(sighting.state, StepSource.TRACKING, TRACKING, words, at=sighting.at)
    return apply_move(consignment, row, move)


def _known(borders: Sequence[Declaration]) -> dict[int, set[tuple[str, object]]]:
    found: dict[int, set[tuple[str, object]]] = defaultdict(set)
    steps = DeclarationStep.objects.filter(
        declaration__in=borders, source=StepSource.TRACKING.value
    )
    for declaration, state, at in steps.values_list("declaration_id", "to_state", "at"):
        found[declaration].add((state, at))
    return found


def _sightings(consignment: Consignment) -> list[Sighting]:
    shipment = consignment.shipment
    events = Event.objects.filter(
        shipment_month=shipment.month,
        shipment_id=shipment.pk,
        status__in=[status.value for status in SAYS],
    )
    rows = events.order_by("-occurred_at", "-id").values_list(
        "occurred_at", "status", "substatus", "leg__kind", "text"
    )
    return sightings_of(TrackEvent(*row) for row in rows[:MOST_EVENTS])


def _give_up(consignment: Consignment, borders: Sequence[Declaration]) -> bool:
    """A parcel that was cancelled is declared nowhere."""
    move = Move(DeclarationState.CANCELLED, StepSource.PORTAL, TRACKING, at=clock.now())
    moved = [apply_move(consignment, row, move) for row in borders]
    return any(moved)
