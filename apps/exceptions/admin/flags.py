"""The flags: a list to look through, a page each, and the page where they are decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge_column
from apps.accounts.scoping import merchant_of
from apps.exceptions.admin.chosen import DECIDE, decide_chosen
from apps.exceptions.admin.evidence import evidence_of, tiles_system
from apps.exceptions.admin.filters import DeviceFilter
from apps.exceptions.admin.learning import learning_page
from apps.exceptions.admin.review import DOINGS, Review
from apps.exceptions.admin.wording import script_words
from apps.exceptions.choices import Decider, FaultKind, FlagState, Repair
from apps.exceptions.models import Flag, Verdict
from apps.shipments.admin.find import find_shipment_ids

MOST_VERDICTS = 50


@admin.register(Flag)
class FlagAdmin(RecordAdmin):
    """Stretches of tracks that may be wrong, and what was decided about them."""

    kind_badge = badge_column("kind", FaultKind, _("kind"))
    state_badge = badge_column("state", FlagState, _("state"))
    raised_when = time_column("raised_at", _("raised"))
    decided_when = time_column("decided_at", _("decided"))
    list_display = (
        "kind_badge", "state_badge", "number_shown", "device_shown", "rows", "raised_when",
        "decided_when", "merchant",
    )  # fmt: skip
    list_filter = (
        ("kind", MultipleChoicesDropdownFilter),
        ("state", MultipleChoicesDropdownFilter),
        DeviceFilter,
        MerchantFilter,
    )
    list_select_related = ("shipment", "device", "merchant")
    search_exact = ("uid",)
    search_help_text = _("Tracking number, order number or ID of the shipment")
    change_form_template = "exceptions/flag_page.html"
    actions = ("exclude_chosen", "keep_chosen", "escalate_chosen")

    def get_urls(self) -> list[URLPattern]:
        """Add the page of review and what its script asks for."""
        view = self.admin_site.admin_view
        doings = [
            path(f"review/{name}/", view(self._doing(name)), name=self.url_name(f"review_{name}"))
            for name in DOINGS
        ]
        page = path("review/", view(self.review_view), name=self.url_name("review"))
        taught = path("learning/", view(self.learning_view), name=self.url_name("learning"))
        return [page, taught, *doings, *super().get_urls()]

    def review_view(self, request: HttpRequest) -> HttpResponse:
        """Show the page where flags are decided."""
        return Review(self, request).page()

    def learning_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the verdicts teach, to staff."""
        if merchant_of(request.user) is not None:
            raise Http404
        if not request.user.has_perm("exceptions.view_kindpolicy"):
            raise PermissionDenied
        return self.timed(lambda: learning_page(self, request), request)

    def _doing(self, name: str) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            return Review(self, request).answer(name)

        return view

    @display(description=_("shipment"))
    def number_shown(self, flag: Flag) -> str:
        """The carrier's number, or ours."""
        return flag.shipment.number or flag.shipment.uid

    @display(description=_("device"))
    def device_shown(self, flag: Flag) -> str:
        """The device's name."""
        return flag.device.name if flag.device else EMPTY

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the shipments first, then their flags."""
        if not search_term.strip():
            return queryset, False
        ids = find_shipment_ids(request.user, search_term)
        return queryset.filter(shipment_id__in=ids), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer decisions to those who decide."""
        return dict(super().get_actions(request)) if request.user.has_perm(DECIDE) else {}

    @admin.action(description=_("Wrong: exclude the fixes of the chosen"))
    def exclude_chosen(self, request: HttpRequest, rows: QuerySet[Flag]) -> HttpResponse | None:
        """Confirm the chosen flags."""
        return decide_chosen(self, request, rows, FlagState.CONFIRMED)

    @admin.action(description=_("Fine: keep the fixes of the chosen"))
    def keep_chosen(self, request: HttpRequest, rows: QuerySet[Flag]) -> HttpResponse | None:
        """Dismiss the chosen flags."""
        return decide_chosen(self, request, rows, FlagState.DISMISSED)

    @admin.action(description=_("Escalate the chosen"))
    def escalate_chosen(self, request: HttpRequest, rows: QuerySet[Flag]) -> HttpResponse | None:
        """Escalate the chosen flags."""
        return decide_chosen(self, request, rows, FlagState.ESCALATED)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the evidence on a map and every verdict."""
        flag: Flag = kwargs.get("obj") or context["original"]
        evidence = evidence_of(flag, request)
        context |= {
            "evidence": evidence,
            "kind": FaultKind(flag.kind),
            "state": FlagState(flag.state),
            "may_decide": request.user.has_perm(DECIDE),
            "verdicts": [_verdict(verdict) for verdict in _verdicts(flag)],
            "setup": {
                "flag": evidence,
                "tiles": {**settings.REVIEW_TILES, "system": tiles_system()},
                "words": script_words(),
            },
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _verdicts(flag: Flag) -> QuerySet[Verdict]:
    rows = flag.verdicts.select_related("user", "undone_by").defer("before")
    return rows.order_by("-id")[:MOST_VERDICTS]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "row": verdict,
        "word": FlagState(verdict.state),
        "by": Decider(verdict.decider).label,
        "repair": Repair(verdict.repair).label if verdict.repair else "",
    }
