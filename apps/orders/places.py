"""Countries, their postcodes, and currencies: what exists at all.

Countries and currencies are the core's. Postcode shapes are those of the Universal Postal Union's
address guides; a country that is not in the table needs none.
"""

from __future__ import annotations

import re

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS, HOME

__all__ = ["COUNTRIES", "CURRENCY_DIGITS", "HOME", "is_postcode", "needs_postcode"]

_POSTCODES = {
    "AT": r"\d{4}",
    "AU": r"\d{4}",
    "BE": r"\d{4}",
    "BR": r"\d{5}-?\d{3}",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "CH": r"\d{4}",
    "CZ": r"\d{3} ?\d{2}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "ES": r"\d{5}",
    "FI": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "GR": r"\d{3} ?\d{2}",
    "HU": r"\d{4}",
    "ID": r"\d{5}",
    "IL": r"\d{5}(?:\d{2})?",
    "IN": r"\d{6}",
    "IT": r"\d{5}",
    "JP": r"\d{3}-?\d{4}",
    "KR": r"\d{5}",
    "MX": r"\d{5}",
    "MY": r"\d{5}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "NO": r"\d{4}",
    "NZ": r"\d{4}",
    "PH": r"\d{4}",
    "PL": r"\d{2}-?\d{3}",
    "PT": r"\d{4}-?\d{3}",
    "RU": r"\d{6}",
    "SE": r"\d{3} ?\d{2}",
    "SG": r"\d{6}",
    "TH": r"\d{5}",
    "TR": r"\d{5}",
    "UA": r"\d{5}",
    "US": r"\d{5}(?:-\d{4})?",
    "ZA": r"\d{4}",
}
_HOME_POSTCODE = r"\d{6}"


def needs_postcode(country: str) -> bool:
    """Whether an address in that country is impossible without a postcode."""
    return country in _POSTCODES


def is_postcode(country: str, postcode: str) -> bool:
    """Whether the postcode has a shape that country uses; anything goes where none is known."""
    shape = _HOME_POSTCODE if country == HOME else _POSTCODES.get(country)
    if shape is None:
        return len(postcode) <= 16
    return re.fullmatch(shape, postcode.upper()) is not None
