"""What the watch says of its own conditions, in both languages, without asking anybody."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from apps.monitoring.guide import guide_path
from apps.monitoring.watching.episodes import Episode
from apps.monitoring.watching.own_rules import POSTGRES_ANSWER, OwnRule
from apps.notifications.services import Words


def words_of(rule: OwnRule, episode: Episode, *, at: dt.datetime) -> Words:
    """Return the words of a beginning: since when, how long, what it means, what to do."""
    since, lasted = _clock(episode.since), _span((at - episode.since).total_seconds())
    if rule.series == POSTGRES_ANSWER:
        seen = f"{since} 起，最小的查询要 {episode.value:.1f} 秒。"
        seen_en = f"Since {since} the smallest question takes {episode.value:.1f} s."
    else:
        seen = f"{since} 起没有应答，已 {lasted[0]}。"
        seen_en = f"No answer since {since}, for {lasted[1]} now."
    told = "值守进程直接发出：数据表现在用不了。"
    told_en = "Said by the watch itself: the tables cannot be used."
    return Words(
        title=rule.name,
        title_en=rule.name_en,
        body=f"{seen}\n{rule.meaning}\n{told}",
        body_en=f"{seen_en}\n{rule.meaning_en}\n{told_en}",
        path=guide_path(rule.runbook),
    )


def words_of_end(rule: OwnRule, episode: Episode) -> Words:
    """Return the words of an end: from when to when."""
    until = episode.until or episode.since
    since, end = _clock(episode.since), _clock(until)
    lasted = _span((until - episode.since).total_seconds())
    return Words(
        title=f"已恢复：{rule.name}",
        title_en=f"Recovered: {rule.name_en}",
        body=f"{since} 到 {end}，共 {lasted[0]}。",
        body_en=f"From {since} to {end}, {lasted[1]} in all.",
        path=guide_path(rule.runbook),
        good=True,
    )


def _clock(moment: dt.datetime) -> str:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local.strftime("%H:%M:%S")


def _span(seconds: float) -> tuple[str, str]:
    """Return a length of time in Chinese and in English."""
    if seconds < 120:
        return f"{seconds:.0f} 秒", f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} 分钟", f"{seconds / 60:.0f} min"
