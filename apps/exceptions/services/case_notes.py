"""What is written on a case: comments, and what was said to the customer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor, record_action
from apps.exceptions.choices import NoteKind
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import CannedReply, Case, CaseNote
from apps.exceptions.services.case_changes import ACTION, locked_case

MOST_TEXT = 4_000


def add_note(*, case_id: int, user: User, text: str) -> CaseNote:
    """Write a comment on a case, live or closed.

    Comments never stand in each other's way, so no version is asked for. Raises CaseUnknown,
    CaseForbidden, CaseRefused (nothing said, or more than 4,000 characters).
    """
    return _add(case_id=case_id, user=user, text=text, kind=NoteKind.COMMENT, reply=None)


def add_reply(*, case_id: int, user: User, text: str, reply_id: int | None = None) -> CaseNote:
    """Keep what was said to the customer; ``reply_id`` is the canned reply it was made from.

    ``text`` is the reply as `reply_selectors.filled_replies` filled it and the person may have
    changed it. Raises as :func:`add_note`, and CaseRefused for a reply that is not in use.
    """
    reply = None
    if reply_id is not None:
        reply = CannedReply.objects.filter(pk=reply_id, is_active=True).first()
        if reply is None:
            raise CaseRefused(_("This reply is not in use any more."), code="reply")
    return _add(case_id=case_id, user=user, text=text, kind=NoteKind.REPLY, reply=reply)


def note_by_portal(*, case: Case, text: str) -> CaseNote:
    """Write what the portal itself has to say on a case, in the caller's transaction."""
    return CaseNote.objects.create(case=case, kind=NoteKind.SYSTEM.value, text=text[:MOST_TEXT])


def _add(
    *, case_id: int, user: User, text: str, kind: NoteKind, reply: CannedReply | None
) -> CaseNote:
    said = text.replace("\x00", "").strip()
    if not said:
        raise CaseRefused(_("Write something first."), code="text")
    if len(said) > MOST_TEXT:
        raise CaseRefused(_("That is more than 4,000 characters."), code="text")
    with transaction.atomic():
        case = locked_case(user=user, case_id=case_id)
        note = CaseNote.objects.create(
            case=case, kind=kind.value, author=user, reply=reply, text=said
        )
        record_action(
            action=f"{ACTION}{kind.value}",
            actor=Actor.user(user),
            subject=case,
            merchant_id=case.merchant_id,
            after={"note": note.pk} | ({"reply": reply.code} if reply else {}),
        )
    return note
