"""Names of people."""

from __future__ import annotations

import pytest

from apps.accounts.models import User


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [("小明", "王", "王小明"), ("Ada", "Byron", "Ada Byron"), ("", "", ""), ("娜", "", "娜")],
)
def test_a_name_is_written_the_way_its_language_does(first, last, whole):
    assert User(first_name=first, last_name=last).get_full_name() == whole
