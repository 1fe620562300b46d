"""Named sets of countries that share a customs law. Pure."""

from __future__ import annotations

EVERYWHERE = "*"
EU = "EU"

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_MEMBERS.split())
"""The 27 members since 2020-02-01; Monaco declares with France and is not a member."""

_DECLARES_WITH = {"MC": "FR"}


def in_eu(country: str) -> bool:
    """Whether goods to a country are declared by the Union's customs code."""
    return _DECLARES_WITH.get(country, country) in EU_MEMBERS


def areas_of(country: str) -> tuple[str, ...]:
    """Return the areas whose figures hold for a country, the nearest first."""
    return (country, EU, EVERYWHERE) if in_eu(country) else (country, EVERYWHERE)
