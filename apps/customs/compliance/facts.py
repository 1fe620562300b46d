"""What rules can ask about one parcel, read once from its record. Pure.

Amounts are in CNY by the day's rates, ``None`` where a currency has no rate: a rule that needs
such an amount cannot be judged and says so, it never passes by ignorance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from apps.customs.compliance.words import Texts, read_texts
from apps.customs.figures import HOME_CURRENCY, Figures
from apps.customs.record import Line, Party, Record

HS6 = 6


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line; weights are grams, amounts CNY, ``papers`` the kinds valid that day."""

    position: int
    hs: str
    texts: Texts
    vague: bool
    material: Texts
    use: Texts
    brand: str
    made_in: str
    goods_class: str
    battery: str
    watt_hours: Decimal | None
    unit_value: Decimal | None
    line_value: Decimal | None
    net_grams: int | None
    pieces: int
    papers: frozenset[str]
    expired_papers: frozenset[str]
    fda_product_code: str
    fda_facility: str
    prior_notice: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One parcel; ``hazards`` are the goods classes of all its lines."""

    destination: str
    leaves_from: str
    service: str
    carrier: str
    incoterm: str
    reason: str
    export_mode: str
    platform: str
    recipient_kind: str
    sender_kind: str
    value: Decimal | None
    gross_grams: int | None
    distinct_hs6: int
    ioss: str
    recipient_numbers: frozenset[str]
    seller_numbers: frozenset[str]
    responsible: str
    hazards: frozenset[str]
    lines: tuple[LineFacts, ...]


Vague = Callable[[Line], bool]


def facts_of(
    record: Record,
    *,
    on: dt.date,
    figures: Figures,
    is_vague: Vague,
) -> Facts:
    """Return the facts of a record as of a day."""

    def cny(amount: Decimal) -> Decimal | None:
        return _known(figures.convert(amount, record.currency, HOME_CURRENCY, on))

    lines = tuple(_line(line, on, cny, is_vague) for line in record.lines)
    exporter = record.exporter or record.seller
    return Facts(
        destination=record.destination,
        leaves_from=record.origin_country,
        service=record.service,
        carrier=record.carrier,
        incoterm=record.incoterm,
        reason=record.reason,
        export_mode=record.export_mode,
        platform=record.platform.casefold(),
        recipient_kind=record.recipient.kind,
        sender_kind=record.seller.kind,
        value=cny(record.total),
        gross_grams=record.gross_grams,
        distinct_hs6=len({line.hs_code[:HS6] for line in record.lines if line.hs_code}),
        ioss=record.ioss or exporter.identifier("ioss"),
        recipient_numbers=_numbers(record.recipient),
        seller_numbers=_numbers(record.seller) | _numbers(exporter),
        responsible=record.responsible.name if record.responsible else "",
        hazards=frozenset(line.goods_class for line in record.lines),
        lines=lines,
    )


def _known(amount: Decimal | None) -> Decimal | None:
    """Return an amount that can be compared: what is no number is not known."""
    return amount if amount is not None and amount.is_finite() else None


def _numbers(party: Party) -> frozenset[str]:
    return frozenset(one.kind for one in party.identifiers if one.value)


def _line(
    line: Line, on: dt.date, cny: Callable[[Decimal], Decimal | None], is_vague: Vague
) -> LineFacts:
    fda, battery = line.fda, line.battery
    papers = line.certificates
    valid = frozenset(one.kind for one in papers if one.valid_to is None or one.valid_to >= on)
    expired = frozenset(one.kind for one in papers) - valid
    return LineFacts(
        position=line.position,
        hs=line.import_code or line.hs_code,
        texts=read_texts(line.title, line.description_en, line.description_cn),
        vague=is_vague(line),
        material=read_texts(line.material),
        use=read_texts(line.use),
        brand=line.brand.casefold(),
        made_in=line.origin,
        goods_class=line.goods_class,
        battery=battery.kind if battery else "",
        watt_hours=_known(battery.watt_hours) if battery else None,
        unit_value=cny(line.unit_price),
        line_value=cny(line.total),
        net_grams=line.net_grams,
        pieces=line.quantity,
        papers=valid,
        expired_papers=expired,
        fda_product_code=fda.product_code if fda else "",
        fda_facility=fda.facility if fda else "",
        prior_notice=fda.prior_notice if fda else "",
    )
