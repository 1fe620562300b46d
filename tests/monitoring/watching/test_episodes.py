"""What the watch judges alone is said once, by it or by the tables, and never by both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from apps.monitoring.watching.episodes import Episode, Episodes, Saying
from apps.monitoring.watching.own_rules import (
    POSTGRES_ANSWER,
    POSTGRES_SILENCE,
    REDIS_SILENCE,
    starter_own_rules,
)

START = dt.datetime(2026, 11, 11, 3, 0, tzinfo=dt.UTC)
STEP = 2.0


class Looking:
    """A watch that looks every two seconds; what it is to say counts as said at once."""

    def __init__(self, *, speaks: bool = True) -> None:
        self.episodes = Episodes(starter_own_rules())
        self.at, self.speaks = START, speaks
        self.said: list[tuple[str, bool]] = []

    def look(self, seconds: float, *, tables: bool, known: str = "", **values: float) -> None:
        found = {
            POSTGRES_SILENCE: values.get("gone", 0.0),
            POSTGRES_ANSWER: values.get("slow", 0.01),
            REDIS_SILENCE: values.get("redis", 0.0),
        }
        for _ in range(round(seconds / STEP)):
            self.at += dt.timedelta(seconds=STEP)
            sayings = self.episodes.look(
                found, at=self.at, step=STEP, tables_work=tables, known=frozenset(known.split())
            )
            for saying in sayings if self.speaks else []:
                self._say(saying)

    def _say(self, saying: Saying) -> None:
        self.said.append((saying.rule.slug, saying.is_over))
        if saying.is_over:
            saying.episode.end_told_at = self.at
        else:
            saying.episode.told_at = self.at


def test_a_gone_postgres_is_said_once_and_its_return_once() -> None:
    watch = Looking()
    watch.look(120, tables=False, gone=60)
    assert watch.said == [("postgres_gone", False)]
    watch.look(120, tables=False)
    assert watch.said == [("postgres_gone", False), ("postgres_gone", True)]


def test_what_follows_from_a_gone_postgres_is_not_said() -> None:
    watch = Looking()
    watch.look(120, tables=False, gone=60, slow=3, redis=60)
    assert watch.said == [("postgres_gone", False)]


def test_a_gone_redis_is_left_to_the_tables_while_these_work() -> None:
    watch = Looking()
    watch.look(16, tables=True, redis=60)
    watch.look(60, tables=True, redis=60, known="redis_gone")
    watch.look(90, tables=True)
    assert watch.said == []


def test_a_gone_redis_that_the_tables_do_not_open_in_time_is_said_by_the_watch() -> None:
    watch = Looking()
    watch.look(60, tables=True, redis=60)
    assert watch.said == [("redis_gone", False)]


def test_a_slow_postgres_through_which_nothing_is_judged_is_said_by_the_watch() -> None:
    watch = Looking()
    watch.look(60, tables=False, slow=2)
    assert watch.said == [("postgres_slow", False)]


def test_an_episode_the_tables_took_over_ends_through_them() -> None:
    watch = Looking()
    watch.look(60, tables=False, gone=60)
    watch.episodes.hand_over(watch.episodes.open["postgres_gone"])
    watch.look(300, tables=True)
    assert watch.said == [("postgres_gone", False)]


def test_a_watch_started_anew_does_not_say_again_what_an_earlier_one_said() -> None:
    first = Looking()
    first.look(60, tables=False, gone=60)
    kept = [Episode.from_values(e.as_values()) for e in first.episodes.open.values()]
    second = Looking()
    second.episodes.take_up(starter_own_rules(), kept, second.at)
    second.look(120, tables=False, gone=200)
    assert second.said == []
    second.look(120, tables=False)
    assert second.said == [("postgres_gone", True)]


def test_what_nobody_was_told_has_no_end_to_tell() -> None:
    watch = Looking(speaks=False)
    watch.look(60, tables=False, gone=60)
    watch.speaks = True
    watch.look(120, tables=False)
    assert watch.said == []


@pytest.mark.parametrize("jump", [3600, -3600])
def test_a_clock_that_jumps_says_nothing(jump: int) -> None:
    watch = Looking()
    watch.look(20, tables=True)
    watch.at += dt.timedelta(seconds=jump)
    watch.look(60, tables=True)
    assert watch.said == []


def test_a_silenced_rule_is_judged_and_not_said() -> None:
    watch = Looking()
    rules = starter_own_rules()
    silent = (START + dt.timedelta(hours=1)).isoformat()
    watch.episodes.rules = tuple(replace(rule, silent_until=silent) for rule in rules)
    watch.look(120, tables=False, gone=60)
    assert watch.said == []
    assert "postgres_gone" in watch.episodes.open
