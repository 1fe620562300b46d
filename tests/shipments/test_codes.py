"""Every code of contract §1.4, and the cross-map that decides where it belongs."""

from __future__ import annotations

import pytest

from apps.shipments.choices import Certainty
from apps.shipments.codes import meaning_of

CROSS_MAP = {
    "created": ["101"],
    "awaiting_pickup": ["102"],
    "picked_up": ["1", "103"],
    "in_transit": ["0", "1002", "1003", "7"],
    "at_destination": ["1001"],
    "customs/pending": ["10"],
    "customs/processing": ["8", "11"],
    "customs/cleared": ["12"],
    "customs/held": ["13"],
    "out_for_delivery": ["5"],
    "ready_for_pickup": ["501"],
    "delivered": ["3"],
    "delivered/self": ["301"],
    "delivered/after_exception": ["302"],
    "delivered/proxy": ["303"],
    "delivered/locker": ["304"],
    "attempt_failed/other": ["204"],
    "attempt_failed/unreachable": ["206"],
    "attempt_failed/out_of_area": ["207"],
    "exception": ["2"],
    "exception/overdue": ["201", "205"],
    "exception/stuck": ["202"],
    "exception/detained": ["208"],
    "exception/damaged": ["209"],
    "refused": ["203", "14"],
    "returning": ["6"],
    "returned": ["4"],
    "cancelled": ["210", "401"],
}
CASES = [(code, words) for words, codes in CROSS_MAP.items() for code in codes]
BASIC = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "14"}


@pytest.mark.parametrize(("code", "words"), CASES)
def test_a_code_means_what_the_contract_says(code: str, words: str) -> None:
    meaning = meaning_of(code)
    status, _, substatus = words.partition("/")
    assert meaning is not None
    assert (meaning.status, meaning.substatus) == (status, substatus)
    expected = Certainty.BASIC if code in BASIC else Certainty.ADVANCED
    assert meaning.certainty == expected.value


@pytest.mark.parametrize("code", ["", "211", "214", "9", "03", " 3", "None", "3.0"])
def test_a_code_nobody_documented_means_nothing(code: str) -> None:
    assert meaning_of(code) is None
