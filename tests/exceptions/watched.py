"""Shipments for the tests of rules: made as rows, judged as the portal judges them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.exceptions.facts_rows import Subject, subjects_of
from apps.exceptions.findings import Finding
from apps.exceptions.live_rules import current_book
from apps.exceptions.rulebook.judging import judge, severity_at
from apps.shipments.models import Shipment

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 11, 3, 4, 0, tzinfo=dt.UTC)
"""A Tuesday, noon in China."""


def subject(shipment: Shipment) -> Subject:
    """Return a shipment as rules see it."""
    return subjects_of([shipment.pk])[0]


def finding(shipment: Shipment, code: str, *, now: dt.datetime, **changes: Any) -> Finding:
    """Return what a live rule says of a shipment; it must hold."""
    book = current_book()
    rule, one = book.by_code[code], subject(shipment)
    said = judge(rule.spec, one.facts, now=now, calendars=book.calendars)
    assert said.holds
    severity = changes.pop("severity", severity_at(rule.spec, said, now=now))
    return Finding(one, rule, said, severity)
