"""Merchants' accounts with carriers abroad: kept, retired, never shown. For managers alone."""

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
from apps.baidiyun.admin.accounts import secret_field
from apps.baidiyun.choices import EwaybillCarrier, Mode
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.models import CarrierAccount
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.services import retire_carrier_account, store_carrier_account
from apps.core.actions import Actor

PERMISSION = "baidiyun.change_carrieraccount"
SECRET_FIELDS = ("partner_id", "partner_name", "partner_key", "partner_secret", "code")
EXPLAIN = _(
    "What the carrier gave this shop is sealed and never shown again; afterwards you see a"
    " fingerprint. Parcels abroad that go with this carrier and whose declaration is complete are"
    " then booked by the international e-waybill. An account of the same shop, carrier and mode is"
    " replaced at once."
)


class CarrierAccountForm(forms.Form):
    """What the carrier gave the shop; nothing of it is shown again, not even after a mistake."""

    merchant = forms.ModelChoiceField(
        label=_("merchant"), queryset=Merchant.objects.filter(is_active=True).order_by("name")
    )
    carrier = forms.ChoiceField(label=_("carrier"), choices=EwaybillCarrier.choices)
    mode = forms.ChoiceField(label=_("mode"), choices=Mode.choices, initial=Mode.SANDBOX.value)
    partner_id = secret_field(_("account number (partnerId)"))
    partner_name = secret_field(_("account name (partnerName)"))
    partner_key = secret_field(_("key (partnerKey)"))
    partner_secret = secret_field(_("secret (partnerSecret)"))
    code = secret_field(_("account code (code)"))
    service = forms.CharField(
        label=_("carrier's product"),
        max_length=40,
        required=False,
        help_text=_("As the platform names it (expType). Empty: the carrier's usual one."),
    )
    route = forms.CharField(
        label=_("route ID"), max_length=40, required=False, help_text=_("Only J&T International.")
    )
    calls_pickup = forms.BooleanField(
        label=_("the carrier comes only when called"),
        required=False,
        help_text=_("Then the carrier is called to the shop's door after every booking."),
    )
    closes = forms.RegexField(
        label=_("collects until"),
        regex=r"^([01]\d|2[0-3]):[0-5]\d$",
        initial="18:00",
        help_text=_("China time, HH:mm."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Kept in the action log. No secrets here.")
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name in SECRET_FIELDS[1:]:
            self.fields[name].required = False

    def clean(self) -> Values:
        """A test merchant never has a live account; a note repeats no secret."""
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


def retire(request: HttpRequest, row: CarrierAccount, values: Values) -> str:
    """Retire an account for the person asking."""
    retire_carrier_account(account_id=row.pk, actor=Actor.user(request.user), note=values["reason"])
    return _now("Account %(fingerprint)s is retired; nothing is booked on it any more.") % {
        "fingerprint": row.fingerprint
    }


@admin.register(CarrierAccount)
class CarrierAccountAdmin(RecordAdmin):
    """Accounts by shop and fingerprint. What is sealed is not even read for these pages."""

    merchant_path = None
    can_add = True
    list_display = (
        "fingerprint",
        "state_badge",
        "owner",
        badge_column("carrier", EwaybillCarrier, _("carrier")),
        badge_column("mode", Mode, _("mode")),
        "called",
        "stored_when",
        "created_by",
    )
    list_filter = (("carrier", ChoicesDropdownFilter), ("mode", ChoicesDropdownFilter))
    list_select_related = ("merchant", "created_by")
    search_exact = ("fingerprint",)
    search_help_text = _("Fingerprint")
    ordering = ("-active", "-id")
    stored_when = time_column("created_at", _("created at"))
    which_mode = badge_column("mode", Mode, _("mode"))
    which_carrier = badge_column("carrier", EwaybillCarrier, _("carrier"))
    change_form_outer_before_template = "accounts/task_bar.html"
    readonly_fields = ("state_badge", "which_mode", "which_carrier", "owner", "called")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("fingerprint", "state_badge"),
                    ("owner", "which_carrier", "which_mode"),
                    ("service", "route", "called"),
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
                "Nothing is booked on it any more, at once. The shop's parcels abroad with this"
                " carrier are then booked as pickups. It cannot be taken back: enter the account"
                " again."
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
        return super().get_queryset(request).defer("partner_sealed")

    @method_decorator(sensitive_post_parameters(*SECRET_FIELDS))
    @method_decorator(never_cache)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for an account and store it; nothing of it comes back."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        form = CarrierAccountForm(request.POST or None)
        back = reverse("admin:baidiyun_carrieraccount_changelist")
        if request.method == "POST" and form.is_valid():
            row = self._store(request, form)
            if row is not None:
                text = _("Account %(fingerprint)s is stored and in use.")
                messages.success(request, text % {"fingerprint": row.fingerprint})
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Store a carrier account"),
            "form": form,
            "explain": EXPLAIN,
            "back": back,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "baidiyun/account_form.html", context, status=status)

    @sensitive_variables("data", "form", "account")
    def _store(self, request: HttpRequest, form: CarrierAccountForm) -> CarrierAccount | None:
        """Store the account; on an error of the service, say so in the form."""
        data = form.cleaned_data
        account = IntlAccount(**{name: data[name] for name in SECRET_FIELDS})
        try:
            return store_carrier_account(
                merchant=data["merchant"],
                carrier=data["carrier"],
                mode=data["mode"],
                account=account,
                service=data["service"],
                route=data["route"],
                calls_pickup=data["calls_pickup"],
                closes=data["closes"],
                note=data["note"],
                actor=Actor.user(request.user),
                created_by=request.user,  # type: ignore[arg-type]
            )
        except BaidiyunError as error:
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
            return None

    @display(description=_("state"))
    def state_badge(self, row: CarrierAccount) -> Any:
        """In use or retired."""
        return badge(_("In use"), "success") if row.active else badge(_("Retired"))

    @display(description=_("merchant"))
    def owner(self, row: CarrierAccount) -> str:
        """Whose account it is."""
        return row.merchant.name

    @display(description=_("pickup"))
    def called(self, row: CarrierAccount) -> str:
        """Whether the carrier has to be called, and until when it comes."""
        if not row.calls_pickup:
            return str(_("comes by itself"))
        return str(_("called, until %(time)s") % {"time": row.closes})
