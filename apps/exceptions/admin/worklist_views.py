"""The views of the worklist: those everybody has, and those somebody has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.exceptions.case_filters import ONLY, CaseFilters
from apps.exceptions.case_selectors import MOST_COUNTED, CaseCounts, Codes, count_view
from apps.exceptions.choices import CaseState, Severity
from apps.exceptions.models import WorklistView
from apps.exceptions.services.worklist_views import views_of

ALL, GROUPS, MINE, CLOSED, FOUND = "all", "groups", "mine", "closed", "found"
BUILT_IN: dict[str, tuple[Any, CaseFilters]] = {
    ALL: (_("All"), CaseFilters()),
    GROUPS: (_("My groups"), CaseFilters(my_groups=True)),
    MINE: (_("Mine"), CaseFilters(mine=True)),
    "unacknowledged": (_("Unacknowledged"), CaseFilters(state=CaseState.OPEN.value)),
    "red": (_("Red"), CaseFilters(severity=Severity.RED.value)),
    "overdue": (_("Overdue"), CaseFilters(overdue=True)),
    "waiting": (pgettext_lazy("case", "Waiting"), CaseFilters(waiting=ONLY)),
    CLOSED: (_("Closed"), CaseFilters()),
}
"""Code → name and filters. Closed cases are a list of their own, the newest first."""


@dataclass(frozen=True, slots=True)
class View:
    """One view; ``row`` where it is kept in the database."""

    code: str
    label: str
    filters: CaseFilters
    row: WorklistView | None = None


def views_for(user: Any) -> list[View]:
    """Return the views somebody sees, in their order; one query."""
    built_in = [View(code, str(label), found) for code, (label, found) in BUILT_IN.items()]
    kept = [
        View(str(row.pk), row.name, CaseFilters.read(row.filters), row) for row in views_of(user)
    ]
    return [*built_in, *kept]


def chosen_view(views: list[View], code: str, *, has_groups: bool) -> View:
    """Return the view of that code; without one, the groups of whoever is in one, else all."""
    by_code = {view.code: view for view in views}
    return by_code.get(code) or by_code[GROUPS if has_groups else ALL]


def filters_of(view: View, given: Mapping[str, Any]) -> CaseFilters:
    """Return the view's filters, narrowed further by what somebody has chosen beside it."""
    chosen = {name: value for name, value in given.items() if value not in ("", None, False)}
    return CaseFilters.read({**view.filters.kept(), **chosen})


def counts_of(
    user: Any, views: list[View], counts: CaseCounts, codes: Codes, groups: list[int]
) -> dict[str, str]:
    """Return the number beside each view; closed cases are not counted."""
    said = {}
    for view in views:
        if view.code == GROUPS:
            number = sum(n for key, n in counts.by_key.items() if key[0] in groups)
            said[view.code] = f"{number:,}"
        elif view.code != CLOSED:
            found = count_view(user=user, filters=view.filters, counts=counts, codes=codes)
            said[view.code] = f"{MOST_COUNTED:,}+" if found.more else f"{found.cases:,}"
    return said
