"""Rule sets are written by one person and published by another, and bind when they are to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.core import clock
from apps.core.models import ActionLog
from apps.customs.compliance_errors import NotYours, RulesRefused, SamePerson
from apps.customs.compliance_live import live_rules
from apps.customs.errors import VersionChanged
from apps.customs.models import RuleSet, RuleSetVersion
from apps.customs.services.compliance_publishing import (
    publish_rule_set,
    restore_version,
    retire_version,
    save_draft,
)
from tests.customs.compliance.people import (
    PUBLISHES,
    START,
    WRITES,
    a_set,
    content,
    person,
    published,
    sound_rule,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ann() -> Any:
    return person("ann", *PUBLISHES)


@pytest.fixture
def bob() -> Any:
    return person("bob", *PUBLISHES)


@pytest.fixture
def own() -> RuleSet:
    return a_set()


def number_at(moment: dt.datetime) -> int | None:
    told = live_rules(moment).versions.get("own")
    return told["number"] if told else None


def test_a_second_person_publishes_and_it_binds_at_once(own: RuleSet, ann: Any, bob: Any) -> None:
    version = published(own, content(), author=ann, approver=bob)
    assert (version.number, version.author, version.approver) == (1, "ann", "bob")
    assert number_at(START) == 1
    assert number_at(START - HOUR) is None
    log = ActionLog.objects.get(action="customs.rules.published")
    assert log.actor_name == "bob"
    assert log.after["digest"] == version.digest
