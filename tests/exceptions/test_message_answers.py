"""Acknowledging the message about an incident: whose the incident is afterwards."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.exceptions.models import Incident
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.models import Notice
from apps.notifications.services import acknowledge_notice, queue_notice
from tests.support.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    return Incident.objects.create(
        cause="hub", key="3401", severity="red", expected=1.0, observed=20, odds=-30.0
    )


def told(incident: Incident) -> Notice:
    with transaction.atomic():
        notice = queue_notice(
            kind="incident.opened", audience=Audience.ON_CALL, severity=NoticeSeverity.RED,
            dedupe_key=f"incident:{incident.uid}:opened", title="停滞", title_en="Stalled",
            subject=incident.uid,
        )  # fmt: skip
    assert notice is not None
    return notice


def test_an_incident_of_nobody_is_the_operators_who_acknowledges(incident):
    operator = make_user(Role.OPERATOR)
    done = acknowledge_notice(notice_uid=told(incident).uid, user=operator)
    incident.refresh_from_db()
    assert incident.owner == operator
    assert done.sentence


@pytest.mark.parametrize("role", [Role.AUDITOR, None])
def test_a_name_or_a_role_without_the_work_only_says_who_has_seen_it(incident, role):
    user = make_user(role) if role else None
    done = acknowledge_notice(notice_uid=told(incident).uid, name="张三", user=user)
    incident.refresh_from_db()
    assert (incident.owner, done.is_new) == (None, True)
    assert ActionLog.objects.filter(action="exceptions.incident.acknowledged").count() == 1


def test_who_owns_it_keeps_it(incident):
    first, second = make_user(Role.OPERATOR), make_user(Role.OPERATOR)
    Incident.objects.update(owner=first)
    acknowledge_notice(notice_uid=told(incident).uid, user=second)
    incident.refresh_from_db()
    assert incident.owner == first
