"""Forms of the tasks on orders and bookings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.orders.places import COUNTRIES

ADDRESS_FIELDS = (
    "name",
    "phone",
    "province",
    "city",
    "district",
    "street",
    "postcode",
    "country",
    "email",
)


class AddressForm(forms.Form):
    """Who receives, and where: everything, as it should be."""

    name = forms.CharField(label=_("recipient"), max_length=60)
    phone = forms.CharField(label=_("phone"), max_length=40)
    country = forms.ChoiceField(
        label=_("country"), choices=lambda: [(code, code) for code in sorted(COUNTRIES)]
    )
    province = forms.CharField(label=_("province"), max_length=80, required=False)
    city = forms.CharField(label=_("city"), max_length=80, required=False)
    district = forms.CharField(label=_("district"), max_length=80, required=False)
    street = forms.CharField(
        label=_("street"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label=_("postcode"), max_length=16, required=False)
    email = forms.CharField(label=_("e-mail"), max_length=254, required=False)


class PartialAddressForm(forms.Form):
    """Corrections on the worklist: what is left empty stays as it is."""

    province = forms.CharField(label=_("province"), max_length=80, required=False)
    city = forms.CharField(label=_("city"), max_length=80, required=False)
    district = forms.CharField(label=_("district"), max_length=80, required=False)
    street = forms.CharField(label=_("street"), max_length=200, required=False)
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)

    def given(self) -> dict[str, str]:
        """Return the fields somebody filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class NoteForm(forms.Form):
    """Asks for a word for the action log; it may stay empty."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)


class RetryForm(NoteForm):
    """Books again; an unknown outcome needs somebody's word that there is no pickup."""

    not_booked = forms.BooleanField(
        label=_("I looked at the platform: it has no pickup for this parcel"), required=False
    )


class CarrierForm(RetryForm):
    """Gives the parcel to another carrier."""

    carrier = forms.ChoiceField(label=_("carrier"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from apps.orders.admin.wording import carriers_for

        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [*carriers_for("CN"), *carriers_for("")]  # type: ignore[attr-defined]
        self.order_fields(["carrier", "not_booked", "note"])


class BringForm(forms.Form):
    """The number of a parcel somebody else booked."""

    carrier = forms.ChoiceField(label=_("carrier"))
    carrier_number = forms.CharField(label=_("carrier number"), max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from apps.orders.admin.wording import every_carrier

        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = every_carrier()  # type: ignore[attr-defined]
