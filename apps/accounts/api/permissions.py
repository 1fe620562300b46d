"""What a key's scopes and a person's permissions allow."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.choices import Scope
from apps.accounts.models import ApiKey

SCOPE_PERMISSIONS: dict[str, str] = {
    Scope.ORDERS_READ: "orders.view_order",
    Scope.ORDERS_WRITE: "orders.cancel_order",
    Scope.SHIPMENTS_READ: "shipments.view_shipment",
    Scope.POSITIONS_WRITE: "shipments.add_position",
    Scope.PRODUCTS_READ: "customs.view_product",
    Scope.PRODUCTS_WRITE: "customs.change_product",
    Scope.CONTACTS_READ: "exceptions.view_contact",
    Scope.CONTACTS_WRITE: "exceptions.add_contact",
}


class RequireScope(BasePermission):
    """A key needs the view's scope; a logged-in person needs the permission it stands for.

    Views name their scopes in ``scopes = {"GET": Scope.ORDERS_READ, "POST": …}``. A method
    without a scope is refused: nothing is open by forgetting.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether this caller may use the view with this method."""
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method
        scope = getattr(view, "scopes", {}).get(method)
        if scope is None or not getattr(request.user, "is_authenticated", False):
            return False
        if isinstance(request.auth, ApiKey):
            return str(scope) in request.auth.scopes
        return _is_at_work(request.user) and bool(request.user.has_perm(SCOPE_PERMISSIONS[scope]))


def _is_at_work(user: Any) -> bool:
    """Nobody works for a merchant that is not active, just as its keys open nothing."""
    return user.merchant_id is None or bool(user.merchant.is_active)
