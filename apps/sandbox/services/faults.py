"""Fault switches: set by the desk, the command line and the control endpoint alike."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.sandbox.choices import FaultGroup, FaultName
from apps.sandbox.faults.kinds import KINDS, PRESETS, checked_rate, known_fault
from apps.sandbox.models import SandboxFault

WORLD = ("sandbox.world", "1")
SYSTEM = Actor.system("sandbox")
REMEMBERED_SECONDS = 0.5


class UnknownFault(PortalError):
    """A fault nobody built, or a rate outside 0 to 1."""

    code = "unknown_fault"
    permanent = True


def set_fault(*, name: str, rate: float, actor: Actor = SYSTEM) -> SandboxFault:
    """Let a share go wrong; 0 switches the fault off. Raises UnknownFault."""
    set_faults(rates={name: rate}, actor=actor)
    return SandboxFault.objects.get(name=name)


@transaction.atomic
def set_faults(*, rates: Mapping[str, object], actor: Actor = SYSTEM) -> dict[str, float]:
    """Set several rates at once, all or none, and write what changed into the action log.

    Returns the changed rates. Raises UnknownFault with a sentence that says what is allowed.
    """
    try:
        wanted = {
            known_fault(str(name)).value: checked_rate(name, rate) for name, rate in rates.items()
        }
    except ValueError as error:
        raise UnknownFault(str(error)) from error
    rows = SandboxFault.objects.select_for_update().filter(name__in=wanted)
    before = dict(rows.values_list("name", "rate"))
    after = {name: rate for name, rate in wanted.items() if rate != before.get(name, 0)}
    for name, rate in wanted.items():
        SandboxFault.objects.update_or_create(name=name, defaults={"rate": rate})
    forget_rates()
    if after:
        record_action(
            action="sandbox.faults.set",
            actor=actor,
            subject=WORLD,
            before={name: before.get(name, 0) for name in after},
            after=after,
        )
    return after


def clear_faults(*, actor: Actor = SYSTEM) -> dict[str, float]:
    """Switch every fault off, switches of the world too; returns what changed."""
    return set_faults(rates=dict.fromkeys(FaultName.values(), 0), actor=actor)


def use_preset(*, name: str, actor: Actor = SYSTEM) -> dict[str, float]:
    """Set a whole set of rates (``faults.kinds.PRESETS``); the world's switches stay.

    Returns what changed. Raises UnknownFault.
    """
    if name not in PRESETS:
        raise UnknownFault(f"“{name}” is no preset. There are: {', '.join(PRESETS)}.")
    rates = {
        kind.name.value: PRESETS[name].get(kind.name, 0)
        for kind in KINDS.values()
        if kind.group is not FaultGroup.SWITCH
    }
    return set_faults(rates=rates, actor=actor)


def fault_rates() -> dict[str, float]:
    """Rates of all faults that are on, read now."""
    return dict(SandboxFault.objects.filter(rate__gt=0).values_list("name", "rate"))


class _Remembered:
    asked = float("-inf")
    rates: Mapping[str, float] = MappingProxyType({})


def recent_fault_rates() -> Mapping[str, float]:
    """The same, at most half a second old: for what is asked at every call."""
    if time.monotonic() - _Remembered.asked > REMEMBERED_SECONDS:
        _Remembered.rates, _Remembered.asked = fault_rates(), time.monotonic()
    return _Remembered.rates


def forget_rates() -> None:
    """Let this process's next question read the table."""
    _Remembered.asked = float("-inf")


def is_switched_on(name: FaultName) -> bool:
    """Whether a switch (not a share) is on."""
    return SandboxFault.objects.filter(name=name, rate__gt=0).exists()
