"""The starter set without a database: its content, its lists and the first figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from apps.customs.checks.vague import vagueness
from apps.customs.compliance.content import SetContent, set_from_json
from apps.customs.compliance.facts import facts_of
from apps.customs.compliance.judging import Compiled, Fired, compile_sets, judge
from apps.customs.compliance.words import Terms, compile_terms
from apps.customs.figures import Figures, RateRow, ThresholdRow
from apps.customs.record import Record
from tests.customs.compliance.samples import NOON

LONG_AGO = dt.date(2020, 1, 1)
STAGES = ("order", "pack", "declare", "hand_over")


def migration(name: str) -> Any:
    """Return a migration of customs."""
    return import_module(f"apps.customs.migrations.{name}")


@cache
def contents() -> tuple[SetContent, ...]:
    """Return the starter sets."""
    law, carriage = migration("0017_starter_law"), migration("0018_starter_carriage")
    return (
        set_from_json({"code": "law", "rules": law.RULES, "named_sets": law.SETS}),
        set_from_json({"code": "carriage", "rules": carriage.RULES}),
    )


@cache
def lists() -> dict[str, Terms]:
    """Return the starter lists ready to be asked."""
    rows = migration("0016_starter_words").LISTS
    return {
        key: compile_terms((term, match) for term, _language, match in map(_split, words))
        for key, (_titles, words) in rows.items()
    }


def _split(word: str) -> list[str]:
    return word.split("|")


@cache
def first_figures() -> Figures:
    """Return the figures a new portal begins with."""
    rows = migration("0005_starting_figures")
    day = dt.date.fromisoformat
    return Figures.of(
        (
            ThresholdRow(area, kind, Decimal(amount), currency, day(first),
                         day(last) if last else None, source, rows.READ_ON)
            for area, kind, amount, currency, first, last, source, _read in rows.THRESHOLDS
        ),
        (RateRow(currency, Decimal(cny), LONG_AGO) for currency, cny in rows.RATES.items()),
    )  # fmt: skip


@cache
def compiled(at: dt.datetime = NOON) -> Compiled:
    """Return the starter set ready to be asked at a moment."""
    return compile_sets(contents(), lists=lists(), figures=first_figures(), at=at)


def fired(parcel: Record, at: dt.datetime = NOON) -> tuple[Fired, ...]:
    """Return what of the starter set fires for a parcel at a moment."""
    facts = facts_of(
        parcel,
        on=at.date(),
        figures=first_figures(),
        is_vague=lambda one: bool(vagueness(one.description_en or one.title, one.brand)),
    )
    return judge(compiled(at), facts, stages=STAGES)
