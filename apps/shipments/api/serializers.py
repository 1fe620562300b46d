"""How a shipment looks to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.masking import mask_text
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import (
    EventSource,
    LegFindingCode,
    LegKind,
    LinkSource,
    ShipmentMode,
    ShipmentStatus,
    Substatus,
)
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.stages import SIGNS

SOURCES = {
    EventSource.PUSH: "push",
    EventSource.POLL: "poll",
    EventSource.MANUAL: "manual",
    EventSource.FEED: "feed",
}


def status_text(status: str, substatus: str) -> str:
    """Return both words of a status in the language of the request, empty for no status."""
    words: list[str] = []
    if main := ShipmentStatus.parse(status):
        words.append(str(main.label))
    if substatus and (more := Substatus.parse(substatus)):
        words.append(str(more.label))
    return " · ".join(words)


def name_of_carrier(code: str) -> str:
    """Return a carrier's name in the language of the request."""
    return carrier_name(code, get_language() or "zh")


class PromiseSerializer(serializers.Serializer[Any]):
    """The window told to the customer."""

    earliest = serializers.DateTimeField(source="promise_from", help_text=_("Not before."))
    latest = serializers.DateTimeField(source="promise_to", help_text=_("Not after."))
    source = serializers.CharField(  # type: ignore[assignment]
        source="promise_source", help_text=_("Where the promise comes from.")
    )


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A shipment as it stands in a list. All times are UTC."""

    id = serializers.CharField(source="uid", help_text=_("Our id, `shp_` and 20 characters."))
    merchant = serializers.CharField(source="merchant.slug", help_text=_("Slug of the merchant."))
    order_number = serializers.CharField(
        source="reference", help_text=_("The merchant's order number.")
    )
    mode = serializers.ChoiceField(
        choices=ShipmentMode.values(),
        help_text=_("`live`, `sandbox`, or `manual`: the shop brought the number."),
    )
    carrier = serializers.CharField(help_text=_("Carrier code, empty until one is chosen."))
    carrier_name = serializers.SerializerMethodField(
        help_text=_("Name of the carrier in the language of the request.")
    )
    tracking_number = serializers.CharField(
        source="number", help_text=_("The carrier's number, empty until it is known.")
    )
    status = serializers.ChoiceField(
        choices=ShipmentStatus.values(), help_text=_("Main status word.")
    )
    substatus = serializers.ChoiceField(
        choices=Substatus.values(),
        help_text=_("What is known beyond the status, or empty."),
    )
    status_text = serializers.SerializerMethodField(
        help_text=_("Both words in the language of the request.")
    )
    status_at = serializers.DateTimeField(
        help_text=_("When what decided the status happened."), allow_null=True
    )
    status_known_at = serializers.DateTimeField(
        help_text=_("When we heard of it."), allow_null=True
    )
    data_as_of = serializers.DateTimeField(
        source="last_heard_at",
        allow_null=True,
        help_text=_("When the carrier cloud last told us anything: the answer is as old as that."),
    )
    promise = serializers.SerializerMethodField(help_text=_("Promised window, or null."))

    class Meta:
        model = Shipment
        fields = [
            "id",
            "merchant",
            "order_number",
            "mode",
            "carrier",
            "carrier_name",
            "tracking_number",
            "status",
            "substatus",
            "status_text",
            "status_at",
            "status_known_at",
            "destination_country",
            "promise",
            "created_at",
            "picked_up_at",
            "delivered_at",
            "closed_at",
            "last_event_at",
            "data_as_of",
        ]
        extra_kwargs = {
            "destination_country": {"help_text": _("ISO 3166 code of two letters.")},
            "created_at": {"help_text": _("When we opened it.")},
            "picked_up_at": {"help_text": _("When the carrier took it.")},
            "delivered_at": {"help_text": _("When it was signed for.")},
            "closed_at": {"help_text": _("When its journey ended, whichever way.")},
            "last_event_at": {"help_text": _("When the newest event happened.")},
        }
        read_only_fields = fields

    def get_carrier_name(self, row: Shipment) -> str:
        """Return the carrier's name."""
        return name_of_carrier(row.carrier)

    def get_status_text(self, row: Shipment) -> str:
        """Return the status for people."""
        return status_text(row.status, row.substatus)

    @extend_schema_field(PromiseSerializer(allow_null=True))
    def get_promise(self, row: Shipment) -> Any:
        """Return the promised window if there is one."""
        return PromiseSerializer(row).data if row.promise_from else None


class LegSerializer(serializers.ModelSerializer[Leg]):
    """A stretch of a shipment with its own carrier and number."""

    kind = serializers.ChoiceField(choices=LegKind.values(), help_text=_("What the leg is for."))
    carrier_name = serializers.SerializerMethodField(
        help_text=_("Name of the carrier in the language of the request.")
    )
    tracking_number = serializers.CharField(
        source="number", help_text=_("The carrier's number, empty until it is known.")
    )

    planned_in = serializers.DateTimeField(
        allow_null=True, help_text=_("When it should begin, or null.")
    )
    planned_out = serializers.DateTimeField(
        allow_null=True, help_text=_("When it should end, or null.")
    )
    actual_in = serializers.SerializerMethodField(help_text=_("Its first sign of life, or null."))
    actual_out = serializers.DateTimeField(
        source="handed_over_at",
        allow_null=True,
        help_text=_("When the next leg had the parcel, or null."),
    )
    linked_by = serializers.ChoiceField(
        source="link_source",
        choices=LinkSource.values(),
        help_text=_(
            "How we know of it: our own booking, the platform's track abroad, the carrier's own"
            " words, a rule of hand-overs, or a person."
        ),
    )
    number_disputed = serializers.SerializerMethodField(
        help_text=_("Whether its number is on its way in another shipment; then it has none."),
    )
    silent_since = serializers.SerializerMethodField(
        help_text=_(
            "Since when it has said nothing, if that is too long for where it stands; else null."
        ),
    )
    findings = serializers.SerializerMethodField(help_text=_("What is wrong with it now."))

    class Meta:
        model = Leg
        fields = [
            "sequence",
            "kind",
            "carrier",
            "carrier_name",
            "tracking_number",
            "opened_at",
            "closed_at",
            "from_country",
            "to_country",
            "planned_in",
            "planned_out",
            "actual_in",
            "actual_out",
            "linked_by",
            "number_disputed",
            "silent_since",
            "findings",
        ]
        extra_kwargs = {
            "sequence": {"help_text": _("1 for the first leg.")},
            "carrier": {"help_text": _("Carrier code.")},
            "opened_at": {"help_text": _("When the leg began.")},
            "closed_at": {"help_text": _("When the leg ended, or null.")},
            "from_country": {"help_text": _("ISO 3166 code, or empty where not known.")},
            "to_country": {"help_text": _("ISO 3166 code, or empty where not known.")},
        }
        read_only_fields = fields

    def get_carrier_name(self, row: Leg) -> str:
        """Return the carrier's name."""
        return name_of_carrier(row.carrier)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_actual_in(self, row: Leg) -> Any:
        """Return the moment of its first sign of life."""
        signs = row.events.filter(status__in=SIGNS, omitted_at__isnull=True)
        first = signs.order_by("occurred_at").values_list("occurred_at", flat=True).first()
        return serializers.DateTimeField().to_representation(first) if first else None

    def get_number_disputed(self, row: Leg) -> bool:
        """Tell whether its number is claimed by another shipment's leg."""
        return bool(row.claimed_number)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_silent_since(self, row: Leg) -> Any:
        """Return since when it is silent, from the finding that says so."""
        silent = row.findings.filter(code=LegFindingCode.SILENT.value, cleared_at__isnull=True)
        return next((one.detail.get("since") for one in silent), None)

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=LegFindingCode.values()))
    )
    def get_findings(self, row: Leg) -> list[str]:
        """Return the codes of its open findings."""
        return sorted(one.code for one in row.findings.filter(cleared_at__isnull=True))


class EventSerializer(serializers.ModelSerializer[Event]):
    """Something a carrier said happened, with both times: when it happened, when we heard."""

    occurred_at = serializers.DateTimeField(help_text=_("When it happened, in UTC."))
    local_time = serializers.CharField(
        source="original_time", help_text=_("The same moment as the carrier wrote it, no zone.")
    )
    zone = serializers.CharField(help_text=_("IANA zone in which the carrier's time was read."))
    heard_at = serializers.DateTimeField(help_text=_("When we heard of it, in UTC."))
    status = serializers.ChoiceField(
        choices=["", *ShipmentStatus.values()],
        help_text=_("Status word of the event, empty where the carrier gave none."),
    )
    substatus = serializers.ChoiceField(
        choices=Substatus.values(), help_text=_("What is known beyond the status, or empty.")
    )
    status_text = serializers.SerializerMethodField(
        help_text=_("Both words in the language of the request.")
    )
    text = serializers.SerializerMethodField(help_text=_("What the carrier wrote, cleaned."))
    place = serializers.SerializerMethodField(help_text=_("Where, as far as it is known."))
    sources = serializers.SerializerMethodField(help_text=_("Who told us."))
    leg = serializers.IntegerField(
        source="leg.sequence", help_text=_("Sequence of the leg it belongs to.")
    )
    omitted_since = serializers.DateTimeField(
        source="omitted_at",
        allow_null=True,
        help_text=_("Since when the carrier no longer lists it, or null."),
    )

    class Meta:
        model = Event
        fields = [
            "occurred_at",
            "local_time",
            "zone",
            "heard_at",
            "status",
            "substatus",
            "status_text",
            "text",
            "place",
            "area_code",
            "leg",
            "sources",
            "omitted_since",
        ]
        extra_kwargs = {"area_code": {"help_text": _("Division code of the place, or empty.")}}
        read_only_fields = fields

    def get_status_text(self, row: Event) -> str:
        """Return the status for people."""
        return status_text(row.status, row.substatus)

    def get_text(self, row: Event) -> str:
        """Return the carrier's words; numbers and names in them masked for staff."""
        return mask_text(row.text) if self.context.get("masked") else row.text

    def get_place(self, row: Event) -> str:
        """Return the named place, or the division."""
        place = row.location or row.area_name
        return mask_text(place) if self.context.get("masked") else place

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=list(SOURCES.values())))
    )
    def get_sources(self, row: Event) -> list[str]:
        """Return who told us, as words."""
        return [name for bit, name in SOURCES.items() if row.sources & bit]


class ShipmentDetailSerializer(ShipmentSerializer):
    """A shipment with its legs and events."""

    legs = LegSerializer(many=True, help_text=_("In order of the journey."))
    events = EventSerializer(
        many=True, source="newest_events", help_text=_("Newest first, at most 500.")
    )

    class Meta(ShipmentSerializer.Meta):
        fields = [*ShipmentSerializer.Meta.fields, "legs", "events"]
        read_only_fields = fields
