"""The suite's own floor: a database put back after commits, files dealt out whole."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from apps.core.actions import Actor, record_action
from apps.exceptions.models import KindPolicy
from tests.orders.builders import make_merchant, make_order
from tests.support.migrated import Migrated
from tests.support.workers import bundle


@pytest.mark.django_db(transaction=True)
def test_after_commits_the_database_is_what_the_migrations_made():
    new = Migrated.read()
    make_order(make_merchant())
    record_action(action="a.b", actor=Actor.system("test"), subject=("orders.order", "7"))
    Group.objects.all().delete()
    KindPolicy.objects.update(is_raised=False)
    changed = Migrated.read()
    new.put_back()
    assert {"core_actionlog", "orders_order"} <= changed.sown.keys() - new.sown.keys()
    assert Migrated.read() == new


@pytest.mark.parametrize("folder", ["e2e", "browser", "services"])
def test_what_starts_processes_is_never_dealt_to_two_workers(folder):
    assert bundle(f"tests/{folder}/test_x.py::test_a") == bundle("tests/drill/test_y.py::test_b")


def test_a_file_stays_whole_and_goes_its_own_way():
    one, same, other = (f"tests/core/test_{n}.py::test" for n in ("a", "a", "b"))
    assert bundle(one) == bundle(same) != bundle(other)
