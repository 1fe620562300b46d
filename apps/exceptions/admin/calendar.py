"""The calendar of a region: a year at a glance, a day set or cleared, a year pasted."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.core import clock
from apps.core.errors import PortalError
from apps.exceptions.models import CalendarDay
from apps.exceptions.rule_words import countries
from apps.exceptions.rulebook.business_time import FIRST_DAY, LAST_DAY
from apps.exceptions.services import NamedDay, clear_day, read_days, set_days
from apps.exceptions.services.calendar_days import MOST_BYTES

CHANGE = "exceptions.change_calendarday"
OFF, WORKED, AS_USUAL = "off", "worked", "usual"


class DayForm(forms.Form):
    """One day or several, and what they are."""

    first = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(
        label=_("Until (several days)"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(OFF, _("Off")), (WORKED, _("Worked")), (AS_USUAL, _("As its weekday"))],
    )
    name = forms.CharField(label=_("Name of the day"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch that ends before it begins, or that nobody can mean."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and not FIRST_DAY <= first < LAST_DAY:
            self.add_error("first", _now("A day between 2010 and 2050."))
        if first and last and not 0 <= (last - first).days <= 60:
            self.add_error("last", _now("Not before the first day, and at most 60 days."))
        if cleaned.get("kind") != AS_USUAL and not cleaned.get("name", "").strip():
            self.add_error("name", _now("Say what the day is."))
        return cleaned

    def days(self) -> list[dt.date]:
        """Return the days; call after :meth:`is_valid`."""
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


class YearForm(forms.Form):
    """A list of days, pasted."""

    text = forms.CharField(
        label=_("A year's days"), max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("A line a day: 2027-02-05, off, Spring Festival · 2027-02-14, worked, …"),
    )  # fmt: skip


@admin.register(CalendarDay)
class CalendarDayAdmin(RecordAdmin):
    """Days off and days worked, by region and year."""

    merchant_path = None
    ordering = ("region", "day")
    list_display = ("region", "day", "is_working", "name")

    def get_urls(self) -> list[URLPattern]:
        """Add where days are set and a year is pasted."""
        wrap, name = self.admin_site.admin_view, self.url_name
        return [
            path("set/", wrap(self.set_view), name=name("set")),
            path("import/", wrap(self.import_view), name=name("import")),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a year of a region."""
        self._check_may_view(request)
        return self._year(request, DayForm(), YearForm())

    def set_view(self, request: HttpRequest) -> HttpResponse:
        """POST: let days be off, worked, or as their weekday."""
        region, year = self._asked(request)
        if request.method != "POST":
            return HttpResponseRedirect(_page(region, year))
        form = DayForm(request.POST)
        if not form.is_valid():
            return self._year(request, form, YearForm())
        given = form.cleaned_data
        if given["kind"] == AS_USUAL:
            count = sum(
                clear_day(region=region, day=day, user=request.user)  # type: ignore[arg-type]
                for day in form.days()
            )
        else:
            worked = given["kind"] == WORKED
            days = [NamedDay(day, worked, given["name"].strip()) for day in form.days()]
            count = set_days(region=region, days=days, user=request.user)  # type: ignore[arg-type]
        messages.success(request, _now("%(count)d days changed.") % {"count": count})
        return HttpResponseRedirect(_page(region, given["first"].year))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """POST: take a pasted list of days."""
        region, year = self._asked(request)
        if request.method != "POST":
            return HttpResponseRedirect(_page(region, year))
        form = YearForm(request.POST)
        if form.is_valid():
            try:
                days = read_days(form.cleaned_data["text"])
                count = set_days(region=region, days=days, user=request.user)  # type: ignore[arg-type]
            except PortalError as error:
                form.add_error("text", str(error))
            else:
                messages.success(request, _now("%(count)d days changed.") % {"count": count})
                return HttpResponseRedirect(_page(region, days[0].day.year))
        return self._year(request, DayForm(), form)

    def _asked(self, request: HttpRequest) -> tuple[str, int]:
        self._check_may_view(request)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return _chosen(request)

    def _year(self, request: HttpRequest, day_form: DayForm, form: YearForm) -> HttpResponse:
        region, year = _chosen(request)
        rows = {one.day: one for one in CalendarDay.objects.filter(region=region, day__year=year)}
        regions = dict(countries())
        known = CalendarDay.objects.order_by("region").values_list("region", flat=True).distinct()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Calendar"),
            "region": region,
            "regions": [(one, regions.get(one, one)) for one in sorted({"CN", region, *known})],
            "others": [one for one in countries() if one[0] not in set(known)],
            "year": year,
            "weekdays": [_weekday(index) for index in range(7)],
            "months": [_month(year, month, rows) for month in range(1, 13)],
            "days": sorted(rows.values(), key=lambda row: row.day),
            "day_form": day_form,
            "year_form": form,
            "may_change": request.user.has_perm(CHANGE),
        }
        status = 422 if day_form.errors or form.errors else 200
        return TemplateResponse(request, "exceptions/calendar.html", context, status=status)


def _chosen(request: HttpRequest) -> tuple[str, int]:
    given = request.POST if request.method == "POST" else request.GET
    region = given.get("region", "CN").upper()
    wanted = given.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else clock.now().year
    year = min(max(year, FIRST_DAY.year), LAST_DAY.year - 1)
    return (region if region.isascii() and region.isalpha() and len(region) == 2 else "CN"), year


def _page(region: str, year: int) -> str:
    page = reverse("admin:exceptions_calendarday_changelist")
    return f"{page}?region={region}&year={year}"


def _weekday(index: int) -> str:
    """Return a day of the week as short as a column of the year is wide: Mon, 一."""
    name = str(WEEKDAYS_ABBR[index])
    return name if name.isascii() else name[-1]


def _month(year: int, month: int, rows: dict[dt.date, CalendarDay]) -> dict[str, Any]:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return {
        "first": dt.date(year, month, 1),
        "weeks": [[_day(day, month, rows.get(day)) for day in week] for week in weeks],
    }


def _day(day: dt.date, month: int, row: CalendarDay | None) -> dict[str, Any]:
    if day.month != month:
        return {}
    kind = "" if row is None else "rl-worked" if row.is_working else "rl-off"
    return {
        "day": day,
        "kind": kind or ("rl-free" if day.weekday() > 4 else ""),
        "name": row.name if row else "",
    }
