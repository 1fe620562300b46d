"""Fault switches."""

from __future__ import annotations

from apps.core.errors import PortalError
from apps.sandbox.choices import FaultName
from apps.sandbox.models import SandboxFault


class UnknownFault(PortalError):
    """A fault nobody built, or a rate outside 0 to 1."""

    code = "unknown_fault"
    permanent = True


def set_fault(*, name: str, rate: float) -> SandboxFault:
    """Let a share of the pushes go wrong; 0 switches the fault off. Raises UnknownFault."""
    if name not in FaultName.values() or not 0 <= rate <= 1:
        raise UnknownFault(f"{name}={rate:g} is not a fault with a rate between 0 and 1.")
    fault, _ = SandboxFault.objects.update_or_create(name=name, defaults={"rate": rate})
    return fault


def is_switched_on(name: FaultName) -> bool:
    """Whether a switch (not a share) is on."""
    return SandboxFault.objects.filter(name=name, rate__gt=0).exists()
