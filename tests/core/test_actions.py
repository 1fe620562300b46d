"""The action log."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from apps.core.actions import Actor, record_action
from apps.core.models import ActionLog


def write():
    return record_action(
        action="orders.address.corrected",
        actor=Actor.system("test"),
        subject=("orders.order", "7"),
        before={"city": "深川市"},
        after={"city": "深圳市"},
    )


def test_a_decision_is_kept_with_who_and_before_and_after(db):
    row = write()
    assert (row.actor_kind, row.actor_name, row.subject_id) == ("system", "test", "7")
    assert row.before == {"city": "深川市"}
    assert row.after == {"city": "深圳市"}


def test_the_database_refuses_to_change_a_row(db):
    row = write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ActionLog.objects.filter(pk=row.pk).update(note="other")
    row.refresh_from_db()
    assert row.note == ""


def test_the_database_refuses_to_delete_a_row(db):
    row = write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ActionLog.objects.filter(pk=row.pk).delete()
    assert ActionLog.objects.filter(pk=row.pk).exists()
