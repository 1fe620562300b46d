"""`status`: the state of the whole portal for programs and people."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from apps.baidiyun.models import Quarantine
from apps.core import clock
from apps.core.jobs import run_job
from apps.core.metrics.names import STAGES
from apps.monitoring.selectors import portal_state
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import ReconciliationRun, Shipment
from tests.orders.builders import NOW, make_order


def printed(*args: str) -> str:
    out = io.StringIO()
    call_command("status", *args, stdout=out)
    return out.getvalue()


def test_an_empty_portal_names_every_status(db):
    state = json.loads(printed("--json"))
    gateway = state.pop("gateway")
    assert gateway["step"] == "full"
    assert gateway["pinned"] is False
    assert gateway["open_breakers"] == []
    nothing = {"count": 0, "p50": None, "p95": None, "p99": None}
    assert state.pop("delays") == dict.fromkeys((stage.value for stage in STAGES), nothing)
    assert state == {
        "orders": 0,
        "shipments": dict.fromkeys(ShipmentStatus.values(), 0),
        "callbacks": {"received": 0, "applied": 0, "parked": 0, "quarantined": 0},
        "oldest_undrained_seconds": 0.0,
        "outbox": {"oldest_unsent_seconds": 0.0, "waiting": 0},
        "flags_open": 0,
        "cases_open": 0,
        "cases": {"unacknowledged": 0, "red": 0, "overdue": 0, "escalated": 0},
        "jobs": {},
        "reconciliation": None,
    }


def test_the_json_is_one_line(db):
    assert printed("--json").count("\n") == 1


def test_orders_and_shipments_are_counted_by_status(merchant):
    for _ in range(3):
        make_order(merchant)
    Shipment.objects.filter(pk=Shipment.objects.first().pk).update(status="delivered")
    state = portal_state()
    assert state["orders"] == 3
    assert state["shipments"]["delivered"] == 1
    assert state["shipments"]["created"] == 2


def test_callbacks_are_counted_by_what_became_of_them(callback):
    callback("applied")
    callback("parked")
    callback("pending")
    callback("applied", source="poll", subject=1)
    Quarantine.objects.create(
        slot=300, reason="bad_signature", body=b"x", size=1, received_at=clock.real_now()
    )
    assert portal_state()["callbacks"] == {
        "received": 3,
        "applied": 1,
        "parked": 1,
        "quarantined": 1,
    }


def test_the_oldest_that_waits_is_measured_in_real_seconds(callback):
    callback("pending", ago=30)
    callback("pending", ago=5)
    callback("applied", ago=500)
    assert portal_state()["oldest_undrained_seconds"] == pytest.approx(30, abs=3)


def test_a_job_counts_when_it_has_finished(db):
    run_job(job="shipments.reconcile", slot=NOW, work=lambda: {"n": 1})
    with pytest.raises(ValueError, match="no"):
        run_job(job="orders.book_ready", slot=NOW, work=failing)
    assert list(portal_state()["jobs"]) == ["shipments.reconcile"]


def failing():
    raise ValueError("no")


def test_the_last_reconciliation_counts_only_if_the_platform_answered(db):
    assert portal_state()["reconciliation"] is None
    for hour, answered, finished in ((1, 2, NOW), (2, 0, NOW), (3, 0, None)):
        ReconciliationRun.objects.create(
            slot=NOW.replace(hour=hour), claimed_at=NOW, budget=9, asked=3 if finished else 0,
            answered=answered, failed=3 - answered if finished else 0, finished_at=finished,
        )  # fmt: skip
    good = {"at": NOW.isoformat(), "asked": 3, "answered": 2, "failed": 1}
    assert portal_state()["reconciliation"] == good


def test_people_read_lines_without_the_zeros(merchant):
    make_order(merchant)
    text = printed()
    assert "created" in text
    assert "delivered" not in text
    assert "{" not in text
