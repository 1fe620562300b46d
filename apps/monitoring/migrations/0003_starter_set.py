"""A new portal begins with objectives and alert rules; what is edited later stays edited."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.monitoring.starter_rows import plant_starter_set


def plant(apps: Any, _editor: Any) -> None:
    """Write the starter set."""
    plant_starter_set(lambda name: apps.get_model("monitoring", name))


class Migration(migrations.Migration):
    """Plants objectives and rules."""

    dependencies = [("monitoring", "0002_rules_and_objectives")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
