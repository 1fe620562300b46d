"""Imports of products: taken in, confirmed, dropped, taken back; a worker does the rest."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.choices import IMPORTS_AT_WORK, FileProblem, ImportState
from apps.customs.import_reading import MOST_BYTES
from apps.customs.models import ProductImport, ProductImportFile
from apps.customs.product_errors import ImportRefused

MOST_AT_WORK = 3
LONGEST_NAME = 200


def start_import(*, merchant_id: int, name: str, content: bytes, user: User) -> ProductImport:
    """Take in a file; it is read and checked row by row before anybody is asked.

    Raises ImportRefused for a file that is empty or above 20 MB, and where three files of the
    merchant are at work already.
    """
    if not content:
        raise ImportRefused(FileProblem.EMPTY.label, code=FileProblem.EMPTY.value)
    if len(content) > MOST_BYTES:
        raise ImportRefused(FileProblem.TOO_LARGE.label, code=FileProblem.TOO_LARGE.value)
    with transaction.atomic():
        rows = ProductImport.objects.filter(merchant_id=merchant_id, state__in=IMPORTS_AT_WORK)
        if rows.count() >= MOST_AT_WORK:
            raise ImportRefused(_("Three files are at work; wait for one of them."), code="busy")
        job = ProductImport.objects.create(
            merchant_id=merchant_id, file_name=_tidy(name), uploaded_by=user
        )
        ProductImportFile.objects.create(job=job, content=content)
        _log(job, "uploaded", user)
    return job


def confirm_import(*, job: ProductImport, takes_codes: bool, user: User) -> ProductImport:
    """Let the good rows of a preview be stored; wrong rows stay out.

    ``takes_codes`` is this person's word that the HS codes of the file were checked: they count
    as confirmed by them. Raises ImportRefused where it waits for no confirmation, or where every
    row is wrong or says nothing new.
    """
    with transaction.atomic():
        row = _locked(job, ImportState.PREVIEW)
        if not row.new_rows + row.changed_rows:
            raise ImportRefused(_("No row of this file would change anything."))
        row.state = ImportState.RUNNING.value
        row.takes_codes = takes_codes
        row.confirmed_at, row.confirmed_by = clock.now(), user
        row.save(update_fields=["state", "takes_codes", "confirmed_at", "confirmed_by"])
        _log(row, "confirmed", user)
    return row


def discard_import(*, job: ProductImport, user: User) -> ProductImport:
    """Drop a preview; nothing of it is stored. Raises ImportRefused where it is none."""
    with transaction.atomic():
        row = _locked(job, ImportState.PREVIEW)
        row.state, row.finished_at = ImportState.DISCARDED.value, clock.now()
        row.save(update_fields=["state", "finished_at"])
        _log(row, "discarded", user)
    return row


def undo_import(*, job: ProductImport, user: User) -> ProductImport:
    """Take a stored import back: its products go, changed ones are as they were before.

    What somebody changed since stays as it is and is counted. One that failed half way can be
    taken back too. Raises ImportRefused where it is neither, or its rows are not kept any more.
    """
    with transaction.atomic():
        row = _locked(job, ImportState.DONE, ImportState.FAILED)
        if not row.lines.filter(stored_at__isnull=False).exists():
            raise ImportRefused(_("What stood there before is not kept any more."))
        row.state = ImportState.UNDOING.value
        row.undone_by = user
        row.save(update_fields=["state", "undone_by"])
        _log(row, "undone", user)
    return row


def _locked(job: ProductImport, *states: ImportState) -> ProductImport:
    row = ProductImport.objects.select_for_update().get(pk=job.pk)
    if row.state not in states:
        label = ImportState(row.state).label
        raise ImportRefused(_("This cannot be done now: %(state)s.") % {"state": label})
    return row


def _log(job: ProductImport, verb: str, user: User) -> None:
    record_action(
        action=f"customs.product_import.{verb}",
        actor=Actor.user(user),
        subject=job,
        merchant_id=job.merchant_id,
        after={
            "file": job.file_name,
            "new": job.new_rows,
            "changed": job.changed_rows,
            "bad": job.bad_rows,
            "takes_codes": job.takes_codes,
        },
    )


def _tidy(name: str) -> str:
    """Return a file's name as it may be shown: its last part, without unseen characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    return seen[-LONGEST_NAME:].strip() or "products"
