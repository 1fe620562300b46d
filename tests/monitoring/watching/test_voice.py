"""The watch says a thing once, pauses while nobody takes it, and tells the tables afterwards."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from apps.core import clock
from apps.monitoring.models import Alarm, AlertRule, Standing
from apps.monitoring.services import evaluate_rules
from apps.monitoring.watching import voice as voices
from apps.monitoring.watching.episodes import Episode, Episodes, Saying
from apps.monitoring.watching.keepsake import HostLock, Keepsake
from apps.monitoring.watching.own_rules import read_own_rules, starter_own_rules
from apps.monitoring.watching.sentences import words_of, words_of_end
from apps.monitoring.watching.voice import Voice
from apps.notifications.models import Notice
from apps.notifications.services import DirectResult

KEYS = ["a-key-of-the-tests-0123456789-abcdefghij"]
AT = dt.datetime(2026, 11, 11, 3, 0, tzinfo=dt.UTC)
RULE = next(rule for rule in starter_own_rules() if rule.slug == "postgres_gone")


class Channel:
    """Stands in for `send_directly`: takes what it is told, or refuses it."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes, self.heard = takes, []

    def __call__(self, channels, words, *, severity, audience):
        self.heard.append(words.title)
        return [
            DirectResult(
                "wecom", 0, "on call", self.takes, 0 if self.takes else 93000, "", AT, words.title
            )
        ]


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    made = Channel()
    monkeypatch.setattr(voices, "send_directly", made)
    return made


def a_voice(folder: Path) -> Voice:
    return Voice(Keepsake(folder, KEYS), HostLock(folder))


def episode(**more: object) -> Episode:
    return Episode("postgres_gone", AT, 12.0, 60.0, **more)


def test_what_is_on_its_way_is_not_said_twice(tmp_path: Path, channel: Channel) -> None:
    voice, saying = a_voice(tmp_path), Saying(RULE, episode(), is_over=False)
    voice.take([saying])
    voice.take([saying])
    voice.speak()
    assert channel.heard == [RULE.name]
    assert saying.episode.told_at is not None


def test_what_nobody_takes_is_not_tried_again_at_once(tmp_path: Path, channel: Channel) -> None:
    channel.takes = False
    voice, saying = a_voice(tmp_path), Saying(RULE, episode(), is_over=False)
    for _ in range(20):
        voice.take([saying])
        voice.speak()
    assert len(channel.heard) == 1
    assert saying.episode.told_at is None, "it is still to be said"


def test_a_second_watch_of_the_host_says_nothing(tmp_path: Path, channel: Channel) -> None:
    first, second = a_voice(tmp_path), a_voice(tmp_path)
    saying = Saying(RULE, episode(), is_over=False)
    assert first.take([saying])
    assert not second.take([saying])
    second.speak()
    assert channel.heard == []


def test_the_words_name_the_moment_the_meaning_and_the_page() -> None:
    began = words_of(RULE, episode(), at=AT + dt.timedelta(seconds=30))
    assert (began.title, began.title_en) == (RULE.name, RULE.name_en)
    assert "11:00:00" in began.body
    assert RULE.meaning_en in began.body_en
    assert began.path.startswith("/runbook/postgres_gone.")
    over = words_of_end(RULE, episode(until=AT + dt.timedelta(minutes=3)))
    assert over.good
    assert "3 min" in over.body_en


@pytest.mark.django_db
def test_an_open_episode_becomes_an_alarm_that_was_told_and_is_not_told_again(
    tmp_path: Path, channel: Channel
) -> None:
    voice, lock = a_voice(tmp_path), threading.Lock()
    episodes = Episodes(read_own_rules())
    mine = Episode("postgres_gone", clock.real_now(), 12.0, 60.0)
    episodes.open["postgres_gone"] = mine
    voice.take([Saying(RULE, mine, is_over=False)])
    voice.speak()
    voice.settle(episodes, lock)
    alarm = Alarm.objects.get(rule__slug="postgres_gone")
    assert (alarm.until, alarm.told_at) == (None, mine.told_at)
    assert episodes.open == {}
    evaluate_rules(probes={"postgres.silence": 20.0})
    assert Notice.objects.filter(kind="alarm.opened").count() == 1, "the one the watch said"
    assert Notice.objects.get().state == "sent"


@pytest.mark.django_db
def test_an_ended_episode_is_written_down_with_both_its_messages(
    tmp_path: Path, channel: Channel
) -> None:
    voice, episodes = a_voice(tmp_path), Episodes(read_own_rules())
    mine = episode(told_at=AT, until=AT + dt.timedelta(minutes=2))
    episodes.ended.append(mine)
    voice.take([Saying(RULE, mine, is_over=True)])
    voice.speak()
    voice.settle(episodes, threading.Lock())
    voice.settle(episodes, threading.Lock())
    alarm = Alarm.objects.get(rule__slug="postgres_gone")
    assert (alarm.since, alarm.until) == (AT, mine.until)
    assert not Standing.objects.get(rule=alarm.rule).is_open
    assert list(Notice.objects.values_list("kind", flat=True)) == ["alarm.recovered"]
    assert episodes.ended == []


@pytest.mark.django_db
def test_what_an_earlier_watch_said_and_did_not_write_down_is_written_by_the_next(
    tmp_path: Path, channel: Channel
) -> None:
    first, episodes = a_voice(tmp_path), Episodes(read_own_rules())
    mine = episodes.open["postgres_gone"] = episode()
    first.take([Saying(RULE, mine, is_over=False)])
    first.speak()
    first.keep(episodes)
    first.close()
    second = a_voice(tmp_path)
    kept = second.remember_from_file()
    again = Episodes()
    again.take_up(kept.rules, kept.episodes, AT)
    second.settle(again, threading.Lock())
    assert Notice.objects.get().kind == "alarm.opened"
    assert Alarm.objects.get().rule.slug == "postgres_gone"


@pytest.mark.django_db
def test_the_rules_of_the_tables_are_remembered_as_they_are_edited() -> None:
    AlertRule.objects.filter(slug="redis_gone").update(limit=33.0, enabled=True)
    AlertRule.objects.filter(slug="postgres_slow").update(enabled=False)
    rules = {rule.slug: rule for rule in read_own_rules()}
    assert rules["redis_gone"].limit == 33.0
    assert rules["redis_gone"].hidden_by == ("postgres_gone",)
    assert "postgres_slow" not in rules
