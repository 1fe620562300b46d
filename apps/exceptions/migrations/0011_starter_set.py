"""A new portal begins with the field's rules, live; what is edited later stays edited."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.exceptions.starter_rows import plant_starter_set


def plant(apps: Any, _editor: Any) -> None:
    """Write the starter set."""
    plant_starter_set(lambda name: apps.get_model("exceptions", name))


class Migration(migrations.Migration):
    """Plants rules, owner groups, targets and calendar days."""

    dependencies = [("exceptions", "0010_rule_stamp_kept")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
