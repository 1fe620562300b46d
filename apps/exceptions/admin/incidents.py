"""Incidents: what many cases have in common, what is told of it, and its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.choices import KeyMode
from apps.accounts.faces import EMPTY, badge_column
from apps.exceptions.admin.incident_page import page_of
from apps.exceptions.choices import Cause, IncidentState, Severity
from apps.exceptions.incident_selectors import cases_named, sums_of
from apps.exceptions.incident_words import title_of
from apps.exceptions.models import Incident
from apps.exceptions.services import (
    attach_cases,
    detach_cases,
    own_incident,
    resolve_incident,
    undo_incident_move,
    word_incident,
)
from apps.exceptions.services.incident_changes import PERMISSION
from apps.exceptions.services.incident_moves import MOST_WORDS, undoable_move


class MessageForm(forms.Form):
    """What customers are told, in both languages."""

    message = forms.CharField(
        label=_("what customers are told"), max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )  # fmt: skip
    message_en = forms.CharField(
        label=_("what customers are told in English"), max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class CasesForm(forms.Form):
    """Which cases: their IDs or the carrier numbers of their parcels."""

    cases = forms.CharField(
        label=_("Case IDs or tracking numbers"), max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
    )  # fmt: skip


class EndForm(forms.Form):
    """Asks for a few words about the end, which may be left out."""

    note = forms.CharField(
        label=_("What was it? (for the log)"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip


def _own(request: HttpRequest, incident: Incident, values: Values) -> str:
    own_incident(incident_id=incident.pk, user=request.user)  # type: ignore[arg-type]
    return _now("The incident is yours.")


def _word(request: HttpRequest, incident: Incident, values: Values) -> str:
    word_incident(incident_id=incident.pk, user=request.user, **values)  # type: ignore[arg-type]
    return _now("The message is shown on every case of the incident.")


def _resolve(request: HttpRequest, incident: Incident, values: Values) -> str:
    live = sums_of(incident)["live"]
    resolve_incident(incident_id=incident.pk, user=request.user, note=values["note"])  # type: ignore[arg-type]
    said = ngettext(
        "Resolved, and with it %(n)s case. It can be taken back within a day.",
        "Resolved, and with it %(n)s cases. It can be taken back within a day.",
        live,
    )
    return said % {"n": live}


def _undo(request: HttpRequest, incident: Incident, values: Values) -> str:
    undo_incident_move(incident_id=incident.pk, user=request.user)  # type: ignore[arg-type]
    return _now("Taken back: everything is as it was before.")


def _put_in(request: HttpRequest, incident: Incident, values: Values) -> str:
    ids = cases_named(values["cases"])
    count = attach_cases(incident_id=incident.pk, user=request.user, case_ids=ids)  # type: ignore[arg-type]
    return ngettext("%(n)s case put in.", "%(n)s cases put in.", count) % {"n": count}


def _take_out(request: HttpRequest, incident: Incident, values: Values) -> str:
    ids = cases_named(values["cases"])
    count = detach_cases(incident_id=incident.pk, user=request.user, case_ids=ids)  # type: ignore[arg-type]
    said = ngettext(
        "%(n)s case taken out; it stays out.", "%(n)s cases taken out; they stay out.", count
    )
    return said % {"n": count}


def _is_unresolved(incident: Incident) -> bool:
    return incident.state != IncidentState.RESOLVED.value


@admin.register(Incident)
class IncidentAdmin(RecordAdmin):
    """Incidents, the newest first; the operator's staff only."""

    merchant_path = None
    list_display = (
        "title_shown", "state_badge", "severity_badge", "cases_count", "peak", "owner",
        "opened_when", "closed_when", "mode_badge",
    )  # fmt: skip
    list_display_links = ("title_shown",)
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("cause", MultipleChoicesDropdownFilter),
        ("mode", MultipleChoicesDropdownFilter),
    )
    list_select_related = ("rule", "owner")
    search_exact = ("uid", "key", "carrier")
    search_help_text = _("ID, division code (four digits), lane such as 34>44, or carrier code")
    state_badge = badge_column("state", IncidentState, _("state"))
    severity_badge = badge_column("severity", Severity, _("severity"))
    cause_badge = badge_column("cause", Cause, _("cause"))
    mode_badge = badge_column("mode", KeyMode, _("mode"))
    opened_when = time_column("opened_at", _("began"))
    closed_when = time_column("closed_at", _("closed"))
    change_form_template = "exceptions/incident_page.html"
    tasks = (
        Task(
            name="own", label=_("Take it over"), icon="person_raised_hand", permission=PERMISSION,
            explain=_("You are the one who is asked about it. Whoever had it is written down."),
            run=_own, applies=_is_unresolved,
        ),
        Task(
            name="word", label=_("Edit the message"), icon="edit_note", permission=PERMISSION,
            explain=_(
                "Customer service reads it out, in the caller's language, for every case of the"
                " incident. Say what happened, what is done, and when there will be news."
            ),
            run=_word, form=MessageForm,
            initial=lambda row: {"message": row.message, "message_en": row.message_en},
        ),
        Task(
            name="resolve", label=_("Resolve it and its cases"), icon="task_alt",
            permission=PERMISSION, danger=True, run=_resolve, form=EndForm,
            explain=_(
                "The live cases named above are closed as “the incident is over”, whatever their"
                " state. Cases you want to keep open: take them out first. It can be taken back"
                " within a day; then the same cases are open again."
            ),
            applies=_is_unresolved,
        ),
        Task(
            name="put-in", label=_("Put cases in"), icon="playlist_add", permission=PERMISSION,
            explain=_("Live cases that belong to it though nothing about them says so."),
            run=_put_in, form=CasesForm, applies=_is_unresolved,
        ),
        Task(
            name="take-out", label=_("Take cases out"), icon="playlist_remove",
            permission=PERMISSION, run=_take_out, form=CasesForm, applies=_is_unresolved,
            explain=_("Cases that have another cause. They are not put back by themselves."),
        ),
        Task(
            name="undo", label=_("Take back"), icon="undo", permission=PERMISSION, run=_undo,
            explain=_(
                "Takes back what you did last to this incident: its end, or cases put in or out."
            ),
        ),
    )  # fmt: skip

    def name_of(self, row: Incident) -> str:
        """Return what the list calls it too."""
        return title_of(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Every incident with its rule and owner, for the operator's staff."""
        return super().get_queryset(request).select_related("rule", "owner")

    @display(description=_("incident"))
    def title_shown(self, row: Incident) -> str:
        """What the incident is called in the reader's language."""
        return title_of(row) or EMPTY

    def task_subject(self, row: Any) -> str:
        """Name the incident and what its end would close."""
        sums = sums_of(row)
        return _now("%(what)s: %(live)s live cases, %(red)s of them red, %(waiting)s waiting") % {
            **sums, "what": title_of(row),
        }  # fmt: skip

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the whole incident on one page."""
        incident: Incident = kwargs.get("obj") or context["original"]
        context |= page_of(request, incident) | {
            "worklist_url": f"{reverse('admin:exceptions_case_changelist')}?incident={incident.pk}",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def task_buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Offer to take back only where there is something of the viewer's to take back."""
        buttons = super().task_buttons(request, row)
        if undoable_move(incident=row, user=request.user) is None:  # type: ignore[arg-type]
            return [button for button in buttons if button["task"].name != "undo"]
        return buttons
