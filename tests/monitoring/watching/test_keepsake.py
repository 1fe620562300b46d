"""What must be known without PostgreSQL: sealed, for the owner only, and never in the way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from apps.monitoring.watching.episodes import Episode
from apps.monitoring.watching.keepsake import FILE, HostLock, Keepsake, Remembered
from apps.monitoring.watching.own_rules import starter_own_rules

KEYS = ["a-key-of-the-tests-0123456789-abcdefghij"]
AT = dt.datetime(2026, 11, 11, 3, 0, tzinfo=dt.UTC)
KEPT = Remembered(
    channels="gAAAAsealed",
    rules=starter_own_rules(),
    episodes=(Episode("postgres_gone", AT, 12.0, 60.0, told_at=AT),),
    said=({"kind": "alarm.opened"},),
)


def test_what_is_kept_comes_back_whole(tmp_path: Path) -> None:
    Keepsake(tmp_path, KEYS).write(KEPT)
    assert Keepsake(tmp_path, KEYS).read() == KEPT


def test_the_file_is_the_owners_and_says_nothing_to_others(tmp_path: Path) -> None:
    Keepsake(tmp_path, KEYS).write(KEPT)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "postgres_gone" not in (tmp_path / FILE).read_text()


@pytest.mark.parametrize("content", ["", "gAAAAno", "not sealed"])
def test_a_file_that_cannot_be_opened_is_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    assert Keepsake(tmp_path, KEYS).read() == Remembered()


def test_a_file_of_another_key_is_as_none(tmp_path: Path) -> None:
    Keepsake(tmp_path, KEYS).write(KEPT)
    assert Keepsake(tmp_path, [KEYS[0][::-1]]).read() == Remembered()


def test_without_a_key_there_is_no_file_and_no_error(tmp_path: Path) -> None:
    Keepsake(tmp_path, []).write(KEPT)
    assert not (tmp_path / FILE).exists()


def test_of_two_watches_on_a_host_one_speaks_and_the_other_takes_over(tmp_path: Path) -> None:
    first, second = HostLock(tmp_path), HostLock(tmp_path)
    assert first.take()
    assert first.take(), "asking twice is harmless"
    assert not second.take()
    first.release()
    assert second.take()
