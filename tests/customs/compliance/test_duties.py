"""What falls due where it is simple and dated: information with a source, never a quote."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.customs.compliance.duties import Duty, duties_of
from apps.customs.record import Address, Party
from tests.customs.compliance.samples import NOON, line, record
from tests.customs.compliance.starter import first_figures

BEFORE, AFTER = dt.timedelta(seconds=-1), dt.timedelta(0)


def of(to: str, amount: str, currency: str, at: dt.datetime = NOON, **more: Any) -> list[Duty]:
    """Return the duties of a parcel of two lines of one code and one of another."""
    goods = (line(1), line(2), line(3, hs_code="420292"))
    given = {"currency": currency, "total": Decimal(amount)} | more
    return list(duties_of(record(*goods, to=to, **given), at=at, figures=first_figures()))


@pytest.mark.parametrize(
    ("to", "amount", "currency", "codes"),
    [
        ("DE", "150", "EUR", ["item_duty", "ioss_missing"]),
        ("DE", "150.01", "EUR", ["above_limit"]),
        ("GB", "135", "GBP", ["within_limit"]),
        ("GB", "136", "GBP", ["above_limit"]),
        ("AU", "1000", "AUD", ["within_limit"]),
        ("AU", "1001", "AUD", ["above_limit"]),
        ("JP", "10000", "JPY", ["within_limit"]),
        ("JP", "10001", "JPY", ["above_limit"]),
        ("CA", "20", "CAD", ["within_limit"]),
        ("CA", "21", "CAD", ["within_limit", "duty_due"]),
        ("CA", "3301", "CAD", ["above_limit"]),
        ("BR", "50", "USD", ["within_limit"]),
        ("BR", "51", "USD", ["above_limit"]),
        ("US", "1", "USD", ["no_de_minimis"]),
        ("DE", "1", "XAF", ["limit_unknown"]),
        ("NG", "1", "USD", []),
    ],
)
def test_the_rows_of_a_country_say_what_falls_due(
    to: str, amount: str, currency: str, codes: list[str]
) -> None:
    found = of(to, amount, currency)
    assert [one.code for one in found] == codes
    assert all(one.row.source and one.row.checked_on for one in found)


def test_the_unions_duty_counts_distinct_codes_not_pieces() -> None:
    duty = of("FR", "40", "EUR", ioss="IM2760000742")[0]
    assert (duty.amount, duty.row.currency, duty.count) == (Decimal(6), "EUR", 2)
    assert [one.code for one in of("FR", "40", "EUR", ioss="IM2760000742")][1:] == ["ioss_used"]


@pytest.mark.parametrize(
    ("midnight", "before", "after"),
    [("2026-07-01", False, True), ("2028-07-02", True, False)],
)
def test_the_unions_duty_begins_and_ends_at_midnight_in_brussels(
    midnight: str, before: bool, after: bool
) -> None:
    moment = dt.datetime.fromisoformat(f"{midnight}T00:00:00+02:00")
    for shift, told in ((BEFORE, before), (AFTER, after)):
        codes = {one.code for one in of("DE", "40", "EUR", at=moment + shift)}
        assert ("item_duty" in codes) is told


def test_what_was_not_sold_or_goes_to_a_firm_is_not_counted() -> None:
    assert of("DE", "40", "EUR", reason="gift") == []
    firm = Party("GmbH", kind="company", address=Address(country="DE"))
    parcel = replace(record(line(), currency="EUR", total=Decimal(40)), recipient=firm)
    found = duties_of(parcel, at=NOON, figures=first_figures())
    assert [one.code for one in found] == ["to_company"]
