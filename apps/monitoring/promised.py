"""What `/metrics` says of the objectives: as the watch last read them."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from apps.monitoring.models import ObjectiveReading


def objectives() -> Iterator[Metric]:
    """Objectives as the watch last read them; what was not measured is left out."""
    value = _family("objective_value", "What is measured, in the objective's unit", "objective")
    target = _family("objective_target", "What is promised", "objective")
    missed = _family("objective_missed", "Whether the promise is missed now", "objective")
    budget = _family("objective_budget_left", "Share of the error budget that is left", "objective")
    burn = GaugeMetricFamily(
        "lastmile_objective_burn",
        "Times the error budget is spent at its allowed pace",
        labels=["objective", "speed"],
    )
    readings = ObjectiveReading.objects.filter(objective__enabled=True)
    for row in readings.select_related("objective").order_by("objective__position"):
        key = row.objective.key
        target.add_metric([key], row.objective.target)
        missed.add_metric([key], float(row.missed_since is not None))
        for family, found in ((value, row.value), (budget, row.budget_left)):
            if found is not None:
                family.add_metric([key], found)
        for speed, found in (("fast", row.burn_fast), ("slow", row.burn_slow)):
            if found is not None:
                burn.add_metric([key, speed], found)
    yield from (value, target, missed, budget, burn)


def _family(name: str, says: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"lastmile_{name}", says, labels=[label])
