"""What is wrong with legs now: a list to work off, disputed numbers among it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleChoicesDropdownFilter

from apps.accounts.admin_filters import MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import EMPTY, badge_column
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.admin.leg_strip import finding_said
from apps.shipments.admin.legs import MAY_LINK, is_disputed, is_linked, shipment_link, take
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import LegFindingCode, LegKind
from apps.shipments.models import Leg, LegFinding
from apps.shipments.services import unlink_leg


class StandingFilter(DropdownFilter):
    """Findings that still hold, unless somebody asks for all."""

    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the cleared ones and all."""
        return [("cleared", _("cleared")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what still holds, by the index over it."""
        if self.value() == "all":
            return queryset
        return queryset.filter(cleared_at__isnull=self.value() != "cleared")


class FindingMerchantFilter(MerchantFilter):
    """Findings of one merchant's shipments."""

    path = "shipment__merchant"


def _take(request: HttpRequest, row: LegFinding, values: Values) -> str:
    return take(request, row.leg, values)


def _leave(request: HttpRequest, row: LegFinding, values: Values) -> str:
    unlink_leg(leg_id=row.leg_id, actor=Actor.user(request.user), reason=values["reason"])
    return _now("The number stays where it is; this leg is unlinked.")


def is_open_dispute(row: LegFinding) -> bool:
    """Tell whether a person has to say whose a number is."""
    is_claim = row.code == LegFindingCode.NUMBER_CLAIMED_TWICE.value and row.cleared_at is None
    return is_claim and is_disputed(row.leg)


@admin.register(LegFinding)
class LegFindingAdmin(RecordAdmin):
    """Open findings, newest first; a disputed number is decided on the finding's own page."""

    merchant_path = "shipment__merchant"
    list_display = ("code_badge", "said", "leg_shown", "shipment_shown", "found_when", "seen_when")
    list_filter = (("code", MultipleChoicesDropdownFilter), StandingFilter)
    list_select_related = ("shipment", "leg")
    list_before_template = "shipments/finding_tabs.html"
    search_exact = ("leg__number",)
    search_help_text = _("Tracking number, order number or ID of the shipment")
    code_badge = badge_column("code", LegFindingCode, _("finding"))
    found_when = time_column("found_at", _("found"))
    seen_when = time_column("seen_at", _("last seen"))
    change_form_outer_before_template = "accounts/task_bar.html"
    fields = (
        "code_badge", "said_alone", "shipment_shown", "leg_shown", "others",
        ("found_at", "seen_at", "cleared_at"),
    )  # fmt: skip
    readonly_fields = ("code_badge", "said_alone", "shipment_shown", "leg_shown", "others")
    tasks = (
        Task(
            name="take",
            label=_("The number is this shipment's"),
            explain=_(
                "Two shipments claim this number. If you say it is this one's, the linked leg that"
                " has it now is unlinked there. A number that is booked there stays: that shipment"
                " has to end first."
            ),
            permission=MAY_LINK,
            run=_take,
            form=ReasonForm,
            icon="gavel",
            applies=is_open_dispute,
        ),
        Task(
            name="leave",
            label=_("The number stays where it is"),
            explain=_(
                "The leg that claims the number is unlinked from this shipment. It can be linked"
                " again on the shipment's page."
            ),
            permission=MAY_LINK,
            run=_leave,
            form=ReasonForm,
            icon="link_off",
            applies=lambda row: is_open_dispute(row) and is_linked(row.leg),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Know on each row whether staff read it: only they see the carrier's words."""
        staff = Value(merchant_of(request.user) is None, output_field=BooleanField())
        return super().get_queryset(request).annotate(for_staff=staff)

    @admin.display(description=_("what was seen"))
    def said(self, row: LegFinding) -> str | SafeString:
        """What was seen, in words; the row's page is behind it."""
        words = finding_said(row, staff=row.__dict__.get("for_staff", False)) or EMPTY
        page = reverse("admin:shipments_legfinding_change", args=[row.pk])
        return format_html('<a class="sp-link" href="{}">{}</a>', page, words)

    @admin.display(description=_("what was seen"))
    def said_alone(self, row: LegFinding) -> str:
        """What was seen, in words."""
        return finding_said(row, staff=row.__dict__.get("for_staff", False)) or EMPTY

    @admin.display(description=_("leg"))
    def leg_shown(self, row: LegFinding) -> SafeString:
        """The leg: its number over kind and carrier."""
        kind = LegKind.parse(row.leg.kind)
        name = carrier_name(row.leg.carrier, get_language() or "zh-hans")
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{} {}</span></span>',
            row.leg.number or row.leg.claimed_number or EMPTY,
            kind.label if kind else row.leg.kind,
            name,
        )

    @admin.display(description=_("shipment"))
    def shipment_shown(self, row: LegFinding) -> SafeString:
        """The shipment, to go there."""
        return shipment_link(row.shipment)

    @admin.display(description=_("who has the number"))
    def others(self, row: LegFinding) -> str | SafeString:
        """The shipments whose open legs have the disputed number; for staff only."""
        if not row.leg.claimed_number or not row.__dict__.get("for_staff", False):
            return EMPTY
        holders = Leg.objects.filter(
            carrier=row.leg.carrier, number=row.leg.claimed_number, closed_at__isnull=True
        ).select_related("shipment")
        links = format_html_join(" ", "{}", [(shipment_link(leg.shipment),) for leg in holders[:5]])
        return links or EMPTY

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Staff choose among merchants."""
        filters = tuple(super().get_list_filter(request))
        return (*filters, FindingMerchantFilter) if merchant_of(request.user) is None else filters

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the shipments first, then what is wrong with their legs."""
        if not search_term.strip():
            return queryset, False
        ids = find_shipment_ids(request.user, search_term, limit=50)
        return queryset.filter(shipment_id__in=ids), False

    def name_of(self, row: LegFinding) -> str:
        """What a finding is called above its page."""
        code = LegFindingCode.parse(row.code)
        return f"{row.shipment.number}: {code.label if code else row.code}"

    def task_subject(self, row: LegFinding) -> str:
        """Which number a task's page is about."""
        name = carrier_name(row.leg.carrier, get_language() or "zh-hans")
        return f"{name} {row.leg.claimed_number or row.leg.number}".strip()
