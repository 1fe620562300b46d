"""Tracks and what is known of them as CSV files, findings as JSON lines: a back-test by file."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from apps.exceptions.tracks.steps import Floats, Ints
from apps.exceptions.trajectory import (
    Fence,
    Finding,
    Thresholds,
    Track,
    detect_beside,
    detect_many,
    sentence,
    shares_fixes,
    sound_part,
)

TRACK_COLUMNS = ("track_id", "t", "lat", "lon", "recv", "accuracy")
OPTIONAL_COLUMNS = ("recv", "accuracy")
ROUTE_COLUMNS = ("track_id", "lat", "lon")
FENCE_COLUMNS = ("track_id", "lat", "lon", "radius")
VEHICLE_COLUMNS = ("track_id", "vehicle_id")
MOST_SIBLINGS = 2
SHOWN = 40


class BadFile(ValueError):
    """A file cannot be read as what it should be; the text names the file and the line."""


def read_tracks(path: Path) -> dict[str, Track]:
    """Return the tracks of a file, each in order of its lines.

    The columns are those of ``TRACK_COLUMNS`` in any order: epoch seconds taken, degrees, epoch
    seconds received and reported accuracy (metres), the last two optional. An empty field is a
    number the device did not give; it is kept as NaN, which the detector reports. Raises BadFile.
    """
    table = Table(path, TRACK_COLUMNS, OPTIONAL_COLUMNS)
    columns = [table.numbers(name) for name in TRACK_COLUMNS[1:]]
    return {
        key: Track(t, lat, lon, received, accuracy)
        for key, (t, lat, lon, received, accuracy) in table.grouped(columns)
    }


def read_routes(path: Path) -> dict[str, Floats]:
    """Return the planned routes of tracks, rows of (latitude, longitude). Raises BadFile."""
    table = Table(path, ROUTE_COLUMNS)
    return {key: np.stack(place, 1) for key, place in table.grouped(table.places())}


def read_fences(path: Path) -> dict[str, list[Fence]]:
    """Return the depots and stops of tracks, circles of ``radius`` metres. Raises BadFile."""
    table = Table(path, FENCE_COLUMNS)
    radius = table.numbers("radius")
    table.insist("radius", (radius > 0) & np.isfinite(radius), "more than 0 metres")
    columns = [*table.places(), radius]
    return {
        key: [Fence(*one) for one in np.stack(circles, 1).tolist()]
        for key, circles in table.grouped(columns)
    }


def read_vehicles(path: Path) -> dict[str, str]:
    """Return the vehicle of each track. Raises BadFile."""
    table = Table(path, VEHICLE_COLUMNS)
    found: dict[str, str] = {}
    for row, (key, vehicle) in enumerate(zip(*map(table.texts, VEHICLE_COLUMNS), strict=True)):
        if found.setdefault(key, vehicle) != vehicle:
            raise table.bad(row, f"track {key[:SHOWN]!r} is already of vehicle {found[key]!r}")
    return found


class Table:
    """The rows of a CSV file under a header; every complaint names the line."""

    def __init__(self, path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Read the file, in UTF-8 and with or without a byte order mark. Raises BadFile."""
        self.name = path.name
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            reader = csv.reader(file)
            try:
                self._every = list(reader)
            except csv.Error as error:
                raise BadFile(f"{self.name}, line {reader.line_num}: {error}") from error
        header = [name.strip() for name in self._every[0]] if self._every else []
        missing = [name for name in columns if name not in header and name not in optional]
        if missing:
            raise BadFile(f"{self.name}, line 1: there is no column {', '.join(missing)}")
        twice = [name for name in columns if header.count(name) > 1]
        if twice:
            raise BadFile(f"{self.name}, line 1: column {', '.join(twice)} is there twice")
        self._at = {name: header.index(name) for name in columns if name in header}
        self._rows = list(filter(None, self._every[1:]))
        self._key = columns[0]

    def bad(self, row: int, complaint: str) -> BadFile:
        """Return the complaint about a row, blank lines and line breaks in fields counted."""
        line, seen = 1, -1
        for fields in self._every:
            seen += bool(fields) or line == 1
            if seen > row:
                break
            line += 1 + sum(field.count("\n") for field in fields)
        return BadFile(f"{self.name}, line {line}: {complaint}")

    def insist(self, name: str, fine: np.ndarray, wanted: str) -> None:
        """Refuse the first row that is not fine, saying what its column must be."""
        if not fine.all():
            row = int(np.argmin(fine))
            said = self._rows[row][self._at[name]]
            raise self.bad(row, f"{name} must be {wanted}, not {said[:SHOWN]!r}")

    def texts(self, name: str) -> list[str]:
        """Return a column of names; none may be empty."""
        at = self._at[name]
        for row, fields in enumerate(self._rows):
            if len(fields) <= at or not fields[at]:
                raise self.bad(row, f"{name} is empty")
        return [fields[at] for fields in self._rows]

    def numbers(self, name: str) -> Floats:
        """Return a column of numbers; what is empty is NaN, as is a column that is not there."""
        at = self._at.get(name)
        if at is None:
            return np.full(len(self._rows), np.nan)
        try:
            return np.fromiter((float(row[at]) for row in self._rows), float, len(self._rows))
        except (ValueError, IndexError):
            return np.array([self._number(row, name, at) for row in range(len(self._rows))], float)

    def _number(self, row: int, name: str, at: int) -> float:
        fields = self._rows[row]
        if len(fields) <= at:
            raise self.bad(row, f"the line ends before {name}")
        try:
            return float(fields[at]) if fields[at].strip() else np.nan
        except ValueError:
            said = fields[at][:SHOWN]
            raise self.bad(row, f"{name} must be a number, not {said!r}") from None

    def places(self) -> list[Floats]:
        """Return latitudes and longitudes that lie on the earth."""
        lat, lon = self.numbers("lat"), self.numbers("lon")
        self.insist("lat", np.abs(lat) <= 90.0, "between -90 and 90 degrees")
        self.insist("lon", np.abs(lon) <= 180.0, "between -180 and 180 degrees")
        return [lat, lon]

    def grouped(self, columns: list[Floats]) -> Iterator[tuple[str, list[Floats]]]:
        """Yield the columns of each track, in order of the file."""
        ids = self.texts(self._key)
        names = {key: n for n, key in enumerate(dict.fromkeys(ids))}
        number: Ints = np.fromiter(map(names.__getitem__, ids), np.int64, len(ids))
        if bool((np.diff(number) < 0).any()):
            order = np.argsort(number, kind="stable")
            number, columns = number[order], [values[order] for values in columns]
        edges = np.searchsorted(number, np.arange(len(names) + 1))
        for key, n in names.items():
            yield key, [values[edges[n] : edges[n + 1]] for values in columns]


def detect_file(
    tracks: Mapping[str, Track],
    vehicles: Mapping[str, str],
    thresholds: Thresholds | None = None,
) -> list[list[Finding]]:
    """Return the findings of each track, by itself and beside others of its vehicle.

    Of another track only what is not in doubt itself counts, and it must not be a copy.
    """
    every = list(tracks.values())
    found = detect_many(every, thresholds=thresholds)
    together: defaultdict[str, list[int]] = defaultdict(list)
    for k, key in enumerate(tracks):
        if key in vehicles:
            together[vehicles[key]].append(k)
    groups = [group for group in together.values() if len(group) > 1]
    sound = {k: sound_part(every[k], found[k]) for group in groups for k in group}
    siblings = {
        k: chosen
        for group in groups
        for k in group
        if (chosen := _siblings(every[k], [sound[n] for n in group if n != k]))
    }
    return detect_beside(every, found, siblings, thresholds=thresholds)


def _siblings(track: Track, others: Sequence[Track]) -> list[Track]:
    """Return the other tracks that were under way with this one longest."""
    shared = [(_seconds_shared(track, other), n) for n, other in enumerate(others)]
    longest = sorted(((seconds, -n) for seconds, n in shared if seconds > 0), reverse=True)
    apart = (others[-n] for _, n in longest if not shares_fixes(track, others[-n]))
    return [other for other, _ in zip(apart, range(MOST_SIBLINGS), strict=False)]


def _seconds_shared(one: Track, other: Track) -> float:
    mine, theirs = one.t[np.isfinite(one.t)], other.t[np.isfinite(other.t)]
    if not len(mine) or len(theirs) < 2:
        return 0.0
    return float(min(mine.max(), theirs.max()) - max(mine.min(), theirs.min()))


def lines_of(keys: Iterable[str], found: Iterable[list[Finding]], language: str) -> Iterator[str]:
    """Yield one JSON object a finding."""
    for key, findings in zip(keys, found, strict=True):
        for one in findings:
            line = {
                "track_id": key,
                "start": one.start,
                "end": one.end,
                "kind": one.kind,
                "score": round(one.score, 3),
                "numbers": {name: round(value, 3) for name, value in one.numbers.items()},
                "sentence": sentence(one, language),
            }
            yield json.dumps(line, ensure_ascii=False)
