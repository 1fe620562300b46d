"""The partitioned table goes away and comes back."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'shipments_event%%'")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_the_event_table_can_be_unmade_and_made_again() -> None:
    before = tables()
    try:
        call_command("migrate", "shipments", "0001", verbosity=0)
        gone = tables()
    finally:
        call_command("migrate", verbosity=0)
    assert gone == set()
    assert {"shipments_event", "shipments_event_default", "shipments_event_id_seq"} <= before
    assert tables() >= {"shipments_event", "shipments_event_default", "shipments_event_id_seq"}
