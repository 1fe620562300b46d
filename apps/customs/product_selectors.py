"""What reads the product master."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.core import clock
from apps.customs.models import Certificate, HsConfirmation, Product
from apps.customs.product_facts import ConfirmedCode, ProductFacts
from apps.customs.record import Battery, CertificateRef, FdaData

EXPIRING_DAYS = 30


def products_by_sku(merchant_id: int, skus: Collection[str]) -> dict[str, ProductFacts]:
    """Return the facts of a merchant's SKUs, of those there are, in three queries at most."""
    wanted = {sku for sku in skus if sku}
    if not wanted:
        return {}
    rows = with_parts(Product.objects.filter(merchant_id=merchant_id, sku__in=wanted))
    return {row.sku: facts_of(row) for row in rows}


def with_parts(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Fetch what counts of a product's codes, and its papers, in two queries for any number."""
    counting = HsConfirmation.objects.filter(withdrawn_at=None).order_by("country")
    return rows.prefetch_related(
        Prefetch("confirmations", queryset=counting, to_attr="counting_codes"),
        Prefetch("certificates", queryset=Certificate.objects.order_by("kind", "number")),
    )


def facts_of(row: Product) -> ProductFacts:
    """Return a product of :func:`with_parts` as a declaration takes it."""
    codes: list[HsConfirmation] = row.counting_codes  # type: ignore[attr-defined]
    return ProductFacts(
        product_id=row.pk,
        sku=row.sku,
        name_cn=row.name_cn,
        name_en=row.name_en,
        material=row.material,
        use=row.use,
        brand=row.brand,
        model=row.model,
        barcode=row.barcode,
        category=row.category,
        origin=row.origin,
        net_grams=row.net_grams,
        gross_grams=row.gross_grams,
        value=row.value,
        currency=row.currency,
        unit=row.unit,
        goods_class=row.goods_class,
        battery=_battery(row),
        fda=_fda(row),
        certificates=tuple(
            CertificateRef(one.kind, one.number, one.valid_to) for one in row.certificates.all()
        ),
        codes={one.country: _code(one) for one in codes},
        is_active=row.is_active,
    )


def expiring_before(rows: QuerySet[Product], *, days: int = EXPIRING_DAYS) -> QuerySet[Product]:
    """Return the products with a paper that has expired or does so within some days."""
    last = clock.now().date() + dt.timedelta(days=days)
    papers = Certificate.objects.filter(product=OuterRef("pk"), valid_to__lte=last)
    return rows.filter(Exists(papers))


def without_code(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Return the products nobody confirmed an HS code of."""
    return rows.filter(~Exists(_counting()))


def with_code(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Return the products with a confirmed HS code."""
    return rows.filter(Exists(_counting()))


def _counting() -> QuerySet[HsConfirmation]:
    return HsConfirmation.objects.filter(product=OuterRef("pk"), withdrawn_at=None)


def _battery(row: Product) -> Battery | None:
    if not row.battery:
        return None
    return Battery(row.battery, row.watt_hours, row.cells, row.batteries)


def _fda(row: Product) -> FdaData | None:
    data = FdaData(
        row.fda_product_code, row.fda_intended_use, row.fda_manufacturer, row.fda_facility
    )
    return data if data != FdaData() else None


def _code(row: HsConfirmation) -> ConfirmedCode:
    return ConfirmedCode(
        row.code, row.edition, row.country, row.confirmed_by, row.confirmed_at, row.evidence
    )
