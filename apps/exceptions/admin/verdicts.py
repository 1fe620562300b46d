"""What was decided by whom, and where two reviewers disagree: somebody settles it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import EMPTY, badge, badge_column, enum_badge
from apps.exceptions.choices import Decider, FaultKind, FlagState, Repair
from apps.exceptions.models import Verdict
from apps.exceptions.selectors import disagreements
from apps.exceptions.services import settle_disagreement

SETTLE = "exceptions.change_verdict"


def settle(request: HttpRequest, row: Verdict, values: Values, *, second_holds: bool) -> str:
    """Settle a disagreement, for the person asking."""
    settle_disagreement(
        verdict_id=row.pk, user=request.user, second_holds=second_holds,  # type: ignore[arg-type]
        note=values["reason"],
    )  # fmt: skip
    return _now("Settled.")


def is_unsettled(row: Verdict) -> bool:
    """Whether a lead must say which verdict holds."""
    return row.agrees is False and row.settled_at is None and row.undone_at is None


class UnsettledFilter(admin.SimpleListFilter):
    """Second looks that contradict the first verdict and wait for a lead."""

    title = _("second looks")
    parameter_name = "twice"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what may be asked for."""
        return [("unsettled", _("Disagreement to settle")), ("all", _("All second looks"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the answer."""
        if self.value() == "unsettled":
            return queryset.filter(pk__in=disagreements(request.user).values("pk"))
        return queryset.filter(is_second_look=True) if self.value() == "all" else queryset


@admin.register(Verdict)
class VerdictAdmin(RecordAdmin):
    """Every decision that was ever made about a flag."""

    merchant_path = "flag__merchant"
    kind_badge = badge_column("kind", FaultKind, _("kind"))
    state_badge = badge_column("state", FlagState, _("decision"))
    decided_when = time_column("at", _("decided"))
    list_display = ("decided_when", "kind_badge", "state_badge", "who", "first_said", "standing")
    list_filter = (
        UnsettledFilter,
        ("kind", MultipleChoicesDropdownFilter),
        ("state", MultipleChoicesDropdownFilter),
        ("decider", MultipleChoicesDropdownFilter),
    )
    list_select_related = ("user", "repeats__user", "flag__shipment")
    list_before_template = "exceptions/back_to_learning.html"
    change_form_outer_before_template = "accounts/task_bar.html"
    fields = (
        ("kind_badge", "state_badge"), ("who", "at"), ("first_said", "standing"), "flag_link",
        ("repair_word", "reason"), ("took_ms", "score"), ("source", "carrier"),
        ("settled_by", "settled_at"),
    )  # fmt: skip
    readonly_fields = (
        "kind_badge", "state_badge", "who", "first_said", "standing", "flag_link", "repair_word",
    )  # fmt: skip
    tasks = (
        Task(
            name="first",
            label=_("The first verdict holds"),
            explain=_("Nothing about the fixes changes; the disagreement is closed."),
            permission=SETTLE,
            run=lambda request, row, values: settle(request, row, values, second_holds=False),
            form=ReasonForm,
            icon="looks_one",
            applies=is_unsettled,
        ),
        Task(
            name="second",
            label=_("The second verdict holds"),
            explain=_(
                "The first verdict is undone and you decide as the second said: what the fixes are"
                " used for changes now."
            ),
            permission=SETTLE,
            run=lambda request, row, values: settle(request, row, values, second_holds=True),
            form=ReasonForm,
            icon="looks_two",
            applies=is_unsettled,
        ),
    )

    @admin.display(description=_("who"))
    def who(self, row: Verdict) -> str:
        """The person, or the way of decision."""
        return str(row.user or Decider(row.decider).label)

    @admin.display(description=_("first verdict"))
    def first_said(self, row: Verdict) -> Any:
        """What the verdict said that this one repeats."""
        first = row.repeats
        if first is None:
            return EMPTY
        who = first.user or Decider(first.decider).label
        return format_html("{} {}", enum_badge(first.state, FlagState), who)

    @admin.display(description=_("standing"))
    def standing(self, row: Verdict) -> Any:
        """Whether it was undone, or what became of a disagreement."""
        if row.undone_at is not None:
            return badge(_("undone"))
        if row.settled_state:
            held = FlagState(row.settled_state).label
            return badge(_("settled: %(state)s") % {"state": held}, "info")
        if row.agrees is None:
            return EMPTY
        return badge(_("agrees"), "success") if row.agrees else badge(_("disagrees"), "warning")

    @admin.display(description=_("flag"))
    def flag_link(self, row: Verdict) -> Any:
        """The flag's page with map and evidence."""
        url = reverse("admin:exceptions_flag_change", args=[row.flag_id])
        number = row.flag.shipment.number or row.flag.shipment.uid
        return format_html('<a class="sp-link" href="{}">{}</a>', url, number)

    @admin.display(description=_("repair"))
    def repair_word(self, row: Verdict) -> str:
        """How the fixes were put right."""
        return str(Repair(row.repair).label)

    def task_subject(self, row: Verdict) -> str:
        """The flag, and what both said."""
        kind, said = FaultKind(row.kind).label, FlagState(row.state).label
        first = FlagState(row.repeats.state).label if row.repeats else EMPTY
        return f"{kind} {row.flag.shipment.number}: {first} / {said}"
