"""Roles, key modes and scopes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Role(LabelledEnum):
    """What a person does all day; each is a group with permissions."""

    OPERATOR = "operator", _("Operator"), "info"
    CUSTOMER_SERVICE = "customer_service", _("Customer service"), "info"
    MANAGER = "manager", _("Manager"), "warning"
    AUDITOR = "auditor", _("Auditor"), "default"
    MERCHANT = "merchant", _("Merchant"), "success"


class KeyMode(LabelledEnum):
    """Which Baidiyun the orders of a key talk to."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "warning"


class Scope(LabelledEnum):
    """What an API key may do."""

    ORDERS_READ = "orders:read", _("Read orders")
    ORDERS_WRITE = "orders:write", _("Place and cancel orders")
    SHIPMENTS_READ = "shipments:read", _("Read shipments")
    POSITIONS_WRITE = "positions:write", _("Report positions and planned routes")
    PRODUCTS_READ = "products:read", _("Read products")
    PRODUCTS_WRITE = "products:write", _("Keep products")
    CONTACTS_READ = "contacts:read", _("Read what customers said")
    CONTACTS_WRITE = "contacts:write", _("Tell what customers said")
