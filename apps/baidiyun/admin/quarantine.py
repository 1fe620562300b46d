"""Refused callbacks: why, from where, and a second chance once the reason is gone."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import action, display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_payloads import pretty_payload
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import badge_column, shown
from apps.baidiyun.choices import Refusal
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.form import parse_form
from apps.baidiyun.models import Quarantine
from apps.baidiyun.services import verify_quarantined
from apps.core.actions import Actor, record_action

PERMISSION = "baidiyun.change_quarantine"


@admin.register(Quarantine)
class QuarantineAdmin(RecordAdmin):
    """Pushes that were refused within the last day; never more than 1,000."""

    merchant_path = None
    list_display = (
        "received_when",
        "reason_badge",
        "topic",
        "token_short",
        "kid",
        "size_shown",
        "remote",
    )
    list_filter = (("reason", MultipleChoicesDropdownFilter), ("received_at", LocalTimeRange))
    search_exact = ("token", "remote")
    search_help_text = _("Token or address")
    received_when = time_column("received_at", _("received at"), seconds=True)
    actions = ("verify_again",)
    reason_badge = badge_column("reason", Refusal, _("reason"))
    change_form_outer_before_template = "baidiyun/record_bar.html"
    readonly_fields = ("reason_badge", "token_short", "size_shown", "content")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("reason_badge", "received_at", "remote"),
                    ("topic", "kid", "token_short"),
                    "size_shown",
                )
            },
        ),
        (_("Message as it came"), {"fields": ("content",)}),
    )

    @display(description=_("token"))
    def token_short(self, row: Quarantine) -> str:
        """The beginning of the token: enough to compare, not enough to forge."""
        return f"{row.token[:8]}…" if len(row.token) > 8 else row.token

    @display(description=_("size"))
    def size_shown(self, row: Quarantine) -> str:
        """How large the body was, and whether all of it was kept."""
        size = filesizeformat(row.size)
        if len(row.body) < row.size:
            return _now("%(size)s, only the beginning was kept") % {"size": size}
        return str(size)

    @display(description="")
    def content(self, row: Quarantine) -> SafeString:
        """The body, field by field where it is a form; personal data masked unless revealed."""
        text = body_shown(bytes(row.body), revealed=row.__dict__.get("revealed", False))
        return format_html('<pre class="sp-pre">{}</pre>', text)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Quarantine | None:
        """Find one row and note whether the viewer has revealed it."""
        row: Quarantine | None = super().get_object(request, object_id, from_field)
        if row is not None:
            row.__dict__["revealed"] = self.is_revealed(request, row)
        return row

    def has_verify_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may verify rows again."""
        return bool(request.user.has_perm(PERMISSION))

    @action(description=_("Verify again and take in"), permissions=["verify"])
    def verify_again(self, request: HttpRequest, queryset: QuerySet[Quarantine]) -> None:
        """Verify the chosen rows with the keys of now; what holds goes to the inbox."""
        ids = list(queryset.values_list("pk", flat=True))
        with transaction.atomic():
            done = verify_quarantined(row_ids=ids)
            record_action(
                action="baidiyun.quarantine.verified",
                actor=Actor.user(request.user),
                subject=("baidiyun.quarantine", ""),
                after={"replayed": done.replayed, "refused": done.refused, "cut": done.truncated},
            )
        said = _now("%(replayed)s taken in, %(refused)s refused again, %(cut)s not kept whole.") % {
            "replayed": done.replayed,
            "refused": done.refused,
            "cut": done.truncated,
        }
        self.message_user(request, said, messages.SUCCESS if done.replayed else messages.WARNING)


def body_shown(body: bytes, *, revealed: bool) -> str:
    """Return a refused body as text: a form's fields one by one, anything else as it is."""
    try:
        fields = dict(parse_form(body))
    except (MalformedPayload, TypeError, ValueError):
        fields = {}
    if not fields:
        return shown(body.decode("utf-8", "replace"), "payload", revealed=revealed)
    return "\n".join(
        f"{name} = {pretty_payload(str(value), revealed=revealed)}"
        for name, value in fields.items()
    )
