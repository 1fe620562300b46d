"""`manage.py drain`: applies what came in and sends what must go out, its own process."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from apps.baidiyun.drainer import Drainer
from apps.core.metrics.recorder import name_process
from apps.webhooks.sender import Sender
from apps.webhooks.services import send_due


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; with --once until nothing is due."""

    help = "Apply stored callbacks and send messages; run as many of these as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --once."""
        parser.add_argument("--once", action="store_true", help="end when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run both loops, or once through what is due."""
        drainer = Drainer()

        def stop(number: int, frame: FrameType | None) -> None:
            drainer.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if options["once"]:
            self.stdout.write(f"{drainer.run_until_empty()} rows")
            while send_due().claimed:
                pass
            return
        name_process("drain", has_loop=True)
        sender = Sender()
        sender.start()
        try:
            drainer.run()
        finally:
            sender.stop()
