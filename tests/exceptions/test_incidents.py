"""Incidents: an excess becomes one, its cases come and go by themselves, and it is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import Merchant
from apps.core.locks import lock_number
from apps.exceptions.models import Case, CauseHour, Incident, Rule, RuleVersion
from apps.exceptions.services import look_for_incidents
from apps.notifications.models import Notice
from tests.exceptions.storms import HEFEI, NOW, WUHAN, clear, make_look, make_past, open_storm
from tests.exceptions.watched import DAY, HOUR

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def address() -> dict[str, Any]:
    """Where the test's database is, for a connection of somebody else's."""
    given = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return {name: given[key] for name, key in names.items() if given[key]}


def test_a_hub_that_stalls_makes_one_incident_with_all_its_cases(merchant: Merchant) -> None:
    make_look()
    storm = open_storm(merchant, 60)
    stray = open_storm(merchant, 3, hub=WUHAN)
    looked = look_for_incidents(now=NOW)
    incident = Incident.objects.get()
    assert (incident.cause, incident.key) == ("hub", "3401")
    assert (looked.opened, looked.attached, incident.cases_count) == (1, 60, 60)
    assert {case.incident_id for case in Case.objects.filter(pk__in=[c.pk for c in storm])} == {
        incident.pk
    }
    assert not Case.objects.filter(pk__in=[c.pk for c in stray], incident__isnull=False).exists()
    assert incident.message.startswith("安徽省合肥市")
    assert "Parcels at" in incident.message_en


def test_looking_again_opens_and_tells_nothing_more(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 60)
    look_for_incidents(now=NOW)
    again = look_for_incidents(now=NOW + MINUTE)
    assert (again.opened, again.attached) == (0, 0)
    assert list(Notice.objects.values_list("kind", "state")) == [("incident.opened", "waiting")]


def test_while_somebody_else_looks_nothing_is_done(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 60)
    with psycopg.connect(**address()) as other:
        number = lock_number("name", "exceptions.look_for_incidents")
        other.execute("SELECT pg_advisory_lock(%s)", [number])
        assert look_for_incidents(now=NOW).opened == 0
    assert not Incident.objects.exists()
    assert look_for_incidents(now=NOW).opened == 1


def test_a_place_has_one_incident_at_a_time_whoever_opens_it(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 60)
    look_for_incidents(now=NOW)
    twin = Incident.objects.get()
    twin.pk, twin.uid = None, "inc_twin"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_what_is_usual_there_is_no_incident(merchant: Merchant) -> None:
    make_look()
    for day in range(2, 20):
        open_storm(merchant, 24, at=NOW - day * DAY, over=DAY)
    look_for_incidents(now=NOW - 2 * DAY)
    assert CauseHour.objects.filter(cause="hub", key="3401").exists()
    open_storm(merchant, 26, over=DAY)
    assert look_for_incidents(now=NOW).opened == 0


def test_a_portal_that_only_just_looks_calls_nothing_unusual(merchant: Merchant) -> None:
    open_storm(merchant, 60)
    look_for_incidents(now=NOW)
    assert not Incident.objects.exists()


def test_later_cases_join_by_themselves_and_strays_leave(merchant: Merchant) -> None:
    make_look()
    first = open_storm(merchant, 40)
    look_for_incidents(now=NOW)
    later = open_storm(merchant, 5, at=NOW + 10 * MINUTE, over=5 * MINUTE)
    Case.objects.filter(pk=first[0].pk).update(hub=WUHAN)
    looked = look_for_incidents(now=NOW + 10 * MINUTE)
    assert (looked.attached, looked.detached) == (5, 1)
    assert Case.objects.get(pk=first[0].pk).incident is None
    assert Case.objects.filter(pk__in=[c.pk for c in later], incident__isnull=False).count() == 5


def test_two_rules_in_excess_at_one_hub_are_one_incident(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 60)
    open_storm(merchant, 40, rule="promise_missed")
    look_for_incidents(now=NOW)
    incident = Incident.objects.get()
    assert (incident.rule, incident.cases_count) == (None, 100)


def test_two_hubs_are_two_incidents(merchant: Merchant) -> None:
    make_look()
    make_past()
    open_storm(merchant, 60)
    open_storm(merchant, 60, hub=WUHAN, carriers=("zhongtong",))
    look_for_incidents(now=NOW)
    assert sorted(Incident.objects.values_list("key", flat=True)) == ["3401", "4201"]


def test_a_strike_of_one_carrier_is_one_incident_of_the_carrier(merchant: Merchant) -> None:
    make_look()
    for city in range(12):
        open_storm(merchant, 9, hub=f"44{city + 1:02d}00000000", carriers=("jtexpress",))
    look_for_incidents(now=NOW)
    assert list(Incident.objects.values_list("cause", "key")) == [("carrier", "jtexpress")]


def test_an_incident_is_named_anew_when_more_is_known(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 40, lanes=("44",))
    Case.objects.update(hub="")
    look_for_incidents(now=NOW)
    assert Incident.objects.get().cause == "lane"
    Case.objects.update(hub=HEFEI)
    open_storm(merchant, 200, at=NOW + 5 * MINUTE, over=5 * MINUTE)
    look_for_incidents(now=NOW + 5 * MINUTE)
    incident = Incident.objects.get()
    assert (incident.cause, incident.key, incident.cases_count) == ("hub", "3401", 240)
    assert "合肥" in incident.message
    assert Notice.objects.filter(kind="incident.opened").count() == 1


def test_words_somebody_edited_are_not_written_over(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 40, lanes=("44",))
    Case.objects.update(hub="")
    look_for_incidents(now=NOW)
    Incident.objects.update(message="请稍候")
    Case.objects.update(hub=HEFEI)
    open_storm(merchant, 200, at=NOW + 5 * MINUTE, over=5 * MINUTE)
    look_for_incidents(now=NOW + 5 * MINUTE)
    assert Incident.objects.get().message == "请稍候"


def test_it_eases_ends_when_its_parcels_move_and_tells_three_times_at_most(
    merchant: Merchant,
) -> None:
    make_look()
    storm = open_storm(merchant, 30)
    look_for_incidents(now=NOW)
    storm += open_storm(merchant, 200, at=NOW + 10 * MINUTE, over=5 * MINUTE)
    for minutes in (10, 20, 30):
        look_for_incidents(now=NOW + minutes * MINUTE)
    for hours in (4, 5):
        look_for_incidents(now=NOW + hours * HOUR)
    assert Incident.objects.get().state == "easing"
    clear(storm, at=NOW + 6 * HOUR)
    assert look_for_incidents(now=NOW + 6 * HOUR).resolved == 1
    incident = Incident.objects.get()
    assert (incident.state, incident.peak, incident.cases_count) == ("resolved", 230, 0)
    kinds = list(Notice.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["incident.opened", "incident.worse", "incident.over"]
    assert incident.told == 3


def test_it_flares_up_again_as_the_same_incident(merchant: Merchant) -> None:
    make_look()
    storm = open_storm(merchant, 60)
    look_for_incidents(now=NOW)
    for hours in (4, 5):
        look_for_incidents(now=NOW + hours * HOUR)
    clear(storm, at=NOW + 5 * HOUR)
    look_for_incidents(now=NOW + 5 * HOUR)
    open_storm(merchant, 80, at=NOW + 8 * HOUR)
    look_for_incidents(now=NOW + 8 * HOUR)
    incident = Incident.objects.get()
    assert (incident.state, incident.cases_count, incident.closed_at) == ("open", 80, None)
    assert Notice.objects.filter(kind="incident.opened").count() == 1


def test_an_easing_incident_takes_no_everyday_cases(merchant: Merchant) -> None:
    make_look()
    open_storm(merchant, 60)
    for hours in (0, 4, 5):
        look_for_incidents(now=NOW + hours * HOUR)
    open_storm(merchant, 2, at=NOW + 6 * HOUR)
    assert look_for_incidents(now=NOW + 6 * HOUR).attached == 0


def test_sandbox_parcels_have_incidents_of_their_own_that_are_only_rehearsed(
    merchant: Merchant,
) -> None:
    make_look("sandbox")
    make_look("live")
    open_storm(merchant, 60, mode="sandbox")
    live = open_storm(merchant, 3)
    look_for_incidents(now=NOW)
    assert Incident.objects.get().mode == "sandbox"
    assert not Case.objects.filter(pk__in=[c.pk for c in live], incident__isnull=False).exists()
    assert list(Notice.objects.values_list("state", flat=True)) == ["rehearsal"]


def test_what_a_changed_rule_finds_at_once_is_no_incident(merchant: Merchant) -> None:
    make_look()
    rule = Rule.objects.get(code="stalled_domestic")
    RuleVersion.objects.create(rule=rule, version=2, content={}, at=NOW - 5 * MINUTE)
    storm = open_storm(merchant, 60, at=NOW - HOUR, late=dt.timedelta(hours=1), rule_version=2)
    assert all(case.opened_at > NOW - 65 * MINUTE for case in storm)
    Case.objects.update(opened_at=NOW)
    look_for_incidents(now=NOW)
    assert not Incident.objects.exists()


def test_an_engine_that_was_down_makes_no_incident_of_everyday_cases(merchant: Merchant) -> None:
    make_look()
    for day in range(2, 20):
        open_storm(merchant, 24, at=NOW - day * DAY, over=DAY)
    look_for_incidents(now=NOW - 2 * DAY)
    open_storm(merchant, 24, over=DAY)
    Case.objects.filter(opened_at__gt=NOW - DAY).update(opened_at=NOW)
    assert look_for_incidents(now=NOW).opened == 0
