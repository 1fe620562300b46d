"""A portal watches customs by country, service and goods; what is edited later stays edited."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.core import clock
from apps.exceptions.migrations._customs_clocks import (
    plant_customs_clocks,
    unplant_customs_clocks,
)


def plant(apps: Any, _editor: Any) -> None:
    """Write the clocks."""
    plant_customs_clocks(lambda name: apps.get_model("exceptions", name), at=clock.real_now())


def unplant(apps: Any, _editor: Any) -> None:
    """Switch them off, so that the older anchors suffice."""
    unplant_customs_clocks(lambda name: apps.get_model("exceptions", name), at=clock.real_now())


class Migration(migrations.Migration):
    """Plants six rules of customs and whom to remind."""

    dependencies = [("exceptions", "0019_customs_clocks")]
    operations = [migrations.RunPython(plant, unplant)]
