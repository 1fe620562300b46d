"""What reads consignments, declarations and what they are drafted from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from apps.accounts.scoping import scope_to
from apps.customs.exporter_facts import ExporterFacts
from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.findings import Finding
from apps.customs.models import (
    Consignment,
    CurrencyRate,
    Declaration,
    Exporter,
    RecordVersion,
    Threshold,
)
from apps.customs.record import Address, Identifier, Party, Record, from_json, read_json


def exporter_of(merchant_id: int) -> ExporterFacts | None:
    """Return who declares a merchant's goods, None where nobody said."""
    row = Exporter.objects.filter(merchant_id=merchant_id).first()
    return exporter_facts(row) if row else None


def exporter_facts(row: Exporter) -> ExporterFacts:
    """Return a row as rules take it."""
    return ExporterFacts(
        name_en=row.name_en,
        name_cn=row.name_cn,
        address=Address(
            street=row.street,
            city=row.city,
            region=row.region,
            postcode=row.postcode,
            country=row.country,
        ),
        phone=row.phone,
        email=row.email,
        identifiers=tuple(read_json(Identifier, one) for one in row.identifiers),
        responsible=read_json(Party, row.responsible) if row.responsible else None,
        customs_code=row.customs_code,
        port_code=row.port_code,
        platform=row.platform,
        shop_url=row.shop_url,
        default_incoterm=row.default_incoterm,
        default_export_mode=row.default_export_mode,
    )


def load_figures() -> Figures:
    """Return every dated figure there is, in two queries; the tables are small."""
    thresholds = Threshold.objects.values_list(
        "area", "kind", "amount", "currency", "valid_from", "valid_to", "source", "checked_on"
    )
    rates = CurrencyRate.objects.values_list("currency", "cny", "valid_from", "source")
    return Figures.of((ThresholdRow(*row) for row in thresholds), (RateRow(*row) for row in rates))


def consignments_visible_to(viewer: Any) -> QuerySet[Consignment]:
    """The consignments a user or an API key may see, newest first."""
    return scope_to(viewer, Consignment.objects.select_related("merchant").order_by("-id"))


def declarations_visible_to(viewer: Any) -> QuerySet[Declaration]:
    """The declarations a user or an API key may see, newest first."""
    rows = Declaration.objects.select_related("consignment__shipment", "merchant")
    return scope_to(viewer, rows.order_by("-id"))


def current_version(consignment: Consignment) -> RecordVersion:
    """Return the version of a consignment's record that counts."""
    return consignment.versions.get(number=consignment.record_version)


def version_that_counts(consignment: Consignment) -> RecordVersion:
    """Return the version that counts of a consignment at hand, read once for each object."""
    kept: RecordVersion | None = getattr(consignment, "_counting_version", None)
    if kept is None or kept.number != consignment.record_version:
        kept = current_version(consignment)
        consignment._counting_version = kept  # type: ignore[attr-defined]
    return kept


def current_record(consignment: Consignment) -> Record:
    """Return the record of a consignment that counts."""
    return from_json(current_version(consignment).record)


def findings_of(version: RecordVersion) -> tuple[Finding, ...]:
    """Return what was found in a version of a record."""
    return tuple(Finding.from_json(one) for one in version.findings)


def consignments_of(shipment_ids: Collection[int]) -> dict[int, Consignment]:
    """Return the consignments of shipments with their declarations, in two queries."""
    rows = Consignment.objects.filter(shipment_id__in=shipment_ids)
    borders = Prefetch("declarations", queryset=Declaration.objects.order_by("id"))
    return {row.shipment_id: row for row in rows.prefetch_related(borders)}


def versions_of(consignments: Collection[Consignment]) -> dict[int, RecordVersion]:
    """Return the versions that count, by consignment, in one query."""
    rows = RecordVersion.objects.filter(
        consignment__in=consignments, number=F("consignment__record_version")
    )
    return {row.consignment_id: row for row in rows}
