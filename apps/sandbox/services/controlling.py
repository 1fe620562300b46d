"""What somebody wants of the running world: pace, pause, another time. Its process looks every
second, so that the desk, the command line and the control endpoint share one way in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.sandbox import world
from apps.sandbox.models import SandboxControl
from apps.sandbox.services.faults import SYSTEM, WORLD
from apps.sandbox.world import RunningClock

SLOWEST, FASTEST = 0.01, 3600.0
LONGEST_JUMP = dt.timedelta(days=400)


class ControlRefused(PortalError):
    """Something the world cannot do, with a sentence that says what it can."""

    code = "control_refused"
    permanent = True


def control() -> SandboxControl:
    """The one row, made when it is not there."""
    row, _ = SandboxControl.objects.get_or_create(id=1)
    return row


def set_speed(*, speed: float, actor: Actor = SYSTEM) -> None:
    """World seconds a real second, 0.01 to 3600. Raises ControlRefused."""
    if not SLOWEST <= speed <= FASTEST:
        raise ControlRefused(f"The speed is between {SLOWEST} and {FASTEST:g}.")
    _want(actor, "sandbox.world.speed", speed=speed)


def pause_world(*, actor: Actor = SYSTEM) -> None:
    """Let the world's clock stand still; calls are still answered."""
    _want(actor, "sandbox.world.paused", is_paused=True)


def resume_world(*, actor: Actor = SYSTEM) -> None:
    """Let it run on."""
    _want(actor, "sandbox.world.resumed", is_paused=False)


def jump_world(
    *, to: dt.datetime | None = None, hours: float | None = None, actor: Actor = SYSTEM
) -> dt.datetime:
    """Put the world at a later time: ``to`` (aware) or so many hours on; returns it.

    Raises ControlRefused for the past and for more than 400 days.
    """
    now = world.now()
    if to is None:
        to = now + dt.timedelta(hours=min(max(hours or 0, -1e5), 1e5))
    if to <= now:
        raise ControlRefused("The world only moves forward.")
    if to - now > LONGEST_JUMP:
        raise ControlRefused("The world jumps at most 400 days.")
    _want(actor, "sandbox.world.jumped", jump_to=to)
    return to


@transaction.atomic
def _want(actor: Actor, action: str, **values: Any) -> None:
    control()
    row = SandboxControl.objects.select_for_update().get(id=1)
    before = {name: _plain(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    after = {name: _plain(value) for name, value in values.items()}
    record_action(action=action, actor=actor, subject=WORLD, before=before, after=after)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def announce_process(*, port: int, speed: float) -> None:
    """The world's process has started: where it listens and how fast it was told to run."""
    control()
    SandboxControl.objects.filter(id=1).update(
        port=port, seed=world.seed(), speed=speed, is_paused=False, jump_to=None,
        seen_real_at=clock.real_now(),
    )  # fmt: skip


def leave_process() -> None:
    """The world's process has ended: nobody looks any more."""
    SandboxControl.objects.filter(id=1).update(seen_real_at=None)


def obey(*, running: RunningClock) -> dt.datetime | None:
    """Bring the process's clock to what is wanted; returns a time to jump to, taken once."""
    row = control()
    SandboxControl.objects.filter(id=1).update(seen_real_at=clock.real_now())
    if row.speed is not None and row.speed != running.speed:
        running.set_speed(row.speed)
    if row.is_paused != running.is_paused:
        running.pause(row.is_paused)
    if row.jump_to is None:
        return None
    taken = SandboxControl.objects.filter(id=1, jump_to=row.jump_to).update(jump_to=None)
    return row.jump_to if taken else None
