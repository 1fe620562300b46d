"""Carriers' words: careful guesses and storable text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.texts import cleaned, guess_status, storable, withdraws_signature


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("您的快件已签收，签收人：本人", "delivered"),
        ("已由【菜鸟驿站】代签收", "delivered"),
        ("快件已妥投", "delivered"),
        ("签收", "delivered"),
        ("【深圳南山】正在派件，派件员：张三", "out_for_delivery"),
        ("快件正在派送中", "out_for_delivery"),
        ("【杭州分部】已揽收", "picked_up"),
        ("顺丰速运 已收取快件，已收件", "picked_up"),
    ],
)
def test_plain_words_are_recognised(text: str, status: str) -> None:
    assert guess_status(text) == status


@pytest.mark.parametrize(
    "text",
    [
        "客户拒绝签收",
        "快件未签收，请联系派送网点",
        "请凭取件码签收",
        "预计明天签收",
        "签收失败，再次安排派送",
        "已退签",
        "等待揽收",
        "揽收失败",
        "已取消揽收",
        "等待派送",
        "暂停派送",
        "投递失败，正在派送异常处理",
        "快件已到达【杭州转运中心】",
        "",
    ],
)
def test_words_that_say_the_opposite_are_not_guessed(text: str) -> None:
    assert guess_status(text) == ""


@pytest.mark.parametrize("text", ["签收已撤销", "已取消签收", "撤回签收", "派件员误签收，重新派送"])
def test_a_withdrawn_signature_is_read(text: str) -> None:
    assert withdraws_signature(text)
    assert guess_status(text) != "delivered"


def test_a_signature_is_not_a_withdrawal() -> None:
    assert not withdraws_signature("快件已签收，如有疑问请联系")


@given(st.text())
def test_cleaning_is_idempotent_and_storable(text: str) -> None:
    once = cleaned(storable(text))
    assert cleaned(storable(once)) == once
    assert not {"\x00", "\x1d", "\x1e"} & set(once)
    once.encode()
