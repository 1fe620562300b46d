"""Where places abroad lie, as carriers write them: gateway cities and the middles of countries.

Typed by hand to a tenth of a degree (about ten kilometres): good for a sketch of the way, never
a position. Carriers abroad send words without coordinates; divisions of China bring their own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_COUNTRIES = """
CN 35.0 103.0 中国 china
HK 22.3 114.2 香港 hong-kong hongkong
MO 22.2 113.5 澳门 macau macao
TW 23.7 121.0 台湾 taiwan
JP 36.2 138.3 日本 japan
KR 36.4 127.8 韩国 korea
SG 1.35 103.8 新加坡 singapore
MY 4.1 109.5 马来西亚 malaysia
TH 15.1 101.0 泰国 thailand
VN 16.0 106.3 越南 vietnam
PH 12.9 121.8 菲律宾 philippines
ID -2.5 118.0 印度尼西亚 印尼 indonesia
KH 12.7 104.9 柬埔寨 cambodia
IN 22.9 79.6 印度 india
PK 30.0 69.4 巴基斯坦 pakistan
KZ 48.2 67.3 哈萨克斯坦 kazakhstan
AE 24.0 54.3 阿联酋 united-arab-emirates
SA 24.1 44.5 沙特 saudi-arabia
IL 31.5 34.9 以色列 israel
TR 39.1 35.2 土耳其 turkey
RU 55.7 49.1 俄罗斯 russia
GB 53.0 -1.7 英国 united-kingdom great-britain
IE 53.2 -8.1 爱尔兰 ireland
DE 51.1 10.4 德国 germany deutschland
FR 46.6 2.5 法国 france
NL 52.2 5.5 荷兰 netherlands
BE 50.6 4.7 比利时 belgium
LU 49.8 6.1 卢森堡 luxembourg
CH 46.8 8.2 瑞士 switzerland
AT 47.6 14.1 奥地利 austria
IT 42.8 12.6 意大利 italy
ES 40.2 -3.6 西班牙 spain
PT 39.6 -8.0 葡萄牙 portugal
PL 52.1 19.4 波兰 poland
CZ 49.8 15.5 捷克 czech-republic czechia
HU 47.2 19.4 匈牙利 hungary
SE 62.0 15.0 瑞典 sweden
NO 61.0 9.0 挪威 norway
DK 56.0 9.5 丹麦 denmark
FI 63.0 26.0 芬兰 finland
GR 39.1 22.9 希腊 greece
RO 45.9 25.0 罗马尼亚 romania
UA 49.0 31.4 乌克兰 ukraine
US 39.8 -98.6 美国 united-states usa
CA 51.0 -95.0 加拿大 canada
MX 23.9 -102.5 墨西哥 mexico
BR -14.2 -51.9 巴西 brazil brasil
AR -35.0 -65.2 阿根廷 argentina
CL -33.5 -70.7 智利 chile
CO 4.0 -73.0 哥伦比亚 colombia
PE -9.2 -75.0 秘鲁 peru
AU -25.3 134.0 澳大利亚 australia
NZ -41.5 172.5 新西兰 new-zealand
ZA -29.0 25.1 南非 south-africa
NG 9.6 8.1 尼日利亚 nigeria
EG 26.5 29.9 埃及 egypt
"""

_CITIES = """
US 40.7 -74.0 纽约 new-york jfk newark
US 42.4 -71.1 波士顿 boston
US 40.0 -75.2 费城 philadelphia
US 25.8 -80.3 迈阿密 miami
US 33.6 -84.4 亚特兰大 atlanta
US 35.0 -90.0 孟菲斯 memphis
US 38.2 -85.7 路易斯维尔 louisville
US 39.1 -84.5 辛辛那提 cincinnati
US 41.9 -87.7 芝加哥 chicago
US 32.8 -96.9 达拉斯 dallas
US 29.8 -95.4 休斯顿 houston
US 39.8 -104.9 丹佛 denver
US 33.4 -112.1 凤凰城 phoenix
US 34.0 -118.3 洛杉矶 los-angeles
US 37.7 -122.3 旧金山 san-francisco oakland
US 37.3 -121.9 圣何塞 san-jose
US 47.5 -122.3 西雅图 seattle
US 45.5 -122.7 波特兰 portland
US 61.2 -149.9 安克雷奇 anchorage
US 21.3 -157.9 火奴鲁鲁 檀香山 honolulu
CA 43.7 -79.4 多伦多 toronto
CA 45.5 -73.6 蒙特利尔 montreal
CA 49.2 -123.1 温哥华 vancouver
CA 51.0 -114.1 卡尔加里 calgary
MX 19.4 -99.1 墨西哥城 mexico-city
BR -23.5 -46.5 圣保罗 sao-paulo guarulhos
BR -22.9 -43.2 里约热内卢 rio-de-janeiro
BR -25.4 -49.3 库里蒂巴 curitiba
AR -34.6 -58.4 布宜诺斯艾利斯 buenos-aires
CL -33.4 -70.7 圣地亚哥 santiago
GB 51.5 -0.1 伦敦 london
GB 51.5 -0.5 希思罗 heathrow langley
GB 53.5 -2.2 曼彻斯特 manchester
GB 52.4 -1.8 伯明翰 birmingham coventry
DE 50.1 8.7 法兰克福 frankfurt
DE 51.4 12.4 莱比锡 leipzig
DE 50.9 7.0 科隆 cologne koeln
DE 52.5 13.4 柏林 berlin
DE 53.6 10.0 汉堡 hamburg
DE 48.1 11.6 慕尼黑 munich muenchen
FR 48.9 2.4 巴黎 paris
FR 45.8 4.8 里昂 lyon
NL 52.4 4.9 阿姆斯特丹 amsterdam
NL 51.9 4.5 鹿特丹 rotterdam
BE 50.6 5.5 列日 liege
BE 50.9 4.4 布鲁塞尔 brussels
LU 49.6 6.1 luxembourg-city findel
ES 40.4 -3.7 马德里 madrid
ES 41.4 2.2 巴塞罗那 barcelona
PT 38.7 -9.1 里斯本 lisbon
IT 45.5 9.2 米兰 milan
IT 41.9 12.5 罗马 rome
AT 48.2 16.4 维也纳 vienna
CH 47.4 8.5 苏黎世 zurich
PL 52.2 21.0 华沙 warsaw
CZ 50.1 14.4 布拉格 prague
HU 47.5 19.1 布达佩斯 budapest
SE 59.3 18.1 斯德哥尔摩 stockholm
DK 55.7 12.6 哥本哈根 copenhagen
TR 41.0 28.9 伊斯坦布尔 istanbul
RU 55.8 37.6 莫斯科 moscow
RU 59.9 30.3 圣彼得堡 saint-petersburg
RU 56.8 60.6 叶卡捷琳堡 yekaterinburg
RU 55.0 82.9 新西伯利亚 novosibirsk
RU 43.1 131.9 符拉迪沃斯托克 海参崴 vladivostok
KZ 43.2 76.9 阿拉木图 almaty
AE 25.2 55.3 迪拜 dubai
JP 35.7 139.7 东京 tokyo
JP 35.8 140.4 成田 narita
JP 34.7 135.5 大阪 osaka
JP 35.5 139.8 川崎 kawasaki
KR 37.6 127.0 首尔 seoul
KR 37.5 126.6 仁川 incheon
TH 13.8 100.5 曼谷 bangkok
ID -6.2 106.8 雅加达 jakarta
MY 3.1 101.7 吉隆坡 kuala-lumpur
VN 10.8 106.7 胡志明市 ho-chi-minh
PH 14.6 121.0 马尼拉 manila
IN 28.6 77.2 新德里 delhi
IN 19.1 72.9 孟买 mumbai
AU -33.9 151.2 悉尼 sydney
AU -37.8 145.0 墨尔本 melbourne
AU -27.5 153.0 布里斯班 brisbane
AU -32.0 115.9 珀斯 perth
AU -34.9 138.6 阿德莱德 adelaide
NZ -36.8 174.8 奥克兰 auckland
ZA -26.2 28.0 约翰内斯堡 johannesburg
CN 39.9 116.4 北京 beijing
CN 31.2 121.5 上海 shanghai
CN 23.1 113.3 广州 guangzhou
CN 22.5 114.1 深圳 shenzhen
CN 30.3 120.2 杭州 hangzhou
CN 29.3 120.1 义乌 yiwu
CN 23.0 113.7 东莞 dongguan
CN 29.9 121.5 宁波 ningbo
CN 24.5 118.1 厦门 xiamen
CN 34.8 113.7 郑州 zhengzhou
"""


class Gateway(NamedTuple):
    """A place: ISO code of its country, degrees, its Chinese and English name.

    ``is_country``: only the country is known; the degrees are its middle.
    """

    country: str
    latitude: float
    longitude: float
    name_zh: str
    name_en: str
    is_country: bool


def _read(block: str, *, is_country: bool) -> dict[str, Gateway]:
    found: dict[str, Gateway] = {}
    for line in block.strip().splitlines():
        iso, latitude, longitude, *words = line.split()
        names = [word.replace("-", " ") for word in words]
        shown = next((name for name in names if name.isascii()), names[0])
        title = shown if not shown.isascii() else shown.title()
        place = Gateway(iso, float(latitude), float(longitude), names[0], title, is_country)
        found.update(dict.fromkeys(names, place))
    return found


def _pattern(names: dict[str, Gateway]) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(
        "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in ordered)
    )


COUNTRIES = _read(_COUNTRIES, is_country=True)
CITIES = _read(_CITIES, is_country=False)
BY_CODE = {place.country: place for place in COUNTRIES.values()}
_KNOWN = ((CITIES, _pattern(CITIES)), (COUNTRIES, _pattern(COUNTRIES)))


@lru_cache(maxsize=4096)
def gateway_of(place: str) -> Gateway | None:
    """Return where a place in words lies, None where no name in it is known.

    A city outweighs a country; among several of a kind the last one named decides, as for zones.
    """
    words = place.lower()
    for names, pattern in _KNOWN:
        found = pattern.findall(words)
        if found:
            return names[found[-1]]
    return None


def country_name(iso: str, language: str) -> str:
    """Return a country's name in a language; the code itself for one this table does not know."""
    place = BY_CODE.get(iso.upper())
    if place is None:
        return iso.upper()
    return place.name_zh if language.startswith("zh") else place.name_en
