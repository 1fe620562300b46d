"""`manage.py watch`: judges what is wrong and says so, also where PostgreSQL or Redis is gone."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.monitoring.watching.watcher import Watch


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT. A second one is harmless: docs/watching.md says why."""

    help = "Evaluate alert rules and send notices; one is enough, a second is harmless."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch, keeping what must be known without PostgreSQL below LASTMILE_LOCAL."""
        watch = Watch(Path(settings.LOCAL_DIR))

        def stop(number: int, frame: FrameType | None) -> None:
            watch.stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        watch.run()
