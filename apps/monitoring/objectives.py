"""How the objectives stand: the value, what is left of the error budget, how fast it goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.core import clock
from apps.monitoring.burn import budget_left
from apps.monitoring.choices import Comparison, RuleKind
from apps.monitoring.looking import burn_seen, tally_of
from apps.monitoring.models import Objective, ObjectiveReading
from apps.monitoring.series import one_look, series_of
from apps.monitoring.series.measured import Percentile

FRESH = dt.timedelta(seconds=90)
"""A reading of the watch this old is shown as it is; an older one is read anew."""
ONE_BUCKET = 2 ** (1 / 8)
"""A percentile is the upper edge of its bucket and so up to one bucket too large."""


@dataclass(frozen=True, slots=True)
class ObjectiveState:
    """How one objective stands. ``value`` and ``ok`` are None where nothing was measured, which
    is not zero and not all right; ``since`` is when it went wrong; ``budget_left`` is the part of
    the error budget that is left (below 0: overspent) and the burn rates are times the allowed
    pace over both their windows, None where unknown. ``count`` observations made the value."""

    objective: Objective
    value: float | None
    target: float
    ok: bool | None
    since: dt.datetime | None
    budget_left: float | None
    burn_fast: float | None
    burn_slow: float | None
    count: int


def objective_states(
    *, at: dt.datetime | None = None, with_budgets: bool = True
) -> list[ObjectiveState]:
    """Return every objective that is switched on, in order, with how it stands.

    What the watch wrote down within 90 seconds is taken as it is (one query); without a watch,
    or for another moment ``at``, everything is read: values alone where ``with_budgets`` is False,
    for who cannot wait for months of figures.
    """
    now = at or clock.real_now()
    rows = Objective.objects.filter(enabled=True).select_related("reading")
    with one_look():
        return [_state(row, at=now, is_now=at is None, with_budgets=with_budgets) for row in rows]


def read_state(row: Objective, *, at: dt.datetime, with_budgets: bool = True) -> ObjectiveState:
    """Read how an objective stands, whatever was written down; budget and burn rates if wanted."""
    window = dt.timedelta(seconds=row.shown_seconds)
    reading = series_of(row.series).read(at=at, window=window, where=row.where).get("")
    value = reading.value if reading else None
    return ObjectiveState(
        objective=row,
        value=value,
        target=row.target,
        ok=None if value is None else is_met(row, value),
        since=None,
        budget_left=_budget(row, at) if with_budgets else None,
        burn_fast=burn_seen(row, RuleKind.BURN_FAST, at=at).value if with_budgets else None,
        burn_slow=burn_seen(row, RuleKind.BURN_SLOW, at=at).value if with_budgets else None,
        count=reading.count if reading else 0,
    )


def _budget(row: Objective, at: dt.datetime) -> float | None:
    return budget_left(tally_of(row, at, dt.timedelta(days=row.window_days)), row.share)


def is_met(row: Objective, value: float) -> bool:
    """Tell whether a value is on the good side of the target; the target itself is good."""
    if row.comparison == Comparison.BELOW.value:
        return value >= row.target
    edge = ONE_BUCKET if isinstance(series_of(row.series), Percentile) else 1.0
    return value <= row.target * edge * (1 + 1e-9)


def _state(row: Objective, *, at: dt.datetime, is_now: bool, with_budgets: bool) -> ObjectiveState:
    kept: ObjectiveReading | None = getattr(row, "reading", None)
    if not is_now or kept is None or at - kept.looked_at > FRESH:
        return read_state(row, at=at, with_budgets=with_budgets)
    return ObjectiveState(
        objective=row,
        value=kept.value,
        target=row.target,
        ok=None if kept.value is None else is_met(row, kept.value),
        since=kept.missed_since,
        budget_left=kept.budget_left,
        burn_fast=kept.burn_fast,
        burn_slow=kept.burn_slow,
        count=kept.count,
    )
