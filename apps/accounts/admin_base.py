"""The base of every admin list: constant time, bound to the viewer's merchant, masked."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.accounts.scoping import merchant_of, scope_to
from apps.core.paging import CappedPaginator

Row = TypeVar("Row", bound=Model)


class ScopedModelAdmin(ModelAdmin):  # type: ignore[misc]
    """A list that opens in constant time and shows a merchant's user only their own rows.

    ``merchant_path`` leads from the row to its merchant; None marks a page of the operator's
    staff, closed to merchants' users. Rows are not added or deleted here unless a page says
    so: what changes things are services.
    """

    merchant_path: str | None = "merchant"
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = False
    list_per_page = 50
    list_max_show_all = 200
    list_fullwidth = True
    can_add = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows the viewer may see."""
        rows = super().get_queryset(request)
        if self.merchant_path is None:
            return rows if merchant_of(request.user) is None else rows.none()
        return scope_to(request.user, rows, path=self.merchant_path)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff pages do not show in a merchant's menu."""
        if self.merchant_path is None and getattr(request.user, "merchant_id", None):
            return False
        return bool(super().has_module_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff pages are closed to merchants' users."""
        if self.merchant_path is None and getattr(request.user, "merchant_id", None):
            return False
        return bool(super().has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only pages that say so add rows."""
        return self.can_add and bool(super().has_add_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False
