"""The fast form reader against the standard library."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl, urlencode

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


PIECES = (
    "param=", "sign=", "&", "&&", "=", "==", "+", "%", "%%", "%2", "%2B", "%2b", "%25", "%00",
    "%26", "%3D", "%E5", "%E5%8D", "%E5%8D%95", "%e5%8d%95", "%F0%9F%9A%9A", "%ED%A0%80", "%C0%AF",
    "%FF", "%u5355", "%zz", "%0A", ";", "\x00", "\r\n", " ", "%20", "{", "}", '"', "a", "中", "é",
    "\U0001f69a",
)  # fmt: skip


def test_both_readers_say_the_same_of_twenty_thousand_nasty_forms():
    rng = random.Random(20261122)
    raw = 0
    for _ in range(20_000):
        body = "".join(rng.choices(PIECES, k=rng.randrange(1, 16))).encode()
        if rng.random() < 0.1:
            at = rng.randrange(len(body) + 1)
            body = body[:at] + bytes([rng.randrange(128, 256)]) + body[at:]
        raw += not body.isascii()
        assert read(body) == read_by_the_library(body), body
    assert 5_000 < raw < 15_000


def test_a_real_push_with_any_byte_changed_is_read_alike():
    rng = random.Random(7)
    whole = payloads.push_body(payloads.POLLING, "salt")
    for _ in range(1_500):
        body = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            body[rng.randrange(len(body))] = rng.choice(b"%&=+2Fe\x00\x80\xe5 ")
        assert read(bytes(body)) == read_by_the_library(bytes(body))


def read(body):
    try:
        return parse_form(body)
    except MalformedPayload:
        return None


def read_by_the_library(body):
    """The oracle, asked directly."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))


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
