"""From a platform's state code to our status. Keyed by source: digits differ in meaning.

Baidiyun's table is contract §1.4; where a code belongs is decided by the cross-map of the
field. 快递鸟 uses the same digits for other things (its 202 is out for delivery), so a code
without its source means nothing: stored, a code of another source than Baidiyun has the source
in front ("upu:EME"). 快递100 is Baidiyun's own platform and its digits are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from apps.shipments.choices import Certainty, CustomsPhase, ShipmentStatus, Substatus
from apps.shipments.code_tables import AFTERSHIP, KDNIAO, LINES, TRACK17, UPU, read_lines

BAIDIYUN, KD100 = "baidiyun", "kd100"
MAX_CODE = 64
BASIC_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says: plain strings, ready to store."""

    status: str
    substatus: str
    certainty: int
    phase: str = ""
    """Where the parcel stands with customs (`choices.CustomsPhase`), "" where it is not there."""


def _basic(
    status: ShipmentStatus,
    substatus: Substatus = Substatus.NONE,
    phase: CustomsPhase = CustomsPhase.NONE,
) -> Meaning:
    return Meaning(status.value, substatus.value, Certainty.BASIC.value, phase.value)


def _advanced(
    status: ShipmentStatus,
    substatus: Substatus = Substatus.NONE,
    phase: CustomsPhase = CustomsPhase.NONE,
) -> Meaning:
    return Meaning(status.value, substatus.value, Certainty.ADVANCED.value, phase.value)


def certainty_of(code: str, source: str) -> int:
    """Return how firmly a code speaks: the main words and digits of a source are its basic ones."""
    in_words = source in {AFTERSHIP, TRACK17}
    is_basic = "_" not in code if in_words else len(code) <= BASIC_DIGITS
    return (Certainty.BASIC if is_basic else Certainty.ADVANCED).value


def _table(source: str) -> dict[str, Meaning]:
    return {
        code: Meaning(status, substatus, certainty_of(code, source), phase)
        for code, status, substatus, phase in read_lines(LINES[source])
    }


_S = ShipmentStatus
_B = Substatus
_P = CustomsPhase
TABLES: dict[str, dict[str, Meaning]] = {
    BAIDIYUN: {
        "1": _basic(_S.PICKED_UP),
        "101": _advanced(_S.CREATED),
        "102": _advanced(_S.AWAITING_PICKUP),
        "103": _advanced(_S.PICKED_UP),
        "0": _basic(_S.IN_TRANSIT),
        "1001": _advanced(_S.AT_DESTINATION),
        "1002": _advanced(_S.IN_TRANSIT),
        "1003": _advanced(_S.IN_TRANSIT),
        "5": _basic(_S.OUT_FOR_DELIVERY),
        "501": _advanced(_S.READY_FOR_PICKUP),
        "3": _basic(_S.DELIVERED),
        "301": _advanced(_S.DELIVERED, _B.DELIVERED_SELF),
        "302": _advanced(_S.DELIVERED, _B.DELIVERED_AFTER_EXCEPTION),
        "303": _advanced(_S.DELIVERED, _B.DELIVERED_PROXY),
        "304": _advanced(_S.DELIVERED, _B.DELIVERED_LOCKER),
        "6": _basic(_S.RETURNING),
        "4": _basic(_S.RETURNED),
        "401": _advanced(_S.CANCELLED),
        "14": _basic(_S.REFUSED),
        "7": _basic(_S.IN_TRANSIT),
        "2": _basic(_S.EXCEPTION),
        "201": _advanced(_S.EXCEPTION, _B.OVERDUE),
        "202": _advanced(_S.EXCEPTION, _B.STUCK),
        "203": _advanced(_S.REFUSED),
        "204": _advanced(_S.ATTEMPT_FAILED, _B.OTHER),
        "205": _advanced(_S.EXCEPTION, _B.OVERDUE),
        "206": _advanced(_S.ATTEMPT_FAILED, _B.UNREACHABLE),
        "207": _advanced(_S.ATTEMPT_FAILED, _B.OUT_OF_AREA),
        "208": _advanced(_S.EXCEPTION, _B.DETAINED),
        "209": _advanced(_S.EXCEPTION, _B.DAMAGED),
        "210": _advanced(_S.CANCELLED),
        "8": _basic(_S.CUSTOMS, _B.CUSTOMS_PROCESSING, _P.PROCESSING),
        "10": _advanced(_S.CUSTOMS, _B.CUSTOMS_PENDING, _P.PENDING),
        "11": _advanced(_S.CUSTOMS, _B.CUSTOMS_PROCESSING, _P.PROCESSING),
        "12": _advanced(_S.CUSTOMS, _B.CUSTOMS_CLEARED, _P.RELEASED),
        "13": _advanced(_S.CUSTOMS, _B.CUSTOMS_HELD, _P.HELD),
    },
    UPU: _table(UPU),
    TRACK17: _table(TRACK17),
    AFTERSHIP: _table(AFTERSHIP),
    KDNIAO: _table(KDNIAO),
}
TABLES[KD100] = TABLES[BAIDIYUN]
SOURCES = tuple(TABLES)


Known = dict[tuple[str, str], Meaning]
_Remembering = TypeVar("_Remembering", bound=Callable[..., Any])
_added: Known = {}
_forget: list[Callable[[], None]] = []


def meaning_of(code: str, source: str = BAIDIYUN) -> Meaning | None:
    """Return what a code of a source means; None for one nobody has explained.

    What operators have added goes before the built-in tables.
    """
    return _added.get((source, code)) or TABLES[source].get(code)


def stored_code(code: str, source: str) -> str:
    """Return a code as events keep it: with its source in front unless it is Baidiyun's."""
    return (code if source == BAIDIYUN else f"{source}:{code}")[:MAX_CODE]


def split_code(stored: str) -> tuple[str, str]:
    """Return source and code of a stored one."""
    source, colon, code = stored.partition(":")
    return (source, code) if colon and source in TABLES else (BAIDIYUN, stored)


def meaning_of_stored(stored: str) -> Meaning | None:
    """Return what a stored code means; None for one nobody has explained."""
    source, code = split_code(stored)
    return meaning_of(code, source)


def builtin_meaning(code: str, source: str = BAIDIYUN) -> Meaning | None:
    """Return what the built-in table alone says."""
    return TABLES[source].get(code)


def added_meanings() -> Known:
    """Return what operators have added, by source and code."""
    return dict(_added)


def add_meanings(meanings: Known) -> None:
    """Replace what operators have added in this process, and forget what followed from it."""
    if meanings == _added:
        return
    _added.clear()
    _added.update(meanings)
    for forget in _forget:
        forget()


def remembered(*, maxsize: int) -> Callable[[_Remembering], _Remembering]:
    """Remember a function's answers until the meanings of codes change."""

    def wrap(function: _Remembering) -> _Remembering:
        wrapped = lru_cache(maxsize=maxsize)(function)
        _forget.append(wrapped.cache_clear)
        return cast("_Remembering", wrapped)

    return wrap
