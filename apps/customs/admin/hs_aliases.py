"""Everyday words: what operators call goods and the HS code they mean by it."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_records import time_column
from apps.accounts.faces import EMPTY, badge
from apps.core.actions import Actor
from apps.customs.admin.hs_picker import pointed
from apps.customs.hs.nomenclature import lines
from apps.customs.hs.sources import chapter_names
from apps.customs.models import HsAlias
from apps.customs.services.hs_aliases import AliasRefused, clean_code, save_alias

LONGEST_TYPED = 12
MOST_TERMS = 5


class AliasForm(forms.ModelForm):
    """A word and the code it means; the code may be typed with points."""

    code = forms.CharField(
        label=_("HS code"),
        max_length=LONGEST_TYPED,
        help_text=_("Six digits of HS 2022 (8507.60), or four for a whole heading (6204)."),
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = HsAlias
        fields = ("word", "code", "note", "is_active")

    def clean_code(self) -> str:
        """The digits; anything that is no heading or line of HS 2022 is refused."""
        try:
            return clean_code(self.cleaned_data["code"])
        except AliasRefused as error:
            raise ValidationError(str(error)) from error


@admin.register(HsAlias)
class HsAliasAdmin(ScopedModelAdmin):
    """Words operators extend; a suggestion knows a new one within seconds."""

    merchant_path = None
    can_add = True
    form = AliasForm
    list_display = (
        "word",
        "code_shown",
        "means",
        "note",
        "state",
        "added_by",
        "changed_when",
    )
    list_display_links = ("word",)
    list_filter = ("is_active",)
    search_exact = ("word", "code", "note")
    search_help_text = _("Word, code or English word")
    ordering = ("word", "id")
    changed_when = time_column("changed_at", _("changed"))
    list_before_template = "customs/hs_alias_note.html"

    class Media:
        css = {"all": ("portal/shipment.css", "portal/hs_picker.css")}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a part of a word, code or note; the table is small and words are short."""
        for term in search_term.replace(".", "").split()[:MOST_TERMS]:
            fields = (Q(**{f"{field}__icontains": term}) for field in self.search_exact)
            queryset = queryset.filter(reduce(or_, fields))
        return queryset, False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep the word by its service."""
        save_alias(alias=obj, actor=Actor.user(request.user))

    @display(description=_("HS code"))
    def code_shown(self, row: HsAlias) -> SafeString:
        """The code with its point."""
        return format_html('<span class="lm-mono">{}</span>', pointed(row.code))

    @display(description=_("means"))
    def means(self, row: HsAlias) -> SafeString | str:
        """The words of the line or heading, and its chapter."""
        line = lines().get(row.code) or next(
            (line for code, line in lines().items() if code.startswith(row.code)), None
        )
        if line is None:
            return EMPTY
        words = line.text if len(row.code) > 4 else line.heading
        return format_html(
            '<span class="hs-means">{} · {}</span>', chapter_names()[row.code[:2]], words
        )

    @display(description=_("state"))
    def state(self, row: HsAlias) -> Any:
        """Whether it counts."""
        return badge(_("Active"), "success") if row.is_active else badge(_("Inactive"))
