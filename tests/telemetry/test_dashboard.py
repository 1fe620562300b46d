"""The dashboard asks only for what `/metrics` really exposes, with labels it really has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from apps.core import clock
from apps.core.heartbeat import beat_heart
from apps.core.jobs import current_slot, run_job
from apps.core.metrics.gauges import record_gauges
from apps.core.metrics.names import DIMS, VIEWS, Metric, view_name
from apps.core.models import MetricBucket
from apps.monitoring.exposition import exposition
from apps.monitoring.models import Objective, ObjectiveReading
from config.env import BASE_DIR

DASHBOARD = json.loads((BASE_DIR / "docs/grafana/lastmile.json").read_text(encoding="utf-8"))
NAME = re.compile(r"lastmile_[a-z_]+")
SELECTOR = re.compile(r"(lastmile_[a-z_]+)\{([^}]*)\}")
GROUPING = re.compile(r"by \(([a-z, ]+)\)")
LEGEND = re.compile(r"\{\{(\w+)\}\}")


def targets() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"], target["legendFormat"]


@pytest.fixture
def exposed(db) -> dict[str, set[str]]:
    """Every name `/metrics` has when there is something of everything, with its labels."""
    now = clock.real_now()
    for metric in Metric:
        for dims in (DIMS[metric.value], *VIEWS.get(metric.value, ())):
            whole = dims == DIMS[metric.value]
            MetricBucket.objects.create(
                name=metric.value if whole else view_name(metric.value, dims),
                grain=MetricBucket.MINUTE,
                start=now.replace(second=0, microsecond=0),
                label="|".join(dims),
                bucket=30,
                count=1,
            )
    beat_heart("web")
    record_gauges({("queue.age", "inbox"): 1.0})
    run_job(job="sweep", slot=current_slot(60), work=dict)
    for objective in Objective.objects.all():
        ObjectiveReading.objects.update_or_create(
            objective=objective,
            defaults={"value": 1.0, "budget_left": 1.0, "burn_fast": 1.0, "burn_slow": 1.0},
        )
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(exposition().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def wrong_in(query: str, legend: str, exposed: dict[str, set[str]]) -> set[str]:
    """What a query names that is not exposed: metrics, else labels."""
    names = set(NAME.findall(query))
    if not names or names - set(exposed):
        return names - set(exposed) or {"no metric"}
    labels = set.union(*(exposed[name] for name in names))
    wrong = set(LEGEND.findall(legend)) - labels
    for name, condition in SELECTOR.findall(query):
        wrong |= set(re.findall(r"(\w+)\s*=", condition)) - exposed[name]
    for group in GROUPING.findall(query):
        wrong |= {one.strip() for one in group.split(",")} - labels
    return wrong


def test_every_query_names_metrics_and_labels_that_are_exposed(exposed):
    wrong = {query: wrong_in(query, legend, exposed) for query, legend in targets()}
    assert len(wrong) > 30
    assert {query: names for query, names in wrong.items() if names} == {}


def test_a_query_for_something_else_would_be_found(exposed):
    assert wrong_in("rate(lastmile_no_such_total[5m])", "", exposed) == {"lastmile_no_such_total"}
    assert wrong_in('lastmile_inbox_rows{merchant="x"}', "{{shop}}", exposed) == {
        "merchant",
        "shop",
    }


def test_panels_do_not_overlap_and_have_ids_of_their_own():
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
    assert max(x for x, _ in taken) < 24
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
