"""Fill an empty database with a world and print what a load generator needs, as JSON.

python -m apps.sandbox.bench.fill --parcels 100000 --url http://127.0.0.1:9000/cb
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from typing import Any

SPAN = dt.timedelta(days=10)
SAMPLE = 7_000


def fill(parcels: int, url: str) -> dict[str, Any]:
    """Book the parcels over the last ten days, subscribe half; samples of numbers and tasks.

    The subscriptions are as old as the earliest first push, so that pushes are due from now on.
    """
    from apps.core import clock
    from apps.core.services import set_world_clock
    from apps.sandbox import services, world
    from apps.sandbox.bench.build import build_world, draft_parcels
    from apps.sandbox.cadence import FIRST_PUSH

    now = clock.real_now()
    world.configure(now=lambda: now, seed=7)
    account = services.ensure_account()
    drafts = draft_parcels(count=parcels, since=now - SPAN, span=SPAN, callback_url="")
    subscribed_at = now - dt.timedelta(seconds=FIRST_PUSH[0])
    made = list(
        build_world(
            drafts=drafts, now=now, subscribed=0.5, subscribed_at=subscribed_at, callback_url=url
        )
    )
    set_world_clock(world_at=now, speed=1.0, running=False)
    step = max(1, len(made) // SAMPLE)
    return {
        "key": account.key,
        "customer": account.customer,
        "secret": account.secret,
        "url": url,
        "parcels": len(made),
        "numbers": [[p.carrier, p.number] for p in made[::step]],
        "tasks": [[p.task_id, p.order_id] for p in made[::step]],
    }


def main() -> int:
    """Print the samples as JSON."""
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--url", required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    sys.stdout.write(json.dumps(fill(options.parcels, options.url)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
