"""The parts of an order as they look to the outside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.baidiyun.choices import SameCityState
from apps.core.masking import mask_name, mask_phone
from apps.customs.choices import GoodsClass
from apps.orders.choices import BookingProblem, BookingState
from apps.orders.models import Booking, Order, OrderLine, Parcel, Ride
from apps.orders.services.ride_orders import ride_of
from apps.shipments.api.serializers import name_of_carrier, status_text
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Shipment

HIDDEN = "***"


class RecipientSerializer(serializers.Serializer[Any]):
    """Who receives, and where, cleaned and split."""

    name = serializers.CharField(help_text=_("Name of a person or a firm."))
    phone = serializers.CharField(help_text=_("In one written form."))
    email = serializers.CharField(help_text=_("Or empty."))
    country = serializers.CharField(help_text=_("ISO 3166 code of two letters."))
    province = serializers.CharField(help_text=_("Province, state or region."))
    city = serializers.CharField(help_text=_("City."))
    district = serializers.CharField(help_text=_("District or county."))
    street = serializers.CharField(help_text=_("Street, house number, flat."))
    postcode = serializers.CharField(help_text=_("Or empty."))
    address_code = serializers.CharField(
        help_text=_("Division code of 12 digits, empty where it is not certain.")
    )


class LineSerializer(serializers.ModelSerializer[OrderLine]):
    """One kind of goods."""

    unit_price = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text=_("Of one piece, major units.")
    )
    goods_class = serializers.ChoiceField(
        choices=GoodsClass.values(), help_text=_("What it is as far as carriers care.")
    )

    class Meta:
        model = OrderLine
        fields = [
            "sku",
            "title",
            "quantity",
            "unit_price",
            "weight_grams",
            "goods_class",
            "origin_country",
            "hs_code",
        ]
        extra_kwargs = {
            "sku": {"help_text": _("Your article number.")},
            "title": {"help_text": _("What it is.")},
            "quantity": {"help_text": _("Pieces.")},
            "weight_grams": {"help_text": _("Of one piece.")},
            "origin_country": {"help_text": _("Where it was made.")},
            "hs_code": {"help_text": _("Customs code.")},
        }
        read_only_fields = fields


class ParcelShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A parcel's shipment in short; `GET /shipments/{id}` has its events."""

    id = serializers.CharField(source="uid", help_text=_("Our id, `shp_` and 20 characters."))
    carrier_name = serializers.SerializerMethodField(
        help_text=_("Name of the carrier in the language of the request.")
    )
    tracking_number = serializers.CharField(
        source="number", help_text=_("The carrier's number, empty until it is known.")
    )
    status = serializers.ChoiceField(
        choices=ShipmentStatus.values(), help_text=_("Main status word.")
    )
    status_text = serializers.SerializerMethodField(
        help_text=_("The status in the language of the request.")
    )

    class Meta:
        model = Shipment
        fields = ["id", "carrier", "carrier_name", "tracking_number", "status", "status_text"]
        extra_kwargs = {"carrier": {"help_text": _("Carrier code, empty until one is chosen.")}}
        read_only_fields = fields

    def get_carrier_name(self, row: Shipment) -> str:
        """Return the carrier's name."""
        return name_of_carrier(row.carrier)

    def get_status_text(self, row: Shipment) -> str:
        """Return the status for people."""
        return status_text(row.status, row.substatus)


class BookingSerializer(serializers.ModelSerializer[Booking]):
    """The latest attempt to have a parcel picked up."""

    state = serializers.ChoiceField(
        choices=BookingState.values(), help_text=_("Where the attempt stands.")
    )
    state_text = serializers.SerializerMethodField(
        help_text=_("The state in the language of the request.")
    )
    problem = serializers.ChoiceField(
        choices=BookingProblem.values(), help_text=_("Why it does not move, or empty.")
    )

    class Meta:
        model = Booking
        fields = ["attempt", "carrier", "state", "state_text", "problem", "booked_at"]
        extra_kwargs = {
            "attempt": {"help_text": _("1 for the first.")},
            "carrier": {"help_text": _("Carrier code.")},
            "booked_at": {"help_text": _("When the carrier agreed, or null.")},
        }
        read_only_fields = fields

    def get_state_text(self, row: Booking) -> str:
        """Return the state for people."""
        known = BookingState.parse(row.state)
        return str(known.label) if known else row.state


class RideSerializer(serializers.ModelSerializer[Ride]):
    """The ride of a parcel within the shop's city. Money is CNY."""

    state = serializers.ChoiceField(
        choices=["", *SameCityState.values()],
        help_text=_("The platform's own state, empty until it has told one."),
    )
    state_text = serializers.SerializerMethodField(
        help_text=_("The state in the language of the request.")
    )

    class Meta:
        model = Ride
        fields = ["state", "state_text", "state_at", "number", "distance_m", "cancel_fee"]
        extra_kwargs = {
            "state_at": {"help_text": _("When it began, or null.")},
            "number": {"help_text": _("The carrier's number, or empty.")},
            "distance_m": {"help_text": _("Metres the carrier charges for, or null.")},
            "cancel_fee": {"help_text": _("What cancelling cost, or null.")},
        }
        read_only_fields = fields

    def get_state_text(self, row: Ride) -> str:
        """Return the state for people."""
        known = SameCityState.parse(row.state)
        return str(known.label) if known else row.state


class ParcelSerializer(serializers.ModelSerializer[Parcel]):
    """A box of the order."""

    shipment = ParcelShipmentSerializer(help_text=_("As which shipment it travels."))
    booking = serializers.SerializerMethodField(
        help_text=_("The latest attempt to book it; null when the merchant brought the number.")
    )

    ride = serializers.SerializerMethodField(
        help_text=_("Its ride within the city; null for a parcel that travels the ordinary way.")
    )

    class Meta:
        model = Parcel
        fields = [
            "position",
            "weight_grams",
            "length_mm",
            "width_mm",
            "height_mm",
            "shipment",
            "booking",
            "ride",
        ]
        extra_kwargs = {
            "position": {"help_text": _("1 for the first.")},
            "weight_grams": {"help_text": _("With packaging.")},
            "length_mm": {"help_text": _("Length.")},
            "width_mm": {"help_text": _("Width.")},
            "height_mm": {"help_text": _("Height.")},
        }
        read_only_fields = fields

    @extend_schema_field(BookingSerializer(allow_null=True))
    def get_booking(self, row: Parcel) -> Any:
        """Return the latest attempt; the bookings are prefetched newest first."""
        latest = next(iter(row.bookings.all()), None)
        return BookingSerializer(latest).data if latest else None

    @extend_schema_field(RideSerializer(allow_null=True))
    def get_ride(self, row: Parcel) -> Any:
        """Return the ride; it is fetched with the parcel."""
        ride = ride_of(row)
        return RideSerializer(ride).data if ride else None


class HoldSerializer(serializers.Serializer[Any]):
    """A reason why parcels are not booked."""

    code = serializers.CharField(help_text=_("Stable and machine readable."))
    message = serializers.CharField(help_text=_("A sentence in the language of the request."))
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text=_("Dotted paths of the fields to correct.")
    )
    parcels = serializers.ListField(
        child=serializers.IntegerField(), help_text=_("Positions of the parcels it stops.")
    )


class WarningSerializer(serializers.Serializer[Any]):
    """Something that was accepted but looks wrong."""

    code = serializers.CharField(help_text=_("Stable and machine readable."))
    field = serializers.CharField(help_text=_("Dotted path, or empty."))
    message = serializers.CharField(help_text=_("A sentence in the language of the request."))


def recipient_of(order: Order, *, masked: bool) -> dict[str, str]:
    """Return who receives; with ``masked`` only what the work needs."""
    hide = {
        "name": mask_name,
        "phone": mask_phone,
        "email": _hide,
        "street": _hide,
        "postcode": _hide,
    }
    values = {
        "name": order.recipient_name,
        "phone": order.recipient_phone,
        "email": order.recipient_email,
        "country": order.country,
        "province": order.province,
        "city": order.city,
        "district": order.district,
        "street": order.street,
        "postcode": order.postcode,
        "address_code": order.address_code,
    }
    if not masked:
        return values
    return {name: hide[name](text) if name in hide else text for name, text in values.items()}


def _hide(text: str) -> str:
    return HIDDEN if text else ""
