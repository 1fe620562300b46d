"""Alarms are no longer held to the two kinds: rules take their place."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets go of the constraints of kinds, before the rows move."""

    dependencies = [("monitoring", "0003_starter_set")]
    operations = [
        migrations.RemoveConstraint(model_name="alarm", name="monitoring_one_open_alarm"),
        migrations.RemoveConstraint(model_name="alarm", name="monitoring_alarm_kind"),
        migrations.AlterField(
            model_name="alarm",
            name="kind",
            field=models.CharField(max_length=24, default="", blank=True),
        ),
    ]
