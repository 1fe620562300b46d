"""Carriers of the world: number formats, habits, and recognising whose a number is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
MIN_NUMBER, MAX_NUMBER = 6, 32
PLAUSIBLE_NUMBER = re.compile(r"[A-Za-z0-9-]{6,32}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier and its habits.

    ``pace`` scales every stage (1.0 is an ordinary express, smaller is faster);
    ``flies`` carries long lanes by air; ``late_number`` means that the waybill number comes
    with the order's callback and not with the booking's answer; ``confidence`` orders
    the guesses of detection; ``no_line`` are two-digit provinces it has no price for.
    ``coarse`` carriers are known to the platform by basic states only (§1.4); ``rests`` ones
    halt over Spring Festival; ``english`` ones write English; ``home`` is where they collect;
    ``partner`` ones hand over to a carrier of the destination, with a number of its own.
    """

    code: str
    name: str
    pattern: str
    make: Callable[[Random], str]
    confidence: float = 1.0
    pace: float = 1.0
    flies: bool = False
    international: bool = False
    needs_phone: bool = False
    needs_cargo: bool = False
    needs_slot: bool = False
    late_number: bool = False
    books: bool = True
    station_share: float = 1.0
    base_price: float = 8.0
    per_kg: float = 2.0
    no_line: tuple[str, ...] = ()
    coarse: bool = False
    rests: bool = True
    english: bool = False
    home: str = "CN"
    partner: bool = False


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _prefixed(*prefixes: str, digits: int) -> Callable[[Random], str]:
    return lambda rng: rng.choice(prefixes) + _digits(rng, digits)


def s10_check_digit(serial: str) -> int:
    """Check digit of a postal number's eight digits (UPU S10)."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: 0, 11: 5}.get(rest, rest)


def _postal(first: str, country: str = "CN") -> Callable[[Random], str]:
    def make(rng: Random) -> str:
        serial = _digits(rng, 8)
        head = rng.choice(first) + rng.choice("ABEKNSXZ")
        return f"{head}{serial}{s10_check_digit(serial)}{country}"

    return make


CARRIERS: tuple[Carrier, ...] = (
    Carrier("yuantong", "圆通速递", r"YT\d{13}", _prefixed("YT6", "YT7", "YT8", digits=12),
            needs_cargo=True, station_share=1.2, no_line=("54",)),
    Carrier("zhongtong", "中通快递", r"7[3589]\d{12}", _prefixed("73", "75", "78", digits=12),
            needs_phone=True, pace=0.95, station_share=1.2),
    Carrier("shentong", "申通快递", r"77\d{13}", _prefixed("773", "777", digits=12),
            pace=1.1, station_share=1.2, no_line=("54",)),
    Carrier("yunda", "韵达快递", r"(?:3[123]|4[36])\d{13}|43\d{11}",
            _prefixed("43", "46", digits=13), pace=1.1, station_share=1.2, no_line=("54", "65")),
    Carrier("jtexpress", "极兔速递", r"JT\d{13}", _prefixed("JT0", "JT3", "JT5", digits=12),
            pace=1.1, base_price=7.0, station_share=1.3, no_line=("54",)),
    Carrier("shunfeng", "顺丰速运", r"SF1?\d{12,14}", _prefixed("SF1", "SF3", digits=12),
            needs_phone=True, needs_slot=True, late_number=True, pace=0.6, flies=True,
            rests=False, station_share=0.4, base_price=18.0, per_kg=5.0),
    Carrier("jd", "京东物流", r"JD[A-Z0-9]{2}\d{11}|JDV[A-Z]?\d{11,13}",
            _prefixed("JD00", "JD01", digits=11), needs_cargo=True,
            pace=0.65, flies=True, rests=False, station_share=0.4, base_price=15.0, per_kg=3.0),
    Carrier("debangkuaidi", "德邦快递", r"DPK\d{12}", _prefixed("DPK3", digits=11),
            pace=0.9, station_share=0.3, base_price=14.0, per_kg=2.5),
    Carrier("ems", "EMS", r"1[0-3]\d{11}", _prefixed("10", "11", "12", digits=11),
            needs_cargo=True, pace=1.0, flies=True, rests=False, station_share=0.7,
            base_price=16.0, per_kg=4.0),
    Carrier("youzhengguonei", "邮政快递包裹", r"9[89]\d{11}", _prefixed("98", "99", digits=11),
            pace=1.4, station_share=0.9, base_price=7.0),
    Carrier("shunfengkuaiyun", "顺丰快运", r"SX\d{12}", _prefixed("SX1", "SX2", digits=11),
            needs_phone=True, pace=0.9, rests=False, station_share=0.1, base_price=26.0),
    Carrier("youzhengdsbk", "邮政电商标快", r"97\d{11}", _prefixed("97", digits=11),
            pace=1.15, station_share=1.0, base_price=6.5),
    Carrier("jingdongkuaiyun", "京东快运", r"JDKY\d{10}", _prefixed("JDKY", digits=10),
            pace=1.0, rests=False, station_share=0.1, base_price=24.0),
    Carrier("debangwuliu", "德邦物流", r"DPL\d{9}", _prefixed("DPL", digits=9),
            pace=1.3, station_share=0.1, base_price=22.0, coarse=True),
    Carrier("danniao", "菜鸟速递", r"DN\d{13}", _prefixed("DN0", "DN1", digits=12),
            pace=0.8, station_share=1.4, base_price=9.0),
    Carrier("ane66", "安能快递", r"30\d{10}", _prefixed("30", digits=10),
            pace=1.2, station_share=0.6, coarse=True),
    Carrier("annengwuliu", "安能快运", r"60\d{10}", _prefixed("60", digits=10),
            pace=1.4, station_share=0.1, base_price=20.0, coarse=True),
    Carrier("zhongtongkuaiyun", "中通快运", r"202\d{9}", _prefixed("202", digits=9),
            pace=1.25, station_share=0.1, base_price=20.0),
    Carrier("yundakuaiyun", "韵达快运", r"80\d{10}", _prefixed("80", digits=10),
            pace=1.3, station_share=0.1, base_price=20.0),
    Carrier("yimidida", "壹米滴答", r"YM\d{11}", _prefixed("YM", digits=11),
            pace=1.4, station_share=0.1, base_price=19.0, coarse=True),
    Carrier("baishiwuliu", "百世快运", r"BS\d{12}", _prefixed("BS", digits=12),
            pace=1.35, station_share=0.1, base_price=19.0),
    Carrier("huitongkuaidi", "百世快递", r"55\d{13}", _prefixed("552", "557", digits=12),
            pace=1.15, station_share=1.2, no_line=("54", "65")),
    Carrier("zhaijisong", "宅急送", r"ZJS\d{12}", _prefixed("ZJS0", digits=11),
            pace=1.2, station_share=0.5, coarse=True),
    Carrier("youshuwuliu", "优速", r"UC\d{12}", _prefixed("UC5", digits=11),
            pace=1.25, station_share=0.5, coarse=True),
    Carrier("tiantian", "天天", r"TT\d{12}", _prefixed("TT6", digits=11), pace=1.25),
    Carrier("suning", "苏宁", r"SN\d{13}", _prefixed("SN0", digits=12),
            pace=0.9, rests=False, station_share=0.5),
    Carrier("fengwang", "丰网", r"FW\d{13}", _prefixed("FW1", digits=12), pace=1.1),
    Carrier("usps", "USPS", r"9[2345]\d{20}", _prefixed("92", "94", digits=20),
            english=True, international=True, pace=1.1, base_price=68.0, per_kg=80.0,
            late_number=True),
    Carrier("dhlen", "DHL-全球件", r"\d{10}", _prefixed("1", "4", "9", digits=9), confidence=0.6,
            english=True, international=True, pace=0.45, base_price=160.0, per_kg=70.0,
            late_number=True),
    Carrier("upsen", "UPS-全球件", r"1Z[A-Z0-9]{16}", _prefixed("1Z999AA1", digits=10),
            english=True, international=True, pace=0.5, base_price=150.0, per_kg=70.0,
            late_number=True),
    Carrier("fedex", "FedEx-国际件", r"\d{12}", _prefixed("77", "81", digits=10), confidence=0.5,
            english=True, international=True, pace=0.5, base_price=155.0, per_kg=68.0,
            late_number=True),
    Carrier("emsguoji", "EMS-国际件", r"E[A-Z]\d{9}CN", _postal("E"),
            partner=True, international=True, pace=0.8, base_price=90.0, per_kg=60.0),
    Carrier("youzhengguoji", "国际包裹", r"[CLRUV][A-Z]\d{9}CN", _postal("CLR"),
            partner=True, international=True, pace=1.3, base_price=45.0, per_kg=85.0),
    Carrier("yw56", "燕文物流", r"YW\d{13}", _prefixed("YW1", digits=12), international=True,
            partner=True, coarse=True, pace=1.3, base_price=38.0, per_kg=75.0),
    Carrier("disifang", "递四方", r"4PX\d{13}CN", lambda rng: f"4PX{_digits(rng, 13)}CN",
            international=True, partner=True, pace=1.1, base_price=42.0, per_kg=78.0),
    Carrier("yuantongguoji", "圆通国际", r"YTG\d{12}", _prefixed("YTG", digits=12),
            international=True, partner=True, pace=1.0, base_price=48.0, per_kg=72.0),
    Carrier("zhongtongguoji", "中通国际", r"ZTO\d{11}", _prefixed("ZTO", digits=11),
            international=True, partner=True, pace=1.0, base_price=48.0, per_kg=72.0),
    Carrier("stosolution", "申通国际", r"STO\d{12}", _prefixed("STO", digits=12),
            international=True, partner=True, pace=1.05, base_price=46.0, per_kg=72.0),
    Carrier("jet", "极兔国际", r"JTE\d{12}", _prefixed("JTE", digits=12),
            international=True, partner=True, pace=0.95, base_price=40.0, per_kg=60.0),
    Carrier("aramex", "Aramex", r"3\d{10}", _prefixed("33", "35", digits=9), english=True,
            international=True, pace=0.7, base_price=140.0, per_kg=65.0),
    Carrier("tnten", "TNT-全球件", r"TN\d{9}", _prefixed("TN", digits=9), english=True,
            international=True, pace=0.6, base_price=150.0, per_kg=68.0),
    Carrier("japanpost", "日本郵便", r"[CELRUV][A-Z]\d{9}JP", _postal("CER", "JP"), home="JP",
            international=True, partner=True, pace=0.8, books=False),
    Carrier("auspost", "澳大利亚邮政", r"[CELRUV][A-Z]\d{9}AU", _postal("CER", "AU"), home="AU",
            english=True, international=True, partner=True, books=False),
    Carrier("singpost", "新加坡邮政", r"[CELRUV][A-Z]\d{9}SG", _postal("CER", "SG"), home="SG",
            english=True, international=True, partner=True, pace=0.9, books=False),
    Carrier("brazilposten", "巴西邮政", r"[CELRUV][A-Z]\d{9}BR", _postal("CELR", "BR"), home="BR",
            english=True, international=True, partner=True, pace=1.2, books=False),
    Carrier("dpduk", "DPD-英国件", r"155\d{11}", _prefixed("155", digits=11), home="GB",
            english=True, international=True, books=False),
    Carrier("dhlde", "DHL-德国件", r"JJD\d{16}", _prefixed("JJD0", digits=15), home="DE",
            english=True, international=True, books=False),
    Carrier("gls", "GLS", r"GL\d{9}", _prefixed("GL", digits=9), home="FR",
            english=True, international=True, books=False),
)  # fmt: skip
BY_CODE = {carrier.code: carrier for carrier in CARRIERS}

# Codes of the contract the platform knows, although nothing of theirs moves in this world.
KNOWN_ELSEWHERE = frozenset(
    {
        "shunfenglengyun", "youzhengbk", "kuayue", "ups", "dhl", "dhlecommerce", "fedexcn",
        "fedexus", "lianbangkuaidi", "tnt", "uspscn", "dpd", "dpdgermany", "japanposten",
        "speedpost", "emsen", "emsinten", "shunfenghk", "yuantongkuaiyun",
    }
)  # fmt: skip
PHONE_REQUIRED = frozenset({"shunfeng", "shunfengkuaiyun", "zhongtong"})


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def is_known_carrier(code: str) -> bool:
    """Whether the platform has this carrier code (lower case)."""
    return code in BY_CODE or code in KNOWN_ELSEWHERE


def number_fits(carrier: str, number: str) -> bool:
    """Whether the number has the carrier's format; False for carriers outside this world."""
    known = BY_CODE.get(carrier)
    return known is not None and _compiled(known.pattern).fullmatch(number.upper()) is not None


def is_plausible(number: str) -> bool:
    """6 to 32 letters, digits or hyphens with at least four digits."""
    if PLAUSIBLE_NUMBER.fullmatch(number) is None:
        return False
    return sum(character.isdigit() for character in number) >= 4


def detect(number: str) -> list[Carrier]:
    """Carriers whose format the number has, best guess first; [] when nothing fits.

    A postal number with a wrong check digit is nobody's.
    """
    number = number.upper()
    fitting = [c for c in CARRIERS if number_fits(c.code, number) and _postal_ok(number)]
    return sorted(fitting, key=lambda carrier: -carrier.confidence)


def _postal_ok(number: str) -> bool:
    if re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number) is None:
        return True
    return s10_check_digit(number[2:10]) == int(number[10])


def make_number(carrier: Carrier, rng: Random) -> str:
    """A number of the carrier's own format."""
    return carrier.make(rng)
