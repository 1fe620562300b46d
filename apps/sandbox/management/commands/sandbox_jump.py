"""``manage.py sandbox_jump``: put the simulated world at a later time."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import PortalError
from apps.sandbox import world
from apps.sandbox.engine import Engine, open_world
from apps.sandbox.services.controlling import control, jump_world, leave_process

ALIVE = dt.timedelta(seconds=5)
LOOK_SECONDS = 0.5


def moment(text: str) -> dt.datetime:
    """An ISO time; without a zone it is China's."""
    value = dt.datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))


class Command(BaseCommand):
    """Everything due in between happens in order and is pushed; going back is refused."""

    help = "Put the simulated world at a later time; what is due in between happens in order."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How far: a time or a number of hours."""
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--to", type=moment, help="ISO time, China's without a zone")
        where.add_argument("--hours", type=float, help="so many world hours on")
        parser.add_argument("--wait", type=float, default=600, help="real seconds at most")

    def handle(self, **options: Any) -> None:
        """Ask the running world, or move the standing one here."""
        seen = control().seen_real_at
        if seen is None or clock.real_now() - seen > ALIVE:
            self._move_standing(options)
            return
        to = self._ask(options)
        deadline = time.monotonic() + options["wait"]
        while clock.now() < to:
            if time.monotonic() > deadline:
                raise CommandError(f"The world is still on its way to {to.isoformat()}.")
            time.sleep(LOOK_SECONDS)
        self.stdout.write(f"The world is at {clock.now().isoformat()}.")

    def _ask(self, options: dict[str, Any]) -> dt.datetime:
        try:
            return jump_world(to=options["to"], hours=options["hours"])
        except PortalError as error:
            raise CommandError(str(error)) from error

    def _move_standing(self, options: dict[str, Any]) -> None:
        engine = Engine(running_clock=open_world(speed=1.0, seed=world.seed()))
        try:
            to = self._ask(options)
            engine.beat()
            engine.tick()
        finally:
            engine.stop()
            leave_process()
            world.configure(now=None, seed=None)
        self.stdout.write(f"The world stands at {to.isoformat()}.")
