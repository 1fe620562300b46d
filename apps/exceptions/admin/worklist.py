"""The worklist of cases: one page, and what its script asks for.

Every answer is JSON with what to show; an error is one sentence under ``error``, with the case as
it stands now where somebody else was first. What changes anything is a POST that calls a service.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.errors import PortalError
from apps.exceptions.admin import case_bulk, case_doings
from apps.exceptions.admin.case_page import panel_of
from apps.exceptions.admin.case_rows import in_chinese, row_of
from apps.exceptions.admin.questions import (
    Asked,
    BadQuestion,
    asked,
    inner,
    prose,
    whole,
    wholes,
    word,
)
from apps.exceptions.admin.worklist_views import (
    CLOSED,
    View,
    chosen_view,
    counts_of,
    filters_of,
    views_for,
)
from apps.exceptions.admin.worklist_words import script_words
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.case_selectors import (
    SHOWN,
    Codes,
    Place,
    case_counts,
    case_for,
    cases_seen_by,
    closed_cases,
    list_cases,
)
from apps.exceptions.choices import LIVE_CASE_STATES, Severity
from apps.exceptions.errors import CaseChanged, CaseStands, CaseTaken, CaseUnknown
from apps.exceptions.models import Case, OwnerGroup, Rule
from apps.exceptions.services.worklist_views import SHARES, drop_view, keep_view
from apps.orders.admin.wording import every_carrier
from apps.shipments.admin.find import find_shipment_ids

if TYPE_CHECKING:
    from apps.exceptions.admin.cases import CaseAdmin

WORK = "exceptions.change_case"
PAGE, MOST_ROWS, MOST_FOUND, MOST_PANELS = 50, 200, 100, 4
MOST_NAME, MOST_DIGITS = 60, 19
STATUS = {CaseTaken: 409, CaseChanged: 409, CaseStands: 409, CaseUnknown: 404}
NARROWED_BY = (
    "rule", "group", "severity", "carrier", "merchant", "incident", "hub", "complained", "state",
    "escalated", "unowned",
)  # fmt: skip


class Worklist:
    """One request of somebody who works on cases, or looks on."""

    def __init__(self, model_admin: CaseAdmin, request: HttpRequest) -> None:
        self.admin = model_admin
        self.request = request
        self.user: Any = request.user
        self.may_work = bool(self.user.has_perm(WORK))

    @cached_property
    def groups(self) -> list[OwnerGroup]:
        """All owner groups."""
        return list(OwnerGroup.objects.order_by("id"))

    @cached_property
    def my_groups(self) -> list[int]:
        """The ids of the groups the viewer is in."""
        return list(self.user.owner_groups.order_by().values_list("pk", flat=True))

    @cached_property
    def rules(self) -> list[Rule]:
        """All rules, in their order."""
        return list(Rule.objects.only("pk", "code", "name", "name_en"))

    @cached_property
    def views(self) -> list[View]:
        """The views the viewer has."""
        return views_for(self.user)

    def page(self) -> HttpResponse:
        """Show the page with its first cases."""
        given = {name: self.request.GET.get(name, "") for name in (*NARROWED_BY, "view", "q")}
        view = self.view_of(given)
        told = self.rows({**given, "view": view.code, "filters": given, "count": PAGE})
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": _("Exception cases"),
            "may_work": self.may_work,
            "setup": {
                "root": reverse("admin:exceptions_case_do", args=["x"]).removesuffix("x/"),
                "page": reverse("admin:exceptions_case_changelist"),
                "words": script_words(),
                "told": told,
                "view": view.code,
                "filters": {name: given[name] for name in NARROWED_BY if given[name]},
                "q": given["q"],
                "views": [self._view(one) for one in self.views],
                "options": self.options(),
                "mayWork": self.may_work,
                "mayShare": self.user.has_perm(SHARES),
                **case_doings.choices_for(self.user, self.groups),
            },
        }
        return TemplateResponse(self.request, "exceptions/worklist.html", context)

    def answer(self, name: str) -> HttpResponse:
        """Do one thing the script asks for and tell it what came of it."""
        if self.request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        values: Asked = {}
        try:
            values = asked(self.request)
            if name not in DOINGS:
                raise BadQuestion(_("Nobody knows how to do that."))
            return JsonResponse(DOINGS[name](self, values))
        except BadQuestion as error:
            return JsonResponse({"error": str(error), "code": error.code}, status=400)
        except PortalError as error:
            status = STATUS.get(type(error), 422)
            told = {"error": str(error), "code": error.code, **self._as_it_stands(status, values)}
            return JsonResponse(told, status=status)

    # What it tells

    def rows(self, values: Asked) -> Asked:
        """Tell the cases of a view behind a place; the numbers too where it begins at the top."""
        view = self.view_of(values)
        after = wholes(values, "after", 2, least=-(2**31)) if values.get("after") else []
        count = min(whole(values, "count", PAGE), MOST_ROWS)
        found, more = self._cases(view, values, after, count)
        told: Asked = {
            "rows": [row_of(case, self.user) for case in found],
            "after": [found[-1].rank, found[-1].pk] if more else None,
            "at": timezone.localtime(clock.now()).strftime("%H:%M:%S"),
        }
        return told if after else told | self.counts(values)

    def counts(self, values: Asked) -> Asked:
        """Tell how many cases each view, rule, severity and group holds."""
        rules = {rule.code: rule.pk for rule in self.rules}
        codes = Codes(rules=rules, groups={group.code: group.pk for group in self.groups})
        counts = case_counts()
        by_rule, by_group = counts.by(1), counts.by(0)
        return {
            "counts": {
                "views": counts_of(self.user, self.views, counts, codes, self.my_groups),
                "rule": {code: by_rule.get(pk, 0) for code, pk in rules.items()},
                "group": {group.code: by_group.get(group.pk, 0) for group in self.groups},
                "severity": counts.by(2),
            }
        }

    def panels(self, values: Asked) -> Asked:
        """Tell everything about some cases, for the one shown and those that come next."""
        return {
            "panels": [
                self._panel(case)
                for pk in wholes(values, "cases", MOST_PANELS)
                if (case := case_for(user=self.user, case_id=pk))
            ]
        }

    def replies(self, values: Asked) -> Asked:
        """Tell the canned replies for one case, filled in both languages.

        Name and phone stand in them in clear only while this person has revealed the case.
        """
        case = case_for(user=self.user, case_id=whole(values, "case"))
        if case is None:
            raise CaseUnknown(_("There is no such case."))
        revealed = self.admin.is_revealed(self.request, case)
        return {"replies": case_doings.replies_of(case, revealed=revealed)}

    def keep_view(self, values: Asked) -> Asked:
        """Keep the narrowed list under a name."""
        view = keep_view(
            user=self.user,
            name=prose(values, "name", MOST_NAME),
            filters=self.filters(values),
            for_everybody=values.get("everybody") is True,
        )
        return {"view": str(view.pk)}

    def drop_view(self, values: Asked) -> Asked:
        """Forget a kept view."""
        code = word(values, "view")
        if not (code.isascii() and code.isdecimal() and len(code) < MOST_DIGITS):
            raise BadQuestion(_("“%(name)s” is not one of the known words.") % {"name": "view"})
        drop_view(user=self.user, view_id=int(code))
        return {}

    def view_of(self, values: Asked) -> View:
        """Return the view a question names."""
        return chosen_view(self.views, word(values, "view"), has_groups=bool(self.my_groups))

    def filters(self, values: Asked) -> CaseFilters:
        """Return the filters of a question: those of its view and what was chosen beside it."""
        given = inner(values, "filters")
        return filters_of(self.view_of(values), {name: given.get(name) for name in NARROWED_BY})

    def _cases(
        self, view: View, values: Asked, after: list[int], count: int
    ) -> tuple[list[Case], bool]:
        text = word(values, "q").strip()
        if text:
            return self._found(text), False
        if view.code == CLOSED:
            before = after[1] if len(after) == 2 else None
            found = closed_cases(
                user=self.user, filters=self.filters(values), before=before, limit=count + 1
            )
        else:
            place = Place(*after) if len(after) == 2 else None
            found = list_cases(
                user=self.user, filters=self.filters(values), after=place, limit=count + 1
            )
        return found[:count], len(found) > count

    def _found(self, text: str) -> list[Case]:
        """Return a parcel's cases by what a caller has, the live ones first."""
        rows = cases_seen_by(self.user).select_related(*SHOWN)
        if text.lower().startswith("cas_"):
            return list(rows.filter(uid=text.lower()))
        ids = find_shipment_ids(self.user, text)
        found = list(rows.filter(shipment_id__in=ids).order_by("-id")[:MOST_FOUND])
        found.sort(key=lambda case: (case.state not in LIVE_CASE_STATES, -case.rank))
        return found

    def _panel(self, case: Case) -> Asked:
        context = panel_of(self.request, case, may_work=self.may_work)
        html = render_to_string("exceptions/case_panel.html", context, request=self.request)
        return {"row": row_of(case, self.user), "html": html, "steps": context["own_steps"]}

    def _as_it_stands(self, status: int, values: Asked) -> Asked:
        """Return the case somebody else was first with, so that the page can show it anew."""
        pk = values.get("case")
        if status != STATUS[CaseChanged] or not isinstance(pk, int):
            return {}
        case = case_for(user=self.user, case_id=pk)
        return {"row": row_of(case, self.user)} if case else {}

    # What the page offers

    @staticmethod
    def _view(view: View) -> Asked:
        row = view.row
        return {
            "code": view.code,
            "label": view.label,
            "kept": row is not None,
            "shared": row is not None and row.user_id is None,
        }

    def options(self) -> Asked:
        """Return what the filters offer, each as [value, name]."""
        zh = in_chinese()
        merchants = Merchant.objects.order_by("name").values_list("pk", "name")
        return {
            "group": [[one.code, one.name if zh else one.name_en] for one in self.groups],
            "rule": [[one.code, one.name if zh else one.name_en] for one in self.rules],
            "severity": [[one.value, str(one.label)] for one in reversed(Severity)],
            "carrier": every_carrier(),
            "merchant": [[str(pk), name] for pk, name in merchants],
        }


def _doing(name: str) -> Callable[[Worklist, Asked], Asked]:
    return lambda worklist, values: case_doings.do(worklist.user, name, values)


DOINGS: dict[str, Callable[[Worklist, Asked], Asked]] = {
    "rows": Worklist.rows,
    "counts": Worklist.counts,
    "panels": Worklist.panels,
    "replies": Worklist.replies,
    "keep_view": Worklist.keep_view,
    "drop_view": Worklist.drop_view,
    **{name: _doing(name) for name in case_doings.DOINGS},
    **case_bulk.DOINGS,
}
"""What the script may ask for."""
