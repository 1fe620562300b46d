"""Whose rows somebody may see: one rule for the admin, the API and the pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from apps.accounts.models import ApiKey, User

Row = TypeVar("Row", bound=Model)


def merchant_of(viewer: User | ApiKey | Any) -> int | None:
    """Return the merchant somebody is bound to, or None for the operator's staff."""
    return viewer.merchant_id


def scope_to(
    viewer: User | ApiKey | Any, queryset: QuerySet[Row], *, path: str = "merchant"
) -> QuerySet[Row]:
    """Limit a queryset to the viewer's merchant; ``path`` leads from the row to it.

    Nobody logged in sees nothing at all.
    """
    if not getattr(viewer, "is_authenticated", True):
        return queryset.none()
    merchant_id = merchant_of(viewer)
    return queryset if merchant_id is None else queryset.filter(**{f"{path}_id": merchant_id})
