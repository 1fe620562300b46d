"""Keeping a narrowed worklist under a name, for oneself or for everybody."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor, record_action
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import WorklistView
from apps.exceptions.services.case_changes import refuse_stranger

SHARES = "exceptions.change_rule"
"""Whoever changes rules may keep a view for everybody."""
MOST_VIEWS = 12


def views_of(user: User) -> list[WorklistView]:
    """Return the views somebody has kept and those kept for everybody, in their order."""
    return list(WorklistView.objects.filter(Q(user=user) | Q(user=None))[: 2 * MOST_VIEWS])


def keep_view(
    *, user: User, name: str, filters: CaseFilters, for_everybody: bool = False
) -> WorklistView:
    """Keep filters under a name; the same name again keeps the new ones.

    Raises CaseUnknown, CaseForbidden, CaseRefused (no name, nothing narrowed, too many views, or
    not one's to share).
    """
    refuse_stranger(user)
    title, kept = " ".join(name.split())[:40], filters.kept()
    kept.pop("text", None)
    if not title:
        raise CaseRefused(_("A view needs a name."), code="name")
    if not kept:
        raise CaseRefused(_("Choose a filter first: this is the whole list."), code="filters")
    if for_everybody and not user.has_perm(SHARES):
        raise CaseRefused(_("Only managers keep views for everybody."), code="for_everybody")
    owner = None if for_everybody else user
    with transaction.atomic():
        others = WorklistView.objects.filter(user=owner).exclude(name=title)
        if others.count() >= MOST_VIEWS:
            raise CaseRefused(_("There are %(most)s views already.") % {"most": MOST_VIEWS})
        view, made = WorklistView.objects.update_or_create(
            user=owner, name=title, defaults={"filters": kept}
        )
        record_action(
            action="exceptions.view.kept" if made else "exceptions.view.changed",
            actor=Actor.user(user),
            subject=view,
            after={"name": title, "filters": kept},
        )
    return view


def drop_view(*, user: User, view_id: int) -> None:
    """Forget a view of one's own, or one of everybody if one may share.

    Raises CaseUnknown, CaseForbidden, CaseRefused.
    """
    refuse_stranger(user)
    mine = Q(user=user) | (Q(user=None) if user.has_perm(SHARES) else Q(pk__in=[]))
    with transaction.atomic():
        view = WorklistView.objects.select_for_update().filter(mine, pk=view_id).first()
        if view is None:
            raise CaseRefused(_("This view is not yours."), code="view")
        record_action(
            action="exceptions.view.dropped",
            actor=Actor.user(user),
            subject=view,
            before={"name": view.name, "filters": view.filters},
        )
        view.delete()
