"""The other pages of the rule desk: targets, owner groups, canned replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge_column
from apps.accounts.models import User
from apps.exceptions.choices import DayKind, Severity
from apps.exceptions.models import CannedReply, CaseTarget, OwnerGroup, Rule
from apps.exceptions.replies import PLACEHOLDERS, fill, unknown_in

EXAMPLE = {
    "zh": {
        "number": "YT2811203391847", "carrier": "圆通速递", "place": "广东省深圳市", "days": "3",
        "shop": "青木旗舰店", "recipient": "王**", "phone": "138****5678",
    },
    "en": {
        "number": "YT2811203391847", "carrier": "YTO Express", "place": "Shenzhen", "days": "3",
        "shop": "Aoki Store", "recipient": "W***", "phone": "138****5678",
    },
}  # fmt: skip
"""A parcel nobody has, to show how a reply reads."""


@admin.register(CaseTarget)
class CaseTargetAdmin(ScopedModelAdmin):
    """Within how long cases are dealt with, one row per severity."""

    merchant_path = None
    severity_badge = badge_column("severity", Severity, _("severity"))
    days_badge = badge_column("days", DayKind, _("hours counted"))
    list_display = (
        "severity_badge", "acknowledge_hours", "resolve_hours", "escalates_after_hours",
        "days_badge",
    )  # fmt: skip
    ordering = ("id",)
    fields = (
        "severity", ("acknowledge_hours", "resolve_hours"), "escalates_after_hours", "days",
    )  # fmt: skip
    readonly_fields = ("severity",)


class OwnerGroupForm(forms.ModelForm):
    """Offers only people who can look after a case."""

    class Meta:
        model = OwnerGroup
        fields = ("code", "name", "name_en", "lead", "members")
        widgets = {"members": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_active=True, is_staff=True, merchant=None)
        for name in ("lead", "members"):
            if name in self.fields:
                self.fields[name].queryset = staff.order_by("username")  # type: ignore[attr-defined]


@admin.register(OwnerGroup)
class OwnerGroupAdmin(ScopedModelAdmin):
    """Who looks after cases of which rules."""

    merchant_path = None
    can_add = True
    form = OwnerGroupForm
    list_display = ("code", "name", "name_en", "lead", "people")
    ordering = ("code",)
    list_select_related = ("lead",)
    fields = (("code",), ("name", "name_en"), "lead", "members")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Load the members with the groups."""
        return super().get_queryset(request).prefetch_related("members")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A group's code stays what rules and versions call it."""
        return ("code",) if obj else ()

    @admin.display(description=_("members"))
    def people(self, row: OwnerGroup) -> str:
        """Who belongs to it."""
        return "、".join(one.username for one in row.members.all()) or "—"


class CannedReplyForm(forms.ModelForm):
    """A reply in both languages; placeholders nobody knows are refused."""

    rules = forms.MultipleChoiceField(
        label=_("Offered first for"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: offered for every rule."),
    )  # fmt: skip

    class Meta:
        model = CannedReply
        fields = ("code", "title", "title_en", "text", "text_en", "rules", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        for name in ("text", "text_en"):
            if name in self.fields:
                self.fields[name].help_text = _now("May hold: %(names)s") % {"names": known}
        if "rules" in self.fields:
            rows = Rule.objects.order_by("position", "code").values_list("code", "name")
            self.fields["rules"].choices = list(rows)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders there are none of."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("text", "text_en"):
            wrong = unknown_in(cleaned.get(name) or "")
            if wrong:
                text = _now("There is no {%(name)s} to fill in.") % {"name": wrong[0]}
                self.add_error(name, text)
        return cleaned


@admin.register(CannedReply)
class CannedReplyAdmin(ScopedModelAdmin):
    """Texts customer service sends often, with a preview."""

    merchant_path = None
    can_add = True
    form = CannedReplyForm
    list_display = ("code", "title", "title_en", "is_active")
    ordering = ("code",)
    fields = (
        ("code", "is_active"), ("title", "title_en"), ("text", "text_en"),
        ("preview", "preview_en"), "rules",
    )  # fmt: skip
    readonly_fields = ("preview", "preview_en")

    @admin.display(description=_("as a customer would read it"))
    def preview(self, row: CannedReply) -> str:
        """The text filled with an example parcel."""
        return fill(row.text, EXAMPLE["zh"]) if row.pk else "—"

    @admin.display(description=_("in English"))
    def preview_en(self, row: CannedReply) -> str:
        """The English text filled with an example parcel."""
        return fill(row.text_en, EXAMPLE["en"]) if row.pk else "—"
