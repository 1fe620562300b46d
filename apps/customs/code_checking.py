"""What an HS code of a product may be: digits, edition, the country that wants more. Pure."""

from __future__ import annotations

import re

from apps.core.regions import COUNTRIES
from apps.customs.choices import ProductProblem
from apps.customs.hs.nomenclature import is_line
from apps.customs.product_checking import FieldProblem

EDITION = "2022"
EDITIONS = (EDITION,)
"""Editions a code may be confirmed in today."""
SIX = 6
LAST_CHAPTER = "97"
"""Chapters 98 and 99 are each country's own, not the nomenclature's."""
LENGTHS = (SIX, 8, 9, 10, 13)
"""Six are international; countries want 8 to 10, Japan 9, China's declarations 10 or 13."""
_PUNCTUATION = re.compile(r"[\s.\-]")


def check_code(code: str, *, edition: str, country: str) -> tuple[str, list[FieldProblem]]:
    """Return an HS code without its points, and what is wrong with it."""
    digits = _PUNCTUATION.sub("", str(code))
    problems = [FieldProblem("hs_code", *found) for found in _shape(digits, edition)]
    if not problems and len(digits) > SIX and not country:
        problems.append(FieldProblem("hs_country", ProductProblem.HS_NEEDS_COUNTRY, digits))
    if edition not in EDITIONS:
        problems.append(FieldProblem("hs_edition", ProductProblem.HS_EDITION, str(edition)[:8]))
    if country and country not in COUNTRIES:
        problems.append(FieldProblem("hs_country", ProductProblem.UNKNOWN_COUNTRY, country[:8]))
    return digits, problems


def _shape(digits: str, edition: str) -> list[tuple[str, str]]:
    if not digits.isascii() or not digits.isdecimal():
        return [(ProductProblem.HS_SHAPE, digits[:20])]
    if len(digits) not in LENGTHS:
        odd = len(digits) + 1 in LENGTHS
        return [(ProductProblem.HS_ZERO_LOST if odd else ProductProblem.HS_SHAPE, digits[:20])]
    if edition == EDITION and not (digits[:2] <= LAST_CHAPTER and is_line(digits[:SIX])):
        return [(ProductProblem.HS_UNKNOWN, digits[:SIX])]
    return []
