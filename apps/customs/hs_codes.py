"""Which HS codes exist, and how many digits countries want beyond the six. Pure.

The nomenclature we hold is HS 2022; of other editions nobody can say here which codes they have.
"""

from __future__ import annotations

import re
from functools import cache

from apps.customs.areas import areas_of
from apps.customs.hs.nomenclature import lines

EDITION = "2022"
_SIX = re.compile(r"\d{6}", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
NATIONAL_DIGITS: dict[str, tuple[int, ...]] = {
    "EU": (8, 10),
    "US": (10,),
    "JP": (9,),
    "CA": (8, 10),
    "AU": (8,),
    "GB": (10,),
    "BR": (8,),
    "CN": (8, 10, 13),
}
"""customs.md §1.1: EU CN 8 and TARIC 10, US 10, China 8, 10 and 13, Japan 9, Canada, Australia and
the UK 10, 8 and 10; Brazil's 8 from memory, not checked."""


def is_six_digits(code: str) -> bool:
    """Whether it has the shape of an international code."""
    return _SIX.fullmatch(code) is not None


def is_in_hs2022(code: str) -> bool:
    """Whether six digits are a code of HS 2022."""
    return code in _codes()


def fits_country(code: str, country: str) -> bool:
    """Whether a code has as many digits as the country wants; an unknown country wants any."""
    if not _DIGITS.fullmatch(code):
        return False
    wanted = next((NATIONAL_DIGITS[a] for a in areas_of(country) if a in NATIONAL_DIGITS), None)
    return 6 <= len(code) <= 13 if wanted is None else len(code) in wanted


@cache
def _codes() -> frozenset[str]:
    return frozenset(lines())
