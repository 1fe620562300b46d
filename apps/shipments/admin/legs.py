"""Legs as records: linking one that a person knows of, unlinking, undo, whose a number is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter

from apps.accounts.admin_filters import MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import EMPTY, badge, badge_column
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.shipments.admin.filters import CarrierFilter
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.admin.leg_strip import countries_said
from apps.shipments.carriers import CARRIERS, carrier_name
from apps.shipments.choices import LegKind, LinkSource
from apps.shipments.models import Leg, Shipment
from apps.shipments.models.leg import COUNTRY
from apps.shipments.services import (
    LegPlan,
    link_leg,
    plan_leg,
    relink_leg,
    take_number,
    unlink_leg,
)

MAY_LINK = "shipments.change_shipment"
MOMENT = {"type": "datetime-local"}


def moment_field(label: Any) -> forms.DateTimeField:
    """Make a field of a moment in the viewer's zone."""
    widget = forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(label=label, required=False, widget=widget, input_formats=formats)


def country_field(label: Any) -> forms.RegexField:
    """Make a field of a country's ISO code."""
    return forms.RegexField(
        COUNTRY,
        label=label,
        required=False,
        max_length=2,
        help_text=_("Two capital letters, for example DE."),
        error_messages={"invalid": _("Two capital letters, for example DE.")},
    )


class PlanForm(forms.Form):
    """Where a leg runs and when it should."""

    from_country = country_field(_("from country"))
    to_country = country_field(_("to country"))
    planned_in = moment_field(_("planned to begin"))
    planned_out = moment_field(_("planned to end"))

    def clean(self) -> dict[str, Any]:
        """A leg does not end before it begins."""
        values: dict[str, Any] = super().clean() or {}
        begin, end = values.get("planned_in"), values.get("planned_out")
        if begin and end and end < begin:
            self.add_error("planned_out", _("A leg cannot end before it begins."))
        return values


class LinkForm(PlanForm):
    """Which leg somebody knows of, and how they know."""

    kind = forms.ChoiceField(label=_("kind"))
    carrier = forms.ChoiceField(label=_("carrier"))
    number = forms.CharField(label=_("tracking number"), max_length=64)
    reason = forms.CharField(
        label=_("How do you know?"), max_length=200, help_text=_("Kept with the leg.")
    )
    field_order = ("kind", "carrier", "number", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        kinds = [(kind.value, kind.label) for kind in LegKind]
        carriers = [(code, carrier_name(code, language)) for code in CARRIERS]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["carrier"].choices = [("", EMPTY), *carriers]  # type: ignore[attr-defined]


def plan_from(values: Values) -> LegPlan:
    """Return the plan a form holds."""
    return LegPlan(
        from_country=values["from_country"],
        to_country=values["to_country"],
        planned_in=values["planned_in"],
        planned_out=values["planned_out"],
    )


def _link(request: HttpRequest, shipment: Shipment, values: Values) -> str:
    leg = link_leg(
        shipment_id=shipment.pk,
        kind=values["kind"],
        carrier=values["carrier"],
        number=values["number"],
        actor=Actor.user(request.user),
        reason=values["reason"],
        plan=plan_from(values),
    )
    return _now("Linked as leg %(n)d; its number is followed from now on.") % {"n": leg.sequence}


def _unlink(request: HttpRequest, leg: Leg, values: Values) -> SafeString:
    unlink_leg(leg_id=leg.pk, actor=Actor.user(request.user), reason=values["reason"])
    return format_html(
        '{} <a class="sp-link" href="{}">{}</a>',
        _now("Unlinked: its events no longer count."),
        reverse("admin:shipments_leg_do_relink", args=[leg.pk]),
        _now("Undo"),
    )


def _relink(request: HttpRequest, leg: Leg, values: Values) -> str:
    relink_leg(leg_id=leg.pk, actor=Actor.user(request.user))
    return _now("Linked again: its events count and its number is followed.")


def take(request: HttpRequest, leg: Leg, values: Values) -> str:
    """Decide for the person asking that a disputed number is this leg's."""
    take_number(leg_id=leg.pk, actor=Actor.user(request.user), reason=values["reason"])
    return _now("The number is this leg's now and is followed.")


def _plan(request: HttpRequest, leg: Leg, values: Values) -> str:
    plan_leg(leg_id=leg.pk, plan=plan_from(values))
    return _now("The plan is kept.")


def is_linked(leg: Leg) -> bool:
    """Tell whether a leg can be unlinked."""
    return leg.link_source != LinkSource.BOOKED.value and leg.unlinked_at is None


def is_disputed(leg: Leg) -> bool:
    """Tell whether somebody must say whose the leg's number is."""
    return bool(leg.claimed_number and leg.carrier) and leg.unlinked_at is None


LINK = Task(
    name="link_leg",
    label=_("Link a leg"),
    explain=_(
        "Another carrier has the parcel, or had it before: its number becomes a leg of this"
        " shipment and is followed. Its events join the one timeline and the one status. It can be"
        " taken back at any time."
    ),
    permission=MAY_LINK,
    run=_link,
    form=LinkForm,
    icon="add_link",
)
TASKS = (
    Task(
        name="unlink",
        label=_("Unlink the leg"),
        explain=_(
            "The leg does not belong to this shipment: its events no longer count, its number is"
            " free again. Nothing is deleted; linking it again brings everything back."
        ),
        permission=MAY_LINK,
        run=_unlink,
        form=ReasonForm,
        icon="link_off",
        danger=True,
        applies=is_linked,
    ),
    Task(
        name="relink",
        label=_("Link the leg again"),
        explain=_("Its events count again and its number is followed."),
        permission=MAY_LINK,
        run=_relink,
        icon="undo",
        applies=lambda leg: leg.unlinked_at is not None,
    ),
    Task(
        name="take",
        label=_("The number is this leg's"),
        explain=_(
            "Two shipments claim this number. If you say it is this one's, the linked leg that has"
            " it now is unlinked there. A number that is booked there stays: that shipment has to"
            " end first."
        ),
        permission=MAY_LINK,
        run=take,
        form=ReasonForm,
        icon="gavel",
        applies=is_disputed,
    ),
    Task(
        name="plan",
        label=_("Plan the leg"),
        explain=_("Between which countries it runs and when it should begin and end."),
        permission=MAY_LINK,
        run=_plan,
        form=PlanForm,
        icon="event",
        applies=lambda leg: leg.unlinked_at is None,
        initial=lambda leg: {
            "from_country": leg.from_country,
            "to_country": leg.to_country,
            "planned_in": leg.planned_in,
            "planned_out": leg.planned_out,
        },
    ),
)


@admin.register(Leg)
class LegAdmin(RecordAdmin):
    """Legs, newest first; each page leads to its shipment, where the line over all of them is."""

    merchant_path = "shipment__merchant"
    list_display = (
        "number_shown", "shipment_shown", "kind_badge", "countries", "link_source_badge",
        "opened_when", "handed_over_when",
    )  # fmt: skip
    list_filter = (
        ("kind", MultipleChoicesDropdownFilter),
        ("link_source", MultipleChoicesDropdownFilter),
        CarrierFilter,
    )
    list_select_related = ("shipment",)
    search_exact = ("number", "claimed_number")
    search_help_text = _("Tracking number, order number or ID of the shipment")
    tasks = TASKS
    kind_badge = badge_column("kind", LegKind, _("kind"))
    link_source_badge = badge_column("link_source", LinkSource, _("how it is known"))
    opened_when = time_column("opened_at", _("opened"))
    handed_over_when = time_column("handed_over_at", _("handed over"))
    change_form_outer_before_template = "accounts/task_bar.html"
    fields = (
        ("shipment_shown", "sequence"), ("kind_badge", "link_source_badge"), "number_shown",
        "countries", ("planned_in", "planned_out"), ("opened_at", "handed_over_at"),
        ("closed_at", "unlinked_at"),
    )  # fmt: skip
    readonly_fields = ("shipment_shown", "kind_badge", "link_source_badge", "number_shown",
                       "countries")  # fmt: skip

    @admin.display(description=_("carrier and number"))
    def number_shown(self, leg: Leg) -> SafeString:
        """The number over the carrier; a disputed one stands out."""
        disputed = badge(_("disputed"), "danger") if leg.claimed_number else ""
        off = badge(_("unlinked"), "default") if leg.unlinked_at else ""
        return format_html(
            '<span class="sp-number"><b>{} {}{}</b><span>{}</span></span>',
            leg.number or leg.claimed_number or EMPTY,
            disputed,
            off,
            carrier_name(leg.carrier, get_language() or "zh-hans") or EMPTY,
        )

    @admin.display(description=_("shipment"))
    def shipment_shown(self, leg: Leg) -> SafeString:
        """The shipment, to go there."""
        return shipment_link(leg.shipment)

    @admin.display(description=_("countries"))
    def countries(self, leg: Leg) -> str:
        """Between which countries it runs."""
        return countries_said(leg.from_country, leg.to_country) or EMPTY

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Staff choose among merchants."""
        filters = tuple(super().get_list_filter(request))
        return (*filters, LegMerchantFilter) if merchant_of(request.user) is None else filters

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find the shipments first, then their legs."""
        if not search_term.strip():
            return queryset, False
        ids = find_shipment_ids(request.user, search_term, limit=50)
        return queryset.filter(shipment_id__in=ids), False

    def task_subject(self, row: Leg) -> str:
        """Which leg a task's page is about."""
        name = carrier_name(row.carrier, get_language() or "zh-hans")
        return f"{row.sequence}: {name} {row.number or row.claimed_number}".strip()

    def _back(self, request: HttpRequest, row: Leg) -> str:
        """Return to the shipment: that is where legs are read."""
        wanted = self.wanted_address(request)
        return wanted or reverse("admin:shipments_shipment_change", args=[row.shipment_id])


class LegMerchantFilter(MerchantFilter):
    """Legs of one merchant's shipments."""

    path = "shipment__merchant"


def shipment_link(shipment: Shipment) -> SafeString:
    """Return a link to a shipment: its number over the carrier."""
    return format_html(
        '<a class="sp-link sp-number" href="{}"><b>{}</b><span>{}</span></a>',
        reverse("admin:shipments_shipment_change", args=[shipment.pk]),
        shipment.number or shipment.uid,
        carrier_name(shipment.carrier, get_language() or "zh-hans"),
    )
