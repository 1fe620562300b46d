"""A dead robot is told of by `notifications` itself; the alarm about it is only shown."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SLUG = "robot_dead"


def quieten(apps: Any, _editor: Any) -> None:
    """Let the alarm be shown and not told."""
    apps.get_model("monitoring", "AlertRule").objects.filter(slug=SLUG).update(quiet=True)


def tell_again(apps: Any, _editor: Any) -> None:
    """Let the alarm be told as well."""
    apps.get_model("monitoring", "AlertRule").objects.filter(slug=SLUG).update(quiet=False)


class Migration(migrations.Migration):
    """Makes the rule quiet."""

    dependencies = [("monitoring", "0006_kinds_are_gone")]
    operations = [migrations.RunPython(quieten, tell_again)]
