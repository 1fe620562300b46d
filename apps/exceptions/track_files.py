"""Tracks and routes as CSV files, findings as JSON lines: the back-test of an operator's file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import TextIO

import numpy as np

from apps.exceptions.tracks.steps import Floats
from apps.exceptions.trajectory import Finding, Track, sentence

TRACK_COLUMNS = ("track_id", "t", "recv", "lat", "lon")
ROUTE_COLUMNS = ("track_id", "lat", "lon")


class BadFile(ValueError):
    """The file lacks a column."""


def read_tracks(tracks: TextIO, routes: TextIO | None) -> dict[str, Track]:
    """Return the tracks of a file, each in order of its lines, with their planned routes.

    The columns are those of ``TRACK_COLUMNS`` in any order; ``recv`` may be missing or empty. A
    number that is none becomes NaN, which the detector reports. Raises BadFile.
    """
    plans = {} if routes is None else dict(_grouped(routes, ROUTE_COLUMNS, ()))
    out = {}
    for key, (t, received, lat, lon) in _grouped(tracks, TRACK_COLUMNS, ("recv",)):
        plan = plans.get(key)
        out[key] = Track(t, lat, lon, received, route=None if plan is None else np.stack(plan, 1))
    return out


def _grouped(
    file: TextIO, columns: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[str, list[Floats]]]:
    reader = csv.reader(file)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in header and name not in optional]
    if missing:
        raise BadFile(f"the file has no column {', '.join(missing)}")
    rows = list(filter(None, reader))
    ids = [row[header.index("track_id")] for row in rows]
    numbers = [_column(rows, header, name) for name in columns[1:]]
    names = {key: n for n, key in enumerate(dict.fromkeys(ids))}
    number = np.fromiter(map(names.__getitem__, ids), np.int64, len(ids))
    if bool((np.diff(number) < 0).any()):
        order = np.argsort(number, kind="stable")
        number, numbers = number[order], [values[order] for values in numbers]
    edges = np.searchsorted(number, np.arange(len(names) + 1))
    for key, n in names.items():
        yield key, [values[edges[n] : edges[n + 1]] for values in numbers]


def _column(rows: list[list[str]], header: list[str], name: str) -> Floats:
    if name not in header:
        return np.full(len(rows), np.nan)
    at = header.index(name)
    try:
        return np.fromiter((float(row[at]) for row in rows), float, len(rows))
    except (ValueError, IndexError):
        return np.fromiter((_number(row, at) for row in rows), float, len(rows))


def _number(row: list[str], at: int) -> float:
    try:
        return float(row[at])
    except (ValueError, IndexError):
        return float("nan")


def write_findings(
    file: TextIO, keys: Iterable[str], found: Iterable[list[Finding]], language: str
) -> int:
    """Write one JSON object a finding and return how many there were."""
    count = 0
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
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count
