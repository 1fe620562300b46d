"""Records that lack nothing, one for each regime, and the figures a new portal begins with."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from importlib import import_module
from typing import Any

from apps.customs.choices import Regime
from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.record import (
    Address,
    Battery,
    FdaData,
    Identifier,
    Line,
    Party,
    Payment,
    Record,
)

ON = dt.date(2026, 11, 23)
SOLD = dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
CUT_OFF = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)

_rows = import_module("apps.customs.migrations.0005_starting_figures")
FIGURES = Figures.of(
    (
        ThresholdRow(
            area,
            kind,
            Decimal(amount),
            currency,
            dt.date.fromisoformat(first),
            dt.date.fromisoformat(last) if last else None,
            source,
        )
        for area, kind, amount, currency, first, last, source, _read in _rows.THRESHOLDS
    ),
    (RateRow(code, Decimal(cny), _rows.COUNTED_FROM) for code, cny in _rows.RATES.items()),
)

SELLER = Party(
    name="Hangzhou Aoki Trading Co., Ltd.",
    local_name="杭州青木贸易有限公司",
    kind="company",
    address=Address("Wensan Rd 90", "", "Hangzhou", "Zhejiang", "310012", "CN"),
    phone="+8657112345678",
    email="trade@aoki.example.org",
    identifiers=(
        Identifier("cn_uscc", "91110000600037341L", "CN"),
        Identifier("cn_customs", "3301960ABC", "CN"),
        Identifier("gb_vat", "GB980780684", "GB"),
        Identifier("gb_eori", "GB980780684000", "GB"),
        Identifier("au_arn", "300012345678", "AU"),
    ),
)
PAYMENT = Payment("PAY-1", "支付宝（中国）网络技术有限公司", Decimal(40), "USD", SOLD)
FIRMS = {Regime.CN_9710, Regime.CN_9810, Regime.CN_1210}
_PLACES: dict[str, Address] = {
    "DE": Address("Heidestraße 17", "", "Köln", "", "51147", "DE"),
    "US": Address("1 Main St", "", "Springfield", "IL", "62701", "US"),
    "GB": Address("10 Downing St", "", "London", "", "SW1A 2AA", "GB"),
    "JP": Address("1-1 Chiyoda", "", "Tokyo", "", "100-8111", "JP"),
    "AU": Address("1 George St", "", "Sydney", "NSW", "2000", "AU"),
    "BR": Address("Av Paulista 1", "", "São Paulo", "SP", "01310-100", "BR"),
    "NO": Address("Karl Johans gate 1", "", "Oslo", "", "0154", "NO"),
}
_IMPORT_CODES = {
    "DE": "6109100010",
    "US": "6109100012",
    "GB": "6109100010",
    "JP": "610910010",
    "AU": "61091010",
    "BR": "61091000",
}


def shirt(position: int = 1, **given: Any) -> Line:
    """A cotton shirt: nothing a regime may ask for is missing."""
    values: dict[str, Any] = {
        "position": position,
        "title": "纯棉T恤",
        "quantity": 2,
        "unit_price": Decimal("10.00"),
        "total": Decimal("20.00"),
        "sku": f"TS-{position}",
        "description_en": "T-shirt, knitted, men's",
        "description_cn": "针织男式T恤衫",
        "material": "100% cotton",
        "use": "clothing, everyday wear",
        "brand": "Aoki",
        "model": "TS-1",
        "net_grams": 300,
        "gross_grams": 340,
        "origin": "CN",
        "hs_code": "610910",
        "hs_edition": "2022",
        "hs_source": "confirmed",
        "export_code": "6109100010",
        "first_quantity": Decimal(2),
        "first_unit": "011",
        "bonded_item": "12",
    }
    return Line(**values | given)


def supplement(position: int = 1, **given: Any) -> Line:
    """Fish oil capsules: food to the FDA, with everything it wants."""
    values: dict[str, Any] = {
        "title": "深海鱼油软胶囊",
        "description_en": "Fish oil softgel capsules",
        "description_cn": "鱼油软胶囊",
        "material": "fish oil, gelatin",
        "use": "dietary supplement",
        "goods_class": "supplement",
        "hs_code": "210690",
        "import_code": "2106909998",
        "export_code": "2106909090",
        "fda": FdaData("54FCC", "dietary supplement", "Aoki Bio", "12345678901", "202611230001"),
    }
    return shirt(position, **values | given)


def speaker(position: int = 1, **given: Any) -> Line:
    """A loudspeaker with a battery inside."""
    values: dict[str, Any] = {
        "description_en": "Bluetooth loudspeaker",
        "description_cn": "蓝牙音箱",
        "material": "plastic",
        "use": "playing music",
        "goods_class": "battery",
        "battery": Battery("un3481_inside", Decimal("7.4"), 2, 1),
        "hs_code": "851822",
        "export_code": "8518220000",
        "import_code": "",
    }
    return shirt(position, **values | given)


def record_to(country: str, **given: Any) -> Record:
    """A record of two shirts to a country, complete for every border on the way."""
    lines = given.pop("lines", None)
    if lines is None:
        code = _IMPORT_CODES.get(country, "")
        lines = (shirt(1, import_code=code), shirt(2, import_code=code))
    goods = sum((line.total for line in lines), Decimal(0))
    values: dict[str, Any] = {
        "subject": "parcel:1",
        "reference": "A-1",
        "currency": "USD",
        "lines": tuple(lines),
        "seller": SELLER,
        "recipient": _recipient(country),
        "number": "RR473124829CN",
        "carrier": "emsguoji",
        "incoterm_place": _PLACES[country].city,
        "total": goods,
        "net_grams": sum(line.net_grams or 0 for line in lines),
        "gross_grams": 900,
        "invoice_number": "A-1",
        "invoice_date": SOLD.date(),
        "sold_at": SOLD,
        "handed_over_by": CUT_OFF,
        "platform": "Aoki Store",
        "platform_code": "3301960ABC",
        "ioss": "IM3720000789" if country == "DE" else "",
        "payment": replace(PAYMENT, amount=goods),
        "customs_code": "2900",
        "port_code": "2910",
        "responsible": replace(SELLER, name="Aoki EU GmbH", address=_PLACES["DE"]),
        "bonded_account": "T3301W000123",
        "bonded_operator": "3301W60001",
    }
    return Record(**values | given)


def _recipient(country: str) -> Party:
    return Party(
        name="Erika Mustermann",
        local_name="ミナ",
        address=_PLACES[country],
        phone="+4915112345678",
        email="erika@example.org",
        identifiers=(Identifier("br_cpf", "39053344705", "BR"),) if country == "BR" else (),
    )


def firm_of(record: Record, *numbers: Identifier) -> Record:
    """The same record to a firm."""
    party = replace(record.recipient, kind="company", name="Muster GmbH", identifiers=numbers)
    return replace(record, recipient=party)


def record_of(regime: Regime) -> Record:
    """A record that lacks nothing, one of whose borders is declared by the regime."""
    eori = Identifier("eori", "DE123456789012345", "DE")
    modes = {
        Regime.CN_9710: "9710",
        Regime.CN_9810: "9810",
        Regime.CN_1210: "1210",
    }
    if regime in modes:
        return firm_of(record_to("DE", export_mode=modes[regime], ioss=""), eori)
    post = {"service": "post", "export_mode": "postal"}
    big = (shirt(1, unit_price=Decimal(300), total=Decimal(600)),)
    made = {
        Regime.CN_9610: lambda: record_to("US"),
        Regime.CN_POSTAL: lambda: record_to("DE", **post),
        Regime.CN22: lambda: record_to("NO", **post),
        Regime.CN23: lambda: record_to("NO", lines=big, **post),
        Regime.EU_H7: lambda: record_to("DE"),
        Regime.EU_H1: lambda: firm_of(record_to("DE", ioss=""), eori),
        Regime.US_ENTRY: lambda: record_to("US", lines=(supplement(1), supplement(2))),
        Regime.GB_IMPORT: lambda: record_to("GB"),
        Regime.JP_IMPORT: lambda: record_to("JP"),
        Regime.AU_IMPORT: lambda: record_to("AU"),
        Regime.BR_IMPORT: lambda: record_to("BR"),
        Regime.OTHER_IMPORT: lambda: record_to("NO", lines=(speaker(1), speaker(2))),
    }
    return made[regime]()


def without(part: Any, path: str) -> Any:
    """The same record (or line, or party) with nothing at a path; a way that ends stays."""
    name, _dot, rest = path.partition(".")
    value = getattr(part, name)
    if rest:
        return replace(part, **{name: without(value, rest)}) if value is not None else part
    return replace(part, **{name: _nothing(part, name)})


def _nothing(part: Any, name: str) -> Any:
    assert is_dataclass(part)
    value = getattr(part, name)
    if isinstance(value, str):
        return ""
    default = next(one for one in fields(part) if one.name == name).default
    return () if isinstance(value, tuple) else (None if default is not None else default)
