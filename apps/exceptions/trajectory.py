"""The detector of faults in tracks: what other apps call. Pure; numpy, no Django.

Tracks come in order of arrival, places in WGS-84 degrees, times as epoch seconds. Nothing is
changed or thrown away: each finding names a stretch of rows, the kind of fault, how sure that is,
and the numbers a person can check it with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from apps.exceptions.tracks.anchors import Anchors, Fence, fence_anchors, sibling_anchors
from apps.exceptions.tracks.batch import CERTAIN, Batch, Finding, batch_of
from apps.exceptions.tracks.coefficients import STEP_MODEL
from apps.exceptions.tracks.scans import Scan, detect_scans
from apps.exceptions.tracks.search import Search
from apps.exceptions.tracks.sentences import sentence
from apps.exceptions.tracks.steps import Floats
from apps.exceptions.tracks.thresholds import Thresholds

__all__ = [
    "CERTAIN",
    "KINDS",
    "SCAN_KINDS",
    "Fence",
    "Finding",
    "Scan",
    "Thresholds",
    "Track",
    "detect",
    "detect_beside",
    "detect_many",
    "detect_scans",
    "sentence",
    "shares_fixes",
    "sound_part",
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
SCAN_KINDS = ("impossible_hop", "loop", "wrong_city")
BATCH_ROWS = 40_000


@dataclass(frozen=True, slots=True)
class Track:
    """The fixes of one vehicle in order of arrival.

    ``received`` is the time the server heard each fix and ``accuracy`` what the receiver reported
    (metres, one sigma); None or NaN: not known. ``route`` is the planned route, rows of (latitude,
    longitude); ``fences`` are the depot and the destinations; ``siblings`` are other tracks of the
    same vehicle.
    """

    t: Floats
    lat: Floats
    lon: Floats
    received: Floats | None = None
    accuracy: Floats | None = None
    route: Floats | None = field(default=None, kw_only=True)
    fences: Sequence[Fence] = field(default=(), kw_only=True)
    siblings: Sequence[Track] = field(default=(), kw_only=True)


def detect(
    track: Track,
    *,
    route: Floats | None = None,
    fences: Sequence[Fence] = (),
    siblings: Sequence[Track] = (),
    thresholds: Thresholds | None = None,
) -> list[Finding]:
    """Return what is wrong with one track, in order of its rows; evidence given here is added."""
    asked = replace(
        track,
        route=track.route if route is None else route,
        fences=(*track.fences, *fences),
        siblings=(*track.siblings, *siblings),
    )
    return detect_many([asked], thresholds=thresholds)[0]


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


def detect_beside(
    tracks: Sequence[Track],
    found: Sequence[list[Finding]],
    siblings: Mapping[int, Sequence[Track]],
    *,
    thresholds: Thresholds | None = None,
) -> list[list[Finding]]:
    """Return what was ``found`` in each track alone, and what other tracks of its vehicle add.

    ``siblings`` are given by the position of the track. They only add: one receiver may have led
    them all astray, so they clear nothing.
    """
    out = list(found)
    asked = [replace(tracks[k], siblings=others) for k, others in siblings.items()]
    for k, more in zip(siblings, detect_many(asked, thresholds=thresholds), strict=True):
        alone = [one for one in found[k] if not any(_meet(one, other) for other in more)]
        out[k] = sorted([*more, *alone], key=lambda one: (one.start, one.end, one.kind))
    return out


def shares_fixes(one: Track, other: Track) -> bool:
    """Tell whether two tracks have a fix in common.

    A device that sends one fix for every parcel it carries says the same thing many times, which
    proves nothing about it.
    """
    return not _fixes(one).isdisjoint(_fixes(other))


def sound_part(track: Track, found: Sequence[Finding]) -> Track:
    """Return the times and places of a track that are in no finding, as a sibling of others."""
    doubted = np.zeros(len(track.t), bool)
    for one in found:
        doubted[one.start : one.end + 1] = True
    kept = ~doubted & np.isfinite(track.t) & np.isfinite(track.lat) & np.isfinite(track.lon)
    return Track(track.t[kept], track.lat[kept], track.lon[kept])


def _fixes(track: Track) -> set[tuple[float, float, float]]:
    return {*zip(track.t.tolist(), track.lat.tolist(), track.lon.tolist(), strict=True)}


def _meet(one: Finding, other: Finding) -> bool:
    return one.start <= other.end and other.start <= one.end


def _detect(tracks: Sequence[Track], limits: Thresholds) -> list[list[Finding]]:
    if not tracks:
        return []
    found = Search(_laid(tracks, limits), limits, STEP_MODEL).run()
    return [found.get(k, []) for k in range(len(tracks))]


def _laid(tracks: Sequence[Track], limits: Thresholds) -> Batch:
    columns = [
        {
            "t": one.t,
            "lat": one.lat,
            "lon": one.lon,
            "recv": _or_nan(one.received, one),
            "accuracy": _or_nan(one.accuracy, one),
        }
        for one in tracks
    ]
    routes = {k: _route(one.route) for k, one in enumerate(tracks) if one.route is not None}
    anchors = {k: _anchors(one, limits) for k, one in enumerate(tracks)}
    return batch_of(
        columns,
        {k: points for k, points in routes.items() if len(points) > 1},
        {k: found for k, found in anchors.items() if found},
    )


def _or_nan(values: Floats | None, track: Track) -> Floats:
    return np.full(len(track.t), np.nan) if values is None else values


def _route(points: Floats) -> Floats:
    """Return the route without the points that are none."""
    rows = np.asarray(points, float).reshape(-1, 2)
    return rows[np.isfinite(rows).all(axis=1)]


def _anchors(track: Track, limits: Thresholds) -> list[Anchors]:
    found = []
    place = np.asarray(track.t, float), np.asarray(track.lat, float), np.asarray(track.lon, float)
    if track.siblings:
        others = [(one.t, one.lat, one.lon) for one in track.siblings]
        found.append(sibling_anchors(*place, others, limits))
    if track.fences:
        found.append(fence_anchors(*place, track.fences, limits))
    return [one for one in found if len(one.known())]
