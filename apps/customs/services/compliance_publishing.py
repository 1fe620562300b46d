"""Drafts of rule sets, and the versions that come of them: two people, nothing half published."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.choices import VersionState
from apps.customs.compliance.content import ListRef, SetContent, digest_of, to_json
from apps.customs.compliance_errors import NotYours, RulesBusy, RulesRefused, SamePerson
from apps.customs.compliance_live import binding_versions, content_of, lists_named
from apps.customs.compliance_problems import read_draft, refuse_unless_sound
from apps.customs.compliance_terms import list_states
from apps.customs.errors import VersionChanged
from apps.customs.models import RuleSet, RuleSetVersion

EDIT, PUBLISH = "customs.change_ruleset", "customs.publish_ruleset"
BRAKE = dt.timedelta(hours=1)
"""How long after it began a version can be taken back by somebody who wrote the one before."""
MOST_WAIT = "5s"
"""How long a publication waits for transactions that are judging parcels."""


def save_draft(
    *, rule_set: RuleSet, content: SetContent, expected_version: int, user: Any
) -> RuleSet:
    """Keep an edit of a draft; half-finished drafts are kept, absurdly large ones are not.

    Raises VersionChanged where somebody saved since ``expected_version``, NotYours, DraftRefused.
    """
    _may(user, EDIT)
    with transaction.atomic():
        locked = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
        if locked.draft_version != expected_version:
            raise VersionChanged
        data = to_json(dataclasses.replace(content, code=locked.code))
        read_draft(data)
        if data == locked.draft:
            return locked
        locked.draft, locked.draft_by, locked.draft_at = data, user, clock.now()
        locked.draft_version += 1
        locked.draft_editors = sorted({*locked.draft_editors, user.get_username()})
        locked.save()
    return locked


def discard_draft(*, rule_set: RuleSet, expected_version: int, user: Any) -> RuleSet:
    """Put what binds now back into the draft. Raises VersionChanged, NotYours, RulesRefused."""
    _may(user, EDIT)
    with transaction.atomic():
        locked = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
        if locked.draft_version != expected_version:
            raise VersionChanged
        newest = locked.versions.filter(state=VersionState.PUBLISHED.value).first()
        if newest is None:
            raise RulesRefused(_("Nothing was published yet that could come back."), code="none")
        _renew_draft(locked, newest.content)
        record_action(action="customs.rules.discarded", actor=Actor.user(user), subject=locked)
    return locked


def publish_rule_set(
    *,
    rule_set: RuleSet,
    approver: Any,
    note: str,
    binds_from: dt.datetime | None = None,
    expected_version: int | None = None,
) -> RuleSetVersion:
    """Make a version of the draft; it binds at once, or by itself from an aware moment to come.

    ``expected_version`` is the edit the approver looked at. Raises SamePerson where the approver
    wrote any of it, NotYours, VersionChanged, DraftRefused, RulesBusy, and RulesRefused for a
    moment gone by, a draft that changes nothing, and a later version that would undo it.
    """
    _may(approver, PUBLISH)
    with transaction.atomic(), patient():
        locked = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
        if expected_version is not None and locked.draft_version != expected_version:
            raise VersionChanged
        _refuse_the_writer(approver, locked.draft_editors)
        now = clock.now()
        content = _with_lists(read_draft(locked.draft), now)
        moment = _moment(locked, binds_from, now)
        refuse_unless_sound(content, at=max(moment, now))
        _refuse_no_change(locked, content)
        author = locked.draft_by.get_username() if locked.draft_by else locked.draft_editors[-1]
        version = _add_version(
            locked,
            content=to_json(content),
            digest=digest_of(content),
            binds_from=moment,
            author=author,
            editors=locked.draft_editors,
            approver=approver.get_username(),
            note=note,
        )
        locked.draft_editors = []
        locked.save(update_fields=["draft_editors"])
        _log("customs.rules.published", approver, version, note)
    return version


def restore_version(*, version: RuleSetVersion, approver: Any, note: str) -> RuleSetVersion:
    """Bring back what a set said before, at once: a new version with the old content.

    Who wrote the old content and who brings it back are two people; who wrote it may do so alone
    for an hour after its successor began (`BRAKE`), and only to what bound right before. Raises
    NotYours, SamePerson, DraftRefused, RulesBusy, RulesRefused for what never bound or binds now.
    """
    _may(approver, PUBLISH)
    with transaction.atomic(), patient():
        locked = RuleSet.objects.select_for_update().get(pk=version.rule_set_id)
        now = clock.now()
        bound = _bound(locked, now)
        if version.pk not in {one.pk for one in bound}:
            raise RulesRefused(_("This version never bound."), code="never_bound")
        current, before = bound[0], bound[1] if len(bound) > 1 else None
        if version.digest == current.digest:
            raise RulesRefused(_("This is what binds now."), code="binds_already")
        if not (version == before and now - current.binds_from <= BRAKE):
            _refuse_the_writer(approver, version.editors)
        refuse_unless_sound(content_of(version), at=now, only_what_breaks=True)
        made = _add_version(
            locked,
            content=version.content,
            digest=version.digest,
            binds_from=now,
            author=version.author,
            editors=version.editors,
            approver=approver.get_username(),
            note=note,
            restores=version,
        )
        if not locked.draft_editors:
            _renew_draft(locked, version.content)
        _log("customs.rules.restored", approver, made, note)
    return made


def retire_version(*, version: RuleSetVersion, approver: Any, note: str) -> RuleSetVersion:
    """Take back a version that has not begun to bind; one that has is undone by restoring another.

    Raises NotYours, RulesBusy, RulesRefused.
    """
    _may(approver, PUBLISH)
    with transaction.atomic(), patient():
        RuleSet.objects.select_for_update().get(pk=version.rule_set_id)
        fresh = RuleSetVersion.objects.get(pk=version.pk)
        if fresh.binds_from <= clock.now() or fresh.state != VersionState.PUBLISHED.value:
            raise RulesRefused(
                _("This version binds already or was taken back. Bring back another instead."),
                code="binds_already",
            )
        fresh.state = VersionState.RETIRED.value
        fresh.save(update_fields=["state"])
        _log("customs.rules.retired", approver, fresh, note)
    return fresh


def _may(user: Any, permission: str) -> None:
    if not user.has_perm(permission):
        raise NotYours


def _refuse_the_writer(approver: Any, editors: list[str]) -> None:
    if approver.get_username() in editors:
        raise SamePerson


@contextmanager
def patient() -> Iterator[None]:
    """Wait for judging transactions, but not for ever. Raises RulesBusy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [MOST_WAIT])
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise RulesBusy from error
        raise


def _moment(rule_set: RuleSet, binds_from: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    moment = binds_from or now
    if moment < now:
        raise RulesRefused(_("Rules cannot bind from a moment that is over."), code="past")
    later = rule_set.versions.filter(
        state=VersionState.PUBLISHED.value, binds_from__gt=max(now, moment)
    ).first()
    if later is not None:
        raise RulesRefused(
            _(
                "Version %(number)s is to bind later and would undo this one. Take it back first, "
                "publish this, then publish what it was for."
            )
            % {"number": later.number},
            code="undone_later",
        )
    return moment


def _refuse_no_change(rule_set: RuleSet, content: SetContent) -> None:
    newest = rule_set.versions.filter(state=VersionState.PUBLISHED.value).first()
    if not rule_set.draft_editors or (newest and newest.digest == digest_of(content)):
        raise RulesRefused(_("Nothing was changed since the last version."), code="no_change")


def _with_lists(content: SetContent, at: dt.datetime) -> SetContent:
    """Write down which lists the approver saw; which count is told by time, as for the rules."""
    states = list_states(lists_named([content]), at)
    return dataclasses.replace(
        content, lists=tuple(ListRef(one.key, one.number, one.digest) for one in states)
    )


def _bound(rule_set: RuleSet, now: dt.datetime) -> list[RuleSetVersion]:
    """Return what has bound so far, what binds now first."""
    rows = rule_set.versions.filter(state=VersionState.PUBLISHED.value, binds_from__lte=now)
    return list(rows.order_by("-binds_from", "-number"))


def _add_version(rule_set: RuleSet, **values: Any) -> RuleSetVersion:
    last = rule_set.versions.order_by("-number").first()
    values["note"] = values["note"].strip()[:300]
    return RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=last.number + 1 if last else 1,
        state=VersionState.PUBLISHED.value,
        published_at=clock.now(),
        **values,
    )


def _renew_draft(rule_set: RuleSet, content: dict[str, Any]) -> None:
    rule_set.draft, rule_set.draft_editors = content, []
    rule_set.draft_version += 1
    rule_set.save()


def _log(action: str, user: Any, version: RuleSetVersion, note: str) -> None:
    record_action(
        action=action,
        actor=Actor.user(user),
        subject=version,
        after={
            "set": version.rule_set.code,
            "number": version.number,
            "digest": version.digest,
            "binds_from": version.binds_from.isoformat(),
        },
        note=note.strip()[:300],
    )


__all__ = [
    "binding_versions",
    "discard_draft",
    "publish_rule_set",
    "restore_version",
    "retire_version",
    "save_draft",
]
