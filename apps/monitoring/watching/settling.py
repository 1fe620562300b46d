"""An episode the watch judged and told itself, given to the tables."""

from __future__ import annotations

from django.db import transaction

from apps.core import clock
from apps.monitoring.choices import AlarmEnd
from apps.monitoring.judging import Verdict
from apps.monitoring.models import Alarm, AlertRule, Standing
from apps.monitoring.watching.episodes import Episode


def adopt_episode(episode: Episode) -> Alarm | None:
    """Write an episode as the alarm it was or still is, told already; None without its rule.

    An open one is from then on judged through the tables, which tell its end. An alarm that the
    tables have open already keeps its beginning and counts as told.
    """
    with transaction.atomic():
        rule = AlertRule.objects.filter(slug=episode.slug).first()
        if rule is None:
            return None
        alarm = Alarm.objects.select_for_update().filter(rule=rule, label="", until=None).first()
        if alarm is None:
            alarm = Alarm(
                rule=rule, severity=rule.severity, since=episode.since, times=episode.times
            )
        alarm.value, alarm.worst, alarm.limit = episode.value, episode.worst, rule.limit
        alarm.told_at = alarm.told_at or episode.told_at
        if episode.until is not None:
            alarm.until, alarm.ended = max(episode.until, alarm.since), AlarmEnd.RECOVERED.value
        alarm.save()
        _stand(rule, is_open=episode.until is None, times=episode.times)
    return alarm


def _stand(rule: AlertRule, *, is_open: bool, times: int) -> None:
    verdict = Verdict.WRONG if is_open else Verdict.RIGHT
    Standing.objects.update_or_create(
        rule=rule,
        label="",
        defaults={
            "is_open": is_open,
            "verdict": verdict.value,
            "wrong_seconds": 0,
            "right_seconds": 0,
            "unknown_seconds": 0,
            "times": times,
            "judged_at": clock.real_now(),
        },
    )
