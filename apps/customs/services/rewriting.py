"""A consignment's record changes: a new version, and its declarations follow.

Runs in the caller's transaction with the consignment locked. The order of locks is that of
orders (orders, bookings, shipments), then consignments by id, then their declarations.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import CheckCause, DeclarationState, RuleStage, StepSource
from apps.customs.completeness import RecordAssessment, assess_record
from apps.customs.drafting import draft_record
from apps.customs.figures import Figures
from apps.customs.human_changes import Written, human_changes, with_human_changes
from apps.customs.models import Consignment, Declaration, RecordVersion
from apps.customs.record import Record, from_json, to_json
from apps.customs.selectors import current_version, load_figures
from apps.customs.services.compliance_storing import check_locked
from apps.customs.services.facts import Facts, load_facts
from apps.customs.services.storing import (
    GONE,
    UNSENT,
    Drafted,
    digest_of,
    insert_steps,
    insert_version,
    new_declaration,
    state_of,
)
from apps.customs.snapshot import snapshot_from_json


def lock_consignment(consignment_id: int) -> Consignment:
    """Lock one consignment. Raises Consignment.DoesNotExist."""
    rows = Consignment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("shipment").get(pk=consignment_id)


def drafted_again(consignment: Consignment, facts: Facts | None = None) -> Record:
    """Return the record as it would be drafted now, with what people wrote into it."""
    parcel = snapshot_from_json(consignment.snapshot)
    known = facts or load_facts(merchant_id=consignment.merchant_id, skus=consignment.skus)
    draft = draft_record(parcel, known.products, known.exporter)
    versions = RecordVersion.objects.filter(consignment=consignment).order_by("number")
    written = [Written(row.source, from_json(row.record)) for row in versions]
    return with_waybill(with_human_changes(draft, human_changes(written)), consignment)


def with_waybill(record: Record, consignment: Consignment) -> Record:
    """Return the record with the number and carrier its shipment has."""
    shipment = consignment.shipment
    if not shipment.number:
        return record
    return dataclasses.replace(record, number=shipment.number, carrier=shipment.carrier)


def rewrite(
    consignment: Consignment,
    record: Record,
    *,
    source: StepSource,
    actor: Actor,
    reason: str = "",
    figures: Figures | None = None,
    on: dt.date | None = None,
) -> Drafted:
    """Write a record as the version that counts, if it is another, and judge it anew.

    The same record again only brings its findings up to date; another is asked of the rules that
    bind, until the parcel has left. The floor above hears of it where anything changed.
    """
    day = on or clock.now().date()
    judged = assess_record(record, on=day, figures=figures or load_figures())
    before = current_version(consignment)
    data = to_json(record)
    is_new = digest_of(data) != before.digest
    found = [one.as_json() for one in judged.findings]
    if is_new:
        consignment.record_version += 1
        insert_version(consignment, record, judged, source=source, actor=actor, reason=reason)
    elif found != before.findings:
        before.findings = found
        before.save(update_fields=["findings"])
    rows, moved = _follow(consignment, judged, source=source, actor=actor, words=reason)
    complete = judged.is_complete
    if is_new or moved or complete != consignment.is_complete or found != before.findings:
        consignment.is_complete = complete
        consignment.destination = record.destination
        consignment.changed_at, consignment.unheard = clock.now(), True
        consignment.save()
    if is_new and not consignment.has_left:
        check_locked(
            consignment, record, stage=RuleStage.ORDER, cause=CheckCause.CHANGED, actor=actor
        )
    return Drafted(consignment, record, tuple(rows), judged.findings)


def _follow(
    consignment: Consignment,
    judged: RecordAssessment,
    *,
    source: StepSource,
    actor: Actor,
    words: str,
) -> tuple[list[Declaration], bool]:
    """Bring the declarations in line with the borders; returns those that stand."""
    there = {
        (row.direction, row.country): row
        for row in consignment.declarations.select_for_update(no_key=True).order_by("pk")
    }
    standing, moved = [], []
    for border in judged.by_border:
        key = (border.border.direction.value, border.border.country)
        row = there.pop(key, None)
        if row is None:
            row = new_declaration(consignment, border)
            row.save()
            moved.append((row, ""))
        else:
            row.consignment = consignment
            before = row.state
            row.regime, row.score = border.border.regime.value, border.score
            row.missing = len(border.blocking)
            row.due_at = border.first_deadline or consignment.cut_off
            if before in (*UNSENT, *GONE) and before != state_of(border):
                row.state, row.state_at, row.ended_at = state_of(border).value, clock.now(), None
                moved.append((row, before))
            row.save()
        standing.append(row)
    for row in there.values():
        if row.state in UNSENT:
            row.consignment = consignment
            moved.append((row, row.state))
            row.state, row.state_at = DeclarationState.CANCELLED.value, clock.now()
            row.ended_at = row.state_at
            row.save()
    insert_steps(moved, source=source, actor=actor, words=words)
    return standing, bool(moved)
