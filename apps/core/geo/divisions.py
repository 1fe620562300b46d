"""The divisions of China down to district, with their 12-digit codes and centres.

Two lists are shipped, see README.md: the base with centres (3,511 rows) and a newer one without,
which adds divisions made since, development zones, and marks those that were abolished.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from apps.core.geo.coordinates import gcj02_to_wgs84

_FOLDER = Path(__file__).parent
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
PSEUDO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class Level(IntEnum):
    """How deep a division lies."""

    PROVINCE = 1
    CITY = 2
    DISTRICT = 3


@dataclass(frozen=True, slots=True)
class Division:
    """A division; the centre is (longitude, latitude) in GCJ-02 as given, None where unknown.

    ``former`` divisions were abolished but still stand in addresses. ``pseudo`` ones are rows that
    only group others (市辖区, 省直辖县级行政区划) and never stand in an address of their own.
    """

    code: str
    name: str
    level: Level
    centre: tuple[float, float] | None = None
    former: bool = False
    former_name: str = ""

    @property
    def pseudo(self) -> bool:
        """Whether the row only groups others."""
        return self.name in PSEUDO_NAMES

    @property
    def province_code(self) -> str:
        """The 12-digit code of the province."""
        return self.code[:2] + "0" * 10

    @property
    def city_code(self) -> str:
        """The 12-digit code of the city row, also where that row only groups."""
        return self.code[:4] + "0" * 8


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre of the division ``code``; degrees in WGS-84 and, as given, in GCJ-02."""

    code: str
    level: Level
    longitude: float
    latitude: float
    gcj_longitude: float
    gcj_latitude: float


@lru_cache(maxsize=1)
def all_divisions() -> dict[str, Division]:
    """Every division by its 12-digit code."""
    divisions: dict[str, Division] = {}
    for row in _rows("china-divisions.csv"):
        centre = None
        if row["longitude"] and row["latitude"]:
            centre = (float(row["longitude"]), float(row["latitude"]))
        divisions[row["adcode"]] = Division(
            code=row["adcode"], name=row["name"], level=_level_of(row["adcode"]), centre=centre
        )
    for row in _rows("china-divisions-newer.csv"):
        _merge_newer(divisions, row["adcode"], row["name"], row["kind"])
    return divisions


def find_division(code: str) -> Division | None:
    """The division of that 12-digit (or 6-digit) code, or None."""
    return all_divisions().get(code.ljust(12, "0"))


def parts_of(code: str) -> tuple[str, str, str]:
    """The names (province, city, district) for a code; empty where there is none.

    A municipality is its own city. A county governed by its province stands as the city, without
    a district: (湖北省, 仙桃市, ""). Unknown codes give what their known prefix gives.
    """
    division = nearest_division(code)
    if division is None:
        return "", "", ""
    divisions = all_divisions()
    province = divisions[division.province_code].name
    if division.level is Level.PROVINCE:
        return province, province if division.code[:2] in MUNICIPALITIES else "", ""
    city = divisions.get(division.city_code)
    city_name = city.name if city is not None else ""
    district = division.name if division.level is Level.DISTRICT and not division.pseudo else ""
    if division.code[:2] in MUNICIPALITIES:
        return province, province, district
    if city_name in PSEUDO_NAMES:
        return province, district, ""
    return province, city_name, district


def full_name(code: str, *, separator: str = "") -> str:
    """The whole name of a division, each part once: 广东省深圳市南山区, 北京市朝阳区."""
    return join_parts(*parts_of(code), separator=separator)


def join_parts(province: str, city: str, district: str, *, separator: str = "") -> str:
    """Join names of a province, city and district, leaving out repetitions and empty ones."""
    return separator.join(dict.fromkeys(part for part in (province, city, district) if part))


def nearest_division(code: str) -> Division | None:
    """The division of that code, else its city's, else its province's, else None."""
    divisions = all_divisions()
    padded = code.ljust(12, "0")
    for candidate in (padded, padded[:6] + "0" * 6, padded[:4] + "0" * 8, padded[:2] + "0" * 10):
        if candidate in divisions:
            return divisions[candidate]
    return None


@lru_cache(maxsize=8192)
def centre_of(code: str) -> Centre | None:
    """The centre of a division; where it has none, that of its city, then of its province."""
    divisions = all_divisions()
    padded = code.ljust(12, "0")
    for candidate in (padded, padded[:6] + "0" * 6, padded[:4] + "0" * 8, padded[:2] + "0" * 10):
        division = divisions.get(candidate)
        if division is not None and division.centre is not None:
            longitude, latitude = gcj02_to_wgs84(*division.centre)
            return Centre(
                division.code,
                division.level,
                round(longitude, 6),
                round(latitude, 6),
                *division.centre,
            )
    return None


def divisions_under(code: str) -> list[Division]:
    """The divisions one level below: cities of a province, districts of a city; by code.

    Rows that only group are passed through: the districts of a municipality are directly under it.
    """
    parent = all_divisions().get(code.ljust(12, "0"))
    if parent is None or parent.level is Level.DISTRICT:
        return []
    prefix = parent.code[: 2 * parent.level]
    children = [
        division
        for division in all_divisions().values()
        if division.code.startswith(prefix) and division.level > parent.level
    ]
    grouped = {child.code[:4] for child in children if child.level is Level.CITY and child.pseudo}
    return sorted(
        (
            child
            for child in children
            if not child.pseudo and (child.level == parent.level + 1 or child.code[:4] in grouped)
        ),
        key=lambda child: child.code,
    )


def _merge_newer(divisions: dict[str, Division], code: str, name: str, kind: str) -> None:
    known = divisions.get(code)
    level = _level_of(code)
    if known is None:
        divisions[code] = Division(code=code, name=name, level=level)
    elif kind == "renamed":
        divisions[code] = Division(code, name, level, known.centre, former_name=known.name)
    elif kind == "former":
        divisions[code] = Division(code, known.name, level, known.centre, former=True)


def _level_of(code: str) -> Level:
    if code[2:4] == "00":
        return Level.PROVINCE
    return Level.CITY if code[4:6] == "00" else Level.DISTRICT


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
