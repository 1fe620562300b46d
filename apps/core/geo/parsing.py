"""Splitting a free Chinese address into province, city, district and street.

The text is read from the left: at each place the longest name that can stand there is taken, until
none follows; the rest is the street. What was written is kept: a city outside its province is a
warning and the address then has no code, because nobody can say which of the two is the mistake.
What was *not* written (the province of 深圳市) is filled in where only one answer exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from apps.core.geo.divisions import MUNICIPALITIES, Division, Level, full_name, parts_of
from apps.core.geo.names import Alias, alias_index

_GAP = re.compile(r"[\s,，、/\-|.·;；:：>]*")
_COUNTRY = re.compile(
    r"(?:中华人民共和国|中国(?=[\s,，]|.{0,9}[省市区])|P\.?R\.?\s?China\b|China\b)", re.I
)
_GROUPING = re.compile(
    r"市辖区|(?:省|自治区)直辖(?:县级行政区划|县级行政单位|行政单位)?|县(?=[\u4e00-\u9fff]{1,9}县)"
)
_TURN = r"[东西南北中上下内外前后新老一二三四五六七八九十环]{0,3}大?"
_BUILDING = (
    r"小区|大厦|广场|花园|公寓|国际|宾馆|酒店|饭店|"
    r"大学|学院|中学|小学|医院|学校|公司|银行|机场|文化"
)
_STREET_AFTER_CITY = re.compile(rf"{_TURN}(?:路|街|道|巷|弄|胡同|里|桥|湾|港|河|{_BUILDING})")
_STREET_AFTER_DISTRICT = re.compile(
    rf"{_TURN}(?:路|街|道|巷|弄|胡同|里|桥|山|湖|河|江|海|村|镇|乡|屯|庄|营|坊|湾|园|苑|城|站|港|岛|"
    rf"{_BUILDING})"
)
_COMMON_NAMES = frozenset({"城区", "郊区", "矿区"})
_WITHOUT_DISTRICTS = frozenset({"441900", "442000", "460400", "620200"})
_WITHOUT_CITIES = frozenset({"71", "81", "82"})


@dataclass(frozen=True, slots=True)
class AddressWarning:
    """Something about an address that a person should look at."""

    code: str
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """The parts of an address by their official names; empty where unknown.

    ``code`` is the 12-digit code of the deepest division, empty when none was found or when the
    parts contradict each other. ``inferred`` names the parts that were not written.
    """

    province: str
    city: str
    district: str
    street: str
    code: str
    warnings: tuple[AddressWarning, ...] = ()
    inferred: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the deepest division is a district, or one above it that has none."""
        if not self.code:
            return False
        return (
            self.code[4:6] != "00"
            or self.code[:6] in _WITHOUT_DISTRICTS
            or self.code[:2] in _WITHOUT_CITIES
        )


_NAMES = {Level.PROVINCE: "province", Level.CITY: "city", Level.DISTRICT: "district"}


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    found: dict[Level, Division] = field(default_factory=dict)
    warnings: list[AddressWarning] = field(default_factory=list)
    contradicted: bool = False

    @property
    def deepest(self) -> Division | None:
        return self.found[max(self.found)] if self.found else None

    def warn(self, code: str, level: Level, detail: str) -> None:
        self.warnings.append(AddressWarning(code, _NAMES[level], detail))


def parse_address(text: str) -> ParsedAddress:
    """Split a Chinese address. Never raises; a text without any known name is all street."""
    reading = _Reading()
    position = _skip_country(text)
    while (step := _next_name(text, position, reading)) is not None:
        alias, position = step
        _take(reading, alias)
        position = _skip(text, position)
    return _finish(reading, text[position:].strip())


def parse_parts(*, province: str, city: str, district: str, street: str) -> ParsedAddress:
    """Split an address whose fields came apart, the street perhaps repeating them."""
    return parse_address(" ".join(part for part in (province, city, district, street) if part))


def _skip_country(text: str) -> int:
    position = _GAP.match(text).end()  # type: ignore[union-attr]
    match = _COUNTRY.match(text, position)
    return _skip(text, match.end()) if match else position


def _skip(text: str, position: int) -> int:
    while True:
        after = _GAP.match(text, position).end()  # type: ignore[union-attr]
        grouping = _GROUPING.match(text, after)
        if grouping is None:
            return after
        position = grouping.end()


def _next_name(text: str, position: int, reading: _Reading) -> tuple[Alias, int] | None:
    """The name that stands at ``position``, the longest that fits what was read before."""
    index, longest = alias_index()
    for length in range(min(longest, len(text) - position), 1, -1):
        aliases = index.get(text[position : position + length])
        if aliases is None:
            continue
        end = position + length
        chosen = _choose(aliases, text, end, reading)
        if chosen is not None:
            return chosen, end
    return None


def _choose(aliases: tuple[Alias, ...], text: str, end: int, reading: _Reading) -> Alias | None:
    usable = [alias for alias in aliases if alias.full or not _is_street(alias, text, end)]
    deeper = [alias for alias in usable if _fits(alias.division, reading)]
    if deeper:
        return _pick_deeper(deeper, text, end, reading)
    for alias in usable:
        if reading.found.get(alias.division.level) == alias.division:
            return alias if alias.full or _division_follows(text, end) else None
    contradicting = [alias for alias in usable if alias.full and _contradicts(alias, reading)]
    return contradicting[0] if contradicting else None


def _is_street(alias: Alias, text: str, end: int) -> bool:
    """Whether a shortened name is rather the beginning of a street's: 北京路, 朝阳大街."""
    deep = alias.division.level is Level.DISTRICT
    pattern = _STREET_AFTER_DISTRICT if deep else _STREET_AFTER_CITY
    if pattern.match(text, end) is None:
        return False
    prefix = alias.division.code[: 2 * alias.division.level]
    return deep or not _division_follows(text, end, prefix)


def _pick_deeper(deeper: list[Alias], text: str, end: int, reading: _Reading) -> Alias | None:
    """The shallowest; among several districts of one name the only one in use."""
    first = deeper[0]
    level = first.division.level
    same = [alias for alias in deeper if alias.division.level is level]
    current = [alias for alias in same if not alias.division.former] or same
    if len(current) == 1:
        if level is Level.DISTRICT and not current[0].full and not reading.found:
            return current[0] if _looks_like_start(text, end) else None
        return current[0]
    if not any(alias.full for alias in current):
        return None
    names = sorted({full_name(alias.division.code) for alias in current})
    reading.warn("ambiguous", level, " / ".join(names))
    return Alias(current[0].text, _nameless(current[0].division), True)


def _nameless(division: Division) -> Division:
    """A division known by name only: which one of several it is, nobody can say."""
    return Division(code="", name=division.name, level=division.level)


def _looks_like_start(text: str, end: int) -> bool:
    return _division_follows(text, end) or text[end : end + 1] in ("", " ", ",")


def _division_follows(text: str, end: int, prefix: str = "") -> bool:
    """Whether a name of a division, below ``prefix`` if given, stands next."""
    index, longest = alias_index()
    position = _skip(text, end)
    return any(
        alias.division.code.startswith(prefix)
        for length in range(min(longest, len(text) - position), 1, -1)
        for alias in index.get(text[position : position + length], ())
    )


def _fits(division: Division, reading: _Reading) -> bool:
    """Whether the division lies below everything read so far."""
    deepest = reading.deepest
    if deepest is None:
        return True
    if division.level <= deepest.level or not deepest.code:
        return False
    return division.code.startswith(deepest.code[: 2 * deepest.level])


def _contradicts(alias: Alias, reading: _Reading) -> bool:
    """Whether a full name is at odds with what was read: the wrong parent, or a second one."""
    division, deepest = alias.division, reading.deepest
    if deepest is None or division.name in _COMMON_NAMES:
        return False
    if division.level > deepest.level:
        return True
    if division.level is Level.DISTRICT:
        return False
    known = reading.found.get(division.level)
    if known is not None:
        return known.code != division.code
    return not deepest.code.startswith(division.code[: 2 * division.level])


def _take(reading: _Reading, alias: Alias) -> None:
    division = alias.division
    if reading.found.get(division.level) == division:
        return
    if _fits(division, reading) or not division.code:
        reading.found[division.level] = division
        return
    deepest = reading.deepest
    if deepest is None or not deepest.code:
        reading.found.setdefault(division.level, division)
        return
    if division.level < deepest.level and deepest.code.startswith(
        division.code[: 2 * division.level]
    ):
        reading.found.setdefault(division.level, division)
        return
    reading.contradicted = True
    _warn_of_contradiction(reading, division, deepest)
    reading.found.setdefault(division.level, division)


def _warn_of_contradiction(reading: _Reading, division: Division, deepest: Division) -> None:
    belongs, known = full_name(division.code), full_name(deepest.code)
    if division.level > deepest.level:
        code = f"{_NAMES[division.level]}_not_in_{_NAMES[deepest.level]}"
        detail = f"{division.name} ({belongs}) / {known}"
    else:
        code = f"second_{_NAMES[division.level]}"
        detail = f"{known} / {belongs}"
    reading.warn(code, division.level, detail)


def _finish(reading: _Reading, street: str) -> ParsedAddress:
    deepest = reading.deepest
    if deepest is None:
        return ParsedAddress("", "", "", street, "")
    if reading.contradicted or not deepest.code:
        return _as_written(reading, street)
    province, city, district = parts_of(deepest.code)
    return ParsedAddress(
        province,
        city,
        district,
        street,
        deepest.code,
        tuple(reading.warnings),
        _inferred(reading, deepest, province, city),
    )


def _inferred(reading: _Reading, deepest: Division, province: str, city: str) -> tuple[str, ...]:
    """The parts above the deepest that were filled in; what goes without saying is left out."""
    parts = []
    if Level.PROVINCE not in reading.found and deepest.level > Level.PROVINCE:
        parts.append("province")
    goes_without_saying = city in (province, deepest.name)
    if Level.CITY not in reading.found and deepest.level > Level.CITY and not goes_without_saying:
        parts.append("city")
    return tuple(parts)


def _as_written(reading: _Reading, street: str) -> ParsedAddress:
    names = {level: division.name for level, division in reading.found.items()}
    province = reading.found.get(Level.PROVINCE)
    is_municipality = province is not None and province.code[:2] in MUNICIPALITIES
    city = names.get(Level.PROVINCE, "") if is_municipality else ""
    return ParsedAddress(
        names.get(Level.PROVINCE, ""),
        names.get(Level.CITY, city),
        names.get(Level.DISTRICT, ""),
        street,
        "",
        tuple(reading.warnings),
    )
