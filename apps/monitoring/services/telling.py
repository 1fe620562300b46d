"""Whom alarms are told: one notice for what begins together, one when all of it is over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.monitoring.alarm_words import detail_of, sentence_of, title_of, when_words
from apps.monitoring.choices import AlarmEnd
from apps.monitoring.guide import guide_path
from apps.monitoring.models import Alarm, Silence
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.services import queue_notice, stop_escalating

LANGUAGES = ("zh-hans", "en")
OPENED, RECOVERED, ESCALATED = "opened", "recovered", "escalated"


def tell(
    *, at: dt.datetime, standing: Sequence[Alarm], ended: Sequence[Alarm], lull: dt.timedelta
) -> int:
    """Queue what is to be told of the open alarms (``standing``) and of those that just ended;
    return how many notices. A consequence whose cause is over for ``lull`` is one no more."""
    silences = _silences(at)
    fresh: dict[int, list[Alarm]] = defaultdict(list)
    told = 0
    for alarm in standing:
        _free(alarm, at, lull)
        if alarm.suppressed_by_id or alarm.rule.quiet or _is_silenced(alarm, silences):
            continue
        if alarm.told_at is None:
            fresh[alarm.rule_id].append(alarm)
        elif _is_to_escalate(alarm, at):
            told += _escalate(alarm, at)
    told += sum(_open(alarms, at) for alarms in fresh.values())
    loud = [alarm for alarm in ended if not _is_silenced(alarm, silences)]
    return told + _recover(loud)


def _free(alarm: Alarm, at: dt.datetime, lull: dt.timedelta) -> None:
    cause = alarm.suppressed_by
    if cause is None or cause.until is None:
        return
    if abs(at - cause.until) >= lull:
        alarm.suppressed_by = None
        alarm.save(update_fields=["suppressed_by"])


def _is_to_escalate(alarm: Alarm, at: dt.datetime) -> bool:
    minutes = alarm.rule.escalate_minutes
    if not minutes or alarm.acknowledged_at or alarm.escalated_at or alarm.told_with_id:
        return False
    return alarm.told_at is not None and at - alarm.told_at >= dt.timedelta(minutes=minutes)


def _open(alarms: list[Alarm], at: dt.datetime) -> int:
    lead = alarms[0]
    _queue(lead, OPENED, [alarm.label for alarm in alarms])
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms]).update(told_at=at)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms[1:]]).update(told_with=lead)
    return 1


def _escalate(alarm: Alarm, at: dt.datetime) -> int:
    alarm.escalated_at = at
    alarm.save(update_fields=["escalated_at"])
    _queue(alarm, ESCALATED, [alarm.label])
    return 1


def _recover(ended: Iterable[Alarm]) -> int:
    """Tell that it is over of what was told, once nothing told in the same message is open."""
    leads = {alarm.told_with_id or alarm.pk for alarm in ended if alarm.told_at is not None}
    told = 0
    for lead in Alarm.objects.filter(pk__in=leads).select_related("rule__objective").order_by("id"):
        together = list(Alarm.objects.filter(Q(pk=lead.pk) | Q(told_with=lead)).order_by("id"))
        if any(alarm.until is None for alarm in together):
            continue
        stop_escalating(subject=lead.uid)
        _queue(lead, RECOVERED, [alarm.label for alarm in together])
        told += 1
    return told


def _queue(lead: Alarm, stage: str, labels: Sequence[str]) -> None:
    words = {language: _words(lead, stage, labels, language) for language in LANGUAGES}
    (title, body), (title_en, body_en) = (words[language] for language in LANGUAGES)
    rule = lead.rule
    queue_notice(
        kind=f"alarm.{stage}",
        audience=Audience.ON_CALL if stage == ESCALATED else Audience(rule.audience),
        severity=NoticeSeverity(lead.severity),
        dedupe_key=f"alarm:{lead.uid}:{stage}",
        title=title,
        title_en=title_en,
        body=body,
        body_en=body_en,
        path=reverse("admin:monitoring_alarm_change", args=[lead.pk]),
        guide=guide_path(rule.runbook) if stage != RECOVERED else "",
        subject=lead.uid,
    )


def _words(lead: Alarm, stage: str, labels: Sequence[str], language: str) -> tuple[str, str]:
    with translation.override(language):
        title = title_of(lead, labels)
        if stage == RECOVERED:
            return _("Right again: %(what)s") % {"what": title}, _over(lead)
        lines = [sentence_of(lead), detail_of(lead), lead.rule.shown_meaning]
        if stage == ESCALATED:
            title = _("Nobody is at it: %(what)s") % {"what": title}
        return title, "\n".join(line for line in lines if line)


def _over(lead: Alarm) -> str:
    told = {"since": when_words(lead.since), "until": when_words(lead.until or lead.since)}
    lines = [_("It lasted from %(since)s until %(until)s.") % told]
    if lead.ended == AlarmEnd.UNMEASURED.value:
        lines = [_("Nothing was measured for an hour, so it is not known whether it is right.")]
    hidden = [title_of(alarm) for alarm in lead.consequences.select_related("rule")[:5]]
    if hidden:
        lines.append(_("Its consequences were: %(names)s.") % {"names": _(", ").join(hidden)})
    return "\n".join(lines)


def _silences(at: dt.datetime) -> set[tuple[int, str]]:
    rows = Silence.objects.filter(since__lte=at, until__gt=at, lifted_at=None)
    return set(rows.values_list("rule_id", "label"))


def _is_silenced(alarm: Alarm, silences: set[tuple[int, str]]) -> bool:
    return bool({(alarm.rule_id, alarm.label), (alarm.rule_id, "")} & silences)
