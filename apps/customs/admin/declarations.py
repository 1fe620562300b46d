"""Declarations: the list over all borders, and what a person does with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ConfirmForm, Task
from apps.accounts.faces import badge_column
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.customs import services
from apps.customs.admin.wording import border_words
from apps.customs.admin.work_time import seconds_of
from apps.customs.choices import ENDED_DECLARATIONS, DeclarationState, Regime
from apps.customs.desk_ages import WAITS_FOR_US
from apps.customs.models import Declaration
from apps.customs.moves import moves_of

ANSWERS = "customs.answer_customs"
DECIDED = (
    DeclarationState.PROCESSING,
    DeclarationState.INFORMATION_REQUIRED,
    DeclarationState.HELD,
    DeclarationState.RELEASED,
    DeclarationState.REFUSED,
    DeclarationState.RETURNED,
)


class AnswerForm(forms.Form):
    """What customs is told."""

    words = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )


class MoveForm(forms.Form):
    """What customs decided, for what no tracking tells."""

    state = forms.ChoiceField(label=_("What customs says"))
    words = forms.CharField(
        label=_("Words of customs, or how you know"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _submit(request: HttpRequest, row: Declaration, values: dict[str, Any]) -> Any:
    services.submit_declaration(
        declaration=row,
        actor=Actor.user(request.user),
        seconds=seconds_of(request, row.consignment),
    )
    return _("Handed in.")


def _answer(request: HttpRequest, row: Declaration, values: dict[str, Any]) -> Any:
    services.record_answer(
        declaration=row,
        words=values["words"],
        actor=Actor.user(request.user),
        seconds=seconds_of(request, row.consignment),
    )
    return _("Answered. Customs goes on.")


def _move(request: HttpRequest, row: Declaration, values: dict[str, Any]) -> Any:
    services.move_declaration(
        declaration=row,
        state=values["state"],
        words=values["words"],
        actor=Actor.user(request.user),
        seconds=seconds_of(request, row.consignment),
    )
    return _("Written down.")


def _decisions(row: Declaration) -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in moves_of(row.state) if one in DECIDED]


TASKS = (
    Task(
        name="submit",
        label=_("Mark as handed in"),
        explain=_("The declaration has been handed in with the data of the version that counts."),
        permission=ANSWERS,
        run=_submit,
        form=ConfirmForm,
        icon="outbox",
        applies=lambda row: row.state == DeclarationState.COMPLETE.value,
    ),
    Task(
        name="answer",
        label=_("Answer customs"),
        explain=_("The answer is written down and the clock stops."),
        permission=ANSWERS,
        run=_answer,
        form=AnswerForm,
        icon="reply",
        applies=lambda row: row.state in WAITS_FOR_US,
    ),
    Task(
        name="move",
        label=_("Customs decided"),
        explain=_("Only where no tracking says it: what customs decided, and how you know."),
        permission=ANSWERS,
        run=_move,
        form=MoveForm,
        icon="gavel",
        applies=lambda row: row.state != DeclarationState.DRAFT.value and bool(_decisions(row)),
    ),
)


@admin.register(Declaration)
class DeclarationAdmin(RecordAdmin):
    """Every border of every parcel; a row leads to the parcel's declaration page."""

    tasks = TASKS
    search_exact = ("uid", "consignment__reference", "consignment__shipment__number")
    search_help_text = _("Order number, tracking number or ID, whole")
    state_badge = badge_column("state", DeclarationState, _("state"))
    regime_badge = badge_column("regime", Regime, _("regime"))
    since_when = time_column("state_at", _("state since"))
    list_display = (
        "reference_shown", "border_shown", "regime_badge", "state_badge", "since_when",
        "score_shown", "merchant",
    )  # fmt: skip
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("regime", ChoicesDropdownFilter),
        ("direction", ChoicesDropdownFilter),
        MerchantFilter,
        ("created_at", LocalTimeRange),
    )
    list_select_related = ("merchant", "consignment")

    @display(description=_("order number"))
    def reference_shown(self, row: Declaration) -> str:
        """The order the parcel belongs to."""
        return row.consignment.reference

    @display(description=_("border"))
    def border_shown(self, row: Declaration) -> str:
        """Out of or into which country."""
        return border_words(row)

    @display(description=_("complete"))
    def score_shown(self, row: Declaration) -> str:
        """How complete it is; nothing to say once it has ended."""
        return "—" if row.state in ENDED_DECLARATIONS else f"{row.score} %"

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = tuple(super().get_list_filter(request))
        if merchant_of(request.user) is None:
            return filters
        return tuple(one for one in filters if one is not MerchantFilter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Declaration]:
        """Declarations with their parcel."""
        return super().get_queryset(request).select_related("consignment", "merchant")

    def _form_of(self, request: HttpRequest, row: Any, task: Task) -> forms.Form:
        form = super()._form_of(request, row, task)
        if "state" in form.fields:
            form.fields["state"].choices = _decisions(row)  # type: ignore[attr-defined]
        return form

    def task_subject(self, row: Any) -> str:
        """The order and the border."""
        return f"{row.consignment.reference} · {border_words(row)}"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the border on the declaration page of its parcel."""
        self._check_may_view(request)
        row = self.get_visible_or_404(request, object_id or "")
        page = reverse("admin:customs_consignment_change", args=[row.consignment_id])
        return HttpResponseRedirect(f"{page}#border-{row.pk}")
