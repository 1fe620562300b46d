"""Contacts and recommendations in the admin: lists, the desk that records, the weekly figures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column, shown
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.exceptions.admin.contact_desk import ContactDesk
from apps.exceptions.admin.voice import voice_page
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.models import Contact, NpsAnswer
from apps.exceptions.services import ContactDraft, correct_contact, withdraw_contact
from apps.exceptions.voice_rules import MOST_REFERENCE, MOST_WORDS
from apps.exceptions.voice_selectors import RECORD
from apps.shipments.carriers import carrier_name


class CorrectForm(forms.Form):
    """What should have been recorded instead."""

    parcel = forms.CharField(
        label=_("Parcel"),
        max_length=MOST_REFERENCE,
        required=False,
        help_text=_("Tracking number, order number or our ID."),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=ContactReason.choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    words = forms.CharField(
        label=_("What the customer said"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _correct(request: HttpRequest, row: Contact, values: Values) -> Any:
    draft = ContactDraft(
        reason=values["reason"],
        channel=values["channel"],
        parcel=values["parcel"],
        words=values["words"],
        at=row.at,
    )
    actor = Actor.user(request.user)
    made = correct_contact(contact_id=row.pk, draft=draft, actor=actor, user_id=request.user.pk)
    if made.shipment_id is None and values["parcel"]:
        return _("Corrected; no such parcel was found, it is kept as said.")
    return _("Corrected.")


def _withdraw(request: HttpRequest, row: Contact, _values: Values) -> Any:
    withdraw_contact(contact_id=row.pk, actor=Actor.user(request.user))
    return _("Withdrawn: it counts no longer.")


CORRECT = Task(
    name="correct",
    label=_("Correct"),
    explain=_("A new row takes the place of this one; this one stays to be read."),
    permission=RECORD,
    run=_correct,
    form=CorrectForm,
    icon="edit",
    applies=lambda row: row.withdrawn_at is None,
    initial=lambda row: {
        "parcel": row.parcel_said or (row.shipment.number if row.shipment else ""),
        "reason": row.reason,
        "channel": row.channel,
        "words": row.words,
    },
    personal=True,
)
WITHDRAW = Task(
    name="withdraw",
    label=_("Withdraw"),
    explain=_("It was a mistake: it counts no longer, and the parcel's cases forget it."),
    permission=RECORD,
    run=_withdraw,
    icon="undo",
    danger=True,
    applies=lambda row: row.withdrawn_at is None,
)


class VoiceAdmin(RecordAdmin):
    """What both lists share."""

    merchant_path = "merchant"
    list_select_related = ("shipment", "merchant")
    at_when = time_column("at", _("at"))

    @display(description=_("parcel"))
    def parcel_shown(self, row: Any) -> SafeString | str:
        """The shipment, to go there; what was said where none was found."""
        if row.shipment is None:
            return row.parcel_said or EMPTY
        language = get_language() or "zh-hans"
        return format_html(
            '<a class="sp-link sp-number" href="{}"><b>{}</b><span>{}</span></a>',
            reverse("admin:shipments_shipment_change", args=[row.shipment_id]),
            row.shipment.number or row.shipment.uid,
            carrier_name(row.carrier, language),
        )

    @display(description=_("merchant"))
    def merchant_shown(self, row: Any) -> str:
        """The merchant's name."""
        return str(row.merchant.name)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return the row, knowing whether its words may be read in clear."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.is_revealed = self.is_revealed(request, row)
        return row

    @display(description=_("What the customer said"))
    def words_read(self, row: Any) -> str:
        """The words, masked unless the record is revealed."""
        return shown(row.words, "text", revealed=getattr(row, "is_revealed", False)) or EMPTY

    @display(description=_("words"))
    def words_shown(self, row: Any) -> str:
        """How the words begin, masked."""
        said = shown(row.words, "text")
        return said[:60] + ("…" if len(said) > 60 else "") or EMPTY

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = super().get_list_filter(request)
        if merchant_of(request.user) is None:
            return tuple(filters)
        return tuple(entry for entry in filters if entry is not MerchantFilter)


@admin.register(Contact)
class ContactAdmin(VoiceAdmin):
    """Who got in touch, newest first."""

    list_display = (
        "at_when",
        "reason_badge",
        "parcel_shown",
        "words_shown",
        "channel_badge",
        "merchant_shown",
        "withdrawn_when",
    )
    list_filter = (
        ("reason", MultipleChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        MerchantFilter,
        ("mode", ChoicesDropdownFilter),
        ("at", LocalTimeRange),
    )
    search_exact = ("uid", "shipment__number")
    search_help_text = _("Tracking number or ID, whole")
    tasks = (CORRECT, WITHDRAW)
    reason_badge = badge_column("reason", ContactReason, _("reason"))
    channel_badge = badge_column("channel", Channel, _("channel"))
    withdrawn_when = time_column("withdrawn_at", _("withdrawn"))
    fields = (
        "uid",
        "parcel_shown",
        "parcel_said",
        "reason_badge",
        "channel_badge",
        "is_complaint",
        "words_read",
        "at",
        "created_at",
        "recorded_by",
        "external_id",
        "mode",
        "replaces",
        "withdrawn_at",
    )
    readonly_fields = ("parcel_shown", "reason_badge", "channel_badge", "words_read")

    def get_urls(self) -> list[URLPattern]:
        """Add the desk that records, and the weekly figures."""
        view = self.admin_site.admin_view
        return [
            path("record/", view(self.record_view), name=self.url_name("record")),
            path("voice/", view(self.voice_view), name=self.url_name("voice")),
            *super().get_urls(),
        ]

    def record_view(self, request: HttpRequest) -> HttpResponse:
        """Find the parcel and record why the customer got in touch."""
        self._check_may_view(request)
        return ContactDesk(self, request).answer()

    def voice_view(self, request: HttpRequest) -> HttpResponse:
        """Show complaint rate and recommendations by week."""
        self._check_may_view(request)

        def page() -> HttpResponse:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Voice of the customer"),
                "may_record": request.user.has_perm(RECORD),
                **voice_page(request),
            }
            return TemplateResponse(request, "exceptions/voice.html", context)

        return self.timed(page, request)


@admin.register(NpsAnswer)
class NpsAnswerAdmin(VoiceAdmin):
    """How likely customers are to recommend the shop, newest first."""

    list_display = ("at_when", "score", "parcel_shown", "words_shown", "merchant_shown")
    list_filter = (MerchantFilter, ("mode", ChoicesDropdownFilter), ("at", LocalTimeRange))
    search_exact = ("uid", "shipment__number")
    search_help_text = _("Tracking number or ID, whole")
    fields = ("uid", "parcel_shown", "parcel_said", "score", "words_read", "at", "created_at",
              "external_id", "mode")  # fmt: skip
    readonly_fields = ("parcel_shown", "words_read")
