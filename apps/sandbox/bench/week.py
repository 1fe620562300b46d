"""A simulated week of many parcels, pushed to a receiver on loopback, as fast as it goes.

python -m apps.sandbox.bench.week --parcels 10000 --url http://127.0.0.1:9000/cb
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time

START = dt.datetime(2026, 10, 12, 0, tzinfo=dt.UTC)
BOOKED_WITHIN = dt.timedelta(days=2)
WEEK = dt.timedelta(days=7)


def simulate(parcels: int, url: str) -> dict[str, float]:
    """Book the parcels in an empty world and bring it a week on; what it took, in seconds."""
    from apps.sandbox import services, world
    from apps.sandbox.bench.build import build_world, draft_parcels
    from apps.sandbox.engine import Engine
    from apps.sandbox.models import SandboxPush
    from apps.sandbox.world import RunningClock

    clock = RunningClock(START, 0.01)
    world.configure(now=clock.now, seed=7)
    services.ensure_account()
    began = time.perf_counter()
    drafts = draft_parcels(count=parcels, since=START, span=BOOKED_WITHIN, callback_url=url)
    made = list(
        build_world(drafts=drafts, now=START, subscribed=1.0, subscribed_at=START, callback_url=url)
    )
    built = time.perf_counter()
    engine = Engine(running_clock=clock)
    sent = engine.jump(START + WEEK)
    ended = time.perf_counter()
    return {
        "seconds": ended - began,
        "build_s": built - began,
        "parcels": len(made),
        "pushes": sent,
        "accepted": SandboxPush.objects.filter(state="done").count(),
        "cpu_s": time.process_time(),
    }


def main() -> int:
    """Print the figures as JSON."""
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=10_000)
    parser.add_argument("--url", required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    sys.stdout.write(json.dumps(simulate(options.parcels, options.url)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
