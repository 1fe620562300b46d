"""What the batch is measured against: one Celery task for every callback."""

from __future__ import annotations

from config.celery import app


@app.task(name="bench.apply_one")
def apply_one() -> None:
    """Apply one callback in a transaction of its own."""
    from apps.baidiyun.services import drain_once

    drain_once(limit=1)
