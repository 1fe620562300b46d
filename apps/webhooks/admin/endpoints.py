"""Endpoints: where merchants' systems listen."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import badge, badge_column
from apps.core.actions import Actor
from apps.webhooks.admin.deliveries import WHOLE
from apps.webhooks.choices import EndpointMode
from apps.webhooks.models import Endpoint
from apps.webhooks.services import switch_endpoint

PERMISSION = "webhooks.change_endpoint"


def _switch_off(request: HttpRequest, endpoint: Endpoint, values: Values) -> str:
    switch_endpoint(
        endpoint_id=endpoint.pk,
        active=False,
        actor=Actor.user(request.user),
        why=values["reason"],
    )
    return _now("Nothing is sent there any more.")


def _switch_on(request: HttpRequest, endpoint: Endpoint, values: Values) -> str:
    switch_endpoint(endpoint_id=endpoint.pk, active=True, actor=Actor.user(request.user))
    return _now("What waited is sent now.")


@admin.register(Endpoint)
class EndpointAdmin(RecordAdmin):
    """Endpoints, newest first. The secret is shown once, when it is made, and never here."""

    list_display = ("url", "merchant", "mode_badge", "active_badge", "created_at_when")
    list_display_links = ("url",)
    list_select_related = ("merchant",)
    search_exact = ("uid",)
    mode_badge = badge_column("mode", EndpointMode, _("mode"))
    created_at_when = time_column("created_at", _("created at"))
    readonly_fields = ("url_whole", "mode_badge", "active_badge")
    change_form_outer_before_template = "baidiyun/record_bar.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "url_whole",
                    "merchant",
                    ("mode_badge", "active_badge", "why_off"),
                    ("kinds", "uid", "created_at"),
                )
            },
        ),
    )
    tasks = (
        Task(
            name="switch-off",
            label=_("Switch off"),
            explain=_("Nothing more is sent there; what waits for it waits."),
            permission=PERMISSION,
            run=_switch_off,
            form=ReasonForm,
            icon="pause",
            danger=True,
            applies=lambda row: row.is_active,
        ),
        Task(
            name="switch-on",
            label=_("Switch on"),
            explain=_("What waited for it is sent at once."),
            permission=PERMISSION,
            run=_switch_on,
            icon="play_arrow",
            applies=lambda row: not row.is_active,
        ),
    )

    @display(description=_("active"))
    def active_badge(self, row: Endpoint) -> SafeString:
        """Whether anything is sent there."""
        return badge(_("Active"), "success") if row.is_active else badge(_("Off"), "danger")

    @display(description=_("address"))
    def url_whole(self, row: Endpoint) -> SafeString:
        """Where it listens, broken wherever the line ends."""
        return format_html(WHOLE, row.url)
