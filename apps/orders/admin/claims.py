"""Claims: what a carrier charged beyond the quote, with the evidence, until they are closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge_column
from apps.core.actions import Actor
from apps.orders import services
from apps.orders.admin.claim_page import amount_text, claim_page
from apps.orders.admin.page import named
from apps.orders.admin.route_forms import RequiredNoteForm
from apps.orders.choices import ClaimKind, ClaimState, WorkOrderState
from apps.orders.models import Claim

CLOSE_RIGHT = "orders.change_claim"
CLOSED = tuple(state for state in ClaimState if state is not ClaimState.OPEN)


class ClaimMerchantFilter(MerchantFilter):
    """Claims about one merchant's parcels."""

    path = "booking__parcel__order__merchant"


class CloseForm(RequiredNoteForm):
    """How a claim ended, and why."""

    state = forms.ChoiceField(
        label=_("outcome"),
        choices=lambda: [(state.value, state.label) for state in CLOSED],
        help_text=_("Granted: the carrier pays back. Refused: it does not. Withdrawn: we let go."),
    )
    field_order = ("state", "note")


def close(request: HttpRequest, claim: Claim, values: Values) -> Any:
    """End a claim."""
    services.close_claim(
        claim_id=claim.pk,
        state=ClaimState(values["state"]),
        actor=Actor.user(request.user),
        note=values["note"],
    )
    return _("The claim is closed.")


class WorkOrderForm(forms.Form):
    """Opens a work order; where the outcome of an earlier try is unknown, somebody must look."""

    not_opened = forms.BooleanField(
        label=_("I looked at the platform: it has no work order about this"), required=False
    )


def open_work_order(request: HttpRequest, claim: Claim, values: Values) -> Any:
    """Tell the platform about a claim."""
    told = services.open_claim_work_order(
        claim_id=claim.pk,
        actor=Actor.user(request.user),
        not_opened=values.get("not_opened", False),
    )
    if told.work_order_state == WorkOrderState.OPENED.value:
        return _("The work order %(number)s is open.") % {"number": told.consult_id}
    state = WorkOrderState.parse(told.work_order_state)
    words = {"state": state.label if state else "", "why": told.work_order_error}
    return _("No work order is known to be open: %(state)s. %(why)s") % words


def in_doubt(claim: Claim) -> bool:
    """Whether an earlier try may have opened a work order."""
    return claim.work_order_state in {WorkOrderState.OPENING.value, WorkOrderState.UNKNOWN.value}


def is_open(claim: Claim) -> bool:
    """Whether a claim waits for an answer."""
    return claim.state == ClaimState.OPEN.value


CLOSE = Task(
    name="close",
    label=_("Close the claim"),
    explain=_("Write down what the carrier answered. A closed claim is not opened again."),
    permission=CLOSE_RIGHT,
    run=close,
    form=CloseForm,
    icon="task_alt",
    applies=is_open,
)
WORK_ORDER = Task(
    name="work_order",
    label=_("Open a work order"),
    explain=_("The platform is told about this difference, with the evidence, once."),
    permission=CLOSE_RIGHT,
    run=open_work_order,
    form=WorkOrderForm,
    icon="forward_to_inbox",
    applies=lambda claim: is_open(claim) and claim.work_order_state != WorkOrderState.OPENED.value,
    omit=lambda claim: () if in_doubt(claim) else ("not_opened",),
)


@admin.register(Claim)
class ClaimAdmin(RecordAdmin):
    """Differences between quote and settlement, open ones and closed ones, newest first."""

    merchant_path = None
    list_display = (
        "order_shown",
        "carrier_shown",
        badge_column("kind", ClaimKind, _("kind")),
        "expected_shown",
        "charged_shown",
        "difference",
        badge_column("state", ClaimState, _("state")),
        badge_column("work_order_state", WorkOrderState, _("work order")),
        "raised_when",
    )
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ClaimMerchantFilter,
    )
    list_select_related = ("booking__parcel__order__merchant", "booking__parcel__shipment")
    search_exact = (
        "booking__parcel__order__number",
        "booking__parcel__shipment__number",
        "booking__third_order_id",
    )
    search_help_text = _("Order number, tracking number or our reference, whole")
    change_form_template = "orders/claim_page.html"
    tasks = (WORK_ORDER, CLOSE)
    raised_when = time_column("raised_at", _("raised at"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """Claims with what their page needs."""
        rows: QuerySet[Claim] = super().get_queryset(request)
        return rows.select_related(*self.list_select_related, "booking__quote")

    def task_subject(self, row: Claim) -> str:
        """Name a claim by its order and its amounts."""
        number = row.booking.parcel.order.number
        texts = (amount_text(row, row.expected), amount_text(row, row.charged))
        return f"{number}: {texts[0]} → {texts[1]}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the claim with its evidence."""
        claim = kwargs.get("obj")
        if claim is not None:
            context.update(claim_page(request, claim))
            context["title"] = _("Claim %(number)s") % {"number": claim.pk}
            context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("order"))
    def order_shown(self, claim: Claim) -> SafeString:
        """The order's number over the merchant."""
        order = claim.booking.parcel.order
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            order.number,
            order.merchant.name,
        )

    @display(description=_("carrier and number"))
    def carrier_shown(self, claim: Claim) -> SafeString:
        """The tracking number over the carrier."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            claim.booking.parcel.shipment.number,
            named(claim.booking.carrier),
        )

    @display(description=_("expected"))
    def expected_shown(self, claim: Claim) -> str:
        """What was quoted or stated."""
        return amount_text(claim, claim.expected)

    @display(description=_("charged"))
    def charged_shown(self, claim: Claim) -> str:
        """What was charged."""
        return amount_text(claim, claim.charged)

    @display(description=_("difference"))
    def difference(self, claim: Claim) -> SafeString:
        """How much too much."""
        return format_html("<b>+{}</b>", amount_text(claim, claim.charged - claim.expected))
