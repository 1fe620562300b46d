"""The call log: what we asked Baidiyun and what it said."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    MultipleChoicesDropdownFilter,
    TextFilter,
)
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_payloads import pretty_payload
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge, badge_column
from apps.baidiyun.admin.finding import is_id, subscription_condition
from apps.baidiyun.admin.subjects import subject_link
from apps.baidiyun.choices import Mode, Product, Topic
from apps.baidiyun.models import ApiCall, Subscription
from apps.core.metrics.blame import ERRORS, Blame

SLOW_MS = 1_000
NOBODY = "-"
TOPIC_OF = {
    Product.SUBSCRIBE.value: Topic.TRACKING.value,
    Product.QUERY.value: Topic.TRACKING.value,
    Product.BOOK.value: Topic.BOOKING.value,
    Product.CANCEL.value: Topic.BOOKING.value,
    Product.DETAIL.value: Topic.BOOKING.value,
}


class OutcomeFilter(DropdownFilter):
    """How calls ended; failures have an index of their own."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the outcomes."""
        return [
            ("ok", _("Succeeded")),
            ("failed", _("Failed")),
            ("error", _("Failed, and not by the caller's fault")),
            ("permanent", _("Failed for good")),
            ("slow", _("Slow (over 1 s)")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls that ended so."""
        conditions: dict[str, dict[str, Any]] = {
            "ok": {"ok": True},
            "failed": {"ok": False},
            "error": {"ok": False, "blame__in": sorted(ERRORS)},
            "permanent": {"ok": False, "permanent": True},
            "slow": {"duration_ms__gte": SLOW_MS},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


class ReturnCodeFilter(TextFilter):
    """Calls answered with one return code."""

    title = _("return code")
    parameter_name = "return_code"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls with exactly that code."""
        value = (self.value() or "").strip()
        return queryset.filter(return_code=value) if value else queryset


class CarrierFilter(TextFilter):
    """Calls about one carrier, by its code; ``-`` for calls about none."""

    title = _("carrier")
    parameter_name = "carrier"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls about exactly that carrier."""
        value = (self.value() or "").strip()
        return queryset.filter(carrier="" if value == NOBODY else value) if value else queryset


class ForMerchantFilter(MerchantFilter):
    """Calls made for one merchant, or for nobody in particular."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer nobody besides every merchant."""
        return [(NOBODY, str(_("nobody in particular"))), *super().lookups(request, model_admin)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the calls made for the chosen one."""
        if self.value() == NOBODY:
            return queryset.filter(merchant__isnull=True)
        return super().queryset(request, queryset)


@admin.register(ApiCall)
class ApiCallAdmin(RecordAdmin):
    """Calls, newest first. Secrets and personal data are gone before a call is written down."""

    merchant_path = None
    list_display = (
        "at_when",
        "ok_badge",
        "product_badge",
        "mode_badge",
        "subject_shown",
        "made_for",
        "return_code",
        "http_status",
        "duration_shown",
        "error_shown",
    )
    list_select_related = ("merchant",)
    list_filter = (
        ("product", MultipleChoicesDropdownFilter),
        OutcomeFilter,
        ("mode", ChoicesDropdownFilter),
        CarrierFilter,
        ForMerchantFilter,
        ReturnCodeFilter,
        ("at", LocalTimeRange),
    )
    search_exact = ("subject",)
    search_help_text = _("Tracking number, or ID of the call or the shipment")
    at_when = time_column("at", _("at"), seconds=True)
    product_badge = badge_column("product", Product, _("interface"))
    mode_badge = badge_column("mode", Mode, _("mode"))
    blame_badge = badge_column("blame", Blame, _("whose fault"))
    readonly_fields = (
        "ok_badge",
        "product_badge",
        "mode_badge",
        "subject_shown",
        "made_for",
        "blame_badge",
        "duration_shown",
        "request_shown",
        "response_shown",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("at", "product_badge", "mode_badge"),
                    ("ok_badge", "return_code", "http_status"),
                    ("subject_shown", "made_for", "blame_badge"),
                    ("duration_shown", "permanent"),
                    "request_id",
                    ("url_path", "method"),
                    "error",
                )
            },
        ),
        (_("Request"), {"fields": ("request_shown",)}),
        (_("Response"), {"fields": ("response_shown",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the bodies out of the list."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and (match.url_name or "").endswith("_changelist")
        return rows.defer("request", "response") if is_list else rows

    def get_ordering(self, request: HttpRequest) -> tuple[str | OrderBy, ...]:
        """Order a stretch of time by time: an index then begins at its end, however long ago.

        By ``id``, the planner would read the newest calls until it comes to the stretch.
        """
        is_stretch = any(request.GET.get(name) for name in ("at_from_0", "at_to_0"))
        return ("-at", "-id") if is_stretch else self.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by what the call was about."""
        word = search_term.strip()
        if not word:
            return queryset, False
        rows = Subscription.objects.filter(subscription_condition(word))
        subjects = list(rows.values_list("subject", flat=True)[:50])
        if is_id(word):
            subjects.append(int(word))
            return queryset.filter(subject__in=subjects) | queryset.filter(pk=int(word)), False
        return queryset.filter(subject__in=subjects), False

    @display(description=_("outcome"))
    def ok_badge(self, call: ApiCall) -> SafeString:
        """Whether it succeeded."""
        if call.ok:
            return badge(_("Succeeded"), "success")
        return badge(_("Failed for good") if call.permanent else _("Failed"), "danger")

    @display(description=_("duration"))
    def duration_shown(self, call: ApiCall) -> str | SafeString:
        """How long it took; slow ones stand out."""
        text = f"{call.duration_ms} ms"
        return badge(text, "warning") if call.duration_ms >= SLOW_MS else text

    @display(description=_("subject"))
    def subject_shown(self, call: ApiCall) -> str | SafeString:
        """What it was about."""
        return subject_link(TOPIC_OF.get(call.product, ""), call.subject)

    @display(description=_("made for"))
    def made_for(self, call: ApiCall) -> str:
        """The carrier it was about and the merchant it was made for."""
        merchant = call.merchant.name if call.merchant else ""
        return " · ".join(part for part in (call.carrier, merchant) if part) or EMPTY

    @display(description=_("error"))
    def error_shown(self, call: ApiCall) -> SafeString:
        """The beginning of the error."""
        return format_html('<span class="sp-clip" title="{0}">{0}</span>', call.error or EMPTY)

    @display(description="")
    def request_shown(self, call: ApiCall) -> SafeString:
        """The fields we sent, indented."""
        text = pretty_payload(json.dumps(call.request, ensure_ascii=False))
        return format_html('<pre class="sp-pre">{}</pre>', text)

    @display(description="")
    def response_shown(self, call: ApiCall) -> SafeString:
        """The answer, indented."""
        return format_html('<pre class="sp-pre">{}</pre>', pretty_payload(call.response))
