"""How an order looks to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.masking import mask_text
from apps.orders.api.compliance import (
    OrderComplianceSerializer,
    compliance_of,
    holding,
)
from apps.orders.api.customs import (
    OrderCustomsSerializer,
    OrderDeclarationSerializer,
    declarations_of,
    said_of,
)
from apps.orders.api.holds import holds_of, warnings_of
from apps.orders.api.parts import (
    HoldSerializer,
    LineSerializer,
    ParcelSerializer,
    ParcelShipmentSerializer,
    RecipientSerializer,
    WarningSerializer,
    recipient_of,
)
from apps.orders.choices import OrderMode, OrderStatus, Service
from apps.orders.models import Order
from apps.orders.services.ride_orders import ride_of

FIELDS = [
    "id",
    "merchant",
    "number",
    "mode",
    "status",
    "status_text",
    "status_at",
    "currency",
    "value",
    "placed_at",
    "created_at",
    "cancelled_at",
    "shipments",
]
DETAIL_FIELDS = [
    *FIELDS,
    "paid_at",
    "cancel_reason",
    "service",
    "carrier",
    "goods",
    "note",
    "recipient",
    "lines",
    "parcels",
    "customs",
    "declarations",
    "compliance",
    "holds",
    "warnings",
    "originals",
]


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as it stands in a list. All times are UTC."""

    id = serializers.CharField(source="uid", help_text=_("Our id, `ord_` and 20 characters."))
    merchant = serializers.CharField(source="merchant.slug", help_text=_("Slug of the merchant."))
    mode = serializers.ChoiceField(choices=OrderMode.values(), help_text=_("Live or sandbox."))
    status = serializers.ChoiceField(
        choices=OrderStatus.values(),
        help_text=_("Where the order stands; `blocked` waits for somebody, see `holds`."),
    )
    status_text = serializers.SerializerMethodField(
        help_text=_("The status in the language of the request.")
    )
    value = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        help_text=_("Of the goods, major units of the currency."),
    )
    shipments = serializers.SerializerMethodField(help_text=_("The parcels' shipments."))

    class Meta:
        model = Order
        fields = FIELDS
        extra_kwargs = {
            "number": {"help_text": _("The merchant's order number.")},
            "status_at": {"help_text": _("Since when it has this status.")},
            "currency": {"help_text": _("ISO 4217 code.")},
            "placed_at": {"help_text": _("When the customer ordered.")},
            "paid_at": {"help_text": _("When the customer paid, or null if not told.")},
            "created_at": {"help_text": _("When we took it.")},
            "cancelled_at": {"help_text": _("When it was cancelled, or null.")},
            "cancel_reason": {"help_text": _("Why it was cancelled, or empty.")},
            "goods": {"help_text": _("What the parcels hold, in one line.")},
            "note": {"help_text": _("For the carrier.")},
        }
        read_only_fields = fields

    def get_status_text(self, row: Order) -> str:
        """Return the status for people."""
        known = OrderStatus.parse(row.status)
        return str(known.label) if known else row.status

    @extend_schema_field(ParcelShipmentSerializer(many=True))
    def get_shipments(self, row: Order) -> Any:
        """Return the shipments in order of the parcels."""
        shipments = [parcel.shipment for parcel in row.parcels.all()]
        return ParcelShipmentSerializer(shipments, many=True).data


class OrderDetailSerializer(OrderSerializer):
    """An order with everything we know of it."""

    carrier = serializers.CharField(
        source="carrier_wish", help_text=_("Carrier code asked for, or empty.")
    )
    service = serializers.SerializerMethodField(
        help_text=_("How it travels: `parcel`, or `same_city` with a rider.")
    )
    recipient = serializers.SerializerMethodField(
        help_text=_("Who receives, cleaned; masked for the operator's staff.")
    )
    lines = LineSerializer(many=True, help_text=_("What was bought."))
    parcels = ParcelSerializer(many=True, help_text=_("Boxes with shipment and booking."))
    customs = serializers.SerializerMethodField(
        help_text=_("What you said for customs; null for an order that crosses no border.")
    )
    declarations = serializers.SerializerMethodField(
        help_text=_("What customs needs of each parcel; empty where it crosses no border.")
    )
    compliance = serializers.SerializerMethodField(
        help_text=_(
            "What the rules said of each parcel, and what to do; empty where it crosses no border."
        )
    )
    holds = serializers.SerializerMethodField(
        help_text=_("What stops the order and which fields to correct; empty when it moves.")
    )
    warnings = serializers.SerializerMethodField(help_text=_("What was accepted but looks wrong."))
    originals = serializers.SerializerMethodField(
        help_text=_("Fields that cleaning changed, as they came; empty for the operator's staff.")
    )

    class Meta(OrderSerializer.Meta):
        fields = DETAIL_FIELDS
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Service.values()))
    def get_service(self, row: Order) -> str:
        """Return the service; a ride says so with its parcel."""
        rides = any(ride_of(parcel) for parcel in row.parcels.all())
        return (Service.SAME_CITY if rides else Service.PARCEL).value

    @extend_schema_field(RecipientSerializer)
    def get_recipient(self, row: Order) -> Any:
        """Return who receives."""
        return recipient_of(row, masked=self.is_masked)

    @extend_schema_field(OrderCustomsSerializer(allow_null=True))
    def get_customs(self, row: Order) -> Any:
        """Return what the shop said for customs."""
        return said_of(row)

    @extend_schema_field(OrderDeclarationSerializer(many=True))
    def get_declarations(self, row: Order) -> Any:
        """Return the declarations of its parcels."""
        return declarations_of(row)

    @extend_schema_field(OrderComplianceSerializer(many=True))
    def get_compliance(self, row: Order) -> Any:
        """Return the latest check of each parcel."""
        return self._checks(row)

    @extend_schema_field(HoldSerializer(many=True))
    def get_holds(self, row: Order) -> Any:
        """Return what stops the order."""
        fields = [one["field"] for one in holding(self._checks(row)) if one["field"]]
        held = holds_of(row, row.parcels.all(), by_rules=fields)
        return HoldSerializer(held, many=True).data

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, row: Order) -> Any:
        """Return what looks wrong."""
        return warnings_of(row, masked=self.is_masked)

    def get_originals(self, row: Order) -> dict[str, str]:
        """Return the text as it came; it is personal data in raw form."""
        return {} if self.is_masked else dict(row.originals)

    def to_representation(self, instance: Order) -> dict[str, Any]:
        """Mask what people wrote freely, where personal data is masked."""
        shown = dict(super().to_representation(instance))
        if self.is_masked:
            free = {name: mask_text(shown[name]) for name in ("note", "cancel_reason", "goods")}
            shown.update(free)
        return shown

    def _checks(self, row: Order) -> list[dict[str, Any]]:
        """Read the checks of an order once."""
        if getattr(self, "_checked", (None, []))[0] != row.pk:
            self._checked = (row.pk, compliance_of(row, masked=self.is_masked))
        return self._checked[1]

    @property
    def is_masked(self) -> bool:
        """Whether personal data is hidden from the caller."""
        return bool(self.context.get("masked"))
