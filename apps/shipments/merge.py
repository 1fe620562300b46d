"""What several reports say about the same node becomes one, in any order, any number of times.

For every field there is one total order, and the greatest value wins: merging is a lattice
join, hence commutative, associative and idempotent. "Greatest" means most specific:

* code, status and substatus move together: the higher certainty, then the longer code, then the
  greater text (a tie nobody can judge, settled the same way everywhere);
* area code and name move together: the deeper division (fewer trailing zeros), then the longer
  name;
* place: the longer text; coordinates: more decimals;
* heard: the earlier; sources: all of them.

The moment a node happened is computed *after* merging from the original time and the zone of
the merged place (`times.py`), so it follows the same rule.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Facts(NamedTuple):
    """What is known about one node besides its identity. Plain values, ready to store."""

    heard_at: dt.datetime
    code: str = ""
    status: str = ""
    substatus: str = ""
    certainty: int = 0
    area_code: str = ""
    area_name: str = ""
    location: str = ""
    longitude: float | None = None
    latitude: float | None = None
    sources: int = 0


def merge_facts(one: Facts, other: Facts) -> Facts:
    """Return the join of two reports about the same node."""
    if one == other:
        return one
    meaning = one if _meaning_rank(one) >= _meaning_rank(other) else other
    area = one if _area_rank(one) >= _area_rank(other) else other
    place = one if _place_rank(one) >= _place_rank(other) else other
    point = one if _point_rank(one) >= _point_rank(other) else other
    return Facts(
        heard_at=min(one.heard_at, other.heard_at),
        code=meaning.code,
        status=meaning.status,
        substatus=meaning.substatus,
        certainty=meaning.certainty,
        area_code=area.area_code,
        area_name=area.area_name,
        location=place.location,
        longitude=point.longitude,
        latitude=point.latitude,
        sources=one.sources | other.sources,
    )


def _meaning_rank(facts: Facts) -> tuple[int, int, str, str, str]:
    return (facts.certainty, len(facts.code), facts.code, facts.status, facts.substatus)


def _area_rank(facts: Facts) -> tuple[int, int, str, str]:
    depth = len(facts.area_code.rstrip("0"))
    return (depth, len(facts.area_name), facts.area_code, facts.area_name)


def _place_rank(facts: Facts) -> tuple[int, str]:
    return (len(facts.location), facts.location)


def _point_rank(facts: Facts) -> tuple[int, float, float]:
    if facts.longitude is None or facts.latitude is None:
        return (-1, 0.0, 0.0)
    return (
        len(repr(facts.longitude)) + len(repr(facts.latitude)),
        facts.longitude,
        facts.latitude,
    )
