"""Writing down how the objectives stand, so that pages need not read months of figures."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import Error, transaction

from apps.monitoring.models import Objective, ObjectiveReading
from apps.monitoring.objectives import ObjectiveState, read_state

log = structlog.get_logger(__name__)
EVERY = dt.timedelta(seconds=30)
COLUMNS = ("value", "count", "budget_left", "burn_fast", "burn_slow", "missed_since", "looked_at")


def read_objectives(*, at: dt.datetime) -> int:
    """Write down how every objective stands, at most every 30 seconds; return how many.

    In the caller's look and transaction. One that cannot be read keeps its last reading. What is
    missed is missed since the first look that found it so; a look that measured nothing does not
    end that.
    """
    written = 0
    for row in Objective.objects.filter(enabled=True).select_related("reading"):
        kept: ObjectiveReading | None = getattr(row, "reading", None)
        if kept is not None and dt.timedelta(0) <= at - kept.looked_at < EVERY:
            continue
        try:
            with transaction.atomic():
                state = read_state(row, at=at)
        except (Error, KeyError, ValueError) as error:
            log.warning("objective not readable", key=row.key, reason=type(error).__name__)
            continue
        except Exception:
            log.exception("objective not readable", key=row.key)
            continue
        _write(row, state, kept, at)
        written += 1
    return written


def _write(
    row: Objective, state: ObjectiveState, kept: ObjectiveReading | None, at: dt.datetime
) -> None:
    since = kept.missed_since if kept else None
    if state.ok is False:
        since = since or at
    elif state.ok:
        since = None
    values = dict(
        zip(
            COLUMNS,
            (state.value, state.count, state.budget_left, state.burn_fast, state.burn_slow, since,
             at),
            strict=True,
        )
    )  # fmt: skip
    ObjectiveReading.objects.update_or_create(objective=row, defaults=values)
