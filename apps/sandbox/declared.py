"""What an international e-waybill declares, and what the customs of the destination will ask.

Fields of contract §5.12. What is missing or does not add up here is no refusal, for the
platform takes such orders; customs asks for it when the parcel arrives (``questions``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.sandbox.wire import object_of, objects_of, text_of

EU = frozenset({"DE", "FR"})
NEEDS_TAX_ID = frozenset({"BR"})
FOOD_CHAPTERS = frozenset({*(f"{n:02}" for n in range(2, 6)), *(f"{n:02}" for n in range(7, 25))})
PRIOR_NOTICE = re.compile(r"\bPN[\s:#]*\d{8,12}\b", re.IGNORECASE)
VAGUE = frozenset(
    {
        "accessories", "articles", "cargo", "clothes", "food", "general cargo", "gift", "gifts",
        "goods", "household goods", "item", "items", "parts", "product", "products", "sample",
        "samples", "spare parts", "stuff", "toys", "various",
    }
)  # fmt: skip
VALUE_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration as the platform got it.

    ``value`` is in ``currency``; ``codes`` are import HS codes, "" for a line without one;
    ``weak`` names what customs will ask for, the gravest first.
    """

    purpose: str
    currency: str
    value: str
    codes: tuple[str, ...]
    weak: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a column."""
        return asdict(self)


def read_declared(param: dict[str, Any], country: str) -> Declared:
    """The declaration of a checked order to a country (ISO-2); documents declare nothing."""
    lines = objects_of(param, "exportInfos")
    return Declared(
        purpose=text_of(object_of(param, "customsClearance"), "purpose").upper(),
        currency=text_of(param, "currency").upper() or "CNY",
        value=text_of(param, "customsValue"),
        codes=tuple(text_of(line, "importCommodityCode") for line in lines),
        weak=tuple(_weaknesses(param, lines, country)) if lines else (),
    )


def _weaknesses(param: dict[str, Any], lines: list[dict[str, Any]], country: str) -> Iterable[str]:
    recipient, sender = object_of(param, "recMan"), object_of(param, "sendMan")
    if country == "US" and _has_food(lines) and not PRIOR_NOTICE.search(text_of(param, "remark")):
        yield "prior_notice"
    if country in NEEDS_TAX_ID and not text_of(recipient, "taxId"):
        yield "tax_id"
    if country in EU | {"GB"} and not _is_registered(recipient, sender):
        yield "ioss"
    if any(_is_vague(line) for line in lines):
        yield "description"
    if abs(_sum_of(lines) - _number(text_of(param, "customsValue"))) > VALUE_TOLERANCE:
        yield "value"
    net = sum(_number(text_of(line, "netWeight")) for line in lines)
    if net > _number(text_of(param, "weight")):
        yield "weight"


def _has_food(lines: list[dict[str, Any]]) -> bool:
    return any(text_of(line, "importCommodityCode")[:2] in FOOD_CHAPTERS for line in lines)


def _is_registered(*parties: dict[str, Any]) -> bool:
    names = ("iossNum", "eoriNum", "vatNum")
    return any(text_of(party, name) for party in parties for name in names)


def _is_vague(line: dict[str, Any]) -> bool:
    description = " ".join(text_of(line, "desc", "enName").lower().split())
    return description in VAGUE or len(text_of(line, "importCommodityCode")) < 6


def _sum_of(lines: list[dict[str, Any]]) -> Decimal:
    prices = (
        _number(text_of(line, "unitPrice")) * _number(text_of(line, "quantity")) for line in lines
    )
    return sum(prices, Decimal(0))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
