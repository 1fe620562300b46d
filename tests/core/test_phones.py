"""Reading telephone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.phones import PhoneKind, PhoneReason, parse_phone


@pytest.mark.parametrize(
    ("text", "value", "kind", "tail"),
    [
        ("13812345678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("138 1234 5678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("+86 138-1234-5678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("008613812345678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("8613812345678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("013812345678", "13812345678", PhoneKind.MOBILE, "5678"),
        ("手机：１３８１２３４５６７８", "13812345678", PhoneKind.MOBILE, "5678"),
        ("13812345678.0", "13812345678", PhoneKind.MOBILE, "5678"),
        ("13812345678-1234", "13812345678-1234", PhoneKind.VIRTUAL, "1234"),
        ("138-1234-5678-1234", "13812345678-1234", PhoneKind.VIRTUAL, "1234"),
        ("13812345678转1234", "13812345678-1234", PhoneKind.VIRTUAL, "1234"),
        ("13812345678(1234)", "13812345678-1234", PhoneKind.VIRTUAL, "1234"),
        ("0755-86013388", "0755-86013388", PhoneKind.LANDLINE, "3388"),
        ("075586013388", "0755-86013388", PhoneKind.LANDLINE, "3388"),
        ("(0755)8601 3388 转 801", "0755-86013388-801", PhoneKind.LANDLINE, "3388"),
        ("+86 755 8601 3388", "0755-86013388", PhoneKind.LANDLINE, "3388"),
        ("010-62345678-12", "010-62345678-12", PhoneKind.LANDLINE, "5678"),
        ("400 800 1234", "400-800-1234", PhoneKind.SERVICE, "1234"),
        ("95338", "95338", PhoneKind.SERVICE, "5338"),
        ("+1 415 555 2671", "+14155552671", PhoneKind.FOREIGN, "2671"),
        ("0044 20 7946 0958", "+442079460958", PhoneKind.FOREIGN, "0958"),
        ("+852 2123 4567", "+85221234567", PhoneKind.FOREIGN, "4567"),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value, kind, tail):
    phone = parse_phone(text)
    assert (phone.value, phone.kind, phone.tail, phone.valid) == (value, kind, tail, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", PhoneReason.EMPTY),
        ("  ", PhoneReason.EMPTY),
        ("abc", PhoneReason.NOT_A_NUMBER),
        ("1.38E+10", PhoneReason.NOT_A_NUMBER),
        ("1381234567", PhoneReason.TOO_SHORT),
        ("123", PhoneReason.TOO_SHORT),
        ("138123456789", PhoneReason.TOO_LONG),
        ("12345678901", PhoneReason.UNKNOWN_PREFIX),
        ("13812345678/13912345678", PhoneReason.SEVERAL),
        ("13812345678 0755-86013388", PhoneReason.SEVERAL),
        ("+1 111 111 1111", PhoneReason.IMPOSSIBLE),
    ],
)
def test_a_number_that_cannot_be_called_says_why(text, reason):
    phone = parse_phone(text)
    assert (phone.valid, phone.reason) == (False, reason)


def test_a_number_without_country_code_is_read_in_the_country_given():
    assert parse_phone("020 7946 0958", country="GB").value == "+442079460958"


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    assert parse_phone(text).original == text


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086 ", "86-"])
)
def test_the_written_form_is_read_back_as_itself(digits, prefix):
    once = parse_phone(prefix + digits)
    assert once.value == digits
    assert parse_phone(once.value).changed is False
