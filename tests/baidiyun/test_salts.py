"""Derived salts: no read needed, two keys alive, within every product's limit."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from apps.baidiyun import salts
from apps.baidiyun.errors import NotConfigured

KEYS = {"k2": "new", "k1": "old"}


def test_the_salt_is_the_cut_hmac_of_the_token():
    expected = base64.urlsafe_b64encode(hmac.new(b"old", b"tok", hashlib.sha256).digest())[:20]
    assert salts.salt_for(KEYS, "k1", "tok") == expected.decode()
    assert len(expected) == 20


def test_both_keys_verify_and_the_first_signs():
    assert salts.current_kid(KEYS) == "k2"
    assert salts.salt_for(KEYS, "k1", "t") != salts.salt_for(KEYS, "k2", "t")


def test_a_key_nobody_holds_gives_no_salt():
    assert salts.salt_for(KEYS, "k9", "t") is None
    assert salts.salt_for({"k1": ""}, "k1", "t") is None


def test_without_any_key_there_is_a_permanent_error():
    with pytest.raises(NotConfigured) as caught:
        salts.current_kid({})
    assert caught.value.permanent
