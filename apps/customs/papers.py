"""What a certificate of a product may be. Pure."""

from __future__ import annotations

import datetime as dt

from apps.customs.choices import CertificateKind, ProductProblem
from apps.customs.product_checking import FieldProblem, check_text

LONGEST_NUMBER = 80


def check_certificate(
    kind: str, number: str, valid_from: dt.date | None, valid_to: dt.date | None
) -> tuple[str, list[FieldProblem]]:
    """Return a paper's number as it is kept, and what is wrong with the paper."""
    said, bad = check_text("number", number, LONGEST_NUMBER)
    problems = [bad] if bad else []
    if CertificateKind.parse(kind) is None:
        problems.append(FieldProblem("kind", ProductProblem.UNKNOWN_WORD, str(kind)[:20]))
    if valid_from and valid_to and valid_from > valid_to:
        problems.append(FieldProblem("valid_to", ProductProblem.DATES_REVERSED))
    return said, problems
