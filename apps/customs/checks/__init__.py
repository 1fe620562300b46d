"""What is wrong with a record, whatever its regime asks for. Pure.

Each finding is named, says which field of which line it is about and who can put it right; its
words are in `finding_words`. Nothing is put right here.
"""

from __future__ import annotations

import datetime as dt

from apps.customs.checks.base import CODES, Case, identity_of, order_of
from apps.customs.checks.codes import codes
from apps.customs.checks.money import money
from apps.customs.checks.names import names
from apps.customs.checks.papers import papers
from apps.customs.checks.parties import parties
from apps.customs.checks.ways import ways
from apps.customs.checks.weights import weights
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Record
from apps.customs.regimes import Border

__all__ = ["CHECKS", "CODES", "check_record", "identity_of", "order_of"]

CHECKS = (money, weights, codes, names, parties, papers, ways)


def check_record(
    record: Record, *, borders: tuple[Border, ...], on: dt.date, figures: Figures
) -> tuple[Finding, ...]:
    """Return every finding of a record, in one order, each once. Never raises for any text."""
    case = Case(record, borders, on, figures)
    once = {(identity_of(one), one.borders): one for check in CHECKS for one in check(case)}
    return tuple(sorted(once.values(), key=order_of))
