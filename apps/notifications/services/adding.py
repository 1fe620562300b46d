"""Adding a robot from the shell: a demo's, a drill's. People add theirs on its page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.notifications.channels import seal_key
from apps.notifications.choices import Audience, ChannelMode
from apps.notifications.models import Robot


def add_robot(
    *,
    name: str,
    key: str,
    mode: ChannelMode,
    actor: Actor,
    audiences: Sequence[Audience] = tuple(Audience),
) -> Robot:
    """Add a robot by its key, which is sealed and never shown again; written down.

    Raises VaultClosed without a usable key of CREDENTIAL_KEYS.
    """
    sealed, tail = seal_key(key)
    with transaction.atomic():
        robot = Robot.objects.create(
            name=name,
            mode=mode.value,
            audiences=[audience.value for audience in audiences],
            key_sealed=sealed,
            key_tail=tail,
        )
        record_action(
            action="notifications.robot.created",
            actor=actor,
            subject=robot,
            after={"name": name, "mode": mode.value, "key": f"…{tail}"},
        )
    return robot
