"""One decision for the flags chosen in the list: shown first, then made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.exceptions import services
from apps.exceptions.choices import FaultKind, FlagState
from apps.exceptions.models import Flag
from apps.exceptions.services.bulk import MOST_AT_ONCE

if TYPE_CHECKING:
    from apps.exceptions.admin.flags import FlagAdmin

DECIDE = "exceptions.change_flag"
REASONS_SHOWN = 3


def decide_chosen(
    model_admin: FlagAdmin, request: HttpRequest, queryset: QuerySet[Flag], state: FlagState
) -> HttpResponse | None:
    """Show how many flags a decision concerns; make it when it is confirmed."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    rows = queryset.filter(state=FlagState.OPEN.value).order_by("id")
    found = list(rows.values_list("id", "kind")[: MOST_AT_ONCE + 1])
    if request.POST.get("confirmed") != "1":
        return _preview(model_admin, request, found, state)
    outcome = services.decide_many(
        user=request.user,  # type: ignore[arg-type]
        flag_ids=[pk for pk, _kind in found],
        state=state.value,
        reason=request.POST.get("reason", "")[:200],
    )
    said = _("%(done)s decided, %(refused)s left as they are.") % {
        "done": len(outcome.verdict_ids), "refused": len(outcome.refused),
    }  # fmt: skip
    why = sorted(set(outcome.refused.values()))[:REASONS_SHOWN]
    level = messages.WARNING if outcome.refused else messages.SUCCESS
    messages.add_message(request, level, " ".join([said, *why]))
    return None


def _preview(
    model_admin: FlagAdmin, request: HttpRequest, found: list[tuple[int, str]], state: FlagState
) -> HttpResponse:
    kinds = Counter(kind for _pk, kind in found[:MOST_AT_ONCE])
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("Decide the chosen flags"),
        "state": state,
        "count": min(len(found), MOST_AT_ONCE),
        "more": len(found) > MOST_AT_ONCE,
        "kinds": [(FaultKind(kind).label, number) for kind, number in kinds.most_common()],
        "chosen": request.POST.getlist("_selected_action"),
        "across": request.POST.get("select_across", "0"),
        "action": request.POST.get("action", ""),
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "exceptions/decide_chosen.html", context)
