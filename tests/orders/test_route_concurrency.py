"""Many at once: one brake, one step, and migrations that go back."""

from __future__ import annotations

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from apps.baidiyun.models import ApiCall
from apps.core import clock
from apps.orders.errors import NotAllowedNow
from apps.orders.models import LiveBrake, LiveShare
from apps.orders.services import raise_share, watch_live_calls
from tests.orders.builders import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, times: int = 6) -> list:
    """Run the same work in threads that start together; returns what each got."""
    results, start = [], threading.Barrier(times)

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except NotAllowedNow as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_workers_put_on_one_brake():
    at = clock.real_now()
    ApiCall.objects.bulk_create(
        ApiCall(product="book", mode="live", url_path="/", ok=False, error="x", at=at)
        for _ in range(60)
    )
    results = at_once(watch_live_calls)
    assert len(results) == 6
    assert {brake.pk for brake in results} == {LiveBrake.objects.get().pk}


def test_two_people_raising_at_once_make_one_step():
    results = at_once(lambda: raise_share(percent=1, note="go", actor=ACTOR))
    refused = [result for result in results if isinstance(result, NotAllowedNow)]
    assert (len(refused), LiveShare.objects.count()) == (5, 1)


def test_the_migrations_go_back_and_forth():
    call_command("migrate", "orders", "0002", verbosity=0)
    call_command("migrate", verbosity=0)
    raise_share(percent=1, note="go", actor=ACTOR)
    assert LiveShare.objects.get().percent == 1
