"""Names near to denied parties: the queue of who waits, one name with its score, the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import badge_column, masked_column, shown
from apps.core.actions import Actor
from apps.customs.admin.denied_banner import banner
from apps.customs.choices import NameRole, ScreeningState, WordMet
from apps.customs.models import Screening
from apps.customs.services.screening import decide_screening, withdraw_decision

DECIDE = "customs.decide_screening"
OPEN = ScreeningState.HIT.value
DECIDED = frozenset({ScreeningState.CLEARED.value, ScreeningState.BLOCKED.value})


def _decide(outcome: ScreeningState) -> Any:
    def run(request: HttpRequest, row: Screening, values: Values) -> Any:
        decide_screening(
            screening=row,
            outcome=outcome.value,
            reason=values["reason"],
            actor=Actor.user(request.user),
        )
        return _("Decided; the parcel was checked again.")

    return run


def _withdraw(request: HttpRequest, row: Screening, _values: Values) -> Any:
    withdraw_decision(screening=row, actor=Actor.user(request.user))
    return _("Taken back; the name waits for a decision again.")


@admin.register(Screening)
class ScreeningAdmin(RecordAdmin):
    """Who waits for a decision first, then what was decided."""

    merchant_path = None
    list_display = (
        "name_shown", "state_badge", "nearness", "entry_shown", "role_shown", "parcel",
        "screened_when", "decided_by",
    )  # fmt: skip
    list_display_links = ("name_shown",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("screened_at", LocalTimeRange),
    )
    list_select_related = ("consignment", "denied_list")
    list_before_template = "customs/denied_list_head.html"
    change_form_template = "customs/denied_page.html"
    search_exact = ("consignment__reference", "name")
    search_help_text = _("Order number or the whole name")
    fields = ("role",)
    name_shown = masked_column("name", "name", _("name"))
    state_badge = badge_column("state", ScreeningState, _("state"))
    screened_when = time_column("screened_at", _("screened"))
    tasks = (
        Task(
            name="clear", label=_("Somebody else"),
            explain=_(
                "This person is not the denied party. The parcel goes on, and so do this "
                "person's other parcels, until the list changes the entry."
            ),
            permission=DECIDE, run=_decide(ScreeningState.CLEARED), form=ReasonForm,
            icon="how_to_reg", applies=lambda row: row.state == OPEN,
        ),
        Task(
            name="block", label=_("The denied party"),
            explain=_(
                "This person is the denied party. The parcel is stopped, and so is everything "
                "else to this person."
            ),
            permission=DECIDE, run=_decide(ScreeningState.BLOCKED), form=ReasonForm,
            icon="block", danger=True, applies=lambda row: row.state == OPEN,
        ),
        Task(
            name="withdraw", label=_("Take the decision back"),
            explain=_("The name waits again, with this person's other parcels."),
            permission=DECIDE, run=_withdraw, icon="undo",
            applies=lambda row: row.state in DECIDED,
        ),
    )  # fmt: skip

    class Media:
        css = {"all": ("portal/shipment.css", "portal/denied.css")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Who waits comes first."""
        waits = Case(When(state=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
        return super().get_queryset(request).annotate(waits=waits).order_by("waits", "-id")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the queue under what the lists are worth today."""
        extra = {"denied": banner(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def merchant_id_of(self, row: Any) -> int | None:
        """Whose parcel it is."""
        return int(row.consignment.merchant_id)

    def task_subject(self, row: Any) -> str:
        """The name masked; whoever may see it sees it on the page."""
        return f"{shown(row.name, 'name')} · {row.consignment.reference}"

    @display(description=_("nearness"))
    def nearness(self, row: Screening) -> SafeString:
        """The score of the nearest entry, out of 1,000."""
        return format_html('<b class="lm-mono">{}</b>', row.score or "—")

    @display(description=_("nearest entry"))
    def entry_shown(self, row: Screening) -> str:
        """Which entry; its name would tell the parcel's."""
        return f"{row.hits[0]['source']} {row.hits[0]['entry']}" if row.hits else "—"

    @display(description=_("whose name"))
    def role_shown(self, row: Screening) -> str:
        """Recipient, importer, seller or exporter."""
        return str(NameRole(row.role).label)

    @display(description=_("order number"))
    def parcel(self, row: Screening) -> SafeString:
        """The order, leading to its declaration."""
        page = reverse("admin:customs_consignment_change", args=[row.consignment_id])
        return format_html('<a href="{}">{}</a>', page, row.consignment.reference)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the name beside each entry it came near to, word by word."""
        row: Screening = kwargs.get("obj") or context["original"]
        revealed = self.is_revealed(request, row)
        context |= {
            "title": self.task_subject(row),
            "row": row,
            "name": shown(row.name, "name", revealed=revealed),
            "state": ScreeningState(row.state),
            "role": NameRole(row.role).label,
            "hits": [hit_shown(hit, revealed=revealed) for hit in row.hits],
            "denied": banner(request.user),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def hit_shown(hit: dict[str, Any], *, revealed: bool) -> dict[str, Any]:
    """Return one entry for the page; who may not see the parcel's name does not see what it
    is so near to either."""

    def mask(word: str) -> str:
        return shown(word, "name", revealed=revealed)

    return {
        **hit,
        "name": mask(hit["name"]),
        "pairs": [
            {
                "asked": mask(pair["asked"]),
                "listed": mask(pair["listed"]),
                "near": pair["near"],
                "how": WordMet(pair["how"]).label,
                "colour": WordMet(pair["how"]).colour,
            }
            for pair in hit["pairs"]
        ],
        "left_asked": [mask(word) for word in hit["left_asked"]],
        "left_listed": [mask(word) for word in hit["left_listed"]],
    }
