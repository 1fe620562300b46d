"""Versions of keyword lists: written by one person, whole or invisible, published by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.compliance.term_rows import TermRow
from apps.customs.compliance_errors import NotYours, RulesRefused, SamePerson
from apps.customs.models import KeywordList, KeywordListVersion
from apps.customs.services.compliance_publishing import PUBLISH, patient
from apps.customs.services.keyword_storing import (
    begin_version,
    copy_version,
    finish_version,
    remove_version,
    store_rows,
)

EDIT = "customs.change_keywordlist"


def save_list(
    *,
    key: str,
    title_zh: str,
    title_en: str,
    user: Any,
    source: str = "",
    checked_on: dt.date | None = None,
) -> KeywordList:
    """Make a list or change what it is called and where its words are from. Raises NotYours."""
    _may(user, EDIT)
    with transaction.atomic():
        row, _made = KeywordList.objects.update_or_create(
            key=key,
            defaults={
                "title_zh": title_zh,
                "title_en": title_en,
                "source": source,
                "checked_on": checked_on,
            },
        )
        record_action(
            action="customs.list.saved",
            actor=Actor.user(user),
            subject=row,
            after={"key": key, "source": source},
        )
    return row


def change_terms(
    *,
    keyword_list: KeywordList,
    user: Any,
    add: Iterable[TermRow] = (),
    remove: Collection[int] = (),
) -> KeywordListVersion:
    """Return a new whole version: the newest one, without some terms (by id) and with others.

    It does not count until somebody else publishes it. Raises NotYours, TooManyTerms, TermsClash.
    """
    _may(user, EDIT)
    with transaction.atomic():
        KeywordList.objects.select_for_update().get(pk=keyword_list.pk)
        base = keyword_list.versions.filter(ready_at__isnull=False).first()
        version = begin_version(keyword_list, user.get_username())
        if base is not None:
            copy_version(base, version, leaving=remove)
        store_rows(version, add)
        return finish_version(version, actor=Actor.user(user))


def publish_list_version(
    *, version: KeywordListVersion, approver: Any, note: str = ""
) -> KeywordListVersion:
    """Let a whole version of a list count from now on, wherever rules name the list.

    Raises NotYours, SamePerson where the approver wrote it, RulesBusy, and RulesRefused for one
    that is not whole or was published before.
    """
    _may(approver, PUBLISH)
    with transaction.atomic(), patient():
        fresh = KeywordListVersion.objects.select_for_update().get(pk=version.pk)
        if fresh.ready_at is None:
            raise RulesRefused(_("This version of the list is not whole yet."), code="not_whole")
        if fresh.published_at is not None:
            raise RulesRefused(_("This version was published before."), code="published")
        if approver.get_username() == fresh.written_by:
            raise SamePerson
        fresh.approver, fresh.published_at = approver.get_username(), clock.now()
        fresh.save(update_fields=["approver", "published_at"])
        _log("customs.list.published", approver, fresh, note)
    return fresh


def restore_list_version(
    *, version: KeywordListVersion, approver: Any, note: str
) -> KeywordListVersion:
    """Bring back the words of an older version at once, as a new one by the same writer.

    Raises as :func:`publish_list_version`; who wrote the old words cannot bring them back alone.
    """
    _may(approver, PUBLISH)
    with transaction.atomic():
        KeywordList.objects.select_for_update().get(pk=version.keyword_list_id)
        if version.published_at is None:
            raise RulesRefused(_("This version never counted."), code="never_bound")
        made = begin_version(version.keyword_list, version.written_by)
        copy_version(version, made)
        finish_version(made, actor=Actor.user(approver))
        return publish_list_version(version=made, approver=approver, note=note)


def drop_version(*, version: KeywordListVersion, user: Any) -> None:
    """Remove a version that was never published. Raises NotYours, RulesRefused."""
    _may(user, EDIT)
    with transaction.atomic():
        fresh = KeywordListVersion.objects.select_for_update().get(pk=version.pk)
        if fresh.published_at is not None:
            raise RulesRefused(_("What was published stays."), code="published")
        _log("customs.list.dropped", user, fresh, "")
        remove_version(fresh)


def _may(user: Any, permission: str) -> None:
    if not user.has_perm(permission):
        raise NotYours


def _log(action: str, user: Any, version: KeywordListVersion, note: str) -> None:
    record_action(
        action=action,
        actor=Actor.user(user),
        subject=version,
        after={
            "list": version.keyword_list.key,
            "number": version.number,
            "terms": version.terms_count,
            "digest": version.digest,
        },
        note=note.strip()[:300],
    )
