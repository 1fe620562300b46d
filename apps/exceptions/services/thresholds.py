"""Sets of thresholds: drafted, tested, activated, and back to the former one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.choices import BACK_TESTS_AT_WORK
from apps.exceptions.errors import ThresholdsRefused
from apps.exceptions.models import BackTest, ThresholdSet
from apps.exceptions.models.learning import MOST_DAYS
from apps.exceptions.policies import thresholds_of

DAYS = 30


def draft_thresholds(
    *, user: User, values: Mapping[str, Any], note: str, days: int = DAYS
) -> ThresholdSet:
    """Save a new set as a draft and ask for its back-test over the tracks of the last days.

    ``values`` holds what differs from the detector's own numbers. Nothing is raised by it yet.
    Raises PolicyRefused for what is no threshold, ThresholdsRefused for what is active already.
    """
    thresholds_of(values)
    if not note.strip():
        raise ThresholdsRefused(_("Say why; whoever goes back one day will want to know."))
    with transaction.atomic():
        lock_keys("exceptions.thresholds", [1])
        active = ThresholdSet.objects.filter(is_active=True).first()
        if dict(values) == (active.values if active else {}):
            raise ThresholdsRefused(_("These are the numbers that hold already."))
        newest = ThresholdSet.objects.aggregate(newest=Max("version"))["newest"] or 0
        made = ThresholdSet.objects.create(
            version=newest + 1, values=dict(values), note=note.strip()[:200], created_by=user
        )
        record_action(
            action="exceptions.thresholds.drafted", actor=Actor.user(user), subject=made,
            after={"version": made.version, **made.values}, note=made.note,
        )  # fmt: skip
        start_back_test(set_id=made.pk, user=user, days=days)
    return made


def start_back_test(*, set_id: int, user: User, days: int = DAYS) -> BackTest:
    """Ask for a back-test of a set against the one that is active; a task works it out.

    Raises ThresholdsRefused for a number of days out of range and while one is under way.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ThresholdsRefused(
            _("Between 1 and %(most)d days can be tested.") % {"most": MOST_DAYS}
        )
    with transaction.atomic():
        lock_keys("exceptions.thresholds", [1])
        if BackTest.objects.filter(thresholds_id=set_id, state__in=BACK_TESTS_AT_WORK).exists():
            raise ThresholdsRefused(_("A back-test of this set is under way."))
        test = BackTest.objects.create(
            thresholds_id=set_id,
            against=ThresholdSet.objects.filter(is_active=True).first(),
            days=days,
            created_by=user,
        )
        record_action(
            action="exceptions.back_test.started", actor=Actor.user(user),
            subject=test.thresholds, after={"days": days},
        )  # fmt: skip
    return test


def activate_thresholds(*, set_id: int, user: User) -> ThresholdSet:
    """Let a tested set hold, from the next look on, in every process.

    Raises ThresholdsRefused for one without a finished back-test and for the active one.
    """
    with transaction.atomic():
        lock_keys("exceptions.thresholds", [1])
        chosen = ThresholdSet.objects.select_for_update().get(pk=set_id)
        if chosen.is_active:
            raise ThresholdsRefused(_("These are the numbers that hold already."))
        if chosen.tested_at is None:
            raise ThresholdsRefused(_("This set has not been back-tested; wait for its result."))
        active = _put_away()
        chosen.replaced, chosen.activated_at, chosen.is_active = active, clock.now(), True
        chosen.save(update_fields=["replaced", "activated_at", "is_active"])
        _record("exceptions.thresholds.activated", user, chosen, active, chosen)
    return chosen


def restore_thresholds(*, user: User) -> ThresholdSet | None:
    """Go back to the set before the active one; None where these are the detector's own numbers.

    Raises ThresholdsRefused where the detector's own numbers hold already.
    """
    with transaction.atomic():
        lock_keys("exceptions.thresholds", [1])
        active = _put_away()
        if active is None:
            raise ThresholdsRefused(
                _("The detector's own numbers hold; there is none before them.")
            )
        former = active.replaced
        if former is not None:
            former.is_active, former.activated_at = True, clock.now()
            former.save(update_fields=["is_active", "activated_at"])
        _record("exceptions.thresholds.restored", user, active, active, former)
    return former


def _put_away() -> ThresholdSet | None:
    active = ThresholdSet.objects.select_for_update().filter(is_active=True).first()
    if active is not None:
        active.is_active = False
        active.save(update_fields=["is_active"])
    return active


def _record(
    action: str,
    user: User,
    subject: ThresholdSet,
    before: ThresholdSet | None,
    after: ThresholdSet | None,
) -> None:
    record_action(
        action=action, actor=Actor.user(user), subject=subject,
        before={"version": before.version if before else 0},
        after={"version": after.version if after else 0}, note=subject.note,
    )  # fmt: skip
