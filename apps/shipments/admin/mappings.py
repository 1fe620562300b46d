"""Meanings of codes: what is said, drafting a new one, and its diff before it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column, enum_badge
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.shipments.choices import CustomsPhase, ReplayState, ShipmentStatus, Substatus
from apps.shipments.codes import BAIDIYUN, MAX_CODE, SOURCES, builtin_meaning
from apps.shipments.models import CodeMapping, MappingReplay, Shipment
from apps.shipments.phases import phase_of
from apps.shipments.services import apply_replay, draft_replay, drop_replay, undo_replay

DRAFT, DECIDE = "shipments.add_mappingreplay", "shipments.change_mappingreplay"


class DraftForm(forms.Form):
    """Which code, and what it should mean."""

    source = forms.ChoiceField(label=_("source"), required=False)
    code = forms.CharField(label=_("code"), max_length=MAX_CODE)
    status = forms.ChoiceField(label=_("status"), required=False)
    substatus = forms.ChoiceField(label=_("substatus"), required=False)
    phase = forms.ChoiceField(
        label=_("customs phase"),
        required=False,
        help_text=_("Only for codes by which customs speaks."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=200, required=False, help_text=_("Kept with the meaning.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        builtin = ("", _("as built in"))
        self.fields["status"].choices = [builtin, *ShipmentStatus.choices()]  # type: ignore[attr-defined]
        self.fields["substatus"].choices = Substatus.choices()  # type: ignore[attr-defined]
        self.fields["phase"].choices = CustomsPhase.choices()  # type: ignore[attr-defined]
        self.fields["source"].choices = [(name, name) for name in SOURCES]  # type: ignore[attr-defined]

    def clean_source(self) -> str:
        """Baidiyun's codes unless another source is named."""
        return str(self.cleaned_data["source"] or BAIDIYUN)


def apply_draft(request: HttpRequest, row: MappingReplay, values: Values) -> str:
    """Let the draft hold, for the person asking."""
    apply_replay(replay_id=row.pk, actor=Actor.user(request.user))
    return _now("The code means this from now on; history follows.")


def drop_draft(request: HttpRequest, row: MappingReplay, values: Values) -> str:
    """Drop the draft, for the person asking."""
    drop_replay(replay_id=row.pk, actor=Actor.user(request.user))
    return _now("Dropped; nothing was changed.")


def take_back(request: HttpRequest, row: MappingReplay, values: Values) -> SafeString:
    """Draft the way back, for the person asking."""
    user = request.user
    draft = undo_replay(replay_id=row.pk, actor=Actor.user(user), user_id=user.pk)
    page = reverse("admin:shipments_mappingreplay_change", args=[draft.pk])
    words = _now("What the way back would change is being worked out:")
    return format_html('{} <a class="sp-link" href="{}">{}</a>', words, page, _now("Look at it"))


def is_previewed(row: MappingReplay) -> bool:
    """Whether somebody must decide now."""
    return row.state == ReplayState.PREVIEWED.value


def meaning_column(name: str, description: Any) -> Any:
    """Make a column that shows status and substatus of a row as badges."""

    def column(page: Any, row: Any) -> SafeString | str:
        return meaning_badges(row.status, row.substatus)

    column.__name__ = name
    return admin.display(description=description)(column)


def meaning_badges(status: str, substatus: str) -> SafeString | str:
    """Return both words of a meaning as badges."""
    if not status:
        return str(_("as built in"))
    first = enum_badge(status, ShipmentStatus)
    return SafeString(first + " " + enum_badge(substatus, Substatus)) if substatus else first


@admin.register(CodeMapping)
class CodeMappingAdmin(RecordAdmin):
    """What operators have said about codes; changed through a draft that shows its diff."""

    merchant_path = None
    list_display = ("code", "source", "means", "built_in", "active_word", "note", "changed_when")
    ordering = ("source", "code")
    search_exact = ("code",)
    means = meaning_column("means", _("means"))
    changed_when = time_column("changed_at", _("changed at"))
    fields = (("source", "code"), ("means", "phase"), "built_in", "note", "changed_at")
    readonly_fields = ("means", "built_in")

    @admin.display(description=_("built in"))
    def built_in(self, row: CodeMapping) -> SafeString | str:
        """What the built-in table says."""
        known = builtin_meaning(row.code, row.source)
        return meaning_badges(known.status, known.substatus) if known else EMPTY

    @admin.display(description=_("active"), boolean=True)
    def active_word(self, row: CodeMapping) -> bool:
        """Whether it holds."""
        return row.is_active


@admin.register(MappingReplay)
class MappingReplayAdmin(RecordAdmin):
    """Drafts of meanings: what each would change, applied or dropped by hand."""

    merchant_path = None
    list_display = ("code", "source", "means", "state_badge", "progress", "note", "created_when")
    list_before_template = "shipments/draft_button.html"
    change_form_outer_before_template = "accounts/task_bar.html"
    means = meaning_column("means", _("should mean"))
    state_badge = badge_column("state", ReplayState, _("state"))
    created_when = time_column("created_at", _("created"))
    fields = ("diff",)
    readonly_fields = ("diff",)
    tasks = (
        Task(
            name="apply",
            label=_("Let it hold"),
            explain=_(
                "From the next callback on the code means this. Then history follows: the"
                " shipments of the preview are worked out again, storefronts are told of what"
                " changes."
            ),
            permission=DECIDE,
            run=apply_draft,
            icon="done_all",
            applies=is_previewed,
        ),
        Task(
            name="drop",
            label=_("Drop it"),
            explain=_("The draft is closed and nothing is changed."),
            permission=DECIDE,
            run=drop_draft,
            icon="close",
            applies=is_previewed,
        ),
        Task(
            name="undo",
            label=_("Take it back"),
            explain=_(
                "Drafts what the code meant before. It is worked out like any other draft, and"
                " asks before it holds."
            ),
            permission=DECIDE,
            run=take_back,
            icon="undo",
            applies=lambda row: row.state == ReplayState.DONE.value,
        ),
    )

    class Media:
        css = {"all": ("portal/shipment.css",)}
        js = ("portal/replay.js",)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that drafts a meaning."""
        view = self.admin_site.admin_view(self.draft_view)
        return [path("draft/", view, name=self.url_name("draft")), *super().get_urls()]

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what a code should mean; the diff is worked out before anything changes."""
        self._check_may_view(request)
        if not request.user.has_perm(DRAFT):
            return HttpResponseRedirect(reverse("admin:shipments_mappingreplay_changelist"))
        names = ("source", "code")
        asked = {name: request.GET.get(name, "")[:MAX_CODE] for name in names}
        form = DraftForm(request.POST or None, initial=asked)
        if request.method == "POST" and form.is_valid():
            try:
                draft = draft_replay(
                    **form.cleaned_data,
                    actor=Actor.user(request.user),
                    user_id=request.user.pk,
                )
            except PortalError as error:
                form.add_error(None, str(error))
            else:
                page = reverse("admin:shipments_mappingreplay_change", args=[draft.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What a code means"),
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "shipments/draft_mapping.html", context, status=status)

    @admin.display(description=_("worked out"))
    def progress(self, row: MappingReplay) -> str:
        """How far it is."""
        return f"{row.done:,} / {row.total:,}"

    @admin.display(description=_("what it changes"))
    def diff(self, row: MappingReplay) -> SafeString:
        """The diff as a table with a few shipments to look at."""
        return SafeString(render_to_string("shipments/part_diff.html", diff_context(row)))


def phase_badge(row: MappingReplay) -> SafeString | str:
    """Return the customs phase a meaning brings, where its status does not say it anyway."""
    said = phase_of(status=row.status, substatus=row.substatus).value
    return enum_badge(row.phase, CustomsPhase) if row.phase and row.phase != said else ""


def diff_context(row: MappingReplay) -> dict[str, Any]:
    """Return what the diff shows: moves with badges, counts and sample shipments."""
    samples = {tuple(move): ids for move, ids in row.result.get("samples", [])}
    wanted = {pk for ids in samples.values() for pk in ids}
    names = dict(Shipment.objects.filter(pk__in=wanted).values_list("pk", "number"))
    moves = [
        {
            "before": meaning_badges(*move[:2]),
            "after": meaning_badges(*move[2:4]),
            "count": move[4],
            "samples": [(pk, names.get(pk) or pk) for pk in samples.get(tuple(move[:4]), [])],
        }
        for move in row.result.get("moves", [])
    ]
    return {
        "draft": row,
        "state": ReplayState(row.state),
        "means": meaning_badges(row.status, row.substatus),
        "phase": phase_badge(row),
        "moves": moves,
        "moved": sum(move["count"] for move in moves),
        "events": row.result.get("events", 0),
        "share": round(100 * row.done / row.total) if row.total else 0,
        "at_work": row.state in {ReplayState.PREVIEWING.value, ReplayState.APPLYING.value},
    }
