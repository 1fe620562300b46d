"""What merchants' systems are told when a rule begins or ceases to hold a parcel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.core import clock
from apps.customs.compliance_selectors import latest_checks
from apps.customs.models import ComplianceCheck, Consignment
from apps.orders.compliance_words import told_findings
from apps.shipments.choices import ShipmentMode
from apps.shipments.modes import platform_mode
from apps.webhooks.choices import MessageKind
from apps.webhooks.services import Draft, queue_messages


def tell_holds(consignments: Sequence[Consignment], orders: Mapping[int, str]) -> list[Consignment]:
    """Queue a message for each consignment held or freed since its shop was told; returns them.

    ``orders`` are public ids by shipment. A manual parcel is not held by us, and what has left is
    held by nobody: neither is told. No word of a person is in a message.
    """
    news = [row for row in consignments if row.held_by_rules != row.held_told]
    told = [row for row in news if not (row.held_by_rules and _runs_free(row))]
    checks = latest_checks([row.shipment_id for row in told]) if told else {}
    drafts = [_draft(row, orders, checks.get(row.shipment_id)) for row in told]
    queue_messages(drafts)
    for row in told:
        row.held_told = row.held_by_rules
    return told


def _runs_free(row: Consignment) -> bool:
    return row.has_left or row.shipment.mode == ShipmentMode.MANUAL.value


def _draft(row: Consignment, orders: Mapping[int, str], check: ComplianceCheck | None) -> Draft:
    kind = MessageKind.ORDER_HELD if row.held_by_rules else MessageKind.ORDER_RELEASED
    at = check.at if check else clock.now()
    return Draft(
        merchant_id=row.merchant_id,
        mode=platform_mode(row.shipment.mode),
        kind=kind.value,
        subject=row.shipment.uid,
        payload={
            "type": kind.value,
            "timestamp": row.changed_at,
            "data": _data(row, orders.get(row.shipment_id, ""), check),
        },
        occurred_at=at,
    )


def _data(row: Consignment, order: str, check: ComplianceCheck | None) -> dict[str, Any]:
    findings = check.findings.all() if check else []
    return {
        "order": order,
        "reference": row.reference,
        "shipment": row.shipment.uid,
        "result": check.result if check else "",
        "checked_at": check.at if check else None,
        "findings": told_findings(findings, masked=True, only_holding=True),
    }
