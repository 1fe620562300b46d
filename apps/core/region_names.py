"""What people call countries: the names of the Unicode CLDR, by Babel."""

from __future__ import annotations

from functools import cache

from babel import Locale

from apps.core.language import spoken
from apps.core.regions import COUNTRIES

_FIRST = ("CN", "US", "DE", "GB", "JP", "FR", "AU", "BR", "KR")
"""Offered before the alphabet: where most parcels go and come from."""


def country_name(code: str) -> str:
    """Return a country's name in the reader's language; an unknown code is returned as it is."""
    return _names(spoken()).get(code, code)


def english_country_name(code: str) -> str:
    """Return a country's English name, as addresses abroad have it whoever reads; else the code."""
    return str(_names("en").get(code, code))


def country_choices() -> list[tuple[str, str]]:
    """Return (code, "name (code)") of every country in the reader's language, the usual first."""
    return _choices(spoken())


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse("en" if language == "en" else "zh_Hans").territories
    return {code: str(territories[code]) for code in COUNTRIES if code in territories}


@cache
def _choices(language: str) -> list[tuple[str, str]]:
    names = _names(language)
    others = sorted(names.keys() - set(_FIRST))
    return [(code, f"{names[code]} ({code})") for code in (*_FIRST, *others)]
