"""API keys: issued with their text shown exactly once, revoked at once, never edited."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.choices import KeyMode, Scope
from apps.accounts.faces import badge, badge_column, enum_badge
from apps.accounts.models import ApiKey, Merchant
from apps.accounts.services import issue_api_key, revoke_api_key
from apps.core import clock
from apps.core.actions import Actor

LIVES = [(30, _("30 days")), (90, _("90 days")), (365, _("one year"))]
TICKETS = "key_tickets"
TICKETS_KEPT = 20


class IssueKeyForm(forms.Form):
    """What somebody says about a key before it is made."""

    merchant = forms.ModelChoiceField(
        label=_("merchant"), queryset=Merchant.objects.filter(is_active=True)
    )
    name = forms.CharField(
        label=_("name"), max_length=60, help_text=_("Where it will be used, for example “shop”.")
    )
    mode = forms.ChoiceField(
        label=_("mode"), choices=KeyMode.choices, initial=KeyMode.SANDBOX.value
    )
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=Scope.choices,
        initial=Scope.values(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "lm-checks"}),
    )
    days = forms.TypedChoiceField(label=_("valid for"), choices=LIVES, coerce=int, initial=365)
    ticket = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> Values:
        """A test merchant never gets a key that reaches the live platform."""
        data = super().clean() or self.cleaned_data
        merchant = data.get("merchant")
        if merchant and merchant.is_test and data.get("mode") == KeyMode.LIVE:
            self.add_error("mode", _("A test merchant can only have sandbox keys."))
        return data


def revoke(request: HttpRequest, key: ApiKey, values: Values) -> Any:
    """Revoke a key for the person asking."""
    revoke_api_key(key=key, actor=Actor.user(request.user))
    return _("The key “%(name)s” is revoked. Requests with it are refused from now on.") % {
        "name": key.name
    }


@admin.register(ApiKey)
class ApiKeyAdmin(ScopedModelAdmin):
    """Keys of the API. Only their beginning is kept readable."""

    can_add = True
    list_display = (
        "name",
        "prefix",
        "merchant",
        badge_column("mode", KeyMode, _("mode")),
        "scope_list",
        "state",
        "last_used_at",
        "expires_at",
    )
    list_filter = ("mode",)
    list_select_related = ("merchant",)
    search_exact = ("prefix", "name")
    search_prefix = ("name",)
    search_help_text = _("Beginning of the key or its name")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("name", "state"), ("merchant", "mode"), ("prefix", "scope_list"))}),
        (
            _("Times"),
            {
                "fields": (
                    ("created_at", "created_by"),
                    ("last_used_at", "expires_at", "revoked_at"),
                )
            },
        ),
    )
    tasks = (
        Task(
            name="revoke",
            label=_("Revoke this key"),
            explain=_(
                "Whoever uses this key is refused at once. A revoked key cannot be made valid"
                " again; issue a new one instead."
            ),
            permission="accounts.change_apikey",
            run=revoke,
            icon="key_off",
            danger=True,
            applies=lambda key: key.revoked_at is None,
        ),
    )
    change_form_outer_before_template = "accounts/task_bar.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is never edited; revoking has a page of its own."""
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Issue a key. The answer to the POST shows its text, once, and nothing stores it.

        A ticket makes sure that reloading that page does not issue a second key.
        """
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        if request.method != "POST":
            return self._form_page(request, IssueKeyForm(initial={"ticket": new_ticket(request)}))
        form = IssueKeyForm(request.POST)
        if not form.is_valid():
            return self._form_page(request, form)
        if not spend_ticket(request, form.cleaned_data["ticket"]):
            messages.warning(request, _("This key was issued before; its text is not shown again."))
            return HttpResponseRedirect(reverse("admin:accounts_apikey_changelist"))
        return self._issue(request, form)

    def _issue(self, request: HttpRequest, form: IssueKeyForm) -> HttpResponse:
        data = form.cleaned_data
        key, plain = issue_api_key(
            merchant=data["merchant"],
            name=data["name"],
            scopes=data["scopes"],
            mode=data["mode"],
            actor=Actor.user(request.user),
            created_by=request.user,  # type: ignore[arg-type]
            expires_at=clock.real_now() + dt.timedelta(days=data["days"]),
        )
        context = {"key": key, "plain": plain}
        return self._key_page(request, "accounts/key_issued.html", context)

    def _form_page(self, request: HttpRequest, form: IssueKeyForm) -> HttpResponse:
        return self._key_page(
            request,
            "accounts/key_form.html",
            {"form": form},
            status=422 if form.errors else 200,
        )

    def _key_page(
        self, request: HttpRequest, template: str, context: Values, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Issue an API key"),
            "back": reverse("admin:accounts_apikey_changelist"),
            **context,
        }
        return TemplateResponse(request, template, context, status=status)

    @display(description=_("scopes"))
    def scope_list(self, row: ApiKey) -> SafeString:
        """What the key may do."""
        badges = [enum_badge(scope, Scope) for scope in row.scopes]
        return mark_safe(" ".join(badges))  # noqa: S308 - joined from escaped badges

    @display(description=_("state"))
    def state(self, row: ApiKey) -> SafeString:
        """Valid, expired or revoked."""
        if row.revoked_at:
            return badge(_("Revoked"), "danger")
        if row.expires_at <= clock.real_now():
            return badge(_("Expired"), "warning")
        return badge(_("Valid"), "success")


def new_ticket(request: HttpRequest) -> str:
    """Return a ticket good for issuing one key in this session."""
    ticket = secrets.token_urlsafe(12)
    request.session[TICKETS] = [*request.session.get(TICKETS, []), ticket][-TICKETS_KEPT:]
    return ticket


def spend_ticket(request: HttpRequest, ticket: str) -> bool:
    """Use a ticket up; False if it was used before or never given out."""
    tickets = list(request.session.get(TICKETS, []))
    if ticket not in tickets:
        return False
    request.session[TICKETS] = [kept for kept in tickets if kept != ticket]
    return True
