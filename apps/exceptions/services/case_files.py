"""Files on a case: of a listed type by their content, few and small, only ever downloaded."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor, record_action
from apps.exceptions.errors import CaseRefused
from apps.exceptions.file_kinds import ENDINGS, kind_of, tidy_name
from apps.exceptions.models import CaseFile
from apps.exceptions.models.casework import MOST_FILE_BYTES
from apps.exceptions.services.case_changes import ACTION, locked_case

MOST_FILES = 20


def add_file(*, case_id: int, user: User, name: str, content: bytes) -> CaseFile:
    """Keep a file on a case; one with the same content is kept once and returned as it is.

    Raises CaseUnknown, CaseForbidden, and CaseRefused for an empty file, one over 5 MB, one whose
    content is of no listed type or not what its name says, and for more than 20 on a case.
    """
    shown = tidy_name(name)
    kind = kind_of(content, shown) if 0 < len(content) <= MOST_FILE_BYTES else None
    if not content:
        raise CaseRefused(_("This file is empty."), code="file")
    if len(content) > MOST_FILE_BYTES:
        raise CaseRefused(_("A file may have at most 5 MB."), code="file")
    if kind is None:
        raise CaseRefused(
            _("Only files that are what their name says: %s.") % ", ".join(ENDINGS), code="file"
        )
    digest = hashlib.sha256(content).digest()
    with transaction.atomic():
        case = locked_case(user=user, case_id=case_id)
        held = case.files.filter(sha256=digest).first()
        if held is not None:
            return held
        if case.files.count() >= MOST_FILES:
            raise CaseRefused(_("A case holds at most 20 files."), code="file")
        made = CaseFile.objects.create(
            case=case, name=shown, content_type=kind.content_type, size=len(content),
            sha256=digest, content=content, author=user,
        )  # fmt: skip
        record_action(
            action=f"{ACTION}file",
            actor=Actor.user(user),
            subject=case,
            merchant_id=case.merchant_id,
            after={"file": made.pk, "type": made.content_type, "size": made.size},
        )
    return made
