"""Cleaning of text on the way in."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.core.text import clean_address, clean_line, clean_name, clean_note

CLEANERS = [clean_line, clean_name, clean_address, clean_note]
TRICKY = st.text(
    alphabet="0123456789０１２３４５６７８９①½²٣"
    "<>&;#/ab=\"' 　\t\n,.，。、-－—~()（）路号栋\u200b\ufeff\ufe0f\u20e3😀·"
)
ANY_TEXT = st.one_of(st.text(), st.text(st.characters()), TRICKY)


def digits_of(text: str) -> str:
    """ASCII digits in order, full-width ones counted as ASCII."""
    halved = text.translate({ord("０") + n: str(n) for n in range(10)})
    return "".join(char for char in halved if char in "0123456789")


@pytest.mark.parametrize("clean", CLEANERS)
@given(text=ANY_TEXT)
@example(text="&amp;amp;lt;b&amp;gt;12")
@example(text="\ud83d\x00<b>１２</b>")
def test_cleaning_twice_changes_nothing(clean, text):
    once = clean(text).value
    assert clean(once).value == once
    assert clean(once).changed is False


@pytest.mark.parametrize("clean", CLEANERS)
@given(text=st.text().filter(lambda text: "<" not in text and "&" not in text))
@example(text="12½号①栋5²")
def test_no_digit_is_lost_or_invented(clean, text):
    assert digits_of(clean(text).value) == digits_of(text)


@given(text=st.text(alphabet="0123456789０９<>/ 号栋室-，、；~😀\u200b"))
def test_a_house_number_in_stray_markup_keeps_its_digits(text):
    assert digits_of(clean_address(text).value) == digits_of(text)


@given(
    first=st.integers(0, 9999),
    second=st.integers(0, 9999),
    gap=st.sampled_from(list("，、；,;|。 \t😀")),
)
def test_two_numbers_are_never_run_together(first, second, gap):
    assert f"{first}{second}" not in clean_address(f"中山路{first}{gap}{second}号").value


@given(text=ANY_TEXT)
def test_the_original_is_kept_and_the_change_reported(text):
    cleaned = clean_address(text)
    assert cleaned.original == text
    assert cleaned.changed == (cleaned.value != text)


@given(text=ANY_TEXT)
def test_nothing_postgres_refuses_survives(text):
    value = clean_note(text).value
    assert "\x00" not in value
    value.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("广东省　深圳市，南山区。。科技园 １２栋", "广东省深圳市南山区科技园12栋"),
        ("幸福路<b>12</b>号", "幸福路12号"),
        ("幸福路12号<br/>3单元", "幸福路12号3单元"),
        ("幸福路&nbsp;12号&amp;3室", "幸福路12号3室"),
        ("1234号—5室", "1234号-5室"),
        ("8－2－301", "8-2-301"),
        ("3、4号楼", "3 4号楼"),
        ("#05-123 Orchard Rd", "#05-123 Orchard Rd"),
        ("12½ Main St, Apt 4", "12½ Main St, Apt 4"),
        ("科技园😀12栋", "科技园12栋"),
        ("幸福\u200b路\ufeff12号", "幸福路12号"),
        ("，，幸福路12号。。", "幸福路12号"),
        ("【幸福路】12号《3单元》", "幸福路12号3单元"),
        ("1️⃣2️⃣号", "12号"),
        ("⼴东省", "广东省"),
    ],
)
def test_an_address_is_cleaned(text, expected):
    assert clean_address(text).value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  张　三 ", "张 三"),
        ("张三😊", "张三"),
        ("“张三”，", "张三"),
        ("<i>张三</i>", "张三"),
        ("O&#39;Brien", "O'Brien"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("ＺＨＡＮＧ", "ZHANG"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_a_name_is_cleaned(text, expected):
    assert clean_name(text).value == expected


def test_a_note_keeps_its_lines_and_chinese_punctuation():
    text = "请轻放，\r\n谢谢！\n\n\n\n别摔 "
    assert clean_note(text).value == "请轻放，\n谢谢！\n\n别摔"


def test_text_that_is_already_clean_is_reported_unchanged():
    assert clean_line("顺丰快递").changed is False
