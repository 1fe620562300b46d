"""The fields of a record as the declaration page shows them: order, and how each is typed in.

A field is named by its path in the record (`record_paths`); a field of a line by what follows the
line's position. `field_labels` has their names. What is personal has the mask it is shown under.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum
from apps.core.region_names import country_choices
from apps.core.regions import CURRENCY_DIGITS
from apps.customs.choices import (
    BatteryKind,
    ExportMode,
    GoodsClass,
    IncotermCode,
    PartyKind,
    SendReason,
    ServiceKind,
)

Choices = Callable[[], list[tuple[str, str]]]


def _labels(words: type[LabelledEnum]) -> Choices:
    return lambda: [(one.value, str(one.label)) for one in words if one.value]


def _currencies() -> list[tuple[str, str]]:
    return [(code, code) for code in CURRENCY_DIGITS]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind`` is the input: text, whole, money, date, moment or choice."""

    path: str
    kind: str = "text"
    choices: Choices | None = None
    mask: str = ""
    unit: Any = ""
    fixed: bool = False
    rare: bool = False


COUNTRY: dict[str, Any] = {"kind": "choice", "choices": country_choices}


def _party(prefix: str, *, personal: bool) -> tuple[Field, ...]:
    def mask(name: str) -> str:
        return name if personal else ""

    return (
        Field(f"{prefix}.name", mask=mask("name")),
        Field(f"{prefix}.local_name", mask=mask("name")),
        Field(f"{prefix}.kind", "choice", _labels(PartyKind)),
        Field(f"{prefix}.phone", mask=mask("phone")),
        Field(f"{prefix}.email", mask=mask("email")),
        Field(f"{prefix}.address.street", mask=mask("address")),
        Field(f"{prefix}.address.district", rare=True),
        Field(f"{prefix}.address.city"),
        Field(f"{prefix}.address.region"),
        Field(f"{prefix}.address.postcode", mask=mask("address")),
        Field(f"{prefix}.address.country", **COUNTRY),
    )


PARCEL = (
    Field("number", fixed=True),
    Field("export_mode", "choice", _labels(ExportMode)),
    Field("service", "choice", _labels(ServiceKind)),
    Field("incoterm", "choice", _labels(IncotermCode)),
    Field("incoterm_place", rare=True),
    Field("reason", "choice", _labels(SendReason)),
    Field("ioss"),
    Field("invoice_number"),
    Field("invoice_date", "date"),
    Field("sold_at", "moment"),
    Field("platform"),
    Field("shop_url"),
    Field("platform_code", rare=True),
    Field("port_code"),
    Field("customs_code"),
    Field("transport_mode", rare=True),
    Field("bonded_account", rare=True),
    Field("bonded_operator", rare=True),
    Field("remarks", rare=True),
)
MONEY = (
    Field("currency", "choice", _currencies),
    Field("total", "money"),
    Field("discount", "money"),
    Field("freight", "money"),
    Field("insurance", "money"),
    Field("net_grams", "whole", unit="g"),
    Field("gross_grams", "whole", unit="g"),
    Field("packages", "whole"),
    Field("length_mm", "whole", unit="mm", rare=True),
    Field("width_mm", "whole", unit="mm", rare=True),
    Field("height_mm", "whole", unit="mm", rare=True),
)
PAYMENT = (
    Field("payment.number"),
    Field("payment.firm"),
    Field("payment.amount", "money"),
    Field("payment.currency", "choice", _currencies),
    Field("payment.paid_at", "moment"),
)
RECIPIENT = _party("recipient", personal=True)
IMPORTER = _party("importer", personal=True)
EXPORTER = _party("exporter", personal=False)
SELLER = _party("seller", personal=False)
RESPONSIBLE = _party("responsible", personal=False)

LINE = (
    Field("hs_code"),
    Field("origin", **COUNTRY),
    Field("description_en"),
    Field("description_cn"),
    Field("material"),
    Field("use"),
    Field("net_grams", "whole", unit="g"),
    Field("gross_grams", "whole", unit="g"),
    Field("unit_price", "money"),
    Field("quantity", "whole"),
    Field("total", "money"),
    Field("goods_class", "choice", _labels(GoodsClass)),
    Field("brand", rare=True),
    Field("model", rare=True),
    Field("unit", rare=True),
    Field("import_code", rare=True),
    Field("export_code", rare=True),
    Field("first_quantity", "money", rare=True),
    Field("first_unit", rare=True),
    Field("second_quantity", "money", rare=True),
    Field("second_unit", rare=True),
    Field("bonded_item", rare=True),
    Field("barcode", rare=True),
    Field("batch", rare=True),
    Field("produced_on", "date", rare=True),
    Field("expires_on", "date", rare=True),
    Field("battery.kind", "choice", _labels(BatteryKind), rare=True),
    Field("battery.watt_hours", "money", rare=True),
    Field("battery.cells", "whole", rare=True),
    Field("battery.batteries", "whole", rare=True),
    Field("fda.product_code", rare=True),
    Field("fda.intended_use", rare=True),
    Field("fda.manufacturer", rare=True),
    Field("fda.facility", rare=True),
    Field("fda.prior_notice", rare=True),
)
SECTIONS: tuple[tuple[str, Any, tuple[Field, ...]], ...] = (
    ("parcel", _("Parcel"), PARCEL),
    ("money", _("Value and weight"), MONEY),
    ("recipient", _("Recipient"), RECIPIENT),
    ("importer", _("Importer"), IMPORTER),
    ("exporter", _("Exporter"), EXPORTER),
    ("seller", _("Seller"), SELLER),
    ("responsible", _("Responsible person in the EU"), RESPONSIBLE),
    ("payment", _("Receipt of payment"), PAYMENT),
)
"""The parts of a record beside its lines: name, heading, fields."""

OF_THE_SHOP = frozenset({"exporter", "seller", "responsible"})
"""What the shop's own page says once for all parcels: shown here, written there."""
WITH_NUMBERS = frozenset({"recipient", "importer"})
"""Parties whose registered numbers are written on the declaration."""
ONLY_IF_THERE = frozenset({"importer", "responsible", "payment", "seller"})
"""Parts that most records do not have: shown once they are there or missed."""


OF_THE_ORDER = frozenset(
    {"currency", "total", "discount", "freight", "insurance", "quantity", "unit_price"}
)
"""What a shop said with its order and does not write here; a price of zero it may."""
