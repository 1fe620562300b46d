"""The planted effects that hold now, read from the switches among the faults."""

from __future__ import annotations

from apps.sandbox.choices import FaultName
from apps.sandbox.effects import Effects
from apps.sandbox.models import SandboxFault


def planted_effects() -> Effects:
    """What every parcel booked now lives under."""
    rate = SandboxFault.objects.filter(name=FaultName.SCHOOL_RUN).values_list("rate", flat=True)
    return Effects(school_run=rate.first() or 0.0)
