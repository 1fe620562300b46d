"""Who looks after a case: a person, a group."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.exceptions.choices import CaseMove
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import Case, OwnerGroup
from apps.exceptions.services.case_changes import FREE, PERMISSION, case_to_change, change_case


def assign_case(
    *,
    case_id: int,
    user: User,
    version: int,
    owner_id: int | None = None,
    group_id: int | None = None,
    note: str = "",
) -> Case:
    """Give a live case to a person, to a group, or to both.

    A group alone leaves it without an owner, for anybody of that group. Raises CaseUnknown,
    CaseForbidden, CaseChanged, CaseTaken, CaseRefused (nobody named, or somebody whose role does
    not work on cases).
    """
    values = check_assignment(owner_id=owner_id, group_id=group_id)
    with transaction.atomic():
        case = case_to_change(user=user, case_id=case_id, version=version, move=CaseMove.ASSIGN)
        change_case(
            case=case,
            move=CaseMove.ASSIGN,
            actor=Actor.user(user),
            values=values,
            claim=None if owner_id == user.pk else FREE,
            note=note,
        )
    return case


def check_assignment(
    *, owner_id: int | None = None, group_id: int | None = None, note: str = ""
) -> dict[str, Any]:
    """Return the case's fields of an assignment. Raises CaseRefused where nobody is named, or
    somebody whose role does not work on cases."""
    if owner_id is None and group_id is None:
        raise CaseRefused(_("Say whom the case goes to."), code="owner")
    values: dict[str, Any] = {"owner_id": owner_id}
    if group_id is not None:
        if not OwnerGroup.objects.filter(pk=group_id).exists():
            raise CaseRefused(_("There is no such owner group."), code="group")
        values["group_id"] = group_id
    if owner_id is not None:
        owner = User.objects.filter(pk=owner_id, is_active=True).first()
        if owner is None or merchant_of(owner) is not None or not owner.has_perm(PERMISSION):
            raise CaseRefused(_("This person does not work on cases."), code="owner")
    return values
