"""The fast form reader against the standard library."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.form import merge_fields, parse_form, parse_form_standard
from tests.baidiyun import payloads

NASTY = st.text(alphabet="%&=+;aAfF0189BCcDeE 23.~-_\t\n", max_size=60).map(str.encode)
ESCAPES = st.lists(st.integers(0, 255).map(lambda n: f"%{n:02x}"), max_size=30).map(
    lambda parts: "".join(parts).encode()
)


@settings(max_examples=400)
@given(body=st.one_of(NASTY, ESCAPES, st.binary(max_size=80)))
def test_the_fast_reader_agrees_with_the_standard_one(body):
    try:
        expected = parse_form_standard(body)
    except MalformedPayload:
        with pytest.raises(MalformedPayload):
            parse_form(body)
    else:
        assert parse_form(body) == expected


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=10))
def test_what_was_encoded_comes_back(fields):
    clean = {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in fields.items()
    }
    assert parse_form(urlencode(clean).encode()) == clean


def test_raw_utf8_bytes_are_read_like_escaped_ones():
    raw = ("param=" + payloads.POLLING.replace("%", "%25").replace("+", "%2B")).encode()
    assert parse_form(raw) == {"param": payloads.POLLING}


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(MalformedPayload):
        parse_form(b"param=\xff\xfe")


def test_a_hundred_fields_and_more_are_refused():
    with pytest.raises(MalformedPayload):
        parse_form(b"&".join([b"a=1"] * 101))


def test_fields_of_url_and_body_are_merged_and_the_body_wins():
    assert merge_fields("sign=A&param=old", b"param=new") == {"sign": "A", "param": "new"}


def test_raw_utf8_in_the_url_is_read_as_wsgi_hands_it_out():
    assert merge_fields("name=王".encode().decode("latin-1"), b"") == {"name": "王"}
