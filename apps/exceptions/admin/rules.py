"""The rule desk: rules with their figures, their form, their versions, and a parcel to try."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.accounts.admin_tasks import Task, Values
from apps.core.errors import PortalError
from apps.exceptions.admin.rule_desk import list_context, page_context, rule_name, try_context
from apps.exceptions.admin.rule_forms import START, RuleForm, initial_of
from apps.exceptions.choices import BACK_TESTS_AT_WORK, RuleState
from apps.exceptions.errors import RuleInvalid, RuleTooWide
from apps.exceptions.models import Rule
from apps.exceptions.models.learning import MOST_DAYS
from apps.exceptions.rule_rows import content_of
from apps.exceptions.rule_words import carriers as carrier_choices
from apps.exceptions.rule_words import field_table, lanes, placeholder_words
from apps.exceptions.services import (
    change_rule,
    draft_rule,
    go_back_to_version,
    switch_rule,
    try_rule,
)
from apps.exceptions.services.rule_editing import MOVES
from apps.exceptions.services.rule_trials import TRIAL_DAYS

ADD, CHANGE, TEST = "exceptions.add_rule", "exceptions.change_rule", "exceptions.add_ruletrial"


class SwitchForm(forms.Form):
    """Asks why, and for a yes where a rule reaches far."""

    note = forms.CharField(label=_("Why"), max_length=200, required=False)
    confirmed = forms.BooleanField(
        label=_("Also if it opens more cases than the rule's limit"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    was = forms.CharField(widget=forms.HiddenInput, max_length=8)


class TrialForm(forms.Form):
    """Over how many days a rule is tried."""

    days = forms.IntegerField(
        label=_("Days back"), min_value=1, max_value=MOST_DAYS, initial=TRIAL_DAYS,
        help_text=_("The shipments opened in so many days. No case is opened, nobody is told."),
    )  # fmt: skip


def seen(row: Rule) -> Values:
    """Return what the person sees of a rule now, for the form to bring back."""
    return {"version": row.version, "was": row.state}


def switch_to(state: RuleState) -> Any:
    """Return what a task of switching runs."""

    def run(request: HttpRequest, row: Rule, values: Values) -> str:
        switch_rule(rule_id=row.pk, state=state.value, user=request.user, **values)  # type: ignore[arg-type]
        return _now("The rule is “%(state)s” now.") % {"state": state.label}

    return run


def start_trial(request: HttpRequest, row: Rule, values: Values) -> str:
    """Ask for a back-test, for the person asking."""
    try_rule(rule_id=row.pk, days=values["days"], user=request.user)  # type: ignore[arg-type]
    return _now("The back-test runs; this page shows how far it is.")


def switching(
    state: RuleState, label: Any, explain: Any, icon: str, *, danger: bool = False
) -> Task:
    """Return the task that takes a rule to a state."""
    return Task(
        name=state.value, label=label, explain=explain, permission=CHANGE, run=switch_to(state),
        form=SwitchForm, icon=icon, danger=danger, initial=seen,
        applies=lambda row: state.value in MOVES[row.state],
        omit=lambda row: () if state is RuleState.LIVE else ("confirmed",),
    )  # fmt: skip


@admin.register(Rule)
class RuleAdmin(RecordAdmin):
    """Rules in the order in which they are asked."""

    merchant_path = None
    ordering = ("position", "code")
    list_display = ("code", "name", "state")
    change_form_template = "exceptions/rule_page.html"
    tasks = (
        Task(
            name="trial",
            label=_("Try it on the past"),
            explain=_(
                "The stored history of shipments is replayed: when would it have opened a case, and"
                " did the customer complain afterwards?"
            ),
            permission=TEST,
            run=start_trial,
            form=TrialForm,
            icon="science",
            applies=lambda row: not row.trials.filter(state__in=BACK_TESTS_AT_WORK).exists(),
        ),
        switching(
            RuleState.LIVE, _("Let it open cases"),
            _("From the next look on it opens cases, in every process."), "play_arrow",
        ),
        switching(
            RuleState.SHADOW, _("Only count, in the shadow"),
            _("It opens nothing and counts what it would have opened. Its live cases are closed."),
            "visibility",
        ),
        switching(
            RuleState.DRAFT, _("Back to a draft"), _("It is not asked any more."), "edit_note"
        ),
        switching(
            RuleState.OFF, _("Put it away"),
            _("It is not asked any more; its live cases are closed at the next look."), "block",
            danger=True,
        ),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the form, the parcel to try, and the way back to a version."""
        wrap, name = self.admin_site.admin_view, self.url_name
        return [
            path("draft/", wrap(self.edit_view), name=name("draft")),
            path("try/", wrap(self.try_view), name=name("try")),
            path("<int:rule_id>/edit/", wrap(self.edit_view), name=name("edit")),
            path("<int:rule_id>/back/", wrap(self.back_view), name=name("back")),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show all rules on one page with what they were worth."""
        self._check_may_view(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rules"),
            "may_add": request.user.has_perm(ADD),
            **list_context(request),
        }
        return self.timed(
            lambda: TemplateResponse(request, "exceptions/rules.html", context), request
        )

    def name_of(self, row: Rule) -> str:
        """Return the rule's name in the reader's language."""
        return rule_name(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what a rule says, what it was worth, its trials and versions."""
        row: Rule = kwargs.get("obj") or context["original"]
        context |= page_context(request, row)
        context["title"] = rule_name(row)
        context["may_change"] = request.user.has_perm(CHANGE)
        return super().render_change_form(request, context, *args, **kwargs)

    def task_subject(self, row: Rule) -> str:
        """The rule's name."""
        return rule_name(row)

    def edit_view(self, request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
        """Ask what a rule says; what is wrong stands beside its field."""
        self._check_may_view(request)
        if not request.user.has_perm(ADD if rule_id is None else CHANGE):
            raise PermissionDenied
        rule = self.get_visible_or_404(request, str(rule_id)) if rule_id is not None else None
        form = RuleForm(request.POST or None, rule=rule, initial=self._initial(request, rule))
        wide = False
        if request.method == "POST" and form.is_valid():
            try:
                made = self._save(request, rule, form)
            except RuleInvalid as error:
                form.take(error)
            except PortalError as error:
                wide = isinstance(error, RuleTooWide)
                form.add_error(None, str(error))
            else:
                messages.success(request, _now("Saved as version %d.") % made.version)
                page = reverse("admin:exceptions_rule_change", args=[made.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": rule_name(rule) if rule else _("New rule"),
            "form": form,
            "rule": rule,
            "wide": wide,
            "editor": _editor(),
            "placeholders": placeholder_words(),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "exceptions/rule_form.html", context, status=status)

    def _initial(self, request: HttpRequest, rule: Rule | None) -> dict[str, Any]:
        if rule is not None:
            return initial_of(content_of(rule), max_share=rule.max_share, version=rule.version)
        copied = Rule.objects.filter(code=request.GET.get("copy", "")[:32]).first()
        if copied is None:
            return START
        said = initial_of(content_of(copied), max_share=copied.max_share, version=0)
        return {**said, "code": f"{copied.code[:29]}_b"}

    def _save(self, request: HttpRequest, rule: Rule | None, form: RuleForm) -> Rule:
        given = form.cleaned_data
        common: dict[str, Any] = {
            "user": request.user, "content": form.content(), "note": given["note"],
            "max_share": form.max_share(),
        }  # fmt: skip
        if rule is None:
            return draft_rule(**common)
        return change_rule(
            rule_id=rule.pk, version=given["version"] or 0, confirmed=given["confirmed"], **common
        )

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """POST: ask a rule, stored or as it is being edited, about one parcel."""
        self._check_may_view(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:exceptions_rule_changelist"))
        return TemplateResponse(request, "exceptions/part_rule_try.html", try_context(request))

    def back_view(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        """POST: go back to a version, one click."""
        rule = self.get_visible_or_404(request, str(rule_id))
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        page = reverse("admin:exceptions_rule_change", args=[rule.pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        try:
            made = go_back_to_version(
                rule_id=rule.pk, user=request.user,  # type: ignore[arg-type]
                version=_number(request.POST.get("version")),
                to_version=_number(request.POST.get("to")),
                confirmed=request.POST.get("confirmed") == "on",
            )  # fmt: skip
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _now("Saved as version %d.") % made.version)
        return HttpResponseRedirect(page)


def _editor() -> dict[str, Any]:
    """Return what the script of the form needs: fields, comparisons, values and words."""
    return {
        "fields": field_table(),
        "carriers": carrier_choices(),
        "lanes": lanes(),
        "words": {
            "yes": _now("yes"), "no": _now("no"), "add": _now("add…"), "all": _now("all"),
            "remove": _now("Remove"), "type": _now("type and press Enter"), "hours": _now("hours"),
            "service": _now("Service"), "carrier": _now("Carrier"), "from": _now("From"),
            "to": _now("To"), "opens": _now("Opens after (h)"), "red": _now("Red after (h)"),
        },
    }  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
