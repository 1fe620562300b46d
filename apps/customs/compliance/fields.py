"""What a condition may ask about, as a table: field → kind of value, whose it is, how it is read.

The operators follow from the kind (:data:`OPERATORS`). Fields of a line are asked of each line;
the conditions of a group hold together for one and the same line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.customs.compliance.facts import Facts, LineFacts


class Kind(StrEnum):
    """What the values of a field are."""

    COUNTRY = "country"
    CHOICE = "choice"
    CODE = "code"
    HS = "hs"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    MANY = "many"
    PRESENCE = "presence"
    TRUTH = "truth"


class Op(StrEnum):
    """How a field is compared."""

    IN = "in"
    NOT_IN = "not_in"
    STARTS_WITH = "starts_with"
    NOT_STARTS_WITH = "not_starts_with"
    ON_LIST = "on_list"
    OVER = "over"
    AT_LEAST = "at_least"
    UNDER = "under"
    AT_MOST = "at_most"
    BETWEEN = "between"
    EMPTY = "empty"
    GIVEN = "given"
    TRUE = "true"
    FALSE = "false"


_AMOUNT = (Op.OVER, Op.AT_LEAST, Op.UNDER, Op.AT_MOST, Op.BETWEEN, Op.EMPTY, Op.GIVEN)
OPERATORS: dict[Kind, tuple[Op, ...]] = {
    Kind.COUNTRY: (Op.IN, Op.NOT_IN, Op.EMPTY, Op.GIVEN),
    Kind.CHOICE: (Op.IN, Op.NOT_IN),
    Kind.CODE: (Op.IN, Op.NOT_IN, Op.EMPTY, Op.GIVEN),
    Kind.HS: (Op.STARTS_WITH, Op.NOT_STARTS_WITH, Op.EMPTY, Op.GIVEN),
    Kind.TEXT: (Op.ON_LIST, Op.EMPTY, Op.GIVEN),
    Kind.NUMBER: _AMOUNT,
    Kind.MONEY: _AMOUNT,
    Kind.MANY: (Op.IN, Op.NOT_IN, Op.EMPTY, Op.GIVEN),
    Kind.PRESENCE: (Op.EMPTY, Op.GIVEN),
    Kind.TRUTH: (Op.TRUE, Op.FALSE),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition may ask about. ``path`` is the record's field a finding points at.

    ``options`` names the enumeration of `choices.py` a picker offers; ``unit`` is what a number
    counts (g, Wh, pieces).
    """

    name: str
    kind: Kind
    of_line: bool
    read: Callable[[Any], Any]
    path: str
    options: str = ""
    unit: str = ""


def _header(
    name: str,
    kind: Kind,
    read: Callable[[Facts], Any],
    path: str,
    options: str = "",
    *,
    unit: str = "",
) -> Field:
    return Field(name, kind, False, read, path, options, unit)


def _line(
    name: str,
    kind: Kind,
    read: Callable[[LineFacts], Any],
    path: str,
    options: str = "",
    *,
    unit: str = "",
) -> Field:
    return Field(name, kind, True, read, path, options, unit)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _header("destination", Kind.COUNTRY, lambda f: f.destination, "recipient.address.country"),
        _header("leaves_from", Kind.COUNTRY, lambda f: f.leaves_from, "seller.address.country"),
        _header("service", Kind.CHOICE, lambda f: f.service, "service", "ServiceKind"),
        _header("carrier", Kind.CODE, lambda f: f.carrier, "carrier"),
        _header("incoterm", Kind.CHOICE, lambda f: f.incoterm, "incoterm", "IncotermCode"),
        _header("reason", Kind.CHOICE, lambda f: f.reason, "reason", "SendReason"),
        _header("export_mode", Kind.CHOICE, lambda f: f.export_mode, "export_mode", "ExportMode"),
        _header("platform", Kind.CODE, lambda f: f.platform, "platform"),
        _header(
            "recipient_kind", Kind.CHOICE, lambda f: f.recipient_kind, "recipient.kind", "PartyKind"
        ),
        _header("sender_kind", Kind.CHOICE, lambda f: f.sender_kind, "seller.kind", "PartyKind"),
        _header("value", Kind.MONEY, lambda f: f.value, "total"),
        _header("gross_weight", Kind.NUMBER, lambda f: f.gross_grams, "gross_grams", unit="g"),
        _header("lines", Kind.NUMBER, lambda f: len(f.lines), "lines", unit="1"),
        _header("distinct_hs6", Kind.NUMBER, lambda f: f.distinct_hs6, "lines", unit="1"),
        _header("ioss", Kind.PRESENCE, lambda f: f.ioss, "ioss"),
        _header(
            "recipient_numbers",
            Kind.MANY,
            lambda f: f.recipient_numbers,
            "recipient.identifiers",
            "IdentifierKind",
        ),
        _header(
            "seller_numbers",
            Kind.MANY,
            lambda f: f.seller_numbers,
            "seller.identifiers",
            "IdentifierKind",
        ),
        _header("responsible", Kind.PRESENCE, lambda f: f.responsible, "responsible"),
        _header("hazards", Kind.MANY, lambda f: f.hazards, "lines", "GoodsClass"),
        _line("hs", Kind.HS, lambda n: n.hs, "hs_code"),
        _line("words", Kind.TEXT, lambda n: n.texts, "title"),
        _line("vague", Kind.TRUTH, lambda n: n.vague, "description_en"),
        _line("material", Kind.TEXT, lambda n: n.material, "material"),
        _line("use", Kind.TEXT, lambda n: n.use, "use"),
        _line("brand", Kind.CODE, lambda n: n.brand, "brand"),
        _line("made_in", Kind.COUNTRY, lambda n: n.made_in, "origin"),
        _line("goods_class", Kind.CHOICE, lambda n: n.goods_class, "goods_class", "GoodsClass"),
        _line("battery", Kind.CHOICE, lambda n: n.battery, "battery", "BatteryKind"),
        _line("watt_hours", Kind.NUMBER, lambda n: n.watt_hours, "battery.watt_hours", unit="Wh"),
        _line("unit_value", Kind.MONEY, lambda n: n.unit_value, "unit_price"),
        _line("line_value", Kind.MONEY, lambda n: n.line_value, "total"),
        _line("net_weight", Kind.NUMBER, lambda n: n.net_grams, "net_grams", unit="g"),
        _line("pieces", Kind.NUMBER, lambda n: n.pieces, "quantity", unit="1"),
        _line("papers", Kind.MANY, lambda n: n.papers, "certificates", "CertificateKind"),
        _line(
            "expired_papers",
            Kind.MANY,
            lambda n: n.expired_papers,
            "certificates",
            "CertificateKind",
        ),
        _line("fda_product_code", Kind.PRESENCE, lambda n: n.fda_product_code, "fda.product_code"),
        _line("fda_facility", Kind.PRESENCE, lambda n: n.fda_facility, "fda.facility"),
        _line("prior_notice", Kind.PRESENCE, lambda n: n.prior_notice, "fda.prior_notice"),
    )
}
