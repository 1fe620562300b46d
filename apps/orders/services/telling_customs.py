"""What merchants' systems are told of declarations: one message for each that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.core.masking import mask_text
from apps.customs.choices import DeclarationState, Severity
from apps.customs.findings import Finding
from apps.customs.models import Consignment, Declaration, RecordVersion
from apps.customs.selectors import findings_of
from apps.shipments.modes import platform_mode
from apps.webhooks.choices import MessageKind
from apps.webhooks.services import Draft, queue_messages

MOST_MISSING = 50
KINDS: dict[str, MessageKind] = {
    DeclarationState.DRAFT.value: MessageKind.DECLARATION_INCOMPLETE,
    DeclarationState.COMPLETE.value: MessageKind.DECLARATION_COMPLETE,
    DeclarationState.INFORMATION_REQUIRED.value: MessageKind.DECLARATION_HELD,
    DeclarationState.HELD.value: MessageKind.DECLARATION_HELD,
    DeclarationState.RELEASED.value: MessageKind.DECLARATION_RELEASED,
    DeclarationState.REFUSED.value: MessageKind.DECLARATION_REFUSED,
}


def tell_declarations(
    consignments: Sequence[Consignment],
    changed: Sequence[Declaration],
    versions: Mapping[int, RecordVersion],
) -> None:
    """Queue a message for each declaration whose new state a shop wants to know of.

    No value of a record is in a message, only which fields are missing: nothing of a person.
    """
    by_id = {row.pk: row for row in consignments}
    queue_messages(
        [
            _draft(row, by_id[row.consignment_id], versions.get(row.consignment_id))
            for row in changed
            if row.state in KINDS
        ]
    )


def missing_of(
    row: Declaration, version: RecordVersion | None, *, most: int = MOST_MISSING
) -> list[Finding]:
    """Return what keeps one border from being complete, the worst first."""
    if version is None:
        return []
    key = f"{row.direction}:{row.country}"
    found = [
        one
        for one in findings_of(version)
        if one.severity is Severity.BLOCK and (not one.borders or key in one.borders)
    ]
    return found[:most]


def _draft(row: Declaration, consignment: Consignment, version: RecordVersion | None) -> Draft:
    kind = KINDS[row.state].value
    return Draft(
        merchant_id=consignment.merchant_id,
        mode=platform_mode(consignment.shipment.mode),
        kind=kind,
        subject=consignment.shipment.uid,
        payload={
            "type": kind,
            "timestamp": consignment.changed_at,
            "data": _data(row, consignment, missing_of(row, version)),
        },
        occurred_at=row.state_at,
    )


def _data(row: Declaration, consignment: Consignment, missing: list[Finding]) -> dict[str, Any]:
    return {
        "declaration": row.uid,
        "shipment": consignment.shipment.uid,
        "reference": consignment.reference,
        "direction": row.direction,
        "country": row.country,
        "regime": row.regime,
        "state": row.state,
        "state_at": row.state_at,
        "score": row.score,
        "missing": [
            {
                "code": one.code,
                "field": one.field,
                "line": one.line,
                "supplier": one.supplier.value,
                "until": one.until,
            }
            for one in missing
        ],
        "asked": mask_text(row.asked),
        "answer_due": row.answer_due,
    }
