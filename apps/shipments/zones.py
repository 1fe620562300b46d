"""Places abroad and their time zones, as carriers write them: Chinese and English, ISO codes.

Countries with one zone stand for themselves; in countries with several only a known city or
state decides, and a bare country is *not* known. A longer name is looked for first.
"""

from __future__ import annotations

import re
from functools import lru_cache

CHINA = "Asia/Shanghai"

_COUNTRIES = """
CN Asia/Shanghai 中国 china
HK Asia/Hong_Kong 香港 hong-kong hongkong
MO Asia/Macau 澳门 macau macao
TW Asia/Taipei 台湾 taiwan
JP Asia/Tokyo 日本 japan
KR Asia/Seoul 韩国 korea
SG Asia/Singapore 新加坡 singapore
MY Asia/Kuala_Lumpur 马来西亚 malaysia
TH Asia/Bangkok 泰国 thailand
VN Asia/Ho_Chi_Minh 越南 vietnam
PH Asia/Manila 菲律宾 philippines
KH Asia/Phnom_Penh 柬埔寨 cambodia
IN Asia/Kolkata 印度 india
PK Asia/Karachi 巴基斯坦 pakistan
AE Asia/Dubai 阿联酋 united-arab-emirates
SA Asia/Riyadh 沙特 saudi-arabia
IL Asia/Jerusalem 以色列 israel
TR Europe/Istanbul 土耳其 turkey
GB Europe/London 英国 united-kingdom great-britain
IE Europe/Dublin 爱尔兰 ireland
DE Europe/Berlin 德国 germany
FR Europe/Paris 法国 france
NL Europe/Amsterdam 荷兰 netherlands
BE Europe/Brussels 比利时 belgium
LU Europe/Luxembourg 卢森堡 luxembourg
CH Europe/Zurich 瑞士 switzerland
AT Europe/Vienna 奥地利 austria
IT Europe/Rome 意大利 italy
PL Europe/Warsaw 波兰 poland
CZ Europe/Prague 捷克 czech-republic czechia
HU Europe/Budapest 匈牙利 hungary
SE Europe/Stockholm 瑞典 sweden
NO Europe/Oslo 挪威 norway
DK Europe/Copenhagen 丹麦 denmark
FI Europe/Helsinki 芬兰 finland
GR Europe/Athens 希腊 greece
RO Europe/Bucharest 罗马尼亚 romania
UA Europe/Kyiv 乌克兰 ukraine
NZ Pacific/Auckland 新西兰 new-zealand
ZA Africa/Johannesburg 南非 south-africa
NG Africa/Lagos 尼日利亚 nigeria
EG Africa/Cairo 埃及 egypt
AR America/Argentina/Buenos_Aires 阿根廷 argentina
CO America/Bogota 哥伦比亚 colombia
PE America/Lima 秘鲁 peru
"""

_CITIES = """
America/New_York 纽约 new-york jfk newark 新泽西 new-jersey 波士顿 boston 费城 philadelphia
America/New_York 华盛顿特区 迈阿密 miami 亚特兰大 atlanta 奥兰多 orlando 坦帕 tampa jacksonville
America/New_York 夏洛特 charlotte raleigh 匹兹堡 pittsburgh 克利夫兰 cleveland cincinnati 巴尔的摩
America/New_York baltimore 底特律 detroit indianapolis florida pennsylvania massachusetts maryland
America/New_York connecticut north-carolina south-carolina ohio
America/Chicago 芝加哥 chicago 达拉斯 dallas 休斯顿 houston 孟菲斯 memphis 明尼阿波利斯
America/Chicago minneapolis 圣路易斯 st-louis kansas-city san-antonio austin 新奥尔良 new-orleans
America/Chicago nashville milwaukee oklahoma-city omaha texas illinois wisconsin minnesota missouri
America/Chicago louisiana alabama iowa arkansas
America/Denver 丹佛 denver 盐湖城 salt-lake-city albuquerque colorado utah new-mexico
America/Phoenix 凤凰城 phoenix tucson arizona
America/Los_Angeles 洛杉矶 los-angeles 旧金山 san-francisco 西雅图 seattle oakland 加利福尼亚
America/Los_Angeles california 波特兰 portland 圣何塞 san-jose 萨克拉门托 sacramento san-diego
America/Los_Angeles fresno 拉斯维加斯 las-vegas reno spokane tacoma long-beach oregon nevada
America/Anchorage 安克雷奇 anchorage
Pacific/Honolulu 火奴鲁鲁 檀香山 honolulu
America/Kentucky/Louisville 路易斯维尔 louisville
America/Toronto 多伦多 toronto 渥太华 ottawa 蒙特利尔 montreal
America/Vancouver 温哥华 vancouver
America/Edmonton 卡尔加里 calgary 埃德蒙顿 edmonton
America/Winnipeg 温尼伯 winnipeg
America/Mexico_City 墨西哥城 mexico-city
America/Sao_Paulo 圣保罗 sao-paulo 里约热内卢 rio-de-janeiro 库里蒂巴 curitiba
Europe/Moscow 莫斯科 moscow 圣彼得堡 saint-petersburg
Asia/Yekaterinburg 叶卡捷琳堡 yekaterinburg
Asia/Novosibirsk 新西伯利亚 novosibirsk
Asia/Vladivostok 符拉迪沃斯托克 海参崴 vladivostok
Europe/Madrid 马德里 madrid 巴塞罗那 barcelona
Europe/Lisbon 里斯本 lisbon
Asia/Jakarta 雅加达 jakarta
Asia/Almaty 阿拉木图 almaty
Australia/Sydney 悉尼 sydney 墨尔本 melbourne 堪培拉 canberra
Australia/Brisbane 布里斯班 brisbane
Australia/Perth 珀斯 perth
Australia/Adelaide 阿德莱德 adelaide
Australia/Darwin 达尔文 darwin
Europe/London 伦敦 london 曼彻斯特 manchester
Europe/Berlin 法兰克福 frankfurt 莱比锡 leipzig 科隆 cologne 柏林 berlin
Europe/Brussels 列日 liege
Europe/Paris 巴黎 paris
Europe/Amsterdam 阿姆斯特丹 amsterdam
Asia/Tokyo 东京 tokyo 大阪 osaka 成田 narita
Asia/Seoul 首尔 seoul 仁川 incheon
Asia/Dubai 迪拜 dubai
Asia/Shanghai 北京 beijing 上海 shanghai 广州 guangzhou 深圳 shenzhen 杭州 hangzhou 义乌 yiwu
Asia/Shanghai 东莞 dongguan 宁波 ningbo 厦门 xiamen
"""

STAND_INS: dict[str, str] = {
    "US": "America/Chicago",
    "CA": "America/Toronto",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "RU": "Europe/Moscow",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "AU": "Australia/Sydney",
}
"""Countries with several zones: the one that is least wrong where nothing but the country is
known."""
BY_COUNTRY: dict[str, str] = {}
_BY_NAME: dict[str, str] = {}
for _line in _COUNTRIES.strip().splitlines():
    _iso, _zone, *_names = _line.split()
    BY_COUNTRY[_iso] = _zone
    _BY_NAME.update({name.replace("-", " "): _zone for name in _names})
_COUNTRY_NAMES = frozenset(_BY_NAME)
for _line in _CITIES.strip().splitlines():
    _zone, *_names = _line.split()
    _BY_NAME.update({name.replace("-", " "): _zone for name in _names})


def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(
        "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in ordered)
    )


_CITY = _pattern(frozenset(_BY_NAME) - _COUNTRY_NAMES)
_COUNTRY = _pattern(_COUNTRY_NAMES)


@lru_cache(maxsize=4096)
def zone_of_place(place: str) -> str:
    """Return the IANA zone of a place in words, "" where it is not known.

    A city outweighs a country; among several of a kind the last one named decides, since
    carriers write from the large to the small ("德国,法兰克福").
    """
    words = place.lower()
    for pattern in (_CITY, _COUNTRY):
        found = pattern.findall(words)
        if found:
            return _BY_NAME[found[-1]]
    return ""


def zone_of_country(iso: str) -> str:
    """Return the zone of a country that has one, by its ISO code; "" otherwise."""
    return BY_COUNTRY.get(iso.upper(), "")


def stand_in_zone(iso: str) -> str:
    """Return the zone that is least wrong for a country; "" for one this table does not know."""
    return zone_of_country(iso) or STAND_INS.get(iso.upper(), "")
