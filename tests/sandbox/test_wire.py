"""Reading requests: URL and body, encodings, and what counts as missing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.wire import BadParam, is_epoch, merge_fields, read_param, text_of

FORM = "application/x-www-form-urlencoded"


def test_body_and_url_are_merged_and_the_body_wins():
    fields = merge_fields("method=price&key=url", b"key=body&param=%7B%7D", FORM)
    assert fields == {"method": "price", "key": "body", "param": "{}"}


def test_an_empty_body_value_does_not_hide_the_urls():
    assert merge_fields("key=url", b"key=", FORM)["key"] == "url"


def test_a_json_body_is_no_form():
    assert merge_fields("", b'{"key":"x"}', "application/json") == {}


def test_multipart_fields_are_read_and_files_are_not():
    body = (
        b'--b\r\nContent-Disposition: form-data; name="num"\r\n\r\nYT1\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nraw\r\n--b--\r\n'
    )
    assert merge_fields("", body, "multipart/form-data; boundary=b") == {"num": "YT1"}


@given(st.binary(max_size=300), st.text(max_size=50))
def test_no_bytes_break_the_reader(body, content_type):
    assert {"a", "b"} <= set(merge_fields("a=%ff&b=%", body, content_type))
    fields = merge_fields("", body, FORM)
    assert all(isinstance(value, str) for pair in fields.items() for value in pair)


@given(st.text(max_size=200).filter(lambda t: "\x00" not in t))
def test_a_param_survives_the_form_byte_for_byte(text):
    from urllib.parse import quote

    raw = text.encode("utf-8", "surrogatepass")
    fields = merge_fields("", b"param=" + quote(raw).encode(), FORM)
    assert fields["param"].encode("utf-8", "surrogateescape") == raw


@pytest.mark.parametrize("raw", ["", "1", "[]", "null", "{", '"x"'])
def test_anything_but_an_object_is_refused(raw):
    with pytest.raises(BadParam):
        read_param(raw)


def test_double_wrapping_is_opened_only_when_asked():
    outer = json.dumps({"key": "k", "param": '{"taskId":"1"}'})
    assert "taskId" not in read_param(outer)
    assert read_param(outer, unwrap=True) == {"taskId": "1"}


def test_missing_null_and_empty_are_the_same():
    for param in ({}, {"a": None}, {"a": ""}, {"a": "  "}, {"a": []}, {"a": {}}):
        assert text_of(param, "a") == ""
    assert text_of({"a": "", "b": 7}, "a", "b") == "7"


@pytest.mark.parametrize(
    ("text", "good"),
    [("1576123932000", True), ("1795353076.6432815", True), ("", False), ("now", False)],
)
def test_t_is_any_number(text, good):
    assert is_epoch(text) is good
