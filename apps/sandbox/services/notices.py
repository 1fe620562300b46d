"""Pushes about a parcel that are known before their time: written at once, sent when due."""

from __future__ import annotations

from typing import Any

from apps.sandbox import world
from apps.sandbox.choices import PushKind
from apps.sandbox.envelopes import dump
from apps.sandbox.models import SandboxParcel, SandboxPush
from apps.sandbox.services.faults import fault_rates
from apps.sandbox.services.pushing import with_faults


def announce(
    *,
    kind: PushKind,
    parcel: SandboxParcel,
    url: str,
    salt: str,
    value: dict[str, Any],
    at: int,
) -> None:
    """Push ``value`` to ``url`` at a moment (epoch seconds); nothing without an address."""
    if not url:
        return
    push = SandboxPush(
        kind=kind, parcel=parcel, url=url, param=dump(value), salt=salt, due_at=world.moment(at)
    )
    name = f"{kind}:{parcel.number}:{at}"
    SandboxPush.objects.bulk_create(with_faults(push, name, fault_rates()))
