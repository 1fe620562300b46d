"""Two small pictures of an incident: cases by hour against the usual, and where it is (no Django).

Both are SVG without scripts. The map is drawn from the centres of all cities, so that it needs no
tiles; a hub is drawn at its city's centre, for where in the city it stands nobody tells us.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians

from apps.core.geo import all_divisions, centre_of
from apps.core.geo.divisions import Level

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640.0, 170.0, 40.0, 22.0, 10.0
MOST_TIMES = 4
MAP_WIDTH, MAP_HEIGHT = 320.0, 236.0
WEST, EAST, SOUTH, NORTH = 73.0, 135.5, 17.5, 54.0
SQUEEZE = cos(radians(36))


@dataclass(frozen=True, slots=True)
class Hour:
    """What one hour brought, what was to be expected, and the upper edge of what is usual."""

    at: dt.datetime
    cases: int
    expected: float
    edge: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour as a bar; ``is_much`` above the edge of the usual."""

    x: float
    y: float
    width: float
    height: float
    is_much: bool
    hour: Hour


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across at a number of cases, or a time below."""

    place: float
    cases: int = 0
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Bars by hour, the edge of the usual as a closed path, lines and times."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    band: str
    rows: tuple[Mark, ...]
    times: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the map; ``name`` is empty for the cities that only give it its shape."""

    x: float
    y: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """The country as dots with the places an incident is about, the last the farther one."""

    width: float
    height: float
    dots: tuple[Place, ...]
    places: tuple[Place, ...]


def draw_curve(hours: Sequence[Hour]) -> Curve:
    """Draw hours that follow each other, the oldest first."""
    top = max([1.0, *(float(hour.cases) for hour in hours), *(hour.edge for hour in hours)])
    step = (WIDTH - LEFT - 8) / max(len(hours), 1)
    floor = HEIGHT - BOTTOM

    def y(cases: float) -> float:
        return round(floor - (floor - TOP) * min(cases, top) / top, 1)

    bars = tuple(
        Bar(
            round(LEFT + n * step + 1, 1), y(hour.cases), round(max(step - 2, 1), 1),
            round(floor - y(hour.cases), 1), hour.cases > hour.edge, hour,
        )
        for n, hour in enumerate(hours)
    )  # fmt: skip
    edge = [
        f"{round(LEFT + (n + side) * step, 1)},{y(hour.edge)}"
        for n, hour in enumerate(hours) for side in (0, 1)
    ]  # fmt: skip
    right = round(LEFT + len(hours) * step, 1)
    band = f"M{LEFT},{floor} L{' L'.join(edge)} L{right},{floor} Z" if hours else ""
    every = max(1, len(hours) // MOST_TIMES)
    times = tuple(
        Mark(round(LEFT + (n + 0.5) * step, 1), at=hour.at)
        for n, hour in enumerate(hours) if n % every == every // 2
    )  # fmt: skip
    rows = tuple(Mark(y(cases), int(cases)) for cases in sorted({0, int(top / 2), int(top)}))
    return Curve(WIDTH, HEIGHT, bars, band, rows, times)


def draw_map(codes: Sequence[str]) -> Map | None:
    """Draw the places of division codes; None where one of them is not in the country."""
    places = []
    for code in codes:
        centre = centre_of(code) if code.isdigit() else None
        if centre is None:
            return None
        x, y = _project(centre.longitude, centre.latitude)
        division = all_divisions().get(centre.code)
        places.append(Place(x, y, division.name if division else code))
    return Map(MAP_WIDTH, MAP_HEIGHT, _dots(), tuple(places)) if places else None


@cache
def _dots() -> tuple[Place, ...]:
    found = []
    for division in all_divisions().values():
        if division.level is Level.CITY and division.centre and not division.former:
            found.append(Place(*_project(*division.centre)))
    return tuple(found)


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    scale = min(MAP_WIDTH / ((EAST - WEST) * SQUEEZE), MAP_HEIGHT / (NORTH - SOUTH))
    return (
        round((longitude - WEST) * SQUEEZE * scale, 1),
        round((NORTH - latitude) * scale, 1),
    )
