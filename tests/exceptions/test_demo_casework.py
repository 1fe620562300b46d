"""The demo's past cases: opened when they came due, worked on by people, all counted right."""

from __future__ import annotations

from random import Random

import pytest
from django.contrib.auth.models import Group
from django.db.models import F, Q, Sum

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core import clock
from apps.exceptions.choices import LIVE_CASE_STATES, Closer
from apps.exceptions.models import Case, CaseTally
from apps.exceptions.services import judge_shipments
from apps.exceptions.services.watching import refresh_watches
from apps.shipments.models import Event
from apps.shipments.services import recompute_shipment
from config.seeding.caseworkers import HOUR, Told, life_of
from config.seeding.past_cases import plan_stories
from config.seeding.past_casework import work_on
from config.seeding.past_tracks import HEARD_AFTER, hear_past
from tests.exceptions.test_replay import lived
from tests.exceptions.watched import NOON

NOW = NOON + 12 * 24 * HOUR
LIVE = Q(state__in=LIVE_CASE_STATES)


@pytest.fixture
def shipments(merchant) -> list[int]:
    for name, role in (("operator", Role.OPERATOR), ("service", Role.CUSTOMER_SERVICE)):
        person = User.objects.create_user(name, password="x", is_staff=True)
        person.groups.add(Group.objects.get(name=role.value))
    made = [one.pk for one in lived(merchant)]
    for pk in made:
        recompute_shipment(shipment_id=pk, repair=True)
    return made


def test_the_past_was_heard_of_when_it_happened_and_what_was_heard_sooner_stays(shipments):
    Event.objects.update(heard_at=F("occurred_at") + 9 * HEARD_AFTER)
    first = Event.objects.order_by("id")[0]
    Event.objects.filter(pk=first.pk).update(heard_at=F("occurred_at"))
    assert hear_past() == Event.objects.count() - 1
    assert not Event.objects.filter(heard_at__gt=F("occurred_at") + HEARD_AFTER).exists()
    first.refresh_from_db()
    assert first.heard_at == first.occurred_at


def test_people_worked_and_everything_happened_in_its_order_before_now(shipments):
    made = work_on(shipments, now=NOW)
    cases = Case.objects.all()
    assert made == cases.count() >= 10
    assert cases.filter(closer=Closer.PERSON.value, owner__isnull=False).exists()
    assert cases.filter(closer=Closer.ITSELF.value).exists()
    wrong = (
        Q(acknowledged_at__lt=F("opened_at"))
        | Q(closed_at__lt=F("acknowledged_at"))
        | Q(closed_at__lt=F("red_at"))
        | Q(opened_at__gt=NOW)
        | Q(closed_at__gt=NOW)
    )
    assert not cases.filter(wrong).exists()


def test_the_engine_finds_nothing_to_open_to_redden_or_to_clear_afterwards(shipments):
    work_on(shipments, now=NOW)
    with clock.frozen(NOW):
        refresh_watches(shipment_ids=shipments)
        judged = judge_shipments(shipment_ids=shipments)
    assert (judged.shipments, judged.opened, judged.reddened, judged.cleared) == (7, 0, 0, 0)


def test_the_counts_of_live_cases_are_those_of_the_rows(shipments):
    work_on(shipments, now=NOW)
    counted = CaseTally.objects.aggregate(sum=Sum("count"))["sum"] or 0
    assert counted == Case.objects.filter(LIVE).count()


def test_the_same_history_gives_the_same_lives(shipments):
    first, again = (plan_stories(shipments, now=NOW) for _ in range(2))
    assert [(one.opened_at, one.life) for one in first] == [
        (one.opened_at, one.life) for one in again
    ]


@pytest.mark.parametrize("severity", ["amber", "red"])
@pytest.mark.parametrize("over", [None, 30])
def test_nobody_closes_what_will_turn_red_or_acts_after_it_is_over(severity, over):
    rng = Random(1)
    opened = NOW - 20 * 24 * HOUR
    red_at = opened + 24 * HOUR if severity == "amber" else None
    over_at = opened + over * HOUR if over else None
    told = Told("carrier_exception", severity, opened, red_at, over_at)
    ended = 0
    for _ in range(300):
        life = life_of(told, rng, now=NOW)
        acts = [life.seen_at, life.wait_at, life.called_at, life.closed_at]
        done = [at for at in acts if at is not None]
        assert all(opened < at <= (over_at or NOW) for at in done)
        assert not (life.closed_at and life.cleared_at)
        if life.closed_at is not None and over_at is None and red_at is not None:
            assert life.closed_at > red_at
        ended += life.closed_at is not None
    assert 60 < ended <= 300


def test_what_was_found_an_hour_ago_is_mostly_still_there():
    rng = Random(2)
    told = Told("pickup_late", "amber", NOW - HOUR, NOW + 20 * HOUR, None)
    lives = [life_of(told, rng, now=NOW) for _ in range(50)]
    assert not any(life.closed_at or life.cleared_at for life in lives)
