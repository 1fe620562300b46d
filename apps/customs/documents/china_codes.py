"""China customs' own numbers of countries, currencies and units. Pure.

The table is `data/china_codes.csv`; the numbers are those still used by the messages of
cross-border trade, which kept them when declarations went over to letters.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from apps.customs.choices import ExportMode

TABLE = Path(__file__).parent / "data" / "china_codes.csv"
TRADE_MODES = frozenset(
    {mode.value for mode in ExportMode if mode is not ExportMode.POSTAL},
)
TRANSPORT_MODES = frozenset("0123456789WXYZ")


@cache
def _table() -> dict[tuple[str, str], str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["kind"], row["ours"]): row["code"] for row in rows}
    named = {(row["kind"], row["name"]): row["code"] for row in rows if row["kind"] == "unit"}
    numbers = {("unit", row["code"]): row["code"] for row in rows if row["kind"] == "unit"}
    return {**numbers, **named, **found}


def country_code(iso: str) -> str:
    """Return China customs' number of a country (CN is 142), "" where it has none."""
    return _table().get(("country", iso), "")


def currency_code(iso: str) -> str:
    """Return China customs' number of a currency (CNY is 142), "" where it has none."""
    return _table().get(("currency", iso), "")


def unit_code(unit: str) -> str:
    """Return the number of a unit given as our code, its Chinese name or the number itself."""
    return _table().get(("unit", unit.strip().upper()), "")
