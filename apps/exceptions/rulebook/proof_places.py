"""How far the proof of a delivery lies from the area of its address. Pure."""

from __future__ import annotations

from functools import lru_cache

from apps.core.geo import centre_of
from apps.core.geo.divisions import Level, all_divisions
from apps.exceptions.tracks.scans import metres_between

LEAST_M, MOST_M = 3_000.0, 80_000.0


@lru_cache(maxsize=4096)
def reach_of(code: str) -> float | None:
    """Return how far a division reaches from its centre, in metres; None for one without centre.

    A district reaches to the centre of the next district, a city to its farthest district: more
    than the truth rather than less, within 3 to 80 km.
    """
    centre = centre_of(code)
    if centre is None:
        return None
    here = (centre.latitude, centre.longitude)
    prefix = centre.code[:2] if centre.level is Level.PROVINCE else centre.code[:4]
    others = [
        metres_between(here, (other.latitude, other.longitude))
        for division in all_divisions().values()
        if division.code.startswith(prefix) and division.code != centre.code and division.centre
        if (other := centre_of(division.code)) is not None
    ]
    if not others:
        return LEAST_M * 4
    nearest = min(others) if centre.level is Level.DISTRICT else max(others)
    return max(LEAST_M, min(MOST_M, nearest))


def beyond_area(address: str, *, fix: tuple[float, float] | None, scanned: str) -> float | None:
    """Return how many metres a proof lies outside the area of an address, 0 within it.

    ``address`` and ``scanned`` are division codes, ``fix`` a courier's place (longitude,
    latitude, WGS-84), which counts before the scan. None where nothing can be said.
    """
    centre, reach = centre_of(address) if address else None, reach_of(address) if address else None
    if centre is None or reach is None:
        return None
    here = (centre.latitude, centre.longitude)
    if fix is not None:
        return max(0.0, metres_between(here, fix[::-1]) - reach)
    if not scanned or scanned[:4] == address[:4]:
        return 0.0 if scanned else None
    there, their = centre_of(scanned), reach_of(scanned)
    if there is None or their is None:
        return None
    away = metres_between(here, (there.latitude, there.longitude))
    return max(0.0, away - reach - their)
