"""How much speaks against a signature: a score with its parts, each a number and a sentence.

The parts and where they come from (peers.md §1.4, §3.7): signed at once after going out for
delivery, many signatures of one courier within a minute, the proof far from the address (the
field's 200 m), who signed against what kind of address it is (Kuaidi100's 301-304), and what the
same recipient said before. Points add up and are cut to 0-100; what proves a hand-over takes
points away. No Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_SCORE = 100
SELF, UNATTENDED, NEIGHBOUR, FAMILY = "self", "unattended", "neighbour", "family"
GUARD, LOCKER, COLLECTED, PROXY = "guard", "locker", "collected", "proxy"
HOME, OFFICE, SCHOOL, STATION = "home", "office", "school", "station"

INSTANT: tuple[tuple[float, int], ...] = ((3, 45), (8, 40), (15, 20))
"""Signed at most so many minutes after going out for delivery → points."""
BULK: tuple[tuple[int, int], ...] = ((10, 55), (5, 45), (3, 30))
"""At least so many signatures of one courier within a minute → points."""
FAR: tuple[tuple[float, int], ...] = ((5_000, 45), (1_000, 30), (200, 15))
"""More than so many metres beyond the area of the address → points."""
HISTORY: tuple[tuple[int, int], ...] = ((2, 20), (1, 10))
"""At least so many times the recipient said before that a signed parcel never came → points."""
SIGNERS: dict[tuple[str, str], int] = {
    (SELF, ""): 0,
    (FAMILY, ""): 0,
    (UNATTENDED, ""): 20,
    (NEIGHBOUR, ""): 15,
    (GUARD, ""): 5,
    (GUARD, HOME): 10,
    (GUARD, OFFICE): 0,
    (GUARD, SCHOOL): 0,
    (LOCKER, ""): 10,
    (LOCKER, HOME): 15,
    (LOCKER, STATION): 0,
    (PROXY, ""): 15,
    (PROXY, OFFICE): 5,
    (COLLECTED, ""): -40,
}
"""Who signed, and where the parcel goes ("" for any other kind of address) → points."""

ADDRESSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (STATION, re.compile("驿站|快递柜|丰巢|代收点|自提|菜鸟")),
    (SCHOOL, re.compile("大学|学院|中学|小学|学校|幼儿园|校区")),
    (OFFICE, re.compile("大厦|写字楼|科技园|产业园|工业|公司|办公|商务|广场|厂区|医院|银行")),
    (HOME, re.compile("小区|花园|家园|公寓|苑|栋|单元|室|幸福里|湾|新村|城")),
)
WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (COLLECTED, re.compile("取出|取走|完成取件|凭取货码|凭取件码")),
    (UNATTENDED, re.compile("门口|消防栓|快递柜旁|指定地点|鞋柜|水表|电表|楼道")),
    (NEIGHBOUR, re.compile("邻居")),
    (GUARD, re.compile("物业|保安|门卫|前台|传达室|收发室|同事|单位")),
    (FAMILY, re.compile("家人|亲属|父|母|配偶")),
    (LOCKER, re.compile("柜|驿站|代收点|超市|妈妈|兔喜|快收")),
    (SELF, re.compile("本人")),
)
BY_SUBSTATUS = {"self": SELF, "proxy": PROXY, "locker": LOCKER, "after_exception": SELF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is known about a signature; None and "" are "not known".

    ``minutes`` lie between going out for delivery and the signature. ``together`` counts the
    signatures of the same courier within a minute, this one included. ``beyond_m`` is how far
    the proof lies outside the area of the address, ``proof`` whether a courier's fix ("fix") or
    the scan's district ("area") says so. ``claims`` counts what the recipient said before.
    """

    minutes: float | None = None
    together: int = 1
    beyond_m: float | None = None
    proof: str = ""
    signer: str = ""
    address: str = ""
    claims: int = 0


Parts = dict[str, dict[str, Any]]


def weigh(signature: Signature) -> tuple[int, Parts]:
    """Return the score, 0 to 100, and its parts by code: ``points`` and the figures of each.

    A part without points is left out.
    """
    parts: Parts = {}
    minutes = signature.minutes
    if minutes is not None and (points := _at_most(INSTANT, minutes)):
        parts["instant"] = {"points": points, "minutes": round(minutes, 1)}
    if points := _at_least(BULK, signature.together):
        parts["bulk"] = {"points": points, "signatures": signature.together}
    beyond = signature.beyond_m
    if beyond is not None and (points := _more_than(FAR, beyond)):
        figures = {"metres": round(beyond), "proof": signature.proof}
        parts["far"] = {"points": points, **figures}
    if points := signer_points(signature.signer, signature.address):
        figures = {"signer": signature.signer, "address": signature.address}
        parts["signer"] = {"points": points, **figures}
    if points := _at_least(HISTORY, signature.claims):
        parts["history"] = {"points": points, "claims": signature.claims}
    total = sum(part["points"] for part in parts.values())
    return max(0, min(MOST_SCORE, total)), parts


def signer_points(signer: str, address: str) -> int:
    """Return what a signer says at a kind of address."""
    return SIGNERS.get((signer, address), SIGNERS.get((signer, ""), 0))


def signer_of(text: str, substatus: str) -> str:
    """Return who signed by the carrier's words, else by the detail of the status, else ""."""
    said = text.partition("签收人")[2] or text
    for kind, words in WORDS:
        if words.search(text if kind == COLLECTED else said[:40]):
            return kind
    return BY_SUBSTATUS.get(substatus, "")


def address_kind(street: str) -> str:
    """Return what kind of place an address is, "" where its words do not tell."""
    return next((kind for kind, words in ADDRESSES if words.search(street)), "")


SENTENCES: dict[str, tuple[str, str]] = {
    "instant": (
        "出仓派送后 {minutes} 分钟就签收了",
        "Signed for {minutes} min after it went out for delivery",
    ),
    "bulk": (
        "同一快递员在一分钟内签收了 {signatures} 件",
        "The courier signed for {signatures} parcels within a minute",
    ),
    "far": (
        "{proof}离收件地址所在区域 {metres} 米",
        "{proof} lies {metres} m outside the area of the address",
    ),
    "signer": ("签收人是{signer}，收件地址{address}", "Signed for by {signer}; {address}"),
    "history": (
        "收件人此前 {claims} 次反映签收未收到",
        "The recipient said {claims} times before that a signed parcel never came",
    ),
}
PLACES: dict[str, tuple[str, str]] = {
    SELF: ("本人", "the recipient"),
    UNATTENDED: ("门口等无人处", "nobody: left at the door"),
    NEIGHBOUR: ("邻居", "a neighbour"),
    FAMILY: ("家人", "the family"),
    GUARD: ("物业、前台等", "a guard or desk"),
    LOCKER: ("柜机或驿站", "a locker or station"),
    COLLECTED: ("凭码取件的人", "whoever had the code"),
    PROXY: ("他人", "somebody else"),
    HOME: ("是住宅", "the address is a home"),
    OFFICE: ("是单位", "the address is an office"),
    SCHOOL: ("是学校", "the address is a school"),
    STATION: ("是驿站", "the address is a station"),
    "": ("看不出类型", "the address does not tell its kind"),
    "fix": ("快递员最后的定位", "The courier's last fix"),
    "area": ("签收扫描的区县", "The district of the signing scan"),
}


def say_parts(parts: Mapping[str, Mapping[str, Any]], language: str) -> list[tuple[int, str]]:
    """Return points and sentence of each part, the heaviest first; unknown parts are left out."""
    which = 0 if language.startswith("zh") else 1
    known = ((code, part) for code, part in parts.items() if code in SENTENCES)
    said = [(int(part.get("points", 0)), _say(code, part, which)) for code, part in known]
    return sorted(said, key=lambda one: -one[0])


def _say(code: str, part: Mapping[str, Any], which: int) -> str:
    words = {
        name: PLACES[value][which] if value in PLACES else value
        for name, value in part.items()
        if name != "points"
    }
    try:
        return SENTENCES[code][which].format(**words)
    except KeyError:
        return code


def _at_most(table: Iterable[tuple[float, int]], value: float) -> int:
    return next((points for limit, points in table if 0 <= value <= limit), 0)


def _at_least(table: Iterable[tuple[int, int]], value: int) -> int:
    return next((points for limit, points in table if value >= limit), 0)


def _more_than(table: Iterable[tuple[float, int]], value: float) -> int:
    return next((points for limit, points in table if value > limit), 0)
