"""What every test shares: loopback only, a clean clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from apps.baidiyun.limits import gate, rates, selectors
from apps.baidiyun.limits.store import MemoryStore
from apps.core import clock
from apps.core.management.commands.translations import compile_catalogues
from tests.support.workers import FileByFile, longest_first

settings.register_profile("lastmile", deadline=None, derandomize=True)
settings.load_profile("lastmile")


def pytest_sessionstart() -> None:
    """Words loaded before their catalogue was compiled stay English: say so and start anew."""
    if fresh := compile_catalogues():
        pytest.exit(f"{fresh} catalogues were compiled just now; run the tests again.", 3)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile:
    """Deal out whole files, those that start processes to one worker."""
    return FileByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side the longest work begins first; a run of one process keeps its order."""
    if hasattr(config, "workerinput"):
        longest_first(items)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_use_migrations: bool,
    django_db_blocker: Any,
) -> None:
    """The database of the tests is a copy of one that is migrated already."""
    from django.db import connection

    from tests.support.template import migrated_template

    if django_db_use_migrations:
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The migrated database without its rules, to which every test that commits returns."""
    from django.test import TransactionTestCase

    from tests.support.migrated import Migrated
    from tests.support.starter import take_starter_out

    with django_db_blocker.unblock():
        take_starter_out()
        migrated = Migrated.read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: migrated.put_back())
        yield


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    """No test sees the world clock that another one cached."""
    clock.forget()
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def _fresh_gate() -> Iterator[None]:
    """Every test has buckets and breakers of its own and reads rates and the ladder anew."""
    rates.forget_limits()
    selectors.forget_step()
    with gate.using(MemoryStore()):
        yield
    rates.forget_limits()
    selectors.forget_step()


@pytest.fixture(autouse=True)
def _nothing_leaks() -> Iterator[None]:
    """Whatever a test logs or writes to the call log is searched for secrets and people."""
    from django.db.models.signals import pre_save

    from apps.baidiyun.models import ApiCall
    from tests.support.leaks import LeakWatch

    watch = LeakWatch()
    logging.getLogger().addHandler(watch)
    pre_save.connect(watch.search_call, sender=ApiCall)
    yield
    pre_save.disconnect(watch.search_call, sender=ApiCall)
    logging.getLogger().removeHandler(watch)
    assert watch.leaks == []
