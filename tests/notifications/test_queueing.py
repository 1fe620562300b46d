"""The outbox of staff: said once, with what it tells of, and never about the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity
from apps.notifications.models import Notice
from apps.notifications.services import queue_notice


def told(**changed: Any) -> Notice | None:
    """Queue a notice that differs from the usual one as said."""
    values: dict[str, Any] = {
        "kind": "incident.opened",
        "audience": Audience.OPERATIONS,
        "severity": NoticeSeverity.RED,
        "dedupe_key": "incident:1:opened",
        "title": "合肥中转场停滞",
        "title_en": "Stalled at Hefei",
        "path": "/admin/exceptions/incident/1/change/",
    }
    return queue_notice(**(values | changed))


@pytest.mark.django_db
def test_a_notice_waits_for_a_channel():
    notice = told()
    assert notice is not None
    assert (notice.state, notice.sent_at) == ("waiting", None)


@pytest.mark.django_db
def test_the_same_is_said_once_and_the_second_teller_knows():
    told()
    assert told(title="别的话") is None
    assert [row.title for row in Notice.objects.all()] == ["合肥中转场停滞"]


@pytest.mark.django_db
def test_what_is_about_sandbox_parcels_is_a_rehearsal():
    notice = told(mode=NoticeMode.SANDBOX)
    assert notice is not None
    assert notice.state == "rehearsal"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state="waiting")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "admin/"])
def test_a_notice_leads_to_no_page_but_ours(path):
    with pytest.raises(IntegrityError), transaction.atomic():
        told(path=path)


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_not_written_outside_the_transaction_of_what_it_tells():
    with pytest.raises(RuntimeError, match="transaction"):
        told()
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_notice_goes_with_what_it_told_of():
    with transaction.atomic():
        told()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_long_titles_are_cut():
    notice = told(title="长" * 200, title_en="x" * 200)
    assert notice is not None
    assert (len(notice.title), len(notice.title_en)) == (120, 120)
