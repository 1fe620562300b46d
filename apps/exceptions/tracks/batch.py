"""Many tracks laid end to end, as they are handed to the detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from apps.exceptions.tracks.anchors import Anchors
from apps.exceptions.tracks.steps import Floats, Ints


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a track in which something is wrong.

    ``start`` and ``end`` are rows of the track in order of arrival, inclusive; ``score`` is the
    natural logarithm of the odds that this kind of fault happened, or ``CERTAIN`` where no odds are
    needed; ``numbers`` are what the sentence is made of (metres, seconds, metres per second).
    """

    kind: str
    start: int
    end: int
    score: float
    numbers: Mapping[str, float] = field(default_factory=dict)


CERTAIN = 100.0
NOWHERE = 45.0
LAST_SECOND = 1e11


@dataclass(slots=True)
class Batch:
    """Rows of many tracks in order of arrival; track ``k`` has rows ``first[k]:first[k + 1]``.

    Times are epoch seconds, places degrees in WGS-84; ``received`` is NaN where it is not known.
    ``routes`` holds the planned route (rows of latitude, longitude) of tracks that have one,
    ``anchors`` what other evidence says of their places; ``accuracy`` is the reported one
    (metres, one sigma; NaN where none).
    """

    t: Floats
    received: Floats
    lat: Floats
    lon: Floats
    first: Ints
    routes: Mapping[int, Floats] = field(default_factory=dict)
    anchors: Mapping[int, list[Anchors]] = field(default_factory=dict)
    accuracy: Floats | None = None

    def __len__(self) -> int:
        return len(self.first) - 1

    def track_of_rows(self) -> Ints:
        """Return the track of every row."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))


def readable(batch: Batch) -> Batch:
    """Return the batch with harmless numbers in place of those that are none."""
    known = (np.abs(batch.lat) <= 180.0) & (np.abs(batch.lon) <= 180.0)
    lat, lon = np.where(known, batch.lat, NOWHERE), np.where(known, batch.lon, NOWHERE)
    heard = np.where(np.abs(batch.received) <= LAST_SECOND, batch.received, np.nan)
    t = np.where(np.abs(batch.t) <= LAST_SECOND, batch.t, np.nan_to_num(heard))
    return replace(batch, t=t, received=heard, lat=lat, lon=lon)


def usual_intervals(track: Ints, dt: Floats) -> Floats:
    """Return per row the median interval of its track (seconds); 1 where there is none."""
    known = ~np.isnan(dt)
    names, place = np.unique(track, return_inverse=True)
    number, interval = place[known], dt[known]
    order = np.lexsort((interval, number))
    number, interval = number[order], interval[order]
    edges = np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1], [True])))
    out = np.ones(len(names))
    if len(number):
        out[number[edges[:-1]]] = interval[(edges[:-1] + edges[1:] - 1) // 2]
    return out[place]


def batch_of(
    tracks: Sequence[Mapping[str, Floats]],
    routes: Mapping[int, Floats],
    anchors: Mapping[int, list[Anchors]],
) -> Batch:
    """Lay tracks (mappings with t, recv, lat, lon, accuracy) end to end."""
    sizes = [len(track["t"]) for track in tracks]
    t, received, lat, lon, accuracy = (
        np.concatenate([np.asarray(track[name], float) for track in tracks] or [np.zeros(0)])
        for name in ("t", "recv", "lat", "lon", "accuracy")
    )
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Batch(t, received, lat, lon, first, routes, anchors, accuracy)
