"""The base of every admin list: constant time, bound to the viewer's merchant, masked.

What a page of this base may rely on:

- ``get_queryset`` holds only what the viewer may see; anything else is a real 404.
- The change view's template context has ``revealed``, ``may_reveal`` and ``reveal_url``; the
  button of ``{% reveal_button %}`` (``{% load faces %}``) posts there. ``task_buttons`` lists
  what can be done (`admin_tasks.Task`); include "accounts/task_buttons.html" to show them.
- ``search_exact`` and ``search_prefix`` name the indexed fields a search looks at.
- A list that takes longer than five seconds asks for a narrower filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError, connection, transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled
from unfold.admin import ModelAdmin

from apps.accounts.admin_tasks import TaskPages
from apps.accounts.faces import read
from apps.accounts.reveal import REVEAL_SECONDS, is_revealed, may_reveal, reveal
from apps.accounts.scoping import merchant_of, scope_to
from apps.core.actions import Actor, record_action
from apps.core.masking import mask_payload
from apps.core.paging import CappedPaginator

Row = TypeVar("Row", bound=Model)
LIST_TIMEOUT = "5s"
SET_TIMEOUT = "SELECT set_config('statement_timeout', %s, true)"
PREFIX_MIN = 4
TERMS_MAX = 200
SEPARATORS = re.compile(r"[\s,;，；、]+")


def plain(value: Any) -> Any:
    """Return a form's value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | QuerySet):
        return sorted(str(part) for part in value)
    return str(value)


class AdminPaginator(CappedPaginator):
    """The capped paginator, shown as "10,000+" where counting stopped."""

    template_name = "accounts/pagination.html"


class ScopedModelAdmin(TaskPages, ModelAdmin):
    """A list that opens in constant time and shows a merchant's user only their own rows.

    ``merchant_path`` leads from the row to its merchant; None marks a page of the operator's
    staff, which does not exist for merchants' users. Rows are not added or deleted here unless
    a page says so: what changes things are services. Columns are not sortable: a click on a
    header must not sort ten million rows.
    """

    merchant_path: str | None = "merchant"
    search_exact: tuple[str, ...] = ()
    search_prefix: tuple[str, ...] = ()
    paginator = AdminPaginator
    show_full_result_count = False
    show_facets = False
    list_per_page = 50
    list_max_show_all = 200
    list_fullwidth = True
    list_filter_submit = True
    compressed_fields = True
    sortable_by: tuple[str, ...] = ()
    can_add = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows the viewer may see."""
        rows = super().get_queryset(request)
        if self.merchant_path is None:
            return rows if merchant_of(request.user) is None else rows.none()
        return scope_to(request.user, rows, path=self.merchant_path)

    def merchant_id_of(self, row: Any) -> int | None:
        """Return the merchant a row belongs to, None for rows of nobody."""
        found = read(row, f"{self.merchant_path}_id") if self.merchant_path else None
        return int(found) if found is not None else None

    # Who may come here

    def _is_closed_to(self, request: HttpRequest) -> bool:
        return self.merchant_path is None and bool(getattr(request.user, "merchant_id", None))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff pages do not show in a merchant's menu."""
        return not self._is_closed_to(request) and bool(super().has_module_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff pages are closed to merchants' users."""
        return not self._is_closed_to(request) and bool(super().has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only pages that say so add rows."""
        return self.can_add and bool(super().has_add_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False

    def _check_may_view(self, request: HttpRequest) -> None:
        """Let a page of its own be seen by whom the list is open to; a closed one is not there."""
        if self._is_closed_to(request):
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied

    def get_visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        """Return a row the viewer may see; anybody else's row does not exist."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404(_("There is no such record."))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str | None
    ) -> HttpResponse:
        raise Http404(_("There is no such record."))

    # Pages

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses that reveal one record and those of its tasks."""
        view = self.admin_site.admin_view(self.reveal_view)
        address = path("<path:object_id>/reveal/", view, name=self.url_name("reveal"))
        return [address, *self.task_urls(), *super().get_urls()]

    def url_name(self, page: str) -> str:
        """Return the name of one of this model's addresses, without the namespace."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or ask for a narrower filter where it takes too long."""
        if self._is_closed_to(request):
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("no text of ours holds NUL")
        if request.method != "GET":
            return super().changelist_view(request, extra_context)
        return self.timed(
            lambda: super(ScopedModelAdmin, self).changelist_view(request, extra_context), request
        )

    def timed(self, show: Callable[[], HttpResponse], request: HttpRequest) -> HttpResponse:
        """Render a page whose queries are stopped after :data:`LIST_TIMEOUT`."""
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(SET_TIMEOUT, [LIST_TIMEOUT])
                response = show()
                if isinstance(response, TemplateResponse):
                    response.render()
                return response
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
        context = {**self.admin_site.each_context(request), "title": self.opts.verbose_name_plural}
        return TemplateResponse(request, "accounts/narrow_filter.html", context, status=503)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one record; what the viewer may not see is 404, whatever they ask of it."""
        try:
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if self._is_closed_to(request) or (
                object_id and self.get_object(request, object_id) is None
            ):
                raise Http404 from None
            raise
        return answer

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is no page that deletes."""
        raise Http404

    def name_of(self, row: Any) -> str:
        """Return what a record is called in the path above its page, written as it is."""
        return str(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template whether this record is revealed and where to ask for it."""
        row = kwargs.get("obj") or context.get("original")
        if row is not None and row.pk:
            name = row.name_shown = self.name_of(row)
            context["subtitle"] = None if str(context.get("title")) == name else name
            context.update(self.reveal_context(request, row))
            context["task_buttons"] = self.task_buttons(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    # Personal data

    def reveal_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what a template needs to show a record masked or not."""
        return {
            "revealed": self.is_revealed(request, row),
            "may_reveal": may_reveal(request.user, merchant_id=self.merchant_id_of(row)),
            "reveal_url": reverse(f"admin:{self.url_name('reveal')}", args=[row.pk]),
        }

    def is_revealed(self, request: HttpRequest, row: Any) -> bool:
        """Tell whether the viewer revealed this record within five minutes and still may."""
        allowed = may_reveal(request.user, merchant_id=self.merchant_id_of(row))
        return allowed and is_revealed(request, row)

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: reveal one record, written down, and go back to its page."""
        row = self.get_visible_or_404(request, object_id)
        merchant_id = self.merchant_id_of(row)
        if not may_reveal(request.user, merchant_id=merchant_id):
            raise PermissionDenied
        if request.method == "POST":
            reveal(request, row, merchant_id=merchant_id)
            minutes = REVEAL_SECONDS // 60
            text = _("Shown in clear for %(minutes)s minutes. This has been recorded.")
            messages.info(request, text % {"minutes": minutes})
        return HttpResponseRedirect(self._back(request, row))

    # What the forms of this page changed

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Write an addition to the action log instead of Django's own history."""
        self._log(request, obj, "created")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Write a change to the action log, with the changed fields before and after."""
        self._log(request, obj, "changed")

    def _log(self, request: HttpRequest, obj: Any, verb: str) -> None:
        before, after = getattr(request, "changed_values", ({}, {}))
        record_action(
            action=f"{self.opts.app_label}.{self.opts.model_name}.{verb}",
            actor=Actor.user(request.user),
            subject=obj,
            merchant_id=self.merchant_id_of(obj),
            before=before,
            after=after,
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep what changed for the action log, personal data masked, passwords left out."""
        names = [name for name in form.changed_data if "password" not in name]
        before = {name: plain(form.initial.get(name)) for name in names if change}
        after = {name: plain(form.cleaned_data.get(name)) for name in names}
        request.changed_values = (mask_payload(before), mask_payload(after))  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    # Search

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Name the fields, so that the list shows its search box."""
        return tuple(dict.fromkeys((*self.search_exact, *self.search_prefix)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find exact values, several at once, or one beginning of at least four characters.

        Every condition is one an index answers; nothing here scans.
        """
        terms = [term for term in SEPARATORS.split(search_term.strip()) if term][:TERMS_MAX]
        fields = self.get_search_fields(request)
        if not terms or not fields:
            return queryset, False
        found = [Q(**{f"{field}__in": terms}) for field in fields]
        if len(terms) == 1 and len(terms[0]) >= PREFIX_MIN:
            found += [Q(**{f"{field}__startswith": terms[0]}) for field in self.search_prefix]
        elif len(terms) == 1 and self.search_prefix:
            text = _("Fewer than four characters find exact matches only.")
            messages.info(request, text)
        return queryset.filter(reduce(or_, found)), False
