"""The suite's own watch over logs and the call log sees what it must."""

from __future__ import annotations

import logging

import pytest

from apps.baidiyun.models import ApiCall
from tests.support.leaks import PEOPLE, SECRETS, LeakWatch


@pytest.mark.parametrize("word", [*SECRETS, *PEOPLE])
def test_a_leak_in_a_log_is_seen(word):
    watch = LeakWatch()
    quiet = logging.getLogger("tests.secrets.quiet")
    quiet.propagate = False
    quiet.addHandler(watch)
    quiet.warning("call failed: %s", {"key": word})
    quiet.removeHandler(watch)
    assert watch.leaks == [("tests.secrets.quiet", [word])]


def test_a_leak_in_the_call_log_is_seen():
    watch = LeakWatch()
    watch.search_call(ApiCall, ApiCall(request={"phone": PEOPLE[0]}))
    assert watch.leaks == [("baidiyun.ApiCall", [PEOPLE[0]])]


def test_harmless_lines_are_no_leak():
    watch = LeakWatch()
    watch.search_call(ApiCall, ApiCall(request={"key": "***"}, response='{"message":"ok"}'))
    assert watch.leaks == []
