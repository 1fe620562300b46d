"""Countries parcels go to: gateway cities with their zones, and finding one in an address."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ForeignCity:
    """A city abroad: English and Chinese name and IANA zone."""

    name: str
    name_zh: str
    zone: str


@dataclass(frozen=True, slots=True)
class Country:
    """A destination: ISO-2, names, spellings in addresses, flight time from China in hours."""

    code: str
    name: str
    name_zh: str
    aliases: tuple[str, ...]
    flight_hours: float
    gateway: ForeignCity
    cities: tuple[ForeignCity, ...]


def _city(name: str, name_zh: str, zone: str) -> ForeignCity:
    return ForeignCity(name, name_zh, zone)


COUNTRIES: tuple[Country, ...] = (
    Country(
        "US", "UNITED STATES", "美国", ("USA", "U.S.A.", "United States", "America"), 13,
        _city("LOS ANGELES", "洛杉矶", "America/Los_Angeles"),
        (
            _city("LOS ANGELES", "洛杉矶", "America/Los_Angeles"),
            _city("SAN JOSE", "圣何塞", "America/Los_Angeles"),
            _city("SEATTLE", "西雅图", "America/Los_Angeles"),
        ),
    ),
    Country(
        "GB", "UNITED KINGDOM", "英国", ("UK", "U.K.", "United Kingdom", "England"), 12,
        _city("LONDON-HEATHROW", "伦敦希思罗", "Europe/London"),
        (_city("LONDON", "伦敦", "Europe/London"),
         _city("MANCHESTER", "曼彻斯特", "Europe/London")),
    ),
    Country(
        "DE", "GERMANY", "德国", ("Germany", "Deutschland"), 11,
        _city("LEIPZIG", "莱比锡", "Europe/Berlin"),
        (_city("BERLIN", "柏林", "Europe/Berlin"), _city("MUNICH", "慕尼黑", "Europe/Berlin")),
    ),
    Country(
        "FR", "FRANCE", "法国", ("France",), 12,
        _city("PARIS CDG", "巴黎戴高乐", "Europe/Paris"),
        (_city("PARIS", "巴黎", "Europe/Paris"), _city("LYON", "里昂", "Europe/Paris")),
    ),
    Country(
        "JP", "JAPAN", "日本", ("Japan",), 4,
        _city("TOKYO-NARITA", "东京成田", "Asia/Tokyo"),
        (_city("TOKYO", "东京", "Asia/Tokyo"), _city("OSAKA", "大阪", "Asia/Tokyo")),
    ),
    Country(
        "SG", "SINGAPORE", "新加坡", ("Singapore",), 5,
        _city("SINGAPORE", "新加坡", "Asia/Singapore"),
        (_city("SINGAPORE", "新加坡", "Asia/Singapore"),),
    ),
    Country(
        "AU", "AUSTRALIA", "澳大利亚", ("Australia",), 10,
        _city("SYDNEY", "悉尼", "Australia/Sydney"),
        (_city("SYDNEY", "悉尼", "Australia/Sydney"),
         _city("MELBOURNE", "墨尔本", "Australia/Sydney")),
    ),
    Country(
        "BR", "BRAZIL", "巴西", ("Brazil", "Brasil"), 25,
        _city("SAO PAULO-GUARULHOS", "圣保罗瓜鲁柳斯", "America/Sao_Paulo"),
        (_city("SAO PAULO", "圣保罗", "America/Sao_Paulo"),
         _city("RIO DE JANEIRO", "里约热内卢", "America/Sao_Paulo"),
         _city("CURITIBA", "库里蒂巴", "America/Sao_Paulo")),
    ),
    Country(
        "CA", "CANADA", "加拿大", ("Canada",), 12,
        _city("VANCOUVER", "温哥华", "America/Vancouver"),
        (_city("VANCOUVER", "温哥华", "America/Vancouver"),),
    ),
)  # fmt: skip
BY_CODE = {country.code: country for country in COUNTRIES}
TRAILING_CODE = re.compile(r"(?:^|[\s,，;(])([A-Z]{2})[\s).]*$")


@cache
def _pattern(country: Country) -> re.Pattern[str]:
    words = "|".join(re.escape(alias) for alias in country.aliases)
    return re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])|{country.name_zh}", re.IGNORECASE)


def read_country(address: str) -> Country | None:
    """The country an address names: at its end as ISO code, or by name anywhere."""
    trailing = TRAILING_CODE.search(address.strip())
    if trailing is not None and trailing.group(1) in BY_CODE:
        return BY_CODE[trailing.group(1)]
    return next((c for c in COUNTRIES if _pattern(c).search(address)), None)


def choose_city(country: Country, address: str, rng: Random) -> ForeignCity:
    """The city the address names, or one of the country's."""
    upper = unicodedata.normalize("NFKD", address).encode("ascii", "ignore").decode().upper()
    named = [city for city in country.cities if city.name in upper]
    return named[0] if named else rng.choice(country.cities)


def offset_at(zone: str, at: int) -> int:
    """Seconds east of UTC of a zone at an epoch second."""
    delta = ZoneInfo(zone).utcoffset(dt.datetime.fromtimestamp(at, dt.UTC))
    return int(delta.total_seconds()) if delta is not None else 0
