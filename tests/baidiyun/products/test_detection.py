"""Carrier detection."""

from __future__ import annotations

import json

import pytest

from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products import detection
from tests.baidiyun import payloads


def test_the_guesses_come_best_first():
    guesses = detection.parse_detection(json.loads(payloads.DETECTED))
    assert guesses == (detection.Guess("yuantong", "圆通速递", 15),)


def test_nothing_recognised_is_no_guess():
    assert detection.parse_detection([]) == ()


@pytest.mark.parametrize("data", [None, {}, "x", [{"name": "x"}], [{"comCode": []}]])
def test_other_shapes_are_malformed(data):
    with pytest.raises(MalformedPayload):
        detection.parse_detection(data)


def test_the_key_goes_in_clear_and_a_number_is_needed():
    assert detection.build_detect(key="K", number="YT1") == {"key": "K", "num": "YT1"}
    with pytest.raises(InvalidRequest):
        detection.build_detect(key="K", number=" ")
