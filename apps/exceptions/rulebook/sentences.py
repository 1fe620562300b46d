"""The one sentence a case says: a rule's words with the figures of its evidence.

A sentence is a text with placeholders in braces, listed in `PLACEHOLDERS`. What the evidence does
not know is said as such; a sentence never fails to be said.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from apps.exceptions.rulebook.durations import ZH, say_duration, say_limit, say_moment
from apps.shipments.carriers import carrier_name

CHINA = ZoneInfo("Asia/Shanghai")
BRACES = re.compile(r"\{(\w*)\}")
HAN = re.compile("[\u4e00-\u9fff]")
MOST = 200


@dataclass(frozen=True, slots=True)
class Telling:
    """To whom a sentence is said: ``language`` is zh or en, ``now`` when it is read (or the end
    of a case that is over), ``zone`` the reader's; ``words`` are names of codes in the language,
    by "status:in_transit" or "problem:refused"."""

    language: str
    now: dt.datetime
    zone: dt.tzinfo = CHINA
    words: Mapping[str, str] | None = None

    def word(self, kind: str, code: str) -> str:
        """Return the name of a code, the code itself where there is none."""
        return (self.words or {}).get(f"{kind}:{code}", code)

    def either(self, zh: str, en: str) -> str:
        """Return the one in the reader's language."""
        return zh if self.language == ZH else en


Evidence = Mapping[str, Any]
Say = Callable[[Evidence, Telling], str]


def _ago(name: str) -> Say:
    return lambda found, to: _duration(found, name, to, sign=1)


def _ahead(name: str) -> Say:
    return lambda found, to: _duration(found, name, to, sign=-1)


def _moment(name: str) -> Say:
    def say(found: Evidence, to: Telling) -> str:
        at = _read(found, name)
        return say_moment(at, to.zone, to.language) if at else to.either("未知时间", "some time")

    return say


def _place(name: str, zh: str, en: str) -> Say:
    return lambda found, to: str(found.get(name) or to.either(zh, en))


def _carrier(found: Evidence, to: Telling) -> str:
    code = str(found.get("carrier") or "")
    unknown = to.either("承运商", "The carrier")
    return carrier_name(code, "zh" if to.language == ZH else "en") if code else unknown


def _limit(found: Evidence, to: Telling) -> str:
    hours, business = float(found.get("hours") or 0), bool(found.get("business"))
    return say_limit(hours, business=business, language=to.language)


def _coded(kind: str, name: str) -> Say:
    def say(found: Evidence, to: Telling) -> str:
        code = str(found.get(name) or "")
        return to.word(kind, code) if code else to.either("未知", "unknown")

    return say


def _detail(found: Evidence, to: Telling) -> str:
    """Say the substatus, the status where there is none."""
    code = str(found.get("substatus") or "")
    return to.word("substatus", code) if code else PLACEHOLDERS["status"](found, to)


def _worth(found: Evidence, to: Telling) -> str:
    value = found.get("value")
    if value is None:
        return to.either("未知", "unknown")
    return f"{float(value):.2f} {found.get('currency', '')}".strip()


PLACEHOLDERS: dict[str, Say] = {
    "carrier": _carrier,
    "area": _place("area_name", "途中", "a place on the way"),
    "address": _place("address_name", "收件地址", "the recipient's address"),
    "signed": _place("signed_name", "别处", "another place"),
    "status": _coded("status", "status"),
    "detail": _detail,
    "problem": _coded("problem", "booking_problem"),
    "silence": _ago("last"),
    "since": _ago("since"),
    "late": _ago("promise_to"),
    "left": _ahead("promise_to"),
    "limit": _limit,
    "promise": _moment("promise_to"),
    "scanned": _moment("first_scan_at"),
    "paid": _moment("paid_at"),
    "delivered": _moment("delivered_at"),
    "score": lambda found, to: str(found.get("signed_score", to.either("未知", "unknown"))),
    "value": _worth,
    "country": lambda found, _to: str(found.get("country", "")),
}
"""What a sentence may ask of its case, by the name in braces."""


def render_sentence(template: str, evidence: Evidence, to: Telling) -> str:
    """Return the sentence of a case for a reader, beginning with a capital.

    Figures stand apart from Chinese characters by a space.
    """

    def fill(match: re.Match[str]) -> str:
        say = PLACEHOLDERS.get(match[1])
        said = say(evidence, to) if say else match[0]
        before, after = template[: match.start()][-1:], template[match.end() :][:1]
        left = " " if HAN.match(before) and said[:1].isdigit() else ""
        right = " " if HAN.match(after) and said[-1:].isdigit() else ""
        return left + said + right

    said = BRACES.sub(fill, template)
    return said[:1].upper() + said[1:]


def sentence_problems(template: str) -> list[str]:
    """Return what is wrong with a rule's sentence: the placeholders there are not, or ``empty``
    and ``too_long``; nothing where it can be said."""
    if not template.strip():
        return ["empty"]
    if len(template) > MOST:
        return ["too_long"]
    return sorted({name for name in BRACES.findall(template) if name not in PLACEHOLDERS})


def _duration(found: Evidence, name: str, to: Telling, *, sign: int) -> str:
    at = _read(found, name)
    if at is None:
        return to.either("一段时间", "some time")
    return say_duration(sign * (to.now - at).total_seconds(), to.language)


def _read(found: Evidence, name: str) -> dt.datetime | None:
    raw = found.get(name)
    try:
        return dt.datetime.fromisoformat(str(raw)) if raw else None
    except ValueError:
        return None
