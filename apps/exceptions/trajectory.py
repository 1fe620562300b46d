"""The detector of faults in tracks: what other apps call. Pure; numpy, no Django.

Tracks come in order of arrival, places in WGS-84 degrees, times as epoch seconds. Nothing is
changed or thrown away: each finding names a stretch of rows, the kind of fault, how sure that is,
and the numbers a person can check it with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.exceptions.tracks.batch import CERTAIN, Batch, Finding, batch_of
from apps.exceptions.tracks.coefficients import STEP_MODEL
from apps.exceptions.tracks.search import Search
from apps.exceptions.tracks.sentences import sentence
from apps.exceptions.tracks.steps import Floats
from apps.exceptions.tracks.thresholds import Thresholds

__all__ = [
    "CERTAIN",
    "KINDS",
    "Finding",
    "Thresholds",
    "Track",
    "detect",
    "detect_many",
    "sentence",
]

KINDS = (
    "jump",
    "drift",
    "gcj",
    "bd",
    "frozen",
    "speed",
    "swap",
    "zero",
    "future",
    "rollover",
    "order",
    "pingpong",
    "teleport",
    "detour",
)
BATCH_ROWS = 40_000


@dataclass(frozen=True, slots=True)
class Track:
    """The fixes of one vehicle in order of arrival.

    ``received`` is the time the server heard each fix (NaN or None: not known). ``route`` is the
    planned route, rows of (latitude, longitude).
    """

    t: Floats
    lat: Floats
    lon: Floats
    received: Floats | None = None
    route: Floats | None = field(default=None, kw_only=True)


def detect(
    track: Track, *, route: Floats | None = None, thresholds: Thresholds | None = None
) -> list[Finding]:
    """Return what is wrong with one track, in order of its rows."""
    if route is not None:
        track = Track(track.t, track.lat, track.lon, track.received, route=route)
    return detect_many([track], thresholds=thresholds)[0]


def detect_many(
    tracks: Sequence[Track], *, thresholds: Thresholds | None = None
) -> list[list[Finding]]:
    """Return the findings of each track. Many tracks at once are faster than one by one."""
    limits = thresholds or Thresholds()
    out: list[list[Finding]] = []
    start = rows = 0
    for n, track in enumerate(tracks):
        rows += len(track.t)
        if rows >= BATCH_ROWS:
            out += _detect(tracks[start : n + 1], limits)
            start, rows = n + 1, 0
    return out + _detect(tracks[start:], limits)


def _detect(tracks: Sequence[Track], limits: Thresholds) -> list[list[Finding]]:
    if not tracks:
        return []
    routes = {
        k: np.asarray(one.route, float) for k, one in enumerate(tracks) if one.route is not None
    }
    found = Search(_laid(tracks, routes), limits, STEP_MODEL).run()
    return [found.get(k, []) for k in range(len(tracks))]


def _laid(tracks: Sequence[Track], routes: Mapping[int, Floats]) -> Batch:
    columns = [
        {
            "t": one.t,
            "lat": one.lat,
            "lon": one.lon,
            "recv": np.full(len(one.t), np.nan) if one.received is None else one.received,
        }
        for one in tracks
    ]
    return batch_of(columns, routes)
