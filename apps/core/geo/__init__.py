"""Chinese geography: divisions, their centres, and the reading of addresses."""

from __future__ import annotations

from apps.core.geo.coordinates import gcj02_to_wgs84, wgs84_to_gcj02
from apps.core.geo.divisions import (
    Centre,
    Division,
    Level,
    all_divisions,
    centre_of,
    divisions_under,
    find_division,
    full_name,
    join_parts,
    parts_of,
)
from apps.core.geo.parsing import AddressWarning, ParsedAddress, parse_address, parse_parts

__all__ = [
    "AddressWarning",
    "Centre",
    "Division",
    "Level",
    "ParsedAddress",
    "all_divisions",
    "centre_of",
    "divisions_under",
    "find_division",
    "full_name",
    "gcj02_to_wgs84",
    "join_parts",
    "parse_address",
    "parse_parts",
    "parts_of",
    "wgs84_to_gcj02",
]
