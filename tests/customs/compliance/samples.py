"""Small rules and parcels for tests of the engine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.customs.checks.vague import vagueness
from apps.customs.compliance.content import Condition, NamedSet, RuleContent, SetContent
from apps.customs.compliance.facts import Facts, facts_of
from apps.customs.compliance.judging import Fired, compile_sets, judge
from apps.customs.compliance.words import Terms, compile_terms
from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.record import Address, Line, Party, Record

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LONG_AGO = dt.date(2020, 1, 1)
FIGURES = Figures.of(
    [ThresholdRow("EU", "h7_limit", Decimal(150), "EUR", dt.date(2021, 7, 1))],
    [RateRow("USD", Decimal("7.1"), LONG_AGO), RateRow("EUR", Decimal("7.8"), LONG_AGO)],
)
EU = NamedSet("EU", ("DE", "FR"))


def rule(*conditions: Condition, **changes: Any) -> RuleContent:
    """Return a rule that stops at order time."""
    given = {
        "key": "r1",
        "stage": "order",
        "action": "block",
        "title_zh": "规则",
        "title_en": "Rule",
        "message_zh": "不行",
        "message_en": "No",
        "zone": "Europe/Brussels",
    }
    return RuleContent(**(given | changes), conditions=conditions)


def line(position: int = 1, **changes: Any) -> Line:
    """Return a silicone phone case, 3 USD."""
    given: dict[str, Any] = {
        "title": "Silicone phone case",
        "quantity": 1,
        "unit_price": Decimal(3),
        "total": Decimal(3),
        "hs_code": "392690",
        "material": "silicone",
        "use": "protects a phone",
        "origin": "CN",
        "net_grams": 40,
    }
    return Line(position=position, **(given | changes))


def record(*lines: Line, to: str = "DE", **changes: Any) -> Record:
    """Return a parcel from China, paid in USD."""
    parts = lines or (line(),)
    given: dict[str, Any] = {
        "currency": "USD",
        "total": sum((one.total for one in parts), Decimal(0)),
        "gross_grams": 100,
    }
    return Record(
        subject="s",
        reference="r",
        lines=parts,
        seller=Party("Shop", address=Address(country="CN"), kind="company"),
        recipient=Party("Ada", address=Address(country=to)),
        **(given | changes),
    )


def facts(parcel: Record, at: dt.datetime = NOON) -> Facts:
    """Return the facts of a parcel on the day of a moment."""
    return facts_of(
        parcel,
        on=at.date(),
        figures=FIGURES,
        is_vague=lambda one: bool(vagueness(one.description_en or one.title, one.brand)),
    )


def fire(
    *rules: RuleContent,
    parcel: Record,
    at: dt.datetime = NOON,
    words: dict[str, Terms] | None = None,
) -> tuple[Fired, ...]:
    """Return what of the rules fires for a parcel at a moment."""
    content = SetContent("main", rules, (EU,))
    lists = words or {"vague": compile_terms([("gift", "whole"), ("充电", "word")])}
    compiled = compile_sets([content], lists=lists, figures=FIGURES, at=at)
    return judge(compiled, facts(parcel, at), stages=("order",))
