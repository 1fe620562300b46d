"""Every kind has a policy from the beginning; nothing decides itself until somebody says so."""

from __future__ import annotations

from typing import Any

from django.db import migrations

HOURS = {
    "zero": 72, "swap": 72, "future": 72, "rollover": 72, "order": 72,
    "impossible_hop": 72, "loop": 72, "wrong_city": 72,
}  # fmt: skip
KINDS = (
    "jump", "drift", "gcj", "bd", "frozen", "speed", "swap", "zero", "future", "rollover", "order",
    "pingpong", "teleport", "detour", "impossible_hop", "loop", "wrong_city",
)  # fmt: skip


def add(apps: Any, _editor: Any) -> None:
    """Add what is missing; a policy somebody has changed stays."""
    policies = apps.get_model("exceptions", "KindPolicy")
    for kind in KINDS:
        policies.objects.get_or_create(
            kind=kind, defaults={"expires_after_hours": HOURS.get(kind, 24)}
        )


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0002_queue_by_kind")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
