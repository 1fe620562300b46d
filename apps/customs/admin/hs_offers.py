"""Suggested HS codes: what was offered, what people took, what customs said later."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge_column
from apps.customs.admin.hs_picker import known_line, picker_urls, pointed
from apps.customs.choices import OfferOutcome
from apps.customs.hs_selectors import (
    FEW,
    WINDOW_DAYS,
    Disagreement,
    OfferFigures,
    disagreements,
    offer_figures,
)
from apps.customs.models import HsOffer


@admin.register(HsOffer)
class HsOfferAdmin(RecordAdmin):
    """The figures of suggestions, a box to try one, and every offer, newest first."""

    list_display = (
        "text",
        "offered",
        "outcome_shown",
        "taken",
        "corrected",
        "merchant",
        "offered_when",
        "decided_by",
    )
    list_display_links = ("text",)
    list_filter = (
        ("outcome", ChoicesDropdownFilter),
        MerchantFilter,
        ("offered_at", LocalTimeRange),
    )
    list_select_related = ("merchant",)
    list_before_template = "customs/hs_figures.html"
    fields = (
        "text", "merchant", "product", "codes_shown", "outcome_shown", "taken", "corrected",
        "offered_at", "decided_at", "decided_by",
    )  # fmt: skip
    readonly_fields = fields
    offered_when = time_column("offered_at", _("offered"))
    outcome_shown = badge_column("outcome", OfferOutcome, _("outcome"))

    class Media:
        css = {"all": ("portal/hs_picker.css",)}
        js = ("portal/hs_picker.js",)

    def get_urls(self) -> list[URLPattern]:
        """Add what the picker asks for."""
        return [*picker_urls(self.admin_site.admin_view, self.url_name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the figures before the list."""
        offers = self.get_queryset(request)
        figures = offer_figures(offers)
        said = {
            "figures": figures,
            "ranks": rank_bars(figures),
            "shares": shares_of(figures),
            "days": WINDOW_DAYS,
            "few": FEW,
            "is_few": figures.decided < FEW,
            "pairs": [pair_told(one) for one in disagreements(offers)],
        }
        return super().changelist_view(request, {**(extra_context or {}), **said})

    @display(description=_("offered first"))
    def offered(self, row: HsOffer) -> str:
        """The code at rank 1."""
        return pointed(row.codes[0]) if row.codes else EMPTY

    @display(description=_("codes offered"))
    def codes_shown(self, row: HsOffer) -> SafeString | str:
        """Every code offered, with the words of its line."""
        return format_html_join(
            "", "<div>{}. <b>{}</b> {}</div>",
            ((n, pointed(code), known_line(code)) for n, code in enumerate(row.codes, 1)),
        ) or EMPTY  # fmt: skip

    @display(description=_("taken"))
    def taken(self, row: HsOffer) -> SafeString | str:
        """The code taken and the rank it had."""
        if not row.chosen_code:
            return EMPTY
        rank = f"#{row.chosen_rank}" if row.chosen_rank else ""
        return format_html("{} <small>{}</small>", pointed(row.chosen_code), rank)

    @display(description=_("customs later"))
    def corrected(self, row: HsOffer) -> str:
        """The code customs insisted on."""
        return pointed(row.corrected_code) or EMPTY


def rank_bars(figures: OfferFigures) -> list[dict[str, Any]]:
    """A bar for each rank, in per cent of the most frequent."""
    most = max((*figures.ranks, 1))
    return [
        {"rank": rank, "times": times, "wide": round(100 * times / most)}
        for rank, times in enumerate(figures.ranks, 1)
    ]


def shares_of(figures: OfferFigures) -> dict[str, float | None]:
    """Shares of the decided in per cent; None where too few were decided."""
    return {
        "first": figures.share(figures.ranks[0]),
        "accepted": figures.share(figures.accepted),
        "overridden": figures.share(figures.overridden),
        "none": figures.share(figures.none),
        "corrected": figures.share(figures.corrected),
    }


def pair_told(one: Disagreement) -> dict[str, Any]:
    """A disagreement with the words of both lines."""
    return {
        "times": one.times,
        "offered": pointed(one.offered),
        "offered_words": known_line(one.offered),
        "taken": pointed(one.taken),
        "taken_words": known_line(one.taken),
    }
