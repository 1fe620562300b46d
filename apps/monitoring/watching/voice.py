"""Saying things without PostgreSQL, once, and telling the tables afterwards."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from apps.core import clock
from apps.core.vault import VaultClosed
from apps.monitoring.watching.episodes import Episode, Episodes, Saying
from apps.monitoring.watching.keepsake import HostLock, Keepsake, Remembered
from apps.monitoring.watching.sentences import words_of, words_of_end
from apps.monitoring.watching.settling import adopt_episode
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.services import (
    Channels,
    DirectResult,
    Words,
    record_direct,
    remember_channels,
    send_directly,
)

log = structlog.get_logger(__name__)
OPENED, OVER = "alarm.opened", "alarm.recovered"
PAUSES = (5.0, 15.0, 30.0, 60.0)
"""After the first attempt that nobody took, the second, and so on."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the watch said itself and the tables do not know of yet."""

    kind: str
    words: Words
    severity: str
    audience: str
    dedupe_key: str
    results: tuple[DirectResult, ...]

    def as_values(self) -> dict[str, Any]:
        """Return it for a JSON file."""
        results = [{**asdict(one), "at": one.at.isoformat()} for one in self.results]
        return {**asdict(self), "results": results}

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Said:
        """Return what `as_values` gave. Raises TypeError, KeyError or ValueError."""
        results = tuple(
            DirectResult(**{**one, "at": dt.datetime.fromisoformat(one["at"])})
            for one in values["results"]
        )
        return cls(**{**values, "words": Words(**values["words"]), "results": results})


@dataclass
class Voice:
    """The watch's own mouth and memory. ``take`` hands it what to say, ``speak`` says it.

    Only who holds the host's lock speaks: two watches say it once.
    """

    keepsake: Keepsake
    lock: HostLock
    channels: Channels = field(default_factory=Channels)
    unwritten: list[Said] = field(default_factory=list)
    _sealed: str = ""
    _waiting: deque[Saying] = field(default_factory=deque)
    _busy: set[tuple[str, bool]] = field(default_factory=set)
    _failed: dict[tuple[str, bool], tuple[int, float]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def remember_from_file(self) -> Remembered:
        """Take up what an earlier watch of this host knew, and return it."""
        kept = self.keepsake.read()
        try:
            self.channels = Channels.unsealed(kept.channels) if kept.channels else Channels()
            self._sealed = kept.channels
            self.unwritten = [Said.from_values(values) for values in kept.said]
        except (VaultClosed, TypeError, KeyError, ValueError) as error:
            log.warning("watch.keepsake_not_used", reason=type(error).__name__)
        return kept

    def remember_channels(self) -> None:
        """Read the channels anew while there is PostgreSQL."""
        channels = remember_channels()
        if channels != self.channels or not self._sealed:
            self.channels = channels
            self._sealed = _seal(channels)

    def keep(self, episodes: Episodes) -> None:
        """Write down what must survive this process; nothing where it holds no lock."""
        if not self.lock.take():
            return
        with self._guard:
            said = tuple(one.as_values() for one in self.unwritten)
        told = [one for one in episodes.open.values() if one.told_at is not None]
        self.keepsake.write(
            Remembered(self._sealed, episodes.rules, (*told, *episodes.ended), said)
        )

    def take(self, sayings: Sequence[Saying]) -> bool:
        """Queue what is to be said and is not on its way already; whether anything is."""
        if not sayings or not self.lock.take():
            return False
        with self._guard:
            for saying in sayings:
                key = (saying.rule.slug, saying.is_over)
                _, not_before = self._failed.get(key, (0, 0.0))
                if key not in self._busy and time.monotonic() >= not_before:
                    self._busy.add(key)
                    self._waiting.append(saying)
            return bool(self._waiting)

    def speak(self) -> None:
        """Say what waits. What no channel took is tried again after a growing pause."""
        while True:
            with self._guard:
                if not self._waiting:
                    return
                saying = self._waiting.popleft()
            key, taken = (saying.rule.slug, saying.is_over), False
            try:
                taken = self._say(saying)
            finally:
                with self._guard:
                    self._busy.discard(key)
                    times, _ = self._failed.pop(key, (0, 0.0))
                    if not taken:
                        pause = PAUSES[min(times, len(PAUSES) - 1)]
                        self._failed[key] = (times + 1, time.monotonic() + pause)

    def settle(self, episodes: Episodes, lock: threading.Lock) -> None:
        """Give the tables, which work again, what was said without them and what is still open."""
        with self._guard:
            said = list(self.unwritten)
        for one in said:
            record_direct(
                kind=one.kind, words=one.words, severity=NoticeSeverity(one.severity),
                audience=Audience(one.audience), results=one.results, dedupe_key=one.dedupe_key,
            )  # fmt: skip
            with self._guard:
                self.unwritten.remove(one)
        with lock:
            ready = [one for one in episodes.open.values() if one.told_at is not None]
            ready += [one for one in episodes.ended if one.end_told_at is not None]
        for episode in ready:
            adopt_episode(episode)
            with lock:
                episodes.hand_over(episode)

    def close(self) -> None:
        """Let another watch of this host speak."""
        self.lock.release()

    def _say(self, saying: Saying) -> bool:
        """Tell the channels; whether one took it."""
        rule, episode, now = saying.rule, saying.episode, clock.real_now()
        words = words_of_end(rule, episode) if saying.is_over else words_of(rule, episode, at=now)
        results = send_directly(
            self.channels, words, severity=NoticeSeverity(rule.severity),
            audience=Audience(rule.audience),
        )  # fmt: skip
        log.warning(
            "watch.said", rule=rule.slug, over=saying.is_over,
            told=[one.name for one in results if one.ok],
            refused=[one.why for one in results if not one.ok],
        )  # fmt: skip
        if not any(one.ok for one in results):
            return False
        kind = OVER if saying.is_over else OPENED
        key = f"watch:{rule.slug}:{episode.since.timestamp():.0f}:{kind}"
        with self._guard:
            self.unwritten.append(
                Said(kind, words, rule.severity, rule.audience, key, tuple(results))
            )
        _mark(episode, saying.is_over, now)
        return True


def _mark(episode: Episode, is_over: bool, now: dt.datetime) -> None:
    if is_over:
        episode.end_told_at = now
    else:
        episode.told_at = now


def _seal(channels: Channels) -> str:
    try:
        return channels.sealed()
    except VaultClosed as error:
        log.warning("watch.channels_not_sealed", reason=type(error).__name__)
        return ""
