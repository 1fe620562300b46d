"""Robots' keys under a new sealing key."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from apps.core import vault
from apps.core.actions import Actor, record_action
from apps.notifications.channels import PURPOSE, seal_key
from apps.notifications.models import Robot


def reseal_robots(*, actor: Actor) -> int:
    """Seal every robot's key anew under the first of CREDENTIAL_KEYS; returns how many.

    Raises VaultClosed, changing nothing, if one was sealed under a key that is gone.
    """
    with transaction.atomic():
        robots = list(Robot.objects.select_for_update().order_by("pk"))
        for robot in robots:
            key = vault.unseal(robot.key_sealed, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
            robot.key_sealed, robot.key_tail = seal_key(key)
        Robot.objects.bulk_update(robots, ["key_sealed"])
        record_action(
            action="notifications.robot.keys_rotated",
            actor=actor,
            subject=("notifications.robot", "all"),
            after={"rows": len(robots)},
        )
    return len(robots)
