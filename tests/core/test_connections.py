"""What the portal's connections do otherwise than Django's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _at_rest():
    """A connection as a request finds it: open, at rest, not yet checked."""
    connection.ensure_connection()
    connection.health_check_enabled = True
    connection.health_check_done = False
    yield
    connection.health_check_enabled = False
    connection.close()


def backend() -> int:
    return connection.connection.info.backend_pid


def end_backend(pid: int) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


@pytest.mark.usefixtures("_at_rest")
def test_a_healthy_connection_is_kept_without_a_question(django_assert_num_queries, monkeypatch):
    before = backend()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("the server was asked"))

    with django_assert_num_queries(1), connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert backend() == before


@pytest.mark.usefixtures("_at_rest")
@pytest.mark.parametrize("kind", ["cursor", "prepared_cursor"])
def test_a_connection_the_server_ended_is_replaced_before_it_is_used(kind):
    before = backend()
    end_backend(before)

    with getattr(connection, kind)() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)

    assert backend() != before


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
@pytest.mark.parametrize("text", ["2026-11-22 08:00:00", "2026-11-22 08:00:00.5", "0033-01-02"])
def test_moments_are_read_in_utc_whatever_the_session_speaks(text, zone):
    wanted = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, false)", [zone])
        cursor.execute("SELECT (%s::timestamp AT TIME ZONE 'UTC')", [text])
        (moment,) = cursor.fetchone()
    connection.close()

    assert (moment, moment.tzinfo) == (wanted, dt.UTC)


def test_a_fixed_statement_is_planned_once():
    with connection.prepared_cursor() as cursor:
        cursor.execute("SELECT %s::int + 1", [1])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%+ 1'")
        assert cursor.fetchone() == (1,)
