"""Real Chinese divisions with their centres, and reading an address against them.

The file is core's (``core/geo/china-divisions.csv``: 12-digit code, name, centre as
longitude and latitude, taken as GCJ-02); this module is the sandbox's own reading of it.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from apps.sandbox.pinyin import pinyin_of
from apps.sandbox.rng import weighted

DIVISIONS = Path(__file__).resolve().parent.parent / "core" / "geo" / "china-divisions.csv"
EARTH_RADIUS_M = 6_371_000
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
PROVINCE_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市",
)  # fmt: skip
SHORTEST_NAME, LONGEST_NAME, READ_CHARACTERS = 2, 12, 60

# City code and how much of the country's parcels goes there.
MAJOR_CITIES: tuple[tuple[str, float], ...] = (
    ("310000", 9), ("110000", 8), ("440300", 8), ("440100", 8), ("330100", 6), ("510100", 6),
    ("500000", 5), ("420100", 5), ("320500", 5), ("320100", 4), ("120000", 4), ("610100", 4),
    ("430100", 4), ("410100", 4), ("441900", 3), ("440600", 3), ("330200", 3), ("370200", 3),
    ("340100", 3), ("330700", 3), ("350200", 2), ("350100", 2), ("370100", 2), ("320200", 2),
    ("210100", 2), ("210200", 2), ("230100", 2), ("530100", 2), ("360100", 2), ("450100", 2),
    ("130100", 2), ("140100", 1.5), ("520100", 1.5), ("220100", 1.5), ("460100", 1),
    ("350500", 2), ("330300", 2), ("320600", 1.5), ("650100", 0.6), ("620100", 0.8),
    ("640100", 0.4), ("150100", 0.7), ("630100", 0.3), ("540100", 0.2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A division: province, city or district, with its centre in degrees."""

    code: str
    name: str
    longitude: float
    latitude: float
    province: str
    city: str

    @property
    def area_code(self) -> str:
        """The platform's spelling: ``CN`` and twelve digits."""
        return f"CN{self.code}"

    @property
    def city_code(self) -> str:
        """Six digits of the city; a municipality is its own city."""
        return self.code[:2] + "0000" if self.is_municipal else self.code[:4] + "00"

    @property
    def is_municipal(self) -> bool:
        """Beijing, Tianjin, Shanghai, Chongqing."""
        return self.code[:2] in {"11", "12", "31", "50"}

    @property
    def is_district(self) -> bool:
        """A county or district, the lowest level of the file."""
        return self.code[4:6] != "00"

    @property
    def short_province(self) -> str:
        """ "广东" of 广东省."""
        return short_province(self.province)

    @property
    def area_name(self) -> str:
        """Comma separated as the platform writes it: 江苏,苏州市,相城区."""
        if self.name == self.province:
            levels = 2 if self.is_municipal else 1
            return ",".join([self.short_province] * levels)
        city = self.short_province if self.is_municipal else self.city
        below = "" if self.name == self.city else self.name
        return ",".join(part for part in (self.short_province, city, below) if part)

    @property
    def area_center(self) -> str:
        """ "lng,lat" with six decimals."""
        return f"{self.longitude:.6f},{self.latitude:.6f}"

    @property
    def area_pinyin(self) -> str:
        """Pinyin of the lowest level, or ""."""
        return pinyin_of(self.name)

    @property
    def full_name(self) -> str:
        """Province, city and district in one word, as carriers print it."""
        parts = [self.province, self.city, self.name]
        return "".join(dict.fromkeys(part for part in parts if part))


def short_province(name: str) -> str:
    """Strip 省, 市, 自治区 and their kind."""
    for ending in PROVINCE_ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


@cache
def all_places() -> dict[str, Place]:
    """Every division by its six-digit code; placeholder rows are left out."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = {row["adcode"][:6]: row for row in csv.DictReader(file)}
    places: dict[str, Place] = {}
    for code, row in rows.items():
        if row["name"] in PLACEHOLDERS or not row["longitude"]:
            continue
        province = rows[code[:2] + "0000"]["name"]
        city = rows.get(code[:4] + "00", {"name": ""})["name"]
        if city in PLACEHOLDERS:
            city = province if code[:2] in {"11", "12", "31", "50"} else ""
        places[code] = Place(
            code=row["adcode"],
            name=row["name"],
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            province=province,
            city=city,
        )
    return places


@cache
def districts_of(city_code: str) -> tuple[str, ...]:
    """Six-digit codes of a city's districts, or the city itself where it has none."""
    prefix = city_code[:2] if city_code[2:] == "0000" else city_code[:4]
    found = sorted(c for c in all_places() if c.startswith(prefix) and c[4:6] != "00")
    return tuple(found) or (city_code,)


def find_place(code: str) -> Place | None:
    """The division of a 6- or 12-digit code, or the nearest level above that is known."""
    places = all_places()
    short = code.removeprefix("CN")[:6]
    for candidate in (short, short[:4] + "00", short[:2] + "0000"):
        if candidate in places:
            return places[candidate]
    return None


def city_of(place: Place) -> Place:
    """The city a district belongs to; itself where there is none above it."""
    return all_places().get(place.city_code, place)


def draw_place(rng: Random) -> Place:
    """A district somewhere in the country, busier cities more often."""
    return draw_district(rng, weighted(rng, MAJOR_CITIES))


def draw_district(rng: Random, city_code: str) -> Place:
    """A district of the city."""
    return all_places()[rng.choice(districts_of(city_code))]


def distance_m(a: Place, b: Place) -> float:
    """Great-circle distance of two centres in metres."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lng = math.radians(b.longitude - a.longitude) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for code, place in all_places().items():
        spellings = {place.name}
        if code.endswith("0000"):
            spellings.add(short_province(place.name))
        elif code.endswith("00") and place.name.endswith("市") and len(place.name) > 2:
            spellings.add(place.name.removesuffix("市"))
        for spelling in spellings:
            names.setdefault(spelling, []).append(code)
    return {name: tuple(sorted(codes)) for name, codes in names.items()}


def read_address(text: str) -> Place | None:
    """The lowest division an address names, read from left to right, or None.

    A name only counts inside what was found before it (a 朝阳区 of 北京市), so a
    contradiction keeps the higher level.
    """
    names, at = _by_name(), 0
    found: str | None = None
    text = "".join(text.split())[:READ_CHARACTERS]
    while at < len(text):
        step = 1
        for size in range(min(LONGEST_NAME, len(text) - at), SHORTEST_NAME - 1, -1):
            code = _inside(names.get(text[at : at + size], ()), found)
            if code is not None:
                found, step = code, size
                break
        at += step
        if found is not None and found[4:6] != "00":
            break
    return all_places()[found] if found is not None else None


def _inside(codes: tuple[str, ...], found: str | None) -> str | None:
    if found is None:
        higher = [code for code in codes if code[4:6] == "00"]
        return higher[0] if higher else (codes[0] if len(codes) == 1 else None)
    prefix = found[:2] if found.endswith("0000") else found[:4]
    inside = [code for code in codes if code.startswith(prefix) and code != found]
    return inside[0] if inside else None
