"""Alarms of the two kinds there were become alarms of the rules that took their place."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.core.ids import new_uid

RULES = {"refusals": "callbacks_refused", "strangers": "callbacks_forged"}


def forwards(apps: Any, _editor: Any) -> None:
    """Give every alarm its rule, an id of its own and how it ended; open ones were not told."""
    rules = {row.slug: row for row in apps.get_model("monitoring", "AlertRule").objects.all()}
    for alarm in apps.get_model("monitoring", "Alarm").objects.all().iterator():
        alarm.rule = rules[RULES[alarm.kind]]
        alarm.severity = alarm.rule.severity
        alarm.uid = new_uid("alm")
        alarm.worst = alarm.value
        alarm.ended = "recovered" if alarm.until else ""
        alarm.save()


def backwards(apps: Any, _editor: Any) -> None:
    """Keep the alarms of the two rules that were kinds; the others had no place before."""
    alarms = apps.get_model("monitoring", "Alarm").objects
    for kind, slug in RULES.items():
        alarms.filter(rule__slug=slug).update(kind=kind)
    alarms.exclude(rule__slug__in=RULES.values()).delete()
    alarms.filter(usual=None).update(usual=0.0)


class Migration(migrations.Migration):
    """Moves the rows; 0006 takes the kind away."""

    dependencies = [("monitoring", "0004_kinds_are_free")]
    operations = [migrations.RunPython(forwards, backwards)]
