"""Publishing a draft, and the versions that came of it: what each changed, one click back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import PortalError
from apps.core.language import spoken
from apps.customs.admin.compliance_changes import change_counts, changes_told
from apps.customs.admin.compliance_drafts import Draft, draft_line
from apps.customs.admin.compliance_editor import zones
from apps.customs.admin.compliance_rows import problem_words, rule_rows
from apps.customs.choices import VersionState
from apps.customs.compliance_errors import DraftRefused
from apps.customs.compliance_live import CorruptVersion, content_of
from apps.customs.models import RuleSet, RuleSetVersion
from apps.customs.rule_names import names_of
from apps.customs.rule_words import title_of
from apps.customs.services.compliance_publishing import (
    EDIT,
    PUBLISH,
    discard_draft,
    publish_rule_set,
    restore_version,
    retire_version,
)
from apps.shipments.zones import CHINA

MOST_SHOWN = 50
MOST_PROBLEMS = 100
NOTE = 300


class PublishForm(forms.Form):
    """From when it binds, and why."""

    when = forms.ChoiceField(
        label=gettext_lazy("From when"),
        choices=[
            ("now", gettext_lazy("at once, when published")),
            ("later", gettext_lazy("by itself, from a moment to come")),
        ],
        initial="now",
        widget=forms.RadioSelect,
    )
    day = forms.DateField(
        label=gettext_lazy("day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    hour = forms.TimeField(
        label=gettext_lazy("time"), required=False, initial=dt.time(),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    zone = forms.ChoiceField(label=gettext_lazy("time of"), required=False, initial=CHINA)
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=NOTE,
        help_text=gettext_lazy("Kept with the version for ever: what changed and why."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zones()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a day where it is to bind later."""
        given = super().clean() or self.cleaned_data
        if given.get("when") == "later" and not given.get("day"):
            self.add_error("day", _("From which day?"))
        return given

    def moment(self) -> dt.datetime | None:
        """Return from when it binds, None for at once; call after :meth:`is_valid`."""
        given = self.cleaned_data
        if given["when"] == "now":
            return None
        zone = ZoneInfo(given["zone"] or CHINA)
        return dt.datetime.combine(given["day"], given["hour"] or dt.time(), zone)


def publish_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """Show what would be published, what forbids it, and to whom; POST publishes it."""
    draft = Draft(rule_set)
    form = PublishForm(request.POST or None, initial={"expected": rule_set.draft_version})
    refused: tuple[Any, ...] = ()
    if request.method == "POST":
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        if form.is_valid():
            try:
                return _published(request, rule_set, form)
            except DraftRefused as error:
                refused = error.problems
                form.add_error(None, str(error))
            except PortalError as error:
                form.add_error(None, str(error))
    context = {
        **page_context(model_admin, request, draft),
        "title": _("Publish"),
        "form": form,
        "changes": changes_told(draft.base, draft.content, draft.names),
        "counts": change_counts(draft.base, draft.content),
        "problems": problems_told(draft, refused or draft.problems),
        "stopped": any(one.stops for one in refused or draft.problems),
        "is_writer": request.user.get_username() in rule_set.draft_editors,
        "others": publishers(rule_set.draft_editors),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "customs/compliance_publish.html", context, status=status)


def problems_told(draft: Draft, problems: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return problems in words, each with the title of the rule it is about."""
    titles = {rule.key: title_of(rule) for rule in draft.content.rules}
    told = [problem_words(one) for one in problems[:MOST_PROBLEMS]]
    return [{**one, "title": titles.get(one["rule_key"], one["rule_key"])} for one in told]


def _published(request: HttpRequest, rule_set: RuleSet, form: PublishForm) -> HttpResponseBase:
    made = publish_rule_set(
        rule_set=rule_set,
        approver=request.user,
        note=form.cleaned_data["note"],
        binds_from=form.moment(),
        expected_version=form.cleaned_data["expected"],
    )
    said = {"number": made.number, "moment": timezone.localtime(made.binds_from)}
    if made.binds_from > clock.now():
        messages.success(
            request, _("Version %(number)d binds by itself from %(moment)s.") % {
                **said, "moment": f"{said['moment']:%Y-%m-%d %H:%M}",
            },
        )  # fmt: skip
    else:
        messages.success(request, _("Version %(number)d binds now.") % said)
    return HttpResponseRedirect(versions_page(rule_set))


def discard_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """POST: throw the draft's changes away."""
    if request.method != "POST":
        raise Http404
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    try:
        discard_draft(
            rule_set=rule_set,
            expected_version=_number(request.POST.get("expected")),
            user=request.user,
        )
    except PortalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft says again what binds."))
    return HttpResponseRedirect(reverse("admin:customs_ruleset_change", args=[rule_set.pk]))


def versions_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """Show the versions, the newest first, each with what it changed."""
    draft = Draft(rule_set)
    context = {
        **page_context(model_admin, request, draft),
        "title": _("Versions"),
        "versions": versions_told(rule_set, draft.binding),
    }
    return TemplateResponse(request, "customs/compliance_versions.html", context)


def versions_told(rule_set: RuleSet, binding: RuleSetVersion | None) -> list[dict[str, Any]]:
    """Return the newest versions with their state and what they changed of the one before."""
    rows = list(rule_set.versions.select_related("restores").order_by("-number")[: MOST_SHOWN + 1])
    contents = {row.pk: content_of(row) for row in rows}
    names = names_of(list(contents.values()))
    now = clock.now()
    told = []
    for index, row in enumerate(rows[:MOST_SHOWN]):
        before = contents[rows[index + 1].pk] if index + 1 < len(rows) else None
        bound = row.state == VersionState.PUBLISHED.value and row.binds_from <= now
        told.append(
            {
                "version": row,
                "rules": len(contents[row.pk].rules),
                "is_binding": binding is not None and row.pk == binding.pk,
                "is_future": row.state == VersionState.PUBLISHED.value and row.binds_from > now,
                "is_retired": row.state == VersionState.RETIRED.value,
                "may_come_back": bound and (binding is None or row.digest != binding.digest),
                "changes": changes_told(before, contents[row.pk], names) if before else [],
                "counts": change_counts(before, contents[row.pk]),
            }
        )
    return told


def version_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, number: int
) -> HttpResponseBase:
    """Show what a version says: every rule as a sentence, unchanged since it was published."""
    row = version_of(rule_set, number)
    draft = Draft(rule_set)
    try:
        content = content_of(row)
    except CorruptVersion:
        content = None
    names = names_of([content]) if content else draft.names
    context = {
        **page_context(model_admin, request, draft),
        "title": _("Version %(number)d") % {"number": number},
        "version": row,
        "is_binding": draft.binding is not None and row.pk == draft.binding.pk,
        "corrupt": content is None,
        "rows": rule_rows(content, names, changed={}, problems=()) if content else [],
    }
    return TemplateResponse(request, "customs/compliance_version.html", context)


def restore_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, number: int
) -> HttpResponseBase:
    """POST: bring a version back, one click."""
    row = _posted_version(request, rule_set, number)
    try:
        made = restore_version(version=row, approver=request.user, note=_note(request))
    except PortalError as error:
        messages.error(request, _because(error))
    else:
        said = {"old": number, "number": made.number}
        messages.success(
            request, _("What version %(old)d said binds again, as version %(number)d.") % said
        )
    return HttpResponseRedirect(versions_page(rule_set))


def retire_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, number: int
) -> HttpResponseBase:
    """POST: take back a version that does not bind yet."""
    row = _posted_version(request, rule_set, number)
    try:
        retire_version(version=row, approver=request.user, note=_note(request))
    except PortalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Version %(number)d is taken back.") % {"number": number})
    return HttpResponseRedirect(versions_page(rule_set))


def _posted_version(request: HttpRequest, rule_set: RuleSet, number: int) -> RuleSetVersion:
    if request.method != "POST":
        raise Http404
    if not request.user.has_perm(PUBLISH):
        raise PermissionDenied
    return version_of(rule_set, number)


def version_of(rule_set: RuleSet, number: int) -> RuleSetVersion:
    """Return a version by its number. Raises Http404."""
    row = rule_set.versions.filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _because(error: PortalError) -> str:
    problems = getattr(error, "problems", ())
    told = " ".join(problem_words(one)["message"] for one in problems[:3])
    return f"{error} {told}".strip()


def publishers(editors: list[str]) -> list[str]:
    """Return who may publish and wrote none of it, by name, at most ten."""
    app, _dot, code = PUBLISH.partition(".")
    right = Permission.objects.filter(content_type__app_label=app, codename=code)
    holds = Q(groups__permissions__in=right) | Q(user_permissions__in=right)
    people = User.objects.filter(holds, is_active=True, merchant=None)
    return list(
        people.exclude(username__in=editors)
        .order_by("username").values_list("username", flat=True).distinct()[:10]
    )  # fmt: skip


def page_context(model_admin: Any, request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Return what every page of a set has: its name, its standing, what the viewer may do."""
    removed = request.session.get("compliance_removed")
    return {
        **model_admin.admin_site.each_context(request),
        "title": set_name(draft.rule_set),
        "line": draft_line(draft),
        "set_name": set_name(draft.rule_set),
        "may_edit": request.user.has_perm(EDIT),
        "may_publish": request.user.has_perm(PUBLISH),
        "removed": removed if removed and removed["set"] == draft.rule_set.pk else None,
    }


def set_name(row: RuleSet) -> str:
    """Return a set's title in the reader's language."""
    own = row.title_zh if spoken() == "zh" else row.title_en
    return own or row.title_zh or row.code


def versions_page(rule_set: RuleSet) -> str:
    """Return the address of a set's versions."""
    return reverse("admin:customs_ruleset_versions", args=[rule_set.pk])


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "")[:NOTE]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
