"""What is wrong with a record, whatever its regime asks for. Pure.

Each finding is named, says which field of which line it is about and who can put it right; its
words are in `finding_words`. Nothing is put right here.
"""

from __future__ import annotations

import datetime as dt

from apps.customs.checks.base import CODES, Case, identity_of, order_of
from apps.customs.checks.money import money
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Record
from apps.customs.regimes import Border

__all__ = ["CHECKS", "CODES", "check_record", "identity_of", "order_of"]

CHECKS = (money,)


def check_record(
    record: Record, *, borders: tuple[Border, ...], on: dt.date, figures: Figures
) -> tuple[Finding, ...]:
    """Return every finding of a record, in one order, each once. Never raises for any text."""
    case = Case(record, borders, on, figures)
    return tuple(sorted((one for check in CHECKS for one in check(case)), key=order_of))
