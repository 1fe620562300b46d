"""What the watch judges by itself, and who says it: the tables where they work, else the watch.

An episode is one of the watch's own conditions from its beginning to its end. It belongs to the
tables as soon as these have it (`settling`), and then the watch says nothing more about it: each
beginning and each end is said once, by one of the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.monitoring.judging import Move, Seen, Standing, Verdict, judge
from apps.monitoring.watching.own_rules import GONE, OwnRule

TABLES_HAVE = 15.0
"""Seconds the tables have to open an alarm before the watch speaks instead of them."""


@dataclass(slots=True)
class Episode:
    """One condition that began: since when (real), what was measured, who said so and when."""

    slug: str
    since: dt.datetime
    value: float
    worst: float
    waited: float = 0.0
    told_at: dt.datetime | None = None
    until: dt.datetime | None = None
    end_told_at: dt.datetime | None = None
    times: int = 1

    def as_values(self) -> dict[str, Any]:
        """Return it for a JSON file."""
        moments = ("since", "told_at", "until", "end_told_at")
        values = {name: getattr(self, name) for name in self.__slots__}
        return {k: v.isoformat() if k in moments and v else v for k, v in values.items()}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Episode:
        """Return what `as_values` gave. Raises TypeError or ValueError for anything else."""
        moments = ("since", "told_at", "until", "end_told_at")
        read: dict[str, Any] = {
            name: dt.datetime.fromisoformat(value) if name in moments and value else value
            for name, value in values.items()
        }
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to be said now by the watch itself."""

    rule: OwnRule
    episode: Episode
    is_over: bool


@dataclass
class Episodes:
    """The watch's own judgement. Not thread-safe: its owner looks and settles under one lock."""

    rules: tuple[OwnRule, ...] = ()
    standings: dict[str, Standing] = field(default_factory=dict)
    open: dict[str, Episode] = field(default_factory=dict)
    ended: list[Episode] = field(default_factory=list)

    def look(
        self,
        values: Mapping[str, float | None],
        *,
        at: dt.datetime,
        step: float,
        tables_work: bool,
        known: frozenset[str] = frozenset(),
    ) -> list[Saying]:
        """Judge all rules once and return what the watch must say itself.

        ``values`` by series; ``step`` is the seconds since the last look; ``tables_work`` whether
        evaluation through PostgreSQL has come by lately; ``known`` are the slugs that the tables
        have as open alarms already.
        """
        for rule in self.rules:
            self._judge(rule, values.get(rule.series), at)
        for slug in known & self.open.keys():
            if self.open[slug].told_at is None:
                del self.open[slug]
        return list(self._sayings(at, step, tables_work))

    def hand_over(self, episode: Episode) -> None:
        """Forget an episode that the tables have now; its standing stays, so it begins no other."""
        if self.open.get(episode.slug) is episode:
            del self.open[episode.slug]
        self.ended = [one for one in self.ended if one is not episode]

    def take_up(
        self, rules: tuple[OwnRule, ...], episodes: Iterable[Episode], at: dt.datetime
    ) -> None:
        """Go on where an earlier watch stopped: what it said is not said again."""
        self.rules = rules
        for episode in episodes:
            if episode.until is not None:
                self.ended.append(episode)
                continue
            self.open[episode.slug] = episode
            self.standings[episode.slug] = Standing(
                at, Verdict.WRONG, is_open=True, times=episode.times
            )

    def _judge(self, rule: OwnRule, value: float | None, at: dt.datetime) -> None:
        causes = [self.standings[slug] for slug in rule.hidden_by if slug in self.standings]
        hidden = any(cause.is_open or cause.verdict is Verdict.WRONG for cause in causes)
        standing, move = judge(
            rule.terms, self.standings.get(rule.slug), Seen(value, 1), at=at, may_begin=not hidden
        )
        self.standings[rule.slug] = standing
        measured = value or 0.0
        if move is Move.BEGINS:
            lasted = measured if rule.is_silence else standing.wrong_seconds
            since = at - dt.timedelta(seconds=lasted)
            self.open[rule.slug] = Episode(
                rule.slug, since, measured, measured, times=standing.times
            )
        episode = self.open.get(rule.slug)
        if episode is None:
            return
        if move in {Move.RECOVERS, Move.UNMEASURED}:
            del self.open[rule.slug]
            if episode.told_at is not None:
                episode.until = max(at, episode.since)
                self.ended.append(episode)
            return
        episode.value, episode.worst = measured, max(episode.worst, measured)

    def _sayings(self, at: dt.datetime, step: float, tables_work: bool) -> Iterator[Saying]:
        rules = {rule.slug: rule for rule in self.rules}
        for slug, episode in self.open.items():
            rule = rules.get(slug)
            if rule is None or episode.told_at is not None or not rule.is_told(at):
                continue
            if self.standings[slug].verdict is not Verdict.WRONG:
                continue
            episode.waited += step
            ours = rule.series == GONE or not tables_work or episode.waited > TABLES_HAVE
            if ours:
                yield Saying(rule, episode, is_over=False)
        for episode in self.ended:
            if episode.end_told_at is None and episode.slug in rules:
                yield Saying(rules[episode.slug], episode, is_over=True)
