"""Where a parcel stands with customs, from the code of an event and its words. Pure.

Codes say it first. The platform's coarse "customs trouble" (13) is everything from a missing
paper to a refusal: there the carrier's words decide, and where they say nothing it is held.
"""

from __future__ import annotations

import re

from apps.shipments.choices import CustomsPhase, ShipmentStatus, Substatus
from apps.shipments.codes import meaning_of_stored

CUSTOMS = ShipmentStatus.CUSTOMS.value
_OF_SUBSTATUS = {
    Substatus.CUSTOMS_PENDING.value: CustomsPhase.PENDING,
    Substatus.CUSTOMS_PROCESSING.value: CustomsPhase.PROCESSING,
    Substatus.CUSTOMS_HELD.value: CustomsPhase.HELD,
    Substatus.CUSTOMS_CLEARED.value: CustomsPhase.RELEASED,
}
_WORDS = (
    (
        CustomsPhase.REFUSED,
        re.compile(
            r"不予放行|拒绝(?:放行|入境|进口)|禁止进口|(?:entry|import|clearance) refused"
            r"|refused by (?:import |export )?customs|not admitted",
            re.IGNORECASE,
        ),
    ),
    (
        CustomsPhase.DESTROYED,
        re.compile(
            r"海关.{0,6}销毁|销毁处理|destroyed by customs|abandoned to customs", re.IGNORECASE
        ),
    ),
    (
        CustomsPhase.INFO_REQUIRED,
        re.compile(
            r"要求(?:补充|提供)|需(?:要)?(?:补充|提供)|(?:资料|文件|信息).{0,4}(?:未补齐|不全|缺失)|仍缺"
            r"|requests? |requir(?:es|ing|ed) (?:additional |further )?(?:information|documents?)"
            r"|(?:information|documents?|payment) (?:is |are )?(?:required|missing|outstanding)"
            r"|outstanding",
            re.IGNORECASE,
        ),
    ),
)


def phase_of(*, status: str, substatus: str, code: str = "", text: str = "") -> CustomsPhase:
    """Return the phase an event brings, NONE for one that customs has nothing to do with.

    ``code`` is as stored: with its source in front where that is not Baidiyun.
    """
    meaning = meaning_of_stored(code) if code else None
    said = CustomsPhase.parse(meaning.phase) if meaning is not None else None
    if said is None or said is CustomsPhase.NONE:
        said = _OF_SUBSTATUS.get(substatus, CustomsPhase.PROCESSING) if status == CUSTOMS else None
    if said is None:
        return CustomsPhase.NONE
    if said in {CustomsPhase.HELD, CustomsPhase.REFUSED}:
        for phase, words in _WORDS:
            if words.search(text):
                return phase
    return said
