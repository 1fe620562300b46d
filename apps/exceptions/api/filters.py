"""Filters of the lists of contacts and recommendations."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.filters import ExactText, MomentFilter
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.models import Contact, NpsAnswer


class VoiceFilter(django_filters.FilterSet):
    """What both lists can be narrowed to; all given filters must hold."""

    shipment = ExactText(field_name="shipment__uid", help_text=_("Our id of a shipment."))
    external_id = ExactText(help_text=_("Your own id, whole."))
    at_after = MomentFilter(
        field_name="at", lookup_expr="gte", help_text=_("At this moment or later.")
    )
    at_before = MomentFilter(field_name="at", lookup_expr="lt", help_text=_("Before this moment."))


class ContactFilter(VoiceFilter):
    """What a list of contacts can be narrowed to."""

    reason = django_filters.MultipleChoiceFilter(
        choices=ContactReason.choices(),
        help_text=_("One of these; give it several times for any of several."),
    )
    channel = django_filters.ChoiceFilter(choices=Channel.choices(), help_text=_("How."))

    class Meta:
        model = Contact
        fields: list[str] = []


class NpsFilter(VoiceFilter):
    """What a list of recommendations can be narrowed to."""

    class Meta:
        model = NpsAnswer
        fields: list[str] = []
