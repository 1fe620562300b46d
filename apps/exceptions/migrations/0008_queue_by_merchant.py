"""The queue of one merchant has an order of its own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0007_voice_and_trials"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                models.F("merchant"),
                models.OrderBy(models.F("rank"), descending=True),
                models.F("id"),
                condition=models.Q(("state", "open")),
                name="exceptions_flag_by_merchant",
            ),
        ),
    ]
