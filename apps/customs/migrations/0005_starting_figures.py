"""A new portal knows the thresholds customs.md found, and rates to begin with.

The rows are frozen here: what operators edit or add later is theirs. "[K]" in a source: from
memory, not checked against the law's text; "from" is then the day the portal counts from.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import migrations

READ_ON = dt.date(2026, 11, 22)
COUNTED_FROM = dt.date(2020, 1, 1)
NOT_CHECKED = "[K] from memory, not checked"

THRESHOLDS = [
    ("EU", "low_value", "150", "EUR", "2021-07-01", None,
     "H7 up to EUR 150 intrinsic value: French H7 specification, moa.douane.gouv.fr; first day [K]",
     True),
    ("EU", "item_duty", "3", "EUR", "2026-07-01", "2028-07-01",
     "EUR 3 per distinct HS6, Reg. 2026/382 and 2026/1022: bakermckenzie.com 2026-07-02", True),
    ("GB", "low_value", "135", "GBP", "2021-01-01", "2029-03-31",
     "Relief ends by March 2029 at the latest: Deloitte, Budget 2025; first day [K]", True),
    ("JP", "low_value", "10000", "JPY", "2020-01-01", None,
     "JPY 10,000 exemption: skadvisory.jp; first day [K]", True),
    ("JP", "tax_free", "10000", "JPY", "2020-01-01", "2028-03-31",
     "Consumption tax up to JPY 10,000 from 2028-04-01: skadvisory.jp; first day [K]", True),
    ("AU", "low_value", "1000", "AUD", "2018-07-01", None,
     "GST at sale up to AUD 1,000: ato.gov.au; first day [K]", True),
    ("BR", "low_value", "50", "USD", "2024-08-01", None,
     "Remessa Conforme, 20 % up to USD 50: DHL country notes; check again for 2026", True),
    ("CA", "low_value", "3300", "CAD", "2020-01-01", None,
     "Low-value shipments up to CAD 3,300: avalara.com; [K]", True),
    ("CA", "duty_free", "20", "CAD", "2020-01-01", None, "CAD 20: avalara.com; [K]", True),
    ("US", "low_value", "0", "USD", "2025-08-29", None,
     "De minimis suspended by EO 14324; 19 CFR 10.151 and 145.31, 91 FR 37789 and 37801: "
     "albawheelsup.com, clearance.news", True),
    ("CN", "list_limit", "5000", "CNY", "2020-01-01", None,
     "No list for 9710 and 9810 above CNY 5,000: en.56ok.com in part; [K]", True),
    ("*", "cn22_limit", "300", "XDR", "2020-01-01", None,
     "CN22 up to 300 SDR, CN23 above: mcp.waymark.network; [K]", True),
    ("*", "cn22_lines", "5", "XXX", "2020-01-01", None,
     "Rows of our CN22; more goods take a CN23", False),
    ("*", "lines_limit", "999", "XXX", "2020-01-01", None,
     f"Goods items counted with three digits: {NOT_CHECKED}", False),
    ("*", "hs_edition", "2022", "XXX", "2022-01-01", "2027-12-31",
     "HS 2022; the edition of 2028 arrives on 2028-01-01: customs.md 1.1 [K]", False),
    ("*", "hs_edition", "2028", "XXX", "2028-01-01", None,
     "HS 2028 arrives on 2028-01-01: customs.md 1.1 [K]", False),
    ("*", "supply_lead_hours", "12", "XXX", "2020-01-01", None,
     "Told 12 h before cut-off: customs.md 4.3, start value", False),
]  # fmt: skip

RATES = {
    "USD": "7.10", "EUR": "8.20", "GBP": "9.40", "JPY": "0.0465", "AUD": "4.65", "CAD": "5.10",
    "HKD": "0.91", "KRW": "0.0050", "SGD": "5.45", "NZD": "4.15", "CHF": "8.80", "SEK": "0.74",
    "NOK": "0.70", "DKK": "1.10", "PLN": "1.93", "CZK": "0.335", "HUF": "0.0205", "RON": "1.61",
    "BRL": "1.32", "MXN": "0.385", "CLP": "0.0075", "COP": "0.0018", "ARS": "0.0050",
    "TRY": "0.170", "INR": "0.081", "IDR": "0.00043", "THB": "0.217", "MYR": "1.68",
    "PHP": "0.122", "VND": "0.00027", "TWD": "0.232", "AED": "1.93", "SAR": "1.89", "ILS": "2.10",
    "ZAR": "0.405", "RUB": "0.087", "XDR": "9.70",
}  # fmt: skip
RATE_SOURCE = (
    f"{NOT_CHECKED}: a start value. Enter the month's rate of customs before relying on it"
)


def plant(apps: Any, _editor: Any) -> None:
    """Write the thresholds and the rates; a row that is there stays as it is."""
    apps.get_model("customs", "Threshold").objects.bulk_create(
        (
            apps.get_model("customs", "Threshold")(
                area=area,
                kind=kind,
                amount=Decimal(amount),
                currency=currency,
                valid_from=dt.date.fromisoformat(first),
                valid_to=dt.date.fromisoformat(last) if last else None,
                source=source,
                checked_on=READ_ON if is_read else None,
            )
            for area, kind, amount, currency, first, last, source, is_read in THRESHOLDS
        ),
        ignore_conflicts=True,
    )
    apps.get_model("customs", "CurrencyRate").objects.bulk_create(
        (
            apps.get_model("customs", "CurrencyRate")(
                currency=currency, cny=Decimal(cny), valid_from=COUNTED_FROM, source=RATE_SOURCE
            )
            for currency, cny in RATES.items()
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    """Plants the dated figures."""

    dependencies = [("customs", "0004_desk_indexes")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
