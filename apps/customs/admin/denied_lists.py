"""Lists of denied parties: which count, of which day, and taking one out of use."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import badge
from apps.core.actions import Actor
from apps.customs.admin.denied_banner import banner
from apps.customs.models import DeniedList
from apps.customs.screening_lists import list_state
from apps.customs.services.denied_lists import restore_list, retire_list

RETIRE = "customs.retire_deniedlist"


def _retire(request: HttpRequest, row: DeniedList, values: Values) -> Any:
    retire_list(row=row, reason=values["reason"], actor=Actor.user(request.user))
    return _("Out of use; what waits is screened again.")


def _restore(request: HttpRequest, row: DeniedList, _values: Values) -> Any:
    restore_list(row=row, actor=Actor.user(request.user))
    return _("In use again; what waits is screened again.")


@admin.register(DeniedList)
class DeniedListAdmin(RecordAdmin):
    """Every import, the newest first."""

    merchant_path = None
    list_display = (
        "source", "as_of", "state", "entries_count", "names_count", "bad_rows", "imported_by",
        "imported_when",
    )  # fmt: skip
    list_display_links = ("source",)
    list_before_template = "customs/denied_lists_head.html"
    change_form_template = "customs/denied_lists_page.html"
    search_exact = ("source",)
    fields = (
        ("source", "as_of"), ("entries_count", "names_count", "bad_rows"),
        ("imported_by", "imported_at"), ("ready_at", "retired_at", "retired_by"), "digest",
    )  # fmt: skip
    imported_when = time_column("imported_at", _("imported"))
    tasks = (
        Task(
            name="retire", label=_("Take out of use"),
            explain=_(
                "For a wrong file: the list before it of the same source counts again. Without "
                "one, nobody is screened against this source."
            ),
            permission=RETIRE, run=_retire, form=ReasonForm, icon="block", danger=True,
            applies=lambda row: bool(row.ready_at) and row.retired_at is None,
        ),
        Task(
            name="restore", label=_("Use it again"),
            explain=_("It counts again where no newer list of its source does."),
            permission=RETIRE, run=_restore, icon="undo",
            applies=lambda row: bool(row.retired_at),
        ),
    )  # fmt: skip

    class Media:
        css = {"all": ("portal/shipment.css", "portal/denied.css")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each knows whether it is the one of its source that counts."""
        counting = [one.pk for one in list_state().lists]
        return super().get_queryset(request).annotate(counts=Q(pk__in=counting))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the lists under what they are worth today."""
        extra = {"denied": banner(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    @display(description=_("state"))
    def state(self, row: DeniedList) -> Any:
        """Whether names are compared with it."""
        if row.retired_at:
            return badge(_("out of use"), "danger")
        if row.ready_at is None:
            return badge(_("being imported"), "info")
        if row.counts:  # type: ignore[attr-defined]
            return badge(_("in use"), "success")
        return badge(_("replaced"))
