"""Forms of the page of routes: where a share is changed, to what, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.orders.admin.wording import every_carrier
from apps.orders.routing import STEPS

NOTE_LENGTH = 300


class RequiredNoteForm(forms.Form):
    """Asks why; nothing is changed without it."""

    note = forms.CharField(
        label=_("note"),
        max_length=NOTE_LENGTH,
        help_text=_("Required. It stays in the history and in the action log."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PlaceForm(RequiredNoteForm):
    """A place is a merchant and a carrier; either may be all of them."""

    merchant = forms.ModelChoiceField(
        label=_("merchant"),
        queryset=Merchant.objects.none(),
        required=False,
        empty_label=_("All merchants"),
        help_text=_("Test merchants are not offered: they never go live."),
    )
    carrier = forms.ChoiceField(label=_("carrier"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        real = Merchant.objects.filter(is_test=False).order_by("name")
        self.fields["merchant"].queryset = real  # type: ignore[attr-defined]
        self.fields["carrier"].choices = [("", _("All carriers")), *every_carrier()]  # type: ignore[attr-defined]
        self.order_fields(["merchant", "carrier", "percent", "shadow", "note"])


class RaiseForm(PlaceForm):
    """Raises a place to its next step; the service refuses to skip one."""

    percent = forms.TypedChoiceField(
        label=_("live share (%)"),
        coerce=int,
        choices=[(step, f"{step} %") for step in STEPS if step],
        help_text=_("One step at a time: 1, 5, 10, 25, 50, 100."),
    )


class LowerForm(PlaceForm):
    """Lowers a place to any smaller step."""

    percent = forms.TypedChoiceField(
        label=_("live share (%)"),
        coerce=int,
        choices=[(step, f"{step} %") for step in STEPS if step < STEPS[-1]],
        help_text=_("Counts at once for new orders. Parcels that are live already stay live."),
    )


class ShadowForm(PlaceForm):
    """Turns shadow calls of a place on or off."""

    shadow = forms.TypedChoiceField(
        label=_("shadow calls"),
        coerce=lambda value: value == "on",
        choices=[("on", _("On")), ("off", _("Off"))],
    )
