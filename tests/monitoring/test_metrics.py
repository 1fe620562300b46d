"""/metrics: for loopback or the token, from Postgres, with labels from closed lists."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from apps.baidiyun.models import Quarantine
from apps.core import clock
from apps.core.counters import count
from apps.core.jobs import current_slot, run_job
from apps.monitoring import exposition
from tests.monitoring.alarms import make_alarm

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-suite-0123456789"


def ask(**given):
    return Client(HTTP_HOST="10.1.2.3:8000").get("/metrics", **given)


def figures():
    text = ask(REMOTE_ADDR="127.0.0.1").content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.9.9.9"])
def test_loopback_needs_no_token(address):
    answer = ask(REMOTE_ADDR=address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")


def test_the_token_opens_from_anywhere(settings):
    settings.METRICS_TOKEN = TOKEN
    answer = ask(REMOTE_ADDR="10.9.9.9", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"REMOTE_ADDR": "10.9.9.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "10.9.9.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "10.9.9.9", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
        {"REMOTE_ADDR": "10.9.9.9", "HTTP_AUTHORIZATION": "Bearer ключ"},
    ],
)
def test_anybody_else_sees_nothing(settings, given):
    settings.METRICS_TOKEN = TOKEN
    answer = ask(**given)
    assert answer.status_code == 404
    assert b"lastmile" not in answer.content


def test_an_empty_token_opens_to_nobody(settings):
    settings.METRICS_TOKEN = ""
    assert ask(REMOTE_ADDR="10.9.9.9", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_the_way_in_is_shown_as_it_stands(callback):
    callback("pending", ago=90)
    callback("parked")
    callback("applied")
    Quarantine.objects.create(
        slot=300, reason="bad_signature", body=b"x", size=1, received_at=clock.real_now()
    )
    count("callbacks.refused", "bad_signature", 3)
    found = figures()
    assert found["lastmile_inbox_rows", "pending"] == 1
    assert found["lastmile_inbox_rows", "parked"] == 1
    assert 90 <= found["lastmile_inbox_oldest_seconds",] < 100
    assert found["lastmile_quarantine_rows", "bad_signature"] == 1
    assert found["lastmile_callbacks_refused_total", "bad_signature"] == 3


def test_jobs_alarms_and_processes_are_shown(db):
    run_job(job="sweep", slot=current_slot(60), work=dict)
    make_alarm()
    found = figures()
    assert 0 <= found["lastmile_job_age_seconds", "sweep"] < 10
    assert found["lastmile_alarms_open", "callbacks_refused"] == 1
    assert found["lastmile_alarms_open", "callbacks_forged"] == 0
    assert found["lastmile_web_processes",] >= 1
    assert found["lastmile_web_resident_bytes",] > 10_000_000


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setattr(exposition, "_sources", dict(exposition._sources))


def test_an_app_adds_its_own_figures(sources):
    exposition.register("tea", lambda: [GaugeMetricFamily("tea_cups", "Cups", value=2)])
    assert figures()["tea_cups",] == 2


def test_a_source_that_fails_is_named_and_spares_the_others(sources):
    def broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")
        return []

    exposition.register("broken", broken)
    found = figures()
    assert found["lastmile_scrape_failed", "broken"] == 1
    assert found["lastmile_scrape_failed", "way_in"] == 0
    assert ("lastmile_inbox_rows", "pending") in found


def test_a_source_with_labels_without_end_is_cut_off(sources):
    def endless():
        family = GaugeMetricFamily("endless", "Grows", labels=["number"])
        for n in range(exposition.MOST_SERIES + 1):
            family.add_metric([str(n)], n)
        return [family]

    exposition.register("endless", endless)
    found = figures()
    assert found["lastmile_scrape_failed", "endless"] == 1
    assert ("endless", "1") not in found


def test_ready_means_that_something_was_written(django_capture_on_commit_callbacks):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        before = cursor.fetchone()
        assert Client().get("/readyz").status_code == 200
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        assert cursor.fetchone() != before


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "redis://192.0.2.1:6379/0"])
def test_redis_gone_never_makes_a_process_unready(settings, address):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = address
    assert Client().get("/readyz").status_code == 200


def test_a_read_only_database_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database is read-only"})


def test_a_database_that_refuses_the_write_is_not_ready(monkeypatch):
    monkeypatch.setattr("apps.monitoring.health.WRITE", "SELECT 1/0")
    assert Client().get("/readyz").status_code == 503


def test_living_touches_no_database(monkeypatch):
    def refuse(*given, **named):
        raise DatabaseError("asked")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert Client().get("/healthz").status_code == 200
