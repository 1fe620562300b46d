"""The gateway: where the ladder stands, pinning it, and the limits of every product."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge_column
from apps.baidiyun.admin.gateway_page import figures_text, gateway_context, reason_label
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.models import LadderMove, LadderState
from apps.baidiyun.limits.services import pin_ladder, unpin_ladder
from apps.core.actions import Actor

PERMISSION = "baidiyun.change_ladderstate"


class NoteForm(forms.Form):
    """Asks why, for the action log and for whoever is on duty next."""

    note = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown on this page and kept in the action log."),
    )


class PinForm(NoteForm):
    """Asks which step to stand on, and why."""

    step = forms.ChoiceField(label=_("Step"), choices=LadderStep.choices)
    field_order = ("step", "note")


def pin(request: HttpRequest, row: LadderState, values: Values) -> str:
    """Pin the ladder for the person asking."""
    step = LadderStep(values["step"])
    pin_ladder(step=step, note=values["note"], actor=Actor.user(request.user))
    return _now("Pinned at “%(step)s” until somebody releases it.") % {"step": step.label}


def unpin(request: HttpRequest, row: LadderState, values: Values) -> str:
    """Release the ladder for the person asking."""
    unpin_ladder(note=values["note"], actor=Actor.user(request.user))
    return _now("Released: it moves by itself again, from where it stands.")


@admin.register(LadderState)
class GatewayAdmin(RecordAdmin):
    """One page instead of one row; what changes it are its tasks."""

    merchant_path = None
    tasks = (
        Task(
            name="pin",
            label=_("Pin the service level"),
            explain=_(
                "The gateway goes to this step at once and stays there, whatever the figures say,"
                " until somebody releases it. While pinned low, parcels get older; while pinned"
                " high, a failing platform is asked on."
            ),
            permission=PERMISSION,
            run=pin,
            form=PinForm,
            icon="push_pin",
            initial=lambda row: {"step": row.step},
        ),
        Task(
            name="unpin",
            label=_("Release"),
            explain=_("The ladder moves by itself again, from the step it stands on."),
            permission=PERMISSION,
            run=unpin,
            form=NoteForm,
            icon="keep_off",
            applies=lambda row: bool(row.pinned_by),
        ),
    )

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """There is nothing to filter."""
        return ()

    def task_subject(self, row: LadderState) -> str:
        """The step it stands on."""
        return str(LadderStep(row.step).label)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the gateway."""
        self._check_may_view(request)
        return self.timed(lambda: self._gateway_page(request), request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The row has no page of its own: the gateway's page shows it."""
        self._check_may_view(request)
        return HttpResponseRedirect(reverse("admin:baidiyun_ladderstate_changelist"))

    def _gateway_page(self, request: HttpRequest) -> HttpResponse:
        shown = gateway_context()
        row = shown["ladder"]
        context = {
            **self.admin_site.each_context(request),
            **shown,
            "title": _("Gateway"),
            "opts": self.opts,
            "task_buttons": self.task_buttons(request, row) if row else [],
            "may_limit": request.user.has_perm("baidiyun.change_productlimit"),
            "may_add_limit": request.user.has_perm("baidiyun.add_productlimit"),
        }
        return TemplateResponse(request, "baidiyun/gateway.html", context)


@admin.register(LadderMove)
class LadderMoveAdmin(RecordAdmin):
    """Every step the ladder ever took, newest first."""

    merchant_path = None
    list_display = (
        "at_when",
        "from_step_badge",
        "to_step_badge",
        "reason_shown",
        "figures_shown",
        "actor",
        "note",
    )
    list_display_links = None
    at_when = time_column("at", _("at"), seconds=True)
    from_step_badge = badge_column("from_step", LadderStep, _("from"))
    to_step_badge = badge_column("to_step", LadderStep, _("to"))
    readonly_fields = ("from_step_badge", "to_step_badge", "reason_shown", "figures_shown")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("at", "reason_shown"),
                    ("from_step_badge", "to_step_badge"),
                    "figures_shown",
                    ("actor", "note"),
                )
            },
        ),
    )

    @display(description=_("reason"))
    def reason_shown(self, move: LadderMove) -> str:
        """Why, in words."""
        return str(reason_label(move.reason))

    @display(description=_("figures"))
    def figures_shown(self, move: LadderMove) -> str | SafeString:
        """What the ladder saw."""
        return figures_text(move.figures) or "—"
