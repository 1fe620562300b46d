"""Telling somebody without the database, and writing it down afterwards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core import vault
from apps.core.vault import VaultClosed
from apps.notifications import reasons
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.models import Delivery, Notice, Robot
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.services import (
    Channels,
    Words,
    directly,
    record_direct,
    remember_channels,
    send_directly,
)
from tests.notifications.conftest import KEY, make_mail, make_robot

WORDS = Words("PostgreSQL 不应答", "PostgreSQL does not answer", path="/admin/")


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    directly._spoken.clear()


def say(channels: Channels):
    return send_directly(channels, WORDS, severity=NoticeSeverity.RED, audience=Audience.ON_CALL)


def record(results):
    return record_direct(
        kind="alarm.opened", words=WORDS, severity=NoticeSeverity.RED, audience=Audience.ON_CALL,
        results=results, dedupe_key="watch:1", subject="alm_1",
    )  # fmt: skip


@pytest.mark.django_db
def test_what_is_remembered_speaks_without_a_single_query(wecom, django_assert_num_queries):
    make_robot(mentions=["zhangsan"])
    remembered = Channels.unsealed(remember_channels().sealed())
    with django_assert_num_queries(0):
        (result,) = say(remembered)
    assert (result.ok, result.name) == (True, "值班群")
    assert "PostgreSQL 不应答" in wecom.texts()[0]
    assert "<@zhangsan>" in wecom.texts()[0]


@pytest.mark.django_db
def test_the_file_says_nothing_without_the_keys_and_none_but_ours_is_opened(settings):
    make_robot()
    remembered = remember_channels()
    sealed = remembered.sealed()
    assert KEY not in sealed
    assert KEY not in repr(remembered)
    assert Channels.unsealed(sealed) == remembered
    for text in ("", "x", sealed[:-9] + "AAAAAAAA=", vault.seal("[]", settings.CREDENTIAL_KEYS,
                                                               purpose=b"other")):  # fmt: skip
        with pytest.raises(VaultClosed):
            Channels.unsealed(text)
    settings.CREDENTIAL_KEYS = ["another-key-another-key-another-key-1"]
    with pytest.raises(VaultClosed):
        Channels.unsealed(sealed)


@pytest.mark.django_db
def test_robots_are_sealed_anew_with_the_accounts(settings):
    robot, old = make_robot(), settings.CREDENTIAL_KEYS[0]
    new = "another-key-another-key-another-key-1"
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credential_keys", stdout=StringIO())
    settings.CREDENTIAL_KEYS = [new]
    (line,) = remember_channels().lines
    assert (line.key, line.name) == (KEY, robot.name)
    settings.CREDENTIAL_KEYS = [old]
    sealed = Robot.objects.get().key_sealed
    with pytest.raises(CommandError):
        call_command("rotate_credential_keys")
    assert Robot.objects.get().key_sealed == sealed


@pytest.mark.django_db
def test_never_more_than_ten_messages_a_minute(wecom):
    make_robot()
    channels = remember_channels()
    results = [say(channels)[0] for _ in range(12)]
    assert [result.ok for result in results] == [True] * 10 + [False] * 2
    assert results[-1].why == reasons.BUDGET_USED
    assert len(wecom.taken) == 10


@pytest.mark.django_db
def test_the_second_channel_hears_where_no_first_one_takes_it(wecom):
    robot = make_robot()
    make_mail()
    wecom.refuse(robot, Verdict.LATER)
    assert [result.ok for result in say(remember_channels())] == [False, True]
    assert "PostgreSQL 不应答" in mail.outbox[0].subject


@pytest.mark.django_db
def test_it_is_written_down_once_and_not_sent_again(wecom):
    make_robot()
    results = say(remember_channels())
    notice = record(results)
    assert (notice.state, notice.sent_at) == ("sent", results[0].at)
    assert "PostgreSQL 不应答" in Delivery.objects.get().words
    assert record(results) is None
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_what_reached_nobody_is_left_to_be_sent_and_the_dead_are_switched_off(wecom):
    robot = make_robot()
    wecom.answers[f"wecom {robot.pk}"] = Outcome(Verdict.DEAD, 93000, reasons.NO_ROBOT)
    with transaction.atomic():
        notice = record(say(remember_channels()))
    assert (notice.state, notice.routed_at) == ("waiting", None)
    assert not Robot.objects.get().is_active
