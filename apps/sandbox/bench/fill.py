"""Fill an empty database with a world and print what a load generator needs, as JSON.

python -m apps.sandbox.bench.fill --parcels 100000
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from typing import Any

SPAN = dt.timedelta(days=10)
SINK = "http://127.0.0.1:9/none"
SAMPLE = 6_000


def fill(parcels: int) -> dict[str, Any]:
    """Book the parcels over the last ten days, subscribe half; samples of numbers and tasks."""
    from apps.core import clock
    from apps.core.services import set_world_clock
    from apps.sandbox import services, world
    from apps.sandbox.bench.build import build_world, draft_parcels

    now = clock.real_now()
    world.configure(now=lambda: now, seed=7)
    account = services.ensure_account()
    drafts = draft_parcels(count=parcels, since=now - SPAN, span=SPAN, callback_url="")
    made = list(build_world(drafts=drafts, now=now, subscribed=0.5, callback_url=SINK))
    set_world_clock(world_at=now, speed=1.0, running=False)
    step = max(1, len(made) // SAMPLE)
    return {
        "key": account.key,
        "customer": account.customer,
        "secret": account.secret,
        "parcels": len(made),
        "numbers": [[p.carrier, p.number] for p in made[::step]],
        "tasks": [[p.task_id, p.order_id] for p in made[::step]],
    }


def main() -> int:
    """Print the samples as JSON."""
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=100_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    sys.stdout.write(json.dumps(fill(options.parcels)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
