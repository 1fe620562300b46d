"""A parcel crosses a border: its record is written and a declaration opened for each border."""

from __future__ import annotations

from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import CheckCause, RuleStage, StepSource
from apps.customs.completeness import assess_record
from apps.customs.drafting import draft_record
from apps.customs.models import Consignment, Declaration
from apps.customs.services.compliance_storing import check_locked
from apps.customs.services.facts import Facts, load_facts
from apps.customs.services.storing import (
    Drafted,
    insert_steps,
    insert_version,
    keep_snapshot,
    new_declaration,
)
from apps.customs.snapshot import ParcelSnapshot
from apps.shipments.models import Shipment


def draft_declarations(
    *, snapshot: ParcelSnapshot, shipment: Shipment, actor: Actor, facts: Facts | None = None
) -> Drafted:
    """Open the consignment of a new parcel with its record and a declaration for each border.

    Runs in the caller's transaction, with no remote call. ``facts`` spares reading the same
    products again for another parcel of the same order. An HS code is filled in only where a
    person confirmed it for the product, or as the shop stated it. The rules that bind are asked
    in the same transaction.
    """
    on = clock.now().date()
    known = facts or load_facts(
        merchant_id=shipment.merchant_id, skus=[line.sku for line in snapshot.lines]
    )
    record = draft_record(snapshot, known.products, known.exporter)
    judged = assess_record(record, on=on, figures=known.figures)
    consignment = Consignment(
        merchant_id=shipment.merchant_id,
        shipment=shipment,
        mode=shipment.mode,
        is_complete=judged.is_complete,
        complete_at_order=judged.is_complete,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    keep_snapshot(consignment, snapshot)
    consignment.save()
    insert_version(consignment, record, judged, source=StepSource.DRAFTED, actor=actor)
    rows = Declaration.objects.bulk_create(
        new_declaration(consignment, border) for border in judged.by_border
    )
    insert_steps([(row, "") for row in rows], source=StepSource.DRAFTED, actor=actor)
    check_locked(consignment, record, stage=RuleStage.ORDER, cause=CheckCause.ORDERED, actor=actor)
    return Drafted(consignment, record, tuple(rows), judged.findings)
