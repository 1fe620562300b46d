"""Cases that belong together."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor, record_action
from apps.exceptions.errors import CaseRefused, CaseUnknown
from apps.exceptions.models import Case, CaseLink
from apps.exceptions.services.case_changes import ACTION, refuse_stranger


def link_cases(*, case_id: int, other_id: int, user: User) -> CaseLink:
    """Say that two cases belong together; said again it is the same link.

    Raises CaseUnknown, CaseForbidden, CaseRefused for a case and itself.
    """
    with transaction.atomic():
        cases = _both(case_id, other_id, user)
        link, is_new = CaseLink.objects.get_or_create(left=cases[0], right=cases[1])
        if is_new:
            _log("link", cases, user)
    return link


def unlink_cases(*, case_id: int, other_id: int, user: User) -> bool:
    """Take a link away; returns whether there was one. Raises as :func:`link_cases`."""
    with transaction.atomic():
        cases = _both(case_id, other_id, user)
        gone, _rows = CaseLink.objects.filter(left=cases[0], right=cases[1]).delete()
        if gone:
            _log("unlink", cases, user)
    return bool(gone)


def _both(case_id: int, other_id: int, user: User) -> list[Case]:
    refuse_stranger(user)
    if case_id == other_id:
        raise CaseRefused(_("A case is not linked to itself."), code="other")
    cases = list(Case.objects.filter(pk__in=[case_id, other_id]).order_by("pk"))
    if len(cases) != 2:
        raise CaseUnknown(_("There is no such case."))
    return cases


def _log(word: str, cases: list[Case], user: User) -> None:
    for case, other in (cases, cases[::-1]):
        record_action(
            action=f"{ACTION}{word}",
            actor=Actor.user(user),
            subject=case,
            merchant_id=case.merchant_id,
            after={"other": other.uid},
        )
