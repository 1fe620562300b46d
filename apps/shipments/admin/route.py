"""A picture of a parcel's way without a map: the places it was seen at, as dots (no Django)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 520.0, 300.0, 40.0
KM_PER_DEGREE = 111.32
SMALLEST_SPAN_KM = 20.0
LABEL_HEIGHT = 15.0
CHAR_WIDTH = 12.5
DOT_REACH = 15.0
BEND = 0.18
"""How far a line over a border is bent, as a share of its length."""

Place = tuple[float, float, str]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sighting:
    """The centre of the division an event happened in; degrees, as the platform gave them.

    Abroad it is the gateway city, or the middle of the country where only that is known.
    """

    name: str
    longitude: float
    latitude: float
    at: dt.datetime
    colour: str = "default"
    country: str = ""
    is_country: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """One place in the picture: x, y in its units, where its label goes, when it was reached."""

    x: float
    y: float
    name: str
    order: int
    first_at: dt.datetime
    last_at: dt.datetime
    colour: str
    is_first: bool
    is_last: bool
    label_x: float
    label_y: float
    anchor: str
    is_country: bool = False

    @property
    def number_y(self) -> float:
        """The base line of the number inside the dot."""
        return self.y + 3.5


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots in order of time, the line through them, and a bar that says how long it is.

    ``crossings`` are the parts of the line over a border, bent so that two of them do not hide
    each other.
    """

    width: float
    height: float
    dots: tuple[Dot, ...]
    line: str
    crossings: str
    bar_width: float
    bar_km: int

    @property
    def bar_y(self) -> float:
        """Where the bar lies."""
        return self.height - 14


@dataclass(slots=True)
class _Stop:
    name: str
    longitude: float
    latitude: float
    first_at: dt.datetime
    last_at: dt.datetime
    colour: str
    country: str
    is_country: bool


def draw_route(sightings: Iterable[Sighting]) -> Picture | None:
    """Return the picture of a way, or None where no place is known.

    Sightings in a row at one place become one dot. Degrees are flattened with the cosine of the
    middle latitude, which is good enough for a sketch at any scale.
    """
    stops = _stops(sorted(sightings, key=lambda seen: seen.at))
    if not stops:
        return None
    scale, points = _fit(_flatten(stops))
    stops, points = _join(stops, points)
    places = _label_places(points, [stop.name for stop in stops])
    dots = tuple(
        _dot(index, len(stops), stop, point, place)
        for index, (stop, point, place) in enumerate(zip(stops, points, places, strict=True))
    )
    bar_km = _round_length(120 / scale)
    line, crossings = _lines(stops, dots)
    return Picture(WIDTH, HEIGHT, dots, line, crossings, round(bar_km * scale, 1), bar_km)


def _lines(stops: Sequence[_Stop], dots: Sequence[Dot]) -> tuple[str, str]:
    """Return the line within countries and that over borders, as paths."""
    within = [f"M{dots[0].x} {dots[0].y}"]
    over = []
    for one, other, a, b in zip(stops, stops[1:], dots, dots[1:], strict=False):
        if one.country and other.country and one.country != other.country:
            bend_x = (a.x + b.x) / 2 - (b.y - a.y) * BEND
            bend_y = max((a.y + b.y) / 2 - abs(b.x - a.x) * BEND, 4.0)
            over.append(f"M{a.x} {a.y}Q{bend_x:.1f} {bend_y:.1f} {b.x} {b.y}")
            within.append(f"M{b.x} {b.y}")
        else:
            within.append(f"L{b.x} {b.y}")
    return " ".join(within), " ".join(over)


def _dot(index: int, count: int, stop: _Stop, point: tuple[float, float], place: Place) -> Dot:
    return Dot(
        x=round(point[0], 1),
        y=round(point[1], 1),
        name=stop.name,
        order=index + 1,
        first_at=stop.first_at,
        last_at=stop.last_at,
        colour=stop.colour,
        is_first=index == 0,
        is_last=index == count - 1,
        label_x=round(place[0], 1),
        label_y=round(place[1], 1),
        anchor=place[2],
        is_country=stop.is_country,
    )


def _stops(sightings: Sequence[Sighting]) -> list[_Stop]:
    stops: list[_Stop] = []
    for seen in sightings:
        last = stops[-1] if stops else None
        if last and (last.longitude, last.latitude) == (seen.longitude, seen.latitude):
            last.last_at, last.colour = seen.at, seen.colour
            last.name = seen.name or last.name
        else:
            about = (seen.colour, seen.country, seen.is_country)
            stops.append(_Stop(seen.name, seen.longitude, seen.latitude, seen.at, seen.at, *about))
    return stops


def _flatten(stops: Sequence[_Stop]) -> list[tuple[float, float]]:
    longitudes = [stop.longitude for stop in stops]
    if max(longitudes) - min(longitudes) > 180:
        longitudes = [value + 360 if value < 0 else value for value in longitudes]
    middle = (max(s.latitude for s in stops) + min(s.latitude for s in stops)) / 2
    shrink = math.cos(math.radians(middle))
    return [
        (longitude * shrink * KM_PER_DEGREE, -stop.latitude * KM_PER_DEGREE)
        for longitude, stop in zip(longitudes, stops, strict=True)
    ]


def _fit(flat: Sequence[tuple[float, float]]) -> tuple[float, list[tuple[float, float]]]:
    xs, ys = [x for x, _ in flat], [y for _, y in flat]
    span_x = max(max(xs) - min(xs), SMALLEST_SPAN_KM)
    span_y = max(max(ys) - min(ys), SMALLEST_SPAN_KM)
    scale = min((WIDTH - 3 * MARGIN) / span_x, (HEIGHT - 2 * MARGIN) / span_y)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    points = [
        (WIDTH / 2 + (x - middle_x) * scale, HEIGHT / 2 + (y - middle_y) * scale) for x, y in flat
    ]
    return scale, points


def _join(
    stops: Sequence[_Stop], points: Sequence[tuple[float, float]]
) -> tuple[list[_Stop], list[tuple[float, float]]]:
    """Make one dot of neighbours in time that would cover each other in the picture."""
    kept: list[_Stop] = []
    where: list[tuple[float, float]] = []
    for stop, point in zip(stops, points, strict=True):
        if where and math.dist(where[-1], point) < DOT_REACH:
            kept[-1] = _joined(kept[-1], stop)
        else:
            kept.append(stop)
            where.append(point)
    return kept, where


def _joined(before: _Stop, after: _Stop) -> _Stop:
    first = before.name.split(" → ")[0]
    name = f"{first} → {after.name}" if first != after.name else first
    return _Stop(
        name, after.longitude, after.latitude, before.first_at, after.last_at, after.colour,
        after.country, after.is_country,
    )  # fmt: skip


def _label_places(points: Sequence[tuple[float, float]], names: Sequence[str]) -> list[Place]:
    """Put each label at the side of its dot where it covers least of what is there already."""
    taken = [(x - 9, y - 9, x + 9, y + 9) for x, y in points]
    chosen: list[Place] = []
    for (x, y), name in zip(points, names, strict=True):
        width = _text_width(name)
        options = (
            ((x + 13, y + 4, "start"), (x + 13, y - 8, x + 13 + width, y - 8 + LABEL_HEIGHT)),
            ((x - 13, y + 4, "end"), (x - 13 - width, y - 8, x - 13, y - 8 + LABEL_HEIGHT)),
            ((x, y - 14, "middle"), (x - width / 2, y - 26, x + width / 2, y - 26 + LABEL_HEIGHT)),
            ((x, y + 24, "middle"), (x - width / 2, y + 12, x + width / 2, y + 12 + LABEL_HEIGHT)),
        )
        place, box = min(options, key=lambda option: _cost(option[1], taken))
        taken.append(box)
        chosen.append(place)
    return chosen


def _cost(box: Box, taken: Sequence[Box]) -> float:
    outside = max(0.0, -box[0]) + max(0.0, box[2] - WIDTH) + max(0.0, -box[1])
    outside += max(0.0, box[3] - HEIGHT)
    return outside * 100 + sum(_overlap(box, other) for other in taken)


def _overlap(a: Box, b: Box) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _text_width(name: str) -> float:
    return sum(CHAR_WIDTH if ord(char) > 0x2E7F else CHAR_WIDTH * 0.58 for char in name)


def _round_length(kilometres: float) -> int:
    """Return the largest of 1, 2, 5, 10, 20 … that is not above a length, at least 1."""
    power = 10 ** math.floor(math.log10(max(kilometres, 1.0)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(kilometres, 1.0)))
