"""The three figures of the team's contract against their objectives: answers, errors, delay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.monitoring.alarm_words import amount_in
from apps.monitoring.choices import Comparison
from apps.monitoring.home.reach import Shown
from apps.monitoring.objectives import ObjectiveState
from apps.monitoring.series import SERIES


@dataclass(frozen=True)
class Part:
    """One objective of a figure: value and target in the figure's unit (None: not measured);
    ``budget_left`` is the part of the error budget that is left, 1 to below 0."""

    label: Any
    value: float | None
    target: float
    ok: bool | None
    since: dt.datetime | None
    budget_left: float | None
    counts: str
    unit: str
    is_least: bool

    @property
    def shown(self) -> str:
        """The value as a glance allows."""
        return amount_in(self.unit, self.value)

    @property
    def aim(self) -> str:
        """What was promised, with the side it must stay on."""
        return ("≥ " if self.is_least else "≤ ") + amount_in(self.unit, self.target)


@dataclass(frozen=True)
class Promise:
    """One of the figures: its parts, and the one that is nearest to its limit or beyond it."""

    key: str
    label: Any
    parts: tuple[Part, ...]
    chart: Shown

    @property
    def worst(self) -> Part | None:
        """The part that uses most of what it may; None where nothing was measured."""
        measured = [part for part in self.parts if part.value is not None]
        return max(measured, key=_used, default=None)

    @property
    def is_missed(self) -> bool:
        """Whether any part is on the wrong side."""
        return any(part.ok is False for part in self.parts)

    @property
    def aim(self) -> str:
        """What was promised, of the part that is shown large."""
        shown = self.worst or (self.parts[0] if self.parts else None)
        return shown.aim if shown else ""

    @property
    def since(self) -> dt.datetime | None:
        """Since when the first part is missed."""
        return min((part.since for part in self.parts if part.ok is False and part.since),
                   default=None)  # fmt: skip


CONTRACT: tuple[tuple[str, Any, tuple[str, ...], Shown], ...] = (
    ("response", _("Answers, p95"), ("platform_response", "api_response"), Shown.RESPONSE),
    ("errors", _("Errors"), ("platform_errors", "api_errors"), Shown.ERRORS),
    ("delay", _("Delay of data, p99"), ("visible", "told"), Shown.DELAY),
)
"""The contract: a figure, the keys of its objectives, and the chart that shows it."""
LIMITS = {
    Shown.RESPONSE: "platform_response", Shown.OWN: "api_response", Shown.ERRORS: "platform_errors",
    Shown.DELAY: "visible", Shown.TOLD: "told",
}  # fmt: skip
"""The objective whose target a chart draws as a line."""


def promises(states: Iterable[ObjectiveState]) -> list[Promise]:
    """Return the three figures; an objective that was switched off is left out of its figure."""
    by_key = {state.objective.key: state for state in states}
    return [
        Promise(name, label, tuple(_part(by_key[key]) for key in keys if key in by_key), chart)
        for name, label, keys, chart in CONTRACT
    ]


def others(states: Sequence[ObjectiveState]) -> list[Part]:
    """Return the objectives that are not of the contract, in their own order."""
    ours = {key for _name, _label, keys, _chart in CONTRACT for key in keys}
    return [_part(state) for state in states if state.objective.key not in ours]


def _part(state: ObjectiveState) -> Part:
    row = state.objective
    series = SERIES.get(row.series)
    return Part(
        label=row.shown_name,
        value=state.value,
        target=state.target,
        ok=state.ok,
        since=state.since,
        budget_left=state.budget_left,
        counts=row.shown_counts,
        unit=series.unit.value if series else "",
        is_least=row.comparison == Comparison.BELOW.value,
    )


def _used(part: Part) -> float:
    if part.target <= 0:
        return part.value or 0.0
    return (part.value or 0.0) / part.target
