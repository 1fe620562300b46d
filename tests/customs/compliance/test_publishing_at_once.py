"""Publishing while parcels are judged: one set of versions per transaction, nothing by halves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from apps.core.models import ActionLog
from apps.customs.compliance_errors import RulesBusy
from apps.customs.compliance_live import live_rules
from apps.customs.models import RuleSet, RuleSetVersion, Threshold
from apps.customs.services import compliance_publishing as publishing
from tests.customs.compliance.people import (
    PUBLISHES,
    START,
    a_set,
    content,
    person,
    published,
    sound_rule,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own() -> RuleSet:
    return a_set()


@pytest.fixture
def ann() -> Any:
    return person("ann", *PUBLISHES)


@pytest.fixture
def bob() -> Any:
    return person("bob", *PUBLISHES)


@pytest.fixture
def elsewhere() -> Iterator[Callable[..., Future[Any]]]:
    """Run work on a connection of its own."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(run, work)


def numbers() -> Any:
    return live_rules(START).versions["own"]["number"]


def waiting_for_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def test_a_publication_waits_for_who_is_judging_and_counts_right_after(
    own: RuleSet, ann: Any, bob: Any, elsewhere: Callable[..., Future[Any]]
) -> None:
    published(own, content(), author=ann, approver=bob)
    newer = content(sound_rule(title_en="Newer"))
    with transaction.atomic():
        assert numbers() == 1
        job = elsewhere(lambda: published(own, newer, author=ann, approver=bob))
        while not waiting_for_lock():
            assert not job.done()
        assert numbers() == 1
        assert RuleSetVersion.objects.filter(rule_set=own).count() == 1
    job.result(timeout=10)
    assert numbers() == 2


def test_who_judges_after_a_publication_began_waits_and_sees_all_of_it(
    own: RuleSet, ann: Any, bob: Any, elsewhere: Callable[..., Future[Any]]
) -> None:
    published(own, content(), author=ann, approver=bob)

    def judge() -> Any:
        with transaction.atomic():
            return numbers()

    with transaction.atomic():
        published(own, content(sound_rule(title_en="Newer")), author=ann, approver=bob)
        job = elsewhere(judge)
        while not waiting_for_lock():
            assert not job.done()
    assert job.result(timeout=10) == 2


def test_a_publication_does_not_wait_for_ever(
    own: RuleSet,
    ann: Any,
    bob: Any,
    elsewhere: Callable[..., Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "MOST_WAIT", "50ms")
    with transaction.atomic():
        live_rules(START)
        job = elsewhere(lambda: published(own, content(), author=ann, approver=bob))
        with pytest.raises(RulesBusy):
            job.result(timeout=10)
    assert not RuleSetVersion.objects.filter(rule_set=own).exists()
    own.refresh_from_db()
    assert own.draft_editors == ["ann"]


def test_a_publication_that_dies_leaves_nothing(
    own: RuleSet, ann: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live_rules(START).stamp

    def die(*_given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "_log", die)
    with pytest.raises(KeyboardInterrupt):
        published(own, content(), author=ann, approver=bob)
    assert not RuleSetVersion.objects.filter(rule_set=own).exists()
    assert not ActionLog.objects.filter(action="customs.rules.published").exists()
    assert live_rules(START).stamp == before
    own.refresh_from_db()
    assert own.draft_editors == ["ann"]


def test_two_publications_at_once_are_two_versions_or_one_refusal(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    eve = person("eve", *PUBLISHES)
    publishing.save_draft(rule_set=own, content=content(), expected_version=1, user=ann)
    together = threading.Barrier(2)

    def publish(approver: Any) -> str:
        together.wait(5)
        try:
            publishing.publish_rule_set(rule_set=own, approver=approver, note="")
        except publishing.RulesRefused as error:
            return error.code
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(publish, (bob, eve)))
    assert outcomes == ["no_change", "published"]
    assert RuleSetVersion.objects.filter(rule_set=own).count() == 1


def test_a_threshold_does_not_change_under_who_is_judging(
    own: RuleSet, elsewhere: Callable[..., Future[Any]]
) -> None:
    def edit() -> None:
        Threshold.objects.filter(area="EU", kind="low_value").update(amount=200)

    with transaction.atomic():
        first = live_rules(START)
        job = elsewhere(edit)
        while not waiting_for_lock():
            assert not job.done()
        assert live_rules(START) is first
    job.result(timeout=10)
    assert live_rules(START).stamp != first.stamp
