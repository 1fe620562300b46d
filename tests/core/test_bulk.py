"""Rows that travel as strings arrive as they were sent."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.core.bulk import fetch, pack, unnest
from apps.core.ids import new_uids

pytestmark = pytest.mark.django_db

COLUMNS = (("n", "bigint"), ("words", "text"), ("at", "timestamptz"), ("key", "bytea"))
NOON = dt.datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=dt.UTC)


def returned(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return fetch(f"SELECT n, words, at, key FROM {unnest(COLUMNS, 'new')}", pack(COLUMNS, rows))


def test_numbers_words_moments_and_bytes_come_back() -> None:
    rows: list[tuple[object, ...]] = [
        (1, "", NOON, b"\x00\x1e"),
        (-2, "a\\b'\n，", NOON + dt.timedelta(microseconds=1), b""),
    ]
    assert returned(rows) == rows


def test_a_moment_all_rows_share_and_nothing_at_all_come_back() -> None:
    rows: list[tuple[object, ...]] = [(1, "x", NOON, None), (None, "y", NOON, b"k")]
    assert returned(rows) == rows
    assert returned([(1, "", None, b"")]) == [(1, "", None, b"")]


def test_a_separator_in_a_word_is_marked_and_moves_no_other_word() -> None:
    rows: list[tuple[object, ...]] = [(1, "a\x1eb", None, b""), (2, "\x1d", None, b"")]
    assert [row[1] for row in returned(rows)] == ["a\ufffdb", "\ufffd"]


def test_moments_are_read_aware_and_in_utc() -> None:
    ((moment,),) = fetch("SELECT timestamptz '2026-11-22 20:00:00+08'", [])
    assert moment == dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    assert moment.utcoffset() == dt.timedelta(0)


def test_ids_made_together_are_different_and_of_one_shape() -> None:
    ids = new_uids("msg", 50)
    assert len(set(ids)) == 50
    assert {len(each) for each in ids} == {24}
    assert all(each[4:].isalnum() and each.islower() for each in ids)
