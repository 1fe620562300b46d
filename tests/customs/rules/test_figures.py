"""Dated figures: the newest that holds on the day, the nearest area's first, to its last day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from apps.core.regions import COUNTRIES
from apps.customs.areas import areas_of, in_eu
from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.models import CurrencyRate, Threshold
from apps.customs.selectors import load_figures
from tests.customs.rules.records import FIGURES, ON

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def row(area: str, amount: int, since: dt.date, until: dt.date | None = None) -> ThresholdRow:
    return ThresholdRow(area, "low_value", Decimal(amount), "EUR", since, until)


def amount(figures: Figures, country: str, on: dt.date) -> Decimal | None:
    found = figures.threshold(country, "low_value", on)
    return found.amount if found else None


def test_the_newest_row_that_holds_counts_and_a_last_day_is_included():
    rows = [row("EU", 150, JUNE), row("EU", 100, JULY, JULY)]
    for order in (rows, rows[::-1]):
        figures = Figures.of(order, ())
        assert amount(figures, "DE", JUNE - dt.timedelta(1)) is None
        assert amount(figures, "DE", JUNE) == 150
        assert amount(figures, "DE", JULY) == 100
        assert amount(figures, "DE", JULY + dt.timedelta(1)) == 150


def test_a_countrys_own_row_stands_before_the_unions_and_the_worlds():
    rows = [row("*", 1, JULY), row("EU", 2, JULY), row("FR", 3, JUNE)]
    figures = Figures.of(rows, ())
    assert [amount(figures, country, JULY) for country in ("FR", "DE", "US")] == [3, 2, 1]


def test_money_is_converted_by_the_rate_of_the_day_or_not_at_all():
    figures = Figures.of((), [RateRow("EUR", Decimal(8), JUNE), RateRow("EUR", Decimal(9), JULY)])
    assert figures.convert(Decimal(10), "EUR", "CNY", JUNE) == 80
    assert figures.convert(Decimal(90), "CNY", "EUR", JULY) == 10
    assert figures.convert(Decimal(10), "USD", "EUR", JULY) is None
    assert figures.convert(Decimal(10), "USD", "USD", JULY) == 10


def test_what_cannot_be_compared_is_neither_within_nor_above():
    limit = row("EU", 150, JUNE)
    assert FIGURES.is_within(Decimal(150), "EUR", limit, ON) is True
    assert FIGURES.is_within(Decimal("150.01"), "EUR", limit, ON) is False
    assert FIGURES.is_within(Decimal(1), "QQQ", limit, ON) is None
    assert FIGURES.is_within(Decimal("NaN"), "EUR", limit, ON) is None
    assert FIGURES.is_within(Decimal(1), "EUR", None, ON) is None


def test_the_union_has_27_members_and_monaco_declares_with_france():
    assert sum(in_eu(code) for code in COUNTRIES) == 28
    assert in_eu("MC")
    assert not in_eu("GB")
    assert areas_of("DE") == ("DE", "EU", "*")


@pytest.mark.django_db
def test_a_new_portal_knows_the_figures_and_where_each_is_from():
    figures = load_figures()
    assert amount(figures, "DE", ON) == 150
    assert figures.rate("USD", ON) == Decimal("7.10")
    assert not Threshold.objects.filter(source="").exists()
    guessed = Threshold.objects.filter(source__contains="[K]")
    assert guessed.count() >= 5
    rates = set(CurrencyRate.objects.values_list("source", flat=True))
    assert all("not checked" in source for source in rates)
