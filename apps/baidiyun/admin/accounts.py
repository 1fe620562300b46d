"""Our accounts at the platform: kept, retired, never shown. For managers alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import badge, badge_column
from apps.accounts.models import Merchant
from apps.baidiyun.choices import Mode
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.models import Credential
from apps.baidiyun.services import retire_credential, store_credential
from apps.core.actions import Actor

PERMISSION = "baidiyun.change_credential"
SEALED = ("key_sealed", "customer_sealed", "secret_sealed")
SECRET_FIELDS = ("key", "customer", "secret")


def secret_field(label: Any) -> forms.CharField:
    """Return a field that takes a secret and never gives it back to the page."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=200, widget=widget)


class AccountForm(forms.Form):
    """What the platform gave us; nothing of it is shown again, not even after a mistake."""

    mode = forms.ChoiceField(label=_("mode"), choices=Mode.choices, initial=Mode.SANDBOX.value)
    merchant = forms.ModelChoiceField(
        label=_("merchant"),
        queryset=Merchant.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label=_("Shared by all that have none of their own"),
    )
    key = secret_field(_("platform key"))
    customer = secret_field(_("platform customer"))
    secret = secret_field(_("platform secret"))
    note = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Kept in the action log. No secrets here.")
    )

    def clean(self) -> Values:
        """A test merchant never has an account at the live platform; a note repeats no secret."""
        data: Values = super().clean() or self.cleaned_data
        merchant = data.get("merchant")
        if merchant and merchant.is_test and data.get("mode") == Mode.LIVE.value:
            self.add_error("mode", _("A test merchant has no live account."))
        given: Any = self.data
        said = given.get("note", "")
        if any(
            given.get(name, "").strip() and given[name].strip() in said for name in SECRET_FIELDS
        ):
            self.add_error("note", _("The note repeats a secret."))
            self.data = given.copy()
            self.data["note"] = ""  # type: ignore[index]
        return data


def retire(request: HttpRequest, row: Credential, values: Values) -> str:
    """Retire an account for the person asking."""
    retire_credential(credential_id=row.pk, actor=Actor.user(request.user), note=values["reason"])
    return _now("Account %(fingerprint)s is retired; calls no longer use it.") % {
        "fingerprint": row.fingerprint
    }


@admin.register(Credential)
class CredentialAdmin(RecordAdmin):
    """Accounts by fingerprint. What is sealed is not even read for these pages."""

    merchant_path = None
    can_add = True
    list_display = (
        "fingerprint",
        "state_badge",
        "which_mode",
        "owner",
        "stored_when",
        "created_by",
        "rotated_when",
    )
    list_filter = (("mode", ChoicesDropdownFilter),)
    list_select_related = ("merchant", "created_by")
    search_exact = ("fingerprint",)
    search_help_text = _("Fingerprint")
    ordering = ("-active", "-id")
    which_mode = badge_column("mode", Mode, _("mode"))
    stored_when = time_column("created_at", _("created at"))
    rotated_when = time_column("rotated_at", _("sealed anew at"))
    change_form_outer_before_template = "accounts/task_bar.html"
    readonly_fields = ("state_badge", "which_mode", "owner")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("fingerprint", "state_badge"),
                    ("which_mode", "owner"),
                    ("created_at", "created_by", "rotated_at"),
                )
            },
        ),
    )
    tasks = (
        Task(
            name="retire",
            label=_("Retire this account"),
            explain=_(
                "Calls no longer use it, at once. Without another account for this place its"
                " parcels use the shared one, else the one of the environment; without any,"
                " nothing is booked or asked. It cannot be taken back: enter the account again."
            ),
            permission=PERMISSION,
            run=retire,
            form=ReasonForm,
            icon="key_off",
            danger=True,
            applies=lambda row: row.active,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what is sealed."""
        return super().get_queryset(request).defer(*SEALED)

    @method_decorator(sensitive_post_parameters(*SECRET_FIELDS))
    @method_decorator(never_cache)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for an account and store it; nothing of it comes back."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        form = AccountForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            row = self._store(request, form)
            if row is not None:
                text = _("Account %(fingerprint)s is stored and in use.")
                messages.success(request, text % {"fingerprint": row.fingerprint})
                return HttpResponseRedirect(reverse("admin:baidiyun_credential_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Store an account"),
            "form": form,
            "back": reverse("admin:baidiyun_credential_changelist"),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "baidiyun/account_form.html", context, status=status)

    @sensitive_variables("data", "form")
    def _store(self, request: HttpRequest, form: AccountForm) -> Credential | None:
        """Store the account; on an error of the service, say so in the form."""
        data = form.cleaned_data
        try:
            return store_credential(
                mode=data["mode"],
                merchant=data["merchant"],
                key=data["key"],
                customer=data["customer"],
                secret=data["secret"],
                note=data["note"],
                actor=Actor.user(request.user),
                created_by=request.user,  # type: ignore[arg-type]
            )
        except BaidiyunError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
            return None

    @display(description=_("state"))
    def state_badge(self, row: Credential) -> Any:
        """In use or retired."""
        return badge(_("In use"), "success") if row.active else badge(_("Retired"))

    @display(description=_("merchant"))
    def owner(self, row: Credential) -> str:
        """Whose account it is."""
        return row.merchant.name if row.merchant else str(_("Shared"))
