"""A record drafted from what was ordered, the product master and the exporter. Pure.

Only facts: an HS code comes from a person's confirmation of the product, else as the shop stated
it (source "stated", until a person confirms it), never from a suggestion. What nobody said stays
empty and becomes a finding.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from decimal import Decimal

from apps.customs.areas import EU, in_eu
from apps.customs.choices import (
    ExportMode,
    GoodsClass,
    HsSource,
    IdentifierKind,
    PartyKind,
    SendReason,
    ServiceKind,
)
from apps.customs.exporter_facts import ExporterFacts
from apps.customs.product_facts import ConfirmedCode, ProductFacts
from apps.customs.record import FdaData, Line, Party, Record
from apps.customs.snapshot import LineSnapshot, ParcelSnapshot

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]")
_NOT_A_DIGIT = re.compile(r"[.\s-]")
_HOME = "CN"


def draft_record(
    snapshot: ParcelSnapshot,
    products: Mapping[str, ProductFacts],
    exporter: ExporterFacts | None,
) -> Record:
    """Return the record of a parcel as far as it is known; ``products`` by SKU.

    ``record.exporter`` stays None: the seller exports, unless a correction names somebody else.
    """
    facts = exporter or ExporterFacts()
    country = snapshot.recipient.address.country
    lines = tuple(_line(line, products.get(line.sku), country) for line in snapshot.lines)
    goods = sum((line.total for line in lines), Decimal(0))
    return Record(
        subject=snapshot.subject,
        reference=snapshot.reference,
        currency=snapshot.currency,
        lines=lines,
        seller=_seller(snapshot, exporter),
        recipient=snapshot.recipient,
        importer=snapshot.importer,
        responsible=facts.responsible if in_eu(country) else None,
        number=snapshot.number,
        carrier=snapshot.carrier,
        export_mode=_mode(snapshot, facts),
        service=snapshot.service,
        incoterm=snapshot.incoterm or facts.default_incoterm,
        incoterm_place=snapshot.recipient.address.city,
        reason=snapshot.reason or SendReason.SALE.value,
        total=goods - snapshot.discount,
        discount=snapshot.discount,
        freight=snapshot.freight,
        insurance=snapshot.insurance,
        net_grams=_sum([line.net_grams for line in lines]),
        gross_grams=snapshot.gross_grams or _sum([line.gross_grams for line in lines]),
        length_mm=snapshot.length_mm,
        width_mm=snapshot.width_mm,
        height_mm=snapshot.height_mm,
        invoice_number=snapshot.invoice_number or snapshot.reference,
        invoice_date=snapshot.sold_at.date() if snapshot.sold_at else None,
        sold_at=snapshot.sold_at,
        handed_over_by=snapshot.cut_off,
        platform=snapshot.platform or facts.platform,
        shop_url=snapshot.shop_url or facts.shop_url,
        ioss=_ioss(snapshot, facts),
        payment=snapshot.payment,
        port_code=facts.port_code,
        customs_code=facts.customs_code,
    )


def _seller(snapshot: ParcelSnapshot, exporter: ExporterFacts | None) -> Party:
    """The exporter, else whoever sends; the order may add numbers to it or replace some."""
    party = exporter.party() if exporter else snapshot.seller or Party()
    stated = {one.kind for one in snapshot.identifiers}
    kept = tuple(one for one in party.identifiers if one.kind not in stated)
    return dataclasses.replace(party, identifiers=(*snapshot.identifiers, *kept))


def _mode(snapshot: ParcelSnapshot, facts: ExporterFacts) -> str:
    if snapshot.export_mode:
        return snapshot.export_mode
    if snapshot.service == ServiceKind.POST.value:
        return ExportMode.POSTAL.value
    return facts.default_export_mode


def _ioss(snapshot: ParcelSnapshot, facts: ExporterFacts) -> str:
    """The order's own; else the exporter's, for what is sold to a person in the Union."""
    to_person = snapshot.recipient.kind == PartyKind.PERSON.value
    is_sold = snapshot.reason in ("", SendReason.SALE.value)
    in_union = in_eu(snapshot.recipient.address.country)
    if snapshot.ioss or not (in_union and to_person and is_sold):
        return snapshot.ioss
    numbers = (*snapshot.identifiers, *facts.identifiers)
    return next((one.value for one in numbers if one.kind == IdentifierKind.IOSS.value), "")


def _line(line: LineSnapshot, product: ProductFacts | None, country: str) -> Line:
    """One line: words, weights and codes of the product, price and quantity of the order."""
    base = Line(
        position=line.position,
        title=line.title,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total=line.unit_price * line.quantity,
        sku=line.sku,
        description_en=line.title if _is_english(line.title) else "",
        description_cn=line.title if _CJK.search(line.title) else "",
        net_grams=_times(line.weight_grams, line.quantity),
        origin=line.origin,
        goods_class=line.goods_class,
        fda=line.fda,
    )
    base = _with_stated_code(base, line.hs_code)
    return base if product is None else _with_product(base, product, country)


def _with_product(base: Line, product: ProductFacts, country: str) -> Line:
    general = GoodsClass.GENERAL.value
    net = _times(product.net_grams, base.quantity)
    line = dataclasses.replace(
        base,
        description_en=product.name_en or base.description_en,
        description_cn=product.name_cn or base.description_cn,
        material=product.material,
        use=product.use,
        brand=product.brand,
        model=product.model,
        barcode=product.barcode,
        unit=product.unit,
        net_grams=base.net_grams if net is None else net,
        gross_grams=_times(product.gross_grams, base.quantity),
        origin=base.origin or product.origin,
        goods_class=product.goods_class if product.goods_class != general else base.goods_class,
        battery=product.battery,
        fda=_both(base.fda, product.fda),
        certificates=product.certificates,
    )
    return _with_confirmed_codes(line, product, country)


def _with_stated_code(line: Line, stated: str) -> Line:
    """The shop's own code: its first six digits, and the rest where it has more."""
    code = _NOT_A_DIGIT.sub("", stated)
    if not code:
        return line
    return dataclasses.replace(
        line,
        hs_code=code[:6],
        import_code=code if len(code) > 6 else "",
        hs_source=HsSource.STATED.value,
    )


def _with_confirmed_codes(line: Line, product: ProductFacts, country: str) -> Line:
    areas = (country, EU) if in_eu(country) else (country,)
    six = next((product.codes[area] for area in areas if area in product.codes), product.hs6)
    if six is None:
        return line
    return dataclasses.replace(
        line,
        hs_code=six.code[:6],
        hs_edition=six.edition,
        hs_source=HsSource.CONFIRMED.value,
        hs_confirmed_by=six.confirmed_by,
        hs_confirmed_at=six.confirmed_at,
        import_code=_national(product, areas, six),
        export_code=_longer(product.codes.get(_HOME)),
    )


def _national(product: ProductFacts, areas: tuple[str, ...], six: ConfirmedCode) -> str:
    """The digits beyond six that the destination wants, only as confirmed for it."""
    found = (code for area in areas if (code := _longer(product.codes.get(area))))
    return next((code for code in found if code[:6] == six.code[:6]), "")


def _longer(code: ConfirmedCode | None) -> str:
    return code.code if code is not None and len(code.code) > 6 else ""


def _both(stated: FdaData | None, known: FdaData | None) -> FdaData | None:
    """What the order says of FDA data, the rest of the product."""
    if stated is None or known is None:
        return stated or known
    names = [item.name for item in dataclasses.fields(FdaData)]
    return FdaData(*(getattr(stated, name) or getattr(known, name) for name in names))


def _is_english(title: str) -> bool:
    return bool(_LATIN.search(title)) and not _CJK.search(title)


def _times(grams: int | None, quantity: int) -> int | None:
    return None if grams is None else grams * quantity


def _sum(grams: list[int | None]) -> int | None:
    known = [one for one in grams if one is not None]
    return sum(known) if known and len(known) == len(grams) else None
