"""The names under which a division stands in addresses: in full, shortened, or a nickname."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from apps.core.geo.divisions import Division, Level, all_divisions

_PEOPLES = (
    "维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯|蒙古|达斡尔|鄂温克|裕固|东乡|保安|撒拉|朝鲜|土家|仡佬|布依|毛南|"
    "仫佬|哈尼|拉祜|布朗|景颇|傈僳|德昂|独龙|普米|阿昌|基诺|纳西|高山|羌|藏|彝|苗|侗|瑶|壮|畲|黎|傣|佤|"
    "白|怒|水|回|满|土|各"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{_PEOPLES})族|维吾尔|哈萨克|蒙古|柯尔克孜|锡伯|塔吉克)*自治(.)$")
_PROVINCE_EXTRA = {
    "15": ("内蒙古", "内蒙", "内蒙古省"),
    "45": ("广西", "广西省", "广西自治区"),
    "54": ("西藏", "西藏省"),
    "64": ("宁夏", "宁夏省", "宁夏自治区"),
    "65": ("新疆", "新疆省", "新疆自治区"),
    "71": ("台湾",),
    "81": ("香港", "香港特区"),
    "82": ("澳门", "澳门特区"),
}
_NICKNAMES = {
    "150722": ("莫旗",),
    "152500": ("锡盟", "锡林郭勒"),
    "152900": ("阿盟",),
    "220721": ("前郭县", "前郭"),
    "211324": ("喀左县", "喀左"),
    "533400": ("香格里拉州",),
    "654000": ("伊犁州", "伊犁"),
    "652700": ("博州",),
    "652800": ("巴州",),
    "653000": ("克州",),
    "310115": ("浦东",),
    "120116": ("滨海",),
    "320576": ("工业园区",),
}
_SUFFIX = re.compile(r"(?:自治区|特别行政区|地区|林区|省|市|区|县|盟|旗)$")
_ZONE = re.compile(r"(?:高新|经济|开发|园区|管理区|示范区|新区|新城|产业|化工|风景|聚集|实验区)")


@dataclass(frozen=True, slots=True)
class Alias:
    """A name a division goes by; ``full`` when its suffix stands in it, so that it is no guess."""

    text: str
    division: Division
    full: bool


@lru_cache(maxsize=1)
def alias_index() -> tuple[dict[str, tuple[Alias, ...]], int]:
    """Every alias by its text, and the length of the longest."""
    index: dict[str, list[Alias]] = {}
    for division in all_divisions().values():
        if division.pseudo:
            continue
        for alias in _aliases_of(division):
            index.setdefault(alias.text, []).append(alias)
    longest = max(map(len, index))
    return {text: tuple(sorted(found, key=_order)) for text, found in index.items()}, longest


def _order(alias: Alias) -> tuple[int, bool, str]:
    return (alias.division.level, alias.division.former, alias.division.code)


def _aliases_of(division: Division) -> list[Alias]:
    full = {division.name}
    if division.former_name:
        full.add(division.former_name)
    short: set[str] = set()
    match = _AUTONOMOUS.search(division.name)
    stem = division.name[: match.start()] if match else ""
    if match and division.level is not Level.PROVINCE:
        stem = stem or re.split("族|自治", division.name)[0]
        full.add(stem + match[1])
        short.add(stem)
    elif division.level is not Level.PROVINCE or division.code[:2] not in _PROVINCE_EXTRA:
        short.add(_SUFFIX.sub("", division.name))
    _add_special(division, full, short)
    return [Alias(text, division, True) for text in full if len(text) >= 2] + [
        Alias(text, division, False) for text in short - full if len(text) >= 2
    ]


def _add_special(division: Division, full: set[str], short: set[str]) -> None:
    if division.level is Level.PROVINCE:
        for name in _PROVINCE_EXTRA.get(division.code[:2], ()):
            (full if name.endswith(("省", "区")) else short).add(name)
    for name in _NICKNAMES.get(division.code[:6], ()):
        (full if name[-1] in "州盟旗县" else short).add(name)
    if "71" <= division.code[4:6] <= "79" and _ZONE.search(division.name):
        short.clear()
        city = all_divisions()[division.city_code].name
        for prefix in (city, city.removesuffix("市")):
            rest = division.name.removeprefix(prefix)
            if len(rest) >= 4 and rest != division.name:
                short.add(rest)
