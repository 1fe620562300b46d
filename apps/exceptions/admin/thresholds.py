"""Sets of thresholds: a form for a new one, its back-test, and letting it hold or going back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge, enum_badge
from apps.core.errors import PortalError
from apps.exceptions.admin.back_test import back_test_context, changed_numbers
from apps.exceptions.choices import BACK_TESTS_AT_WORK, BackTestState
from apps.exceptions.models import BackTest, ThresholdSet
from apps.exceptions.models.learning import MOST_DAYS
from apps.exceptions.services import (
    activate_thresholds,
    draft_thresholds,
    restore_thresholds,
    start_back_test,
)
from apps.exceptions.services.thresholds import DAYS
from apps.exceptions.threshold_fields import GROUPS, NUMBERS, Number
from apps.exceptions.threshold_values import number_at, own_number, shown, values_from

DRAFT, CHANGE, TEST = (
    "exceptions.add_thresholdset", "exceptions.change_thresholdset", "exceptions.add_backtest",
)  # fmt: skip
PAIRS = (("shift_sizes__drift__0", "shift_sizes__drift__1"),)


class DaysForm(forms.Form):
    """Over which tracks a set is tested."""

    days = forms.IntegerField(
        label=_("Days back"), min_value=1, max_value=MOST_DAYS, initial=DAYS,
        help_text=_("Tracks heard of in so many days, the newest 20,000 of them at most."),
    )  # fmt: skip


class ThresholdsForm(DaysForm):
    """The numbers an operator understands; each within its limits."""

    note = forms.CharField(
        label=_("Why"), max_length=200,
        help_text=_("Kept with the set and in the action log."),
    )  # fmt: skip

    def __init__(self, *args: Any, base: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base
        for number in NUMBERS:
            self.fields[number.path] = _field(number, base)

    def groups(self) -> Iterator[tuple[Any, list[tuple[Any, Number, float]]]]:
        """Yield each heading with its fields, numbers and the detector's own values."""
        for group in GROUPS:
            yield group.name, [(self[one.path], one, own_number(one)) for one in group.numbers]

    def clean(self) -> dict[str, Any]:
        """Refuse ranges that hold nothing."""
        cleaned = super().clean() or self.cleaned_data
        for low, high in PAIRS:
            if low in cleaned and high in cleaned and cleaned[low] >= cleaned[high]:
                self.add_error(high, _("This must be more than the least."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the set's values; call after :meth:`is_valid`."""
        return values_from({one.path: self.cleaned_data[one.path] for one in NUMBERS}, self.base)


def _field(number: Number, base: dict[str, Any]) -> forms.Field:
    kept = number_at(base, number.path)
    initial = own_number(number) if kept is None else shown(number, kept)
    said: dict[str, Any] = {
        "label": number.label, "help_text": number.sentence,
        "min_value": number.least, "max_value": number.most,
    }  # fmt: skip
    if number.whole:
        return forms.IntegerField(initial=initial, **said)
    wide = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(initial=initial, widget=wide, **said)


def test_set(request: HttpRequest, row: ThresholdSet, values: Values) -> str:
    """Ask for a back-test, for the person asking."""
    start_back_test(set_id=row.pk, user=request.user, days=values["days"])  # type: ignore[arg-type]
    return _now("The back-test runs; this page shows how far it is.")


def activate_set(request: HttpRequest, row: ThresholdSet, values: Values) -> str:
    """Let a set hold, for the person asking."""
    activate_thresholds(set_id=row.pk, user=request.user)  # type: ignore[arg-type]
    return _now("These numbers hold from the next look on.")


def restore_set(request: HttpRequest, row: ThresholdSet, values: Values) -> str:
    """Go back one step, for the person asking."""
    former = restore_thresholds(user=request.user)  # type: ignore[arg-type]
    if former is None:
        return _now("The detector's own numbers hold again.")
    return _now("%(version)s holds again.") % {"version": former}


@admin.register(ThresholdSet)
class ThresholdSetAdmin(RecordAdmin):
    """Sets of thresholds, the newest first."""

    merchant_path = None
    created_when = time_column("created_at", _("created"))
    activated_when = time_column("activated_at", _("activated"))
    list_display = (
        "version_word", "standing", "note", "created_by", "created_when", "activated_when",
    )  # fmt: skip
    ordering = ("-version",)
    list_select_related = ("created_by",)
    list_before_template = "exceptions/draft_thresholds_button.html"
    change_form_template = "exceptions/thresholds_page.html"
    tasks = (
        Task(
            name="activate",
            label=_("Let it hold"),
            explain=_(
                "From the next look on the detector goes by these numbers, in every process. One"
                " click goes back to the former set; what is flagged by then stays."
            ),
            permission=CHANGE,
            run=activate_set,
            icon="done_all",
            applies=lambda row: row.tested_at is not None and not row.is_active,
        ),
        Task(
            name="restore",
            label=_("Back to the former set"),
            explain=_("The set that held before holds again, from the next look on."),
            permission=CHANGE,
            run=restore_set,
            icon="undo",
            applies=lambda row: row.is_active,
        ),
        Task(
            name="test",
            label=_("Test it again"),
            explain=_("Stored tracks are looked at with these numbers. Nothing is raised."),
            permission=TEST,
            run=test_set,
            form=DaysForm,
            icon="science",
            applies=lambda row: not row.back_tests.filter(state__in=BACK_TESTS_AT_WORK).exists(),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the page with the form of a new set."""
        view = self.admin_site.admin_view(self.draft_view)
        return [path("draft/", view, name=self.url_name("draft")), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the states of back-tests with the sets, without their results."""
        tests = BackTest.objects.defer("result").order_by("-id")
        return super().get_queryset(request).prefetch_related(Prefetch("back_tests", tests))

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for new numbers; they are tested before anything changes."""
        self._check_may_view(request)
        if not request.user.has_perm(DRAFT):
            raise PermissionDenied
        active = ThresholdSet.objects.filter(is_active=True).first()
        form = ThresholdsForm(request.POST or None, base=active.values if active else {})
        if request.method == "POST" and form.is_valid():
            try:
                made = draft_thresholds(
                    user=request.user,  # type: ignore[arg-type]
                    values=form.values(),
                    note=form.cleaned_data["note"],
                    days=form.cleaned_data["days"],
                )
            except PortalError as error:
                form.add_error(None, str(error))
            else:
                page = reverse("admin:exceptions_thresholdset_change", args=[made.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("New thresholds"),
            "form": form,
            "active": active,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "exceptions/draft_thresholds.html", context, status=status)

    @admin.display(description=_("version"))
    def version_word(self, row: ThresholdSet) -> str:
        """The version as people say it."""
        return str(row)

    @admin.display(description=_("state"))
    def standing(self, row: ThresholdSet) -> SafeString:
        """Whether it holds, was tested, or is being tested."""
        if row.is_active:
            return badge(_("holds"), "success")
        if row.tested_at is not None:
            return (
                badge(_("held before"), "default")
                if row.activated_at
                else badge(_("tested"), "info")
            )
        newest = next(iter(row.back_tests.all()), None)
        return enum_badge(newest.state, BackTestState) if newest else badge(_("draft"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the numbers, and what the newest back-test found."""
        row: ThresholdSet = kwargs.get("obj") or context["original"]
        context |= {
            "set": row,
            "numbers": changed_numbers(row),
            "standing": self.standing(row),
        }
        test = row.back_tests.select_related("against", "created_by").order_by("-id").first()
        if test is not None:
            context |= back_test_context(test)
        return super().render_change_form(request, context, *args, **kwargs)
