"""Open alarms as the home page shows them: what, since when, who is at it, where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.monitoring.alarm_words import detail_of, runbook_path, sentence_of, title_of
from apps.monitoring.fire import Fire
from apps.monitoring.menu import list_address
from apps.monitoring.models import Alarm
from apps.monitoring.selectors import open_alarms
from apps.notifications.choices import NoticeSeverity

ICONS = {
    NoticeSeverity.RED.value: "notification_important",
    NoticeSeverity.AMBER.value: "warning",
    NoticeSeverity.NOTICE.value: "info",
}
COLOURS = {NoticeSeverity.RED.value: "danger"}


def alarm_fires(request: HttpRequest) -> Iterator[Fire]:
    """Yield one condition for every rule with open alarms; consequences of an open one are not
    shown beside it."""
    if not list_address(request, "monitoring.alarm"):
        return
    by_rule: dict[int, list[Alarm]] = defaultdict(list)
    for alarm in open_alarms():
        if alarm.suppressed_by_id is None:
            by_rule[alarm.rule_id].append(alarm)
    for alarms in by_rule.values():
        yield _fire(alarms)


def _fire(alarms: list[Alarm]) -> Fire:
    first = alarms[0]
    taken = [alarm.acknowledged_by for alarm in alarms if alarm.acknowledged_at]
    detail = " ".join(
        part for part in (sentence_of(first), detail_of(first), first.rule.shown_meaning) if part
    )
    page = reverse("admin:monitoring_alarm_change", args=[first.pk])
    return Fire(
        colour=COLOURS.get(first.severity, "warning"),
        icon=ICONS[first.severity],
        title=title_of(first, [alarm.label for alarm in alarms]),
        detail=detail,
        url=page,
        since=first.since,
        runbook=runbook_path(first.rule),
        asks=page,
        taken=_(", ").join(dict.fromkeys(name for name in taken if name)),
    )
