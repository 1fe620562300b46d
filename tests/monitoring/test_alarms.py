"""Alarms about refused callbacks: a jump opens one, calm closes it, and there is only one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.baidiyun.choices import Refusal
from apps.baidiyun.models import Quarantine
from apps.core import clock
from apps.monitoring import refusals
from apps.monitoring.choices import AlarmKind
from apps.monitoring.models import Alarm
from apps.monitoring.services import clean_up, close_alarm, open_alarm, watch_refusals
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import queries_of

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def now(db):
    with clock.scripted(START):
        yield START


def refuse(count, *, ago_minutes=1.0, first_slot=200, reason="bad_signature"):
    """Leave refused callbacks in the quarantine; slots from 200 are our own tokens'."""
    at = clock.real_now() - dt.timedelta(minutes=ago_minutes)
    Quarantine.objects.bulk_create(
        Quarantine(slot=first_slot + n, reason=reason, kid="k1", body=b"x", size=1, received_at=at)
        for n in range(count)
    )


def test_a_jump_in_refusals_opens_an_alarm_that_says_why(now):
    refuse(6)
    refuse(1, first_slot=300, reason="no_param")
    assert watch_refusals() == {"open": 1}
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.since, alarm.until) == ("refusals", START, None)
    assert (alarm.value, alarm.usual) == (7, 0)
    assert alarm.message == "bad_signature 6, no_param 1; k1"


def test_a_few_refusals_are_no_alarm(now):
    refuse(4)
    assert watch_refusals() == {"open": 0}
    assert not Alarm.objects.exists()


def test_what_is_usual_all_day_is_no_alarm(now):
    refuse(400, ago_minutes=600)
    refuse(10, first_slot=700)
    assert watch_refusals() == {"open": 0}


def test_a_flood_of_strangers_is_an_alarm_of_its_own(now):
    refuse(50, first_slot=0)
    watch_refusals()
    assert Alarm.objects.get().kind == AlarmKind.STRANGERS


def test_looking_again_renews_the_alarm_and_opens_no_second(now):
    refuse(6)
    watch_refusals()
    refuse(9, first_slot=300)
    with clock.scripted(START + dt.timedelta(minutes=1)):
        assert watch_refusals() == {"open": 1}
    alarm = Alarm.objects.get()
    assert (alarm.since, alarm.value) == (START, 15)


def test_an_outage_of_hours_stays_an_alarm(now):
    refuse(300)
    watch_refusals()
    with clock.scripted(START + dt.timedelta(hours=3)):
        refuse(20, first_slot=600)
        assert watch_refusals() == {"open": 1}
    assert Alarm.objects.get().usual == 0


def test_calm_closes_the_alarm_and_the_next_jump_opens_another(now):
    refuse(6)
    watch_refusals()
    later = START + dt.timedelta(minutes=30)
    with clock.scripted(later):
        assert watch_refusals() == {"open": 0}
        assert Alarm.objects.get().until == later
        refuse(60, first_slot=300)
        watch_refusals()
    assert Alarm.objects.count() == 2


def test_the_database_holds_one_open_alarm_of_a_kind(now):
    open_alarm(kind=AlarmKind.REFUSALS, value=9, usual=0, message="")
    with pytest.raises(IntegrityError):
        Alarm.objects.create(kind="refusals", since=START, value=1, usual=0)


def test_closing_what_is_not_open_says_so(now):
    assert not close_alarm(kind=AlarmKind.REFUSALS)


def test_an_open_alarm_is_on_the_home_page_and_an_ended_one_is_not(merchant):
    from tests.orders.builders import make_order

    make_order(merchant)
    open_alarm(kind=AlarmKind.REFUSALS, value=120, usual=1.5, message="bad_signature 120; k1")
    page = text_of(logged_in(Role.OPERATOR).get("/admin/?mode="))
    assert "120 in ten minutes, usually 1.5" in page
    assert f"{Refusal.BAD_SIGNATURE.label} 120 · k1" in page
    close_alarm(kind=AlarmKind.REFUSALS)
    assert "usually 1.5" not in text_of(logged_in(Role.OPERATOR).get("/admin/?mode="))


def test_the_list_of_alarms_costs_the_same_however_many_there_are(merchant):
    client = logged_in(Role.OPERATOR)
    client.get("/admin/monitoring/alarm/")
    counts = []
    for _ in range(2):
        for n in range(10):
            at = START - dt.timedelta(hours=n + Alarm.objects.count())
            Alarm.objects.create(kind="strangers", since=at, until=at, value=n, usual=0)
        counts.append(len(queries_of(lambda: client.get("/admin/monitoring/alarm/"))[0]))
    assert counts[0] == counts[1] <= 10


def test_one_alarm_has_a_page_that_nobody_can_edit(merchant):
    alarm = open_alarm(kind=AlarmKind.REFUSALS, value=9, usual=0, message="bad_signature 9; k1")
    page = f"/admin/monitoring/alarm/{alarm.pk}/change/"
    assert f"{Refusal.BAD_SIGNATURE.label} 9" in text_of(logged_in(Role.OPERATOR).get(page))
    assert logged_in(Role.MANAGER).post(page, {"value": "0"}).status_code == 403


def test_housekeeping_forgets_old_ended_alarms_and_no_open_one(now):
    long_ago = START - dt.timedelta(days=400)
    Alarm.objects.create(kind="refusals", since=long_ago, until=long_ago, value=1, usual=0)
    Alarm.objects.create(kind="refusals", since=long_ago, value=1, usual=0)
    clean_up()
    assert Alarm.objects.get().until is None


@given(recent=st.integers(0, 1000), usual=st.floats(0, 200))
def test_what_opens_an_alarm_never_closes_it_at_once(recent, usual):
    if refusals.opens(recent=recent, usual=usual):
        assert not refusals.closes(recent=recent, usual=usual)
