"""The customs desk: what leaves incomplete, what customs asks, what it holds, one fix for many.

Everybody who may see consignments sees it, a merchant's user their own. What changes something is
a task of its own row or the declaration page; the desk only leads there, in one step.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.paging import CappedPaginator
from apps.customs import desk_selectors as selectors
from apps.customs.admin.denied_banner import banner
from apps.customs.admin.desk_rows import customs_row, fix_rows, incomplete_row, let_go_row
from apps.customs.admin.wording import left_of
from apps.customs.desk_fixes import Fix, common_fixes
from apps.customs.desk_selectors import DeskCounts, with_borders, with_consignment
from apps.customs.models import Consignment, Exporter, Product
from apps.customs.selectors import versions_of

if TYPE_CHECKING:
    from apps.customs.admin.consignments import ConsignmentAdmin

PER_PAGE = 50
INCOMPLETE, ASKED, HELD, SILENT, LET_GO = "incomplete", "asked", "held", "silent", "let_go"
VIEWS: dict[str, Any] = {
    INCOMPLETE: gettext_lazy("Before the cut-off"),
    ASKED: gettext_lazy("Customs asks"),
    HELD: gettext_lazy("Held by customs"),
    SILENT: gettext_lazy("Long at customs"),
    LET_GO: gettext_lazy("Let go incomplete"),
}
ANSWERS = "customs.answer_customs"
SCREENINGS = "customs.view_screening"
SUPPLIES = "customs.change_consignment"
Told = dict[str, Any]


class Desk:
    """One request to the desk."""

    def __init__(self, model_admin: ConsignmentAdmin, request: HttpRequest) -> None:
        self.admin = model_admin
        self.request = request
        self.user: Any = request.user
        self.now = clock.now()

    def page(self) -> HttpResponse:
        """Show one list of the desk with the numbers of all."""
        counts = selectors.desk_counts(self.user, now=self.now)
        asked = self.request.GET.get("view", "")
        view = asked if asked in VIEWS else first_view(counts)
        paginator = CappedPaginator(self._list(view), PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": _("Customs desk"),
            "view": view,
            "views": tabs_of(counts, view),
            "counts": counts,
            "sentence": sentence_of(counts, self._next(view, page), now=self.now),
            "rows": self._rows(view, list(page.object_list)),
            "page": page,
            "capped": paginator.is_capped,
            "denied": banner(self.user) if self.user.has_perm(SCREENINGS) else None,
            "fixes": self._fixes() if view == INCOMPLETE else [],
            "at": timezone.localtime(self.now).strftime("%H:%M:%S"),
            "here": f"{self.request.path}?{urlencode({'view': view, 'p': page.number})}",
            "may_answer": self.user.has_perm(ANSWERS),
            "may_confirm": self.user.has_perm("customs.add_hsconfirmation"),
            "figures_url": reverse("admin:customs_consignment_figures"),
            "export_url": reverse("admin:customs_consignment_export"),
        }
        return TemplateResponse(self.request, "customs/desk.html", context)

    def _list(self, view: str) -> QuerySet[Any]:
        if view == INCOMPLETE:
            return with_borders(selectors.incomplete(self.user))
        if view == LET_GO:
            return with_borders(selectors.let_go(self.user, now=self.now))
        if view == SILENT:
            return with_consignment(selectors.silent(self.user, now=self.now))
        found = selectors.asked if view == ASKED else selectors.held
        return with_consignment(found(self.user))

    def _rows(self, view: str, rows: list[Any]) -> list[Told]:
        if view == LET_GO:
            return [let_go_row(row, now=self.now) for row in rows]
        consignments = rows if view == INCOMPLETE else [row.consignment for row in rows]
        versions = versions_of(consignments)
        if view == INCOMPLETE:
            return [incomplete_row(row, versions.get(row.pk), now=self.now) for row in rows]
        return [customs_row(row, versions.get(row.consignment_id), now=self.now) for row in rows]

    def _next(self, view: str, page: Any) -> Consignment | None:
        """Return what leaves first, where the list that is shown begins with it."""
        rows = page.object_list if view == INCOMPLETE and page.number == 1 else ()
        return next((row for row in rows if row.cut_off and row.cut_off >= self.now), None)

    def _fixes(self) -> list[Told]:
        fixes = common_fixes(self.user)
        merchants = {fix.merchant_id for fix in fixes}
        exporters = dict(
            Exporter.objects.filter(merchant_id__in=merchants).values_list("merchant_id", "pk")
        )
        return fix_rows(fixes, products_of(fixes), now=self.now, exporters=exporters)


def products_of(fixes: list[Fix]) -> dict[tuple[int, str], int]:
    """Return the products of what is to be fixed, by merchant and SKU; one query."""
    rows = Product.objects.filter(
        merchant_id__in={fix.merchant_id for fix in fixes},
        sku__in={fix.sku for fix in fixes if fix.sku},
    )
    found = rows.values_list("merchant_id", "sku", "pk")
    return {(merchant, sku): pk for merchant, sku, pk in found}


def first_view(counts: DeskCounts) -> str:
    """Return the list to begin with: what leaves next, else what customs wants."""
    if counts.incomplete or not (counts.asked or counts.held):
        return INCOMPLETE
    return ASKED if counts.asked else HELD


def tabs_of(counts: DeskCounts, view: str) -> list[Told]:
    """Return the lists with their numbers; none is left out, so that nothing is hidden."""
    red = {ASKED: counts.asked, HELD: counts.held, INCOMPLETE: counts.late}
    return [
        {
            "value": name,
            "label": label,
            "count": getattr(counts, name),
            "on": name == view,
            "hot": bool(red.get(name)),
        }
        for name, label in VIEWS.items()
    ]


def sentence_of(counts: DeskCounts, first: Consignment | None, *, now: dt.datetime) -> Told:
    """Return what a clerk needs to know first, and how pressing it is."""
    said = []
    if counts.late:
        said.append(_("%(n)d should have left and wait for data.") % {"n": counts.late})
    if counts.soon:
        soon = _("%(n)d leave within a day and are not complete") % {"n": counts.soon}
        if first is not None:
            left = left_of(first.cut_off, now=now)
            soon += _(", the first in %(span)s (%(at)s)") % {"span": left["text"], "at": left["at"]}
        said.append(soon + _("."))
    if counts.asked:
        said.append(_("Customs waits for %(n)d answers.") % {"n": counts.asked})
    if counts.held:
        said.append(_("%(n)d are held.") % {"n": counts.held})
    tone = "danger" if counts.late or counts.held or counts.asked else "warning"
    if not said:
        calm = counts.incomplete == 0
        text = _("Everything that leaves is complete, and customs asks nothing.")
        if not calm:
            text = _("Nothing leaves within a day incomplete, and customs asks nothing.")
        return {"text": text, "tone": "success", "icon": "task_alt"}
    return {"text": " ".join(said), "tone": tone, "icon": "error" if tone == "danger" else "timer"}
