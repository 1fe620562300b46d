"""What the gateway's page shows: the ladder, what moves it, and every product's limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import Mode, Product
from apps.baidiyun.limits import ladder, rates
from apps.baidiyun.limits.choices import BreakerState, LadderStep
from apps.baidiyun.limits.models import OVERALL, LadderMove, LadderState, ProductLimit
from apps.baidiyun.limits.overview import gateway_state, readings, recent_figures
from apps.baidiyun.limits.selectors import BreakerView, BucketView, GatewayState
from apps.baidiyun.limits.window import SLOWEST, Figures
from apps.core import clock

MOVES_SHOWN = 20
STALE_SECONDS = 60
WHAT_HAPPENS = {
    LadderStep.FULL: _("Everything runs."),
    LadderStep.WIDENED: _("Silent parcels are asked about less often."),
    LadderStep.ONLY_RISKY: _("Only risky parcels and people waiting are asked for."),
    LadderStep.CACHED: _("No queries: people see the last known, with its date. Bookings go on."),
    LadderStep.INTAKE_ONLY: _("Nothing goes out. Orders and callbacks are taken in."),
}
REASONS = {
    "errors": _("Too many errors"),
    "latency": _("Answers too slow"),
    "budget": _("Budget nearly used up"),
    "calm": _("Figures are good again"),
    "pinned": _("Pinned by hand"),
    "unpinned": _("Released by hand"),
}


@dataclass(frozen=True)
class Rung:
    """One step of the picture; ``place`` is here, behind (stepped back from) or ahead."""

    step: LadderStep
    text: Any
    place: str


@dataclass(frozen=True)
class Gauge:
    """A figure the ladder goes by: now, where it leads down, where it lets us up again."""

    label: Any
    now: str
    down: str
    up: str
    hot: bool


@dataclass(frozen=True)
class ProductRow:
    """A product's limits and health, as text; ``level`` and ``used`` are percentages.

    ``level`` is None while Redis does not answer, ``used`` None where there is no budget.
    """

    value: str
    label: Any
    rate: str
    level: int | None
    tokens: str
    closed_until: dt.datetime | None
    breaker: BreakerView | None
    calls: int
    errors: str
    error_colour: str
    p95: str
    slow: bool
    spent: int
    budget: int
    used: int | None
    limit_id: int | None

    @property
    def busy(self) -> bool:
        """Whether there is anything to see: calls today or lately, or something closed."""
        held = self.breaker is not None and self.breaker.state is not BreakerState.CLOSED
        return bool(self.calls or self.spent or self.closed_until or held)


def product_label(value: str) -> Any:
    """Return what a product of the limits is called; ``all`` is the sum."""
    if value == OVERALL:
        return _("All interfaces together")
    product = Product.parse(value)
    return product.label if product else value


def reason_label(reason: str) -> Any:
    """Return a reason of the ladder in words."""
    return REASONS.get(reason, reason)


def gateway_context() -> dict[str, Any]:
    """Return what the template shows: a fixed number of queries, three round trips to Redis."""
    state = gateway_state()
    row = LadderState.objects.filter(id=1).first()
    rows = list(product_rows(state))
    open_elsewhere = [
        breaker
        for breaker in state.breakers
        if breaker.mode != state.mode and breaker.state is not BreakerState.CLOSED
    ]
    return {
        "gateway": state,
        "mode": Mode(state.mode),
        "reason": reason_label(state.reason),
        "rungs": rungs(state.step),
        "gauges": gauges(state),
        "climb_seconds": int(ladder.up_seconds(row.strikes if row else 0)),
        "ladder": row,
        "unwatched": is_unwatched(row),
        "busy": [row for row in rows if row.busy or row.value == OVERALL],
        "quiet": [row for row in rows if not row.busy and row.value != OVERALL],
        "elsewhere": [(breaker, product_label(breaker.product)) for breaker in open_elsewhere],
        "moves": [shown_move(move) for move in LadderMove.objects.order_by("-id")[:MOVES_SHOWN]],
    }


def is_unwatched(row: LadderState | None) -> bool:
    """Tell whether nobody has looked at the figures for a minute: the ladder stands still."""
    if row is None or row.evaluated_at is None:
        return True
    return (clock.real_now() - row.evaluated_at).total_seconds() > STALE_SECONDS


def rungs(here: LadderStep) -> list[Rung]:
    """Return the picture of the steps, full service first."""
    places = {-1: "behind", 0: "here", 1: "ahead"}
    return [
        Rung(step, text, places[(step.rank > here.rank) - (step.rank < here.rank)])
        for step, text in WHAT_HAPPENS.items()
    ]


def gauges(state: GatewayState) -> list[Gauge]:
    """Return the figures the ladder goes by, beside the thresholds of the step it stands on."""
    found = readings(mode=state.mode)
    rank = state.step.rank
    few = found.calls < ladder.MIN_CALLS
    down_errors, down_p95 = _at(ladder.ERROR_STEPS, rank), _at(ladder.LATENCY_STEPS, rank)
    down_left = _at(ladder.BUDGET_STEPS, rank)
    up_errors, up_p95 = _at(ladder.ERROR_STEPS, rank - 1), _at(ladder.LATENCY_STEPS, rank - 1)
    up_left = _at(ladder.BUDGET_STEPS, rank - 1)
    return [
        Gauge(
            _("Calls without an answer"),
            percent(found.error_rate) if found.calls else "—",
            percent(down_errors, "≥ "),
            percent(up_errors and up_errors * ladder.EASE, "< "),
            bool(not few and down_errors and found.error_rate >= down_errors),
        ),
        Gauge(
            _("Slowest of 95 %"),
            latency(found.p95),
            f"≥ {down_p95:g} s" if down_p95 else "—",
            f"< {up_p95 * ladder.EASE:g} s" if up_p95 else "—",
            bool(not few and down_p95 and found.p95 >= down_p95),
        ),
        Gauge(
            _("Query budget left today"),
            percent(found.budget_left),
            percent(down_left, "< "),
            percent(up_left and up_left + ladder.BUDGET_EASE, "≥ "),
            bool(down_left and found.budget_left < down_left),
        ),
    ]


def product_rows(state: GatewayState) -> Iterator[ProductRow]:
    """Return the sum and every product, in the order of the enumeration."""
    figures = recent_figures(mode=state.mode)
    buckets = {bucket.product: bucket for bucket in state.buckets}
    breakers = {view.product: view for view in state.breakers if view.mode == state.mode}
    ids = dict(ProductLimit.objects.filter(mode=state.mode).values_list("product", "id"))
    total = sum(figures.values(), Figures())
    for value in (OVERALL, *Product.values()):
        spent = state.spent_today
        yield _product_row(
            value,
            mode=state.mode,
            figures=total if value == OVERALL else figures.get(value, Figures()),
            bucket=buckets.get(value),
            breaker=breakers.get(value),
            spent=sum(spent.values()) if value == OVERALL else spent.get(value, 0),
            limit_id=ids.get(value),
        )


def _product_row(
    value: str,
    *,
    mode: str,
    figures: Figures,
    bucket: BucketView | None,
    breaker: BreakerView | None,
    spent: int,
    limit_id: int | None,
) -> ProductRow:
    rate, budget = rates.rate_of(mode, value), rates.budget_of(mode, value)
    counted = value != OVERALL or limit_id is not None
    closed_for = bucket.closed_for if bucket else 0.0
    return ProductRow(
        value=value,
        label=product_label(value),
        rate=f"{rate.per_second:g}/s" if counted else "—",
        level=round(100 * bucket.tokens / bucket.burst) if bucket and counted else None,
        tokens=f"{int(bucket.tokens)} / {bucket.burst}" if bucket and counted else "—",
        closed_until=clock.real_now() + dt.timedelta(seconds=closed_for) if closed_for else None,
        breaker=breaker,
        calls=figures.calls,
        errors=percent(figures.error_rate) if figures.calls else "—",
        error_colour=error_colour(figures),
        p95=latency(figures.p95),
        slow=figures.p95 >= ladder.LATENCY_STEPS[0],
        spent=spent,
        budget=budget,
        used=min(100, round(100 * spent / budget)) if budget else None,
        limit_id=limit_id,
    )


def error_colour(figures: Figures) -> str:
    """Return how alarming the share of errors is, by the ladder's own thresholds."""
    if not figures.calls or figures.error_rate < ladder.ERROR_STEPS[0]:
        return "default"
    return "danger" if figures.error_rate >= ladder.ERROR_STEPS[2] else "warning"


def shown_move(move: LadderMove) -> dict[str, Any]:
    """Return a move with words instead of codes."""
    return {
        "move": move,
        "from": LadderStep(move.from_step),
        "to": LadderStep(move.to_step),
        "reason": reason_label(move.reason),
        "figures": figures_text(move.figures),
    }


def figures_text(figures: dict[str, Any]) -> str:
    """Return the figures of a move on one line; empty for a move by hand."""
    if not figures:
        return ""
    return str(
        _("%(calls)s calls · %(errors)s errors · p95 %(p95)s · budget left %(left)s")
        % {
            "calls": figures.get("calls", 0),
            "errors": percent(figures.get("error_rate", 0.0)),
            "p95": latency(figures.get("p95_seconds", 0.0)),
            "left": percent(figures.get("budget_left", 1.0)),
        }
    )


def percent(share: float | None, sign: str = "") -> str:
    """Return a share as a percentage with at most one decimal; a dash for None."""
    return "—" if share is None else f"{sign}{round(share * 100, 1):g} %"


def latency(seconds: float) -> str:
    """Return the class of a duration: it is known up to its bound only."""
    if not seconds:
        return "—"
    return "> 8 s" if seconds >= SLOWEST else f"≤ {seconds:g} s"


def _at(steps: tuple[float, ...], rank: int) -> float | None:
    return steps[rank] if 0 <= rank < len(steps) else None
