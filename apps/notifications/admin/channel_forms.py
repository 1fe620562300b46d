"""Forms of robots and mail targets. A robot's key goes in and never comes out."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.notifications.channels import seal_key
from apps.notifications.choices import Audience, ChannelMode
from apps.notifications.models import MailTarget, Robot

KEY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
EVERYBODY = "all"
"""As a user id it calls the whole group, in markdown as well as in plain text."""
MOST_MENTIONS, MOST_ADDRESSES = 10, 20
BETWEEN = re.compile(r"[\s,;，；、]+")
COMMON = ("name", "min_severity", "language", "is_second", "quiet_from", "quiet_until", "zone")
QUIET_HELP = _("Local to the time zone. What is not red waits until they end. Both or neither.")


class SecretInput(UnfoldAdminTextInputWidget):
    """Takes a secret and never gives it back to the page, not even after a mistake."""

    input_type = "password"

    def format_value(self, value: Any) -> None:
        """Show nothing."""


def words_of(text: str) -> list[str]:
    """Return the words of a list that somebody typed, each once, in order."""
    return list(dict.fromkeys(word for word in BETWEEN.split(text) if word))


def key_of(text: str) -> str | None:
    """Return the key in a robot's address or the key itself; None where there is none."""
    given = text.strip()
    found = parse_qs(urlsplit(given).query).get("key", [given])[0] if "key=" in given else given
    return found.lower() if KEY.fullmatch(found) else None


class ChannelForm(forms.ModelForm):
    """What robots and mail targets have in common."""

    audiences = forms.MultipleChoiceField(
        label=_("audiences"),
        choices=Audience.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Who reads there."),
    )

    def clean_zone(self) -> str:
        """Refuse what is no time zone."""
        zone = self.cleaned_data["zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no such time zone. Example: Asia/Shanghai."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a beginning and an end."""
        values = super().clean() or {}
        if (values.get("quiet_from") is None) is not (values.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours need a beginning and an end."))
        return values


class RobotForm(ChannelForm):
    """A robot: its key is taken from the address WeCom shows, sealed, and never shown again."""

    key = forms.CharField(
        label=_("key or whole address of the robot"),
        required=False,
        max_length=300,
        widget=SecretInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        help_text=_("As WeCom shows it. Kept sealed and never shown again; empty: as it is."),
    )
    mentions = forms.CharField(
        label=_("people to mention"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("User IDs of WeCom, called by red notices. At most ten; nobody is @all."),
    )

    class Meta:
        model = Robot
        fields = (*COMMON, "audiences", "mode", "mentions")
        help_texts = {
            "quiet_from": QUIET_HELP,
            "zone": _("Empty: the portal's own."),
            "mode": _("Sandbox: the sandbox's own robot, for rehearsals at one's desk."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "mentions" in self.fields:
            self.initial["mentions"] = " ".join(self.instance.mentions)

    def clean_mentions(self) -> list[str]:
        """Refuse what is no user id, and calling everybody."""
        people = words_of(self.cleaned_data["mentions"])
        fine = all(USER_ID.fullmatch(one) and one.lower() != EVERYBODY for one in people)
        if len(people) > MOST_MENTIONS or not fine:
            raise forms.ValidationError(_("These are not at most ten user IDs of WeCom."))
        return people

    def clean_mode(self) -> str:
        """Refuse a sandbox robot where there is no sandbox."""
        mode: str = self.cleaned_data["mode"]
        if mode == ChannelMode.SANDBOX.value and not settings.WEBHOOKS_PRIVATE_SANDBOX:
            raise forms.ValidationError(_("A sandbox robot is not allowed here."))
        return mode

    def clean_key(self) -> str:
        """Seal the key into the row and return only its end, which is all the log is told."""
        given: str = self.cleaned_data["key"]
        if not given.strip():
            if not self.instance.key_sealed:
                raise forms.ValidationError(_("A robot needs its key."))
            return ""
        key = key_of(given)
        if key is None:
            raise forms.ValidationError(_("This is not a robot's key."))
        self.instance.key_sealed, self.instance.key_tail = seal_key(key)
        return f"…{self.instance.key_tail}"


class MailForm(ChannelForm):
    """A mail target and its addresses."""

    addresses = forms.CharField(
        label=_("addresses"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("At most twenty, one a line."),
    )

    class Meta:
        model = MailTarget
        fields = (*COMMON, "audiences", "addresses")
        help_texts = {"quiet_from": QUIET_HELP, "zone": _("Empty: the portal's own.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "addresses" in self.fields:
            self.initial["addresses"] = "\n".join(self.instance.addresses)

    def clean_addresses(self) -> list[str]:
        """Refuse what is no mail address."""
        found = words_of(self.cleaned_data["addresses"])
        if not found or len(found) > MOST_ADDRESSES:
            raise forms.ValidationError(_("One to twenty addresses."))
        field = forms.EmailField(max_length=200)
        return [field.clean(address) for address in found]
