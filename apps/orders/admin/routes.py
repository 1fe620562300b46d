"""The page of routes: how live, sandbox and manual do, and what a manager may change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.accounts.admin_tasks import add_error
from apps.core.errors import PortalError
from apps.orders.admin.route_changes import CHANGES, Change, standing
from apps.orders.admin.route_page import routes_page
from apps.orders.models import LiveShare


@admin.register(LiveShare)
class LiveShareAdmin(RecordAdmin):
    """Each route's figures, the shares, the brake and the history; for the operator's staff."""

    merchant_path = None

    def get_urls(self) -> list[URLPattern]:
        """Add the page of every change."""
        own = [
            path(
                f"{change.name}/",
                self.admin_site.admin_view(self._opener_of(change)),
                name=self.url_name(change.name),
            )
            for change in CHANGES
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the routes."""
        self._check_may_view(request)
        return self.timed(lambda: self._overview(request), request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A share has no page of its own: show the routes."""
        if object_id is None:
            raise Http404
        self.get_visible_or_404(request, object_id)
        return HttpResponseRedirect(self.list_url)

    @property
    def list_url(self) -> str:
        """The address of the page of routes."""
        return reverse(f"admin:{self.url_name('changelist')}")

    def _overview(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Routes"),
            **routes_page(request),
        }
        return TemplateResponse(request, "orders/routes.html", context)

    def _opener_of(self, change: Change) -> Any:
        def view(request: HttpRequest) -> HttpResponse:
            return self._change(request, change)

        return view

    def _change(self, request: HttpRequest, change: Change) -> HttpResponse:
        """Ask on GET, do it on POST, and show the routes again."""
        self._check_may_view(request)
        if not request.user.has_perm(change.permission):
            raise PermissionDenied
        form = self._form(request, change)
        if request.method == "POST" and form.is_valid():
            try:
                text = change.run(request.user, form.cleaned_data)  # type: ignore[arg-type]
            except PortalError as error:
                add_error(form, error)
            else:
                messages.success(request, text)
                return HttpResponseRedirect(self.list_url)
        context = {
            **self.admin_site.each_context(request),
            "title": change.label,
            "subtitle": None,
            "task": change,
            "form": form,
            "back": self.list_url,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "accounts/task.html", context, status=status)

    @staticmethod
    def _form(request: HttpRequest, change: Change) -> forms.Form:
        if request.method == "POST":
            return change.form(request.POST)
        share = standing(request.GET.get("merchant", ""), request.GET.get("carrier", ""))
        place = {"merchant": share.merchant_id, "carrier": share.carrier}
        return change.form(initial={**place, **change.initial(share)})

    def _check_may_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404
