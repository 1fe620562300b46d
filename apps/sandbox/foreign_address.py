"""Reading an address abroad into its parts (``internationalAddress/resolution``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.sandbox.foreign import Country

POSTCODES: dict[str, str] = {
    "US": r"\b\d{5}(?:-\d{4})?\b",
    "GB": r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b",
    "CA": r"\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b",
    "JP": r"\b\d{3}-?\d{4}\b",
    "SG": r"\b\d{6}\b",
    "AU": r"\b\d{4}\b",
    "DE": r"\b\d{5}\b",
    "FR": r"\b\d{5}\b",
    "BR": r"\b\d{5}-?\d{3}\b",
}
STATE = re.compile(r"\b[A-Z]{2,3}\b")
NUMBER = re.compile(r"\b\d+[A-Za-z]?(?:-\d+)?\b")
WITH_STATES = frozenset({"US", "CA", "AU", "BR"})


@dataclass(frozen=True, slots=True)
class ForeignParts:
    """An address abroad; what it does not say is ""."""

    country: str
    province: str
    city: str
    district: str
    route: str
    street_number: str
    postcode: str


def read_parts(country: Country, address: str) -> ForeignParts | None:
    """The parts of an address in a country; None when no street can be told from it."""
    parts = [part.strip() for part in re.split(r"[,，\n]+", address) if part.strip()]
    parts = [part for part in parts if not _is_country(country, part)]
    if not parts:
        return None
    found = re.search(POSTCODES.get(country.code, r"\b\d{4,6}\b"), parts[-1].upper())
    postcode = found.group(0) if found else ""
    rest = [_without(part, postcode) for part in parts[1:]]
    street = parts[0] if len(parts) > 1 else _without(parts[0], postcode)
    province = _province(country, rest)
    number = NUMBER.search(street)
    route = _without(street, number.group(0) if number else "")
    named = [part for part in (_without(part, province) for part in rest) if part]
    if not route:
        return None
    return ForeignParts(
        country=country.name,
        province=province,
        city=named[-1] if named else "",
        district=named[0] if len(named) > 1 else "",
        route=route,
        street_number=number.group(0) if number else "",
        postcode=postcode,
    )


def _is_country(country: Country, part: str) -> bool:
    names = {country.code, country.name, country.name_zh, *country.aliases}
    return part.upper() in {name.upper() for name in names}


def _province(country: Country, parts: list[str]) -> str:
    if country.code not in WITH_STATES or not parts:
        return ""
    found = STATE.search(parts[-1])
    return found.group(0) if found else ""


def _without(text: str, part: str) -> str:
    return re.sub(r"\s+", " ", text.replace(part, " ", 1)).strip() if part else text.strip()
