"""Merchants: added and edited by managers, read by the others with the sender's data masked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge, shown
from apps.accounts.models import Merchant

SENDER = ("sender_name", "sender_phone", "sender_street")
MASKED = tuple(f"masked_{name}" for name in SENDER)
REGION = ("sender_province", "sender_city", "sender_district")


@admin.register(Merchant)
class MerchantAdmin(ScopedModelAdmin):
    """The storefronts. Their own users see only theirs, through orders; not this page."""

    merchant_path = None
    can_add = True
    list_display = ("name", "slug", "kind", "state", "default_carrier", "currency", "created_at")
    list_filter = ("is_test", "is_active")
    search_exact = ("slug", "name")
    search_prefix = ("slug", "name")
    search_help_text = _("Name or short name")
    ordering = ("slug",)
    change_form_outer_before_template = "accounts/reveal_bar.html"
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("is_test", "is_active"))}),
        (_("Defaults"), {"fields": (("default_carrier", "currency"),)}),
        (_("Sender"), {"fields": (("sender_name", "sender_phone"), REGION, "sender_street")}),
    )

    @display(description=_("kind"))
    def kind(self, row: Merchant) -> SafeString:
        """Whether it is a test merchant, whose orders never reach a real carrier."""
        return badge(_("Test"), "warning") if row.is_test else badge(_("Live"), "success")

    @display(description=_("state"))
    def state(self, row: Merchant) -> SafeString:
        """Whether its keys work."""
        return badge(_("Active"), "success") if row.is_active else badge(_("Inactive"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The short name is part of addresses and stays; test or live is decided once."""
        return MASKED if obj is None else ("slug", "is_test", *MASKED)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the sender masked to whoever may only read."""
        if (
            obj is None
            or self.has_change_permission(request, obj)
            or self.is_revealed(request, obj)
        ):
            return super().get_fieldsets(request, obj)
        sender = (MASKED[:2], REGION, MASKED[2])
        return (*self.fieldsets[:2], (_("Sender"), {"fields": sender}))

    @display(description=_("sender"))
    def masked_sender_name(self, row: Merchant) -> str:
        """The sender's name, masked."""
        return shown(row.sender_name, "name")

    @display(description=_("sender's phone"))
    def masked_sender_phone(self, row: Merchant) -> str:
        """The sender's phone, masked."""
        return shown(row.sender_phone, "phone")

    @display(description=_("sender's street"))
    def masked_sender_street(self, row: Merchant) -> str:
        """The sender's street, hidden."""
        return "***" if row.sender_street else ""
