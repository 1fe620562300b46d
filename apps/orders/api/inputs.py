"""What a storefront sends: shapes and types. What the fields mean is judged by the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.api.fields import Code, Degrees, Moment, Money, StrictSerializer, Text, Whole
from apps.customs.choices import GoodsClass
from apps.orders.choices import Service
from apps.orders.drafts import (
    LineDraft,
    OrderDraft,
    ParcelDraft,
    PlaceDraft,
    RecipientDraft,
    RideDraft,
)
from apps.orders.validation import (
    MAX_LINES,
    MAX_PARCEL_GRAMS,
    MAX_PARCELS,
    MAX_QUANTITY,
    MAX_SIDE_MM,
)
from apps.shipments.choices import CoordinateSystem

MAX_TEXT = 500
MAX_NOTE = 4_000
ENDS = ("pickup", "dropoff")


def optional(**options: Any) -> dict[str, Any]:
    """Return the options of a text that may be missing or empty."""
    return {"required": False, "allow_blank": True, "default": "", "max_length": MAX_TEXT} | options


class RecipientInput(StrictSerializer):
    """Who receives, and where. Give `address` in one line, or its parts."""

    name = Text(max_length=MAX_TEXT, help_text=_("Name of a person or a firm."))
    phone = Text(
        max_length=100,
        help_text=_(
            "A number that can be called: mobile, landline with area code, with extension, or "
            "international with + and country code."
        ),
    )
    email = Text(**optional(help_text=_("For notices to the recipient.")))
    country = Text(**optional(default="CN", help_text=_("ISO 3166 code of two letters.")))
    address = Text(
        **optional(
            help_text=_("The whole address in one line, from the province down to the door.")
        )
    )
    province = Text(**optional(help_text=_("Province, state or region.")))
    city = Text(**optional(help_text=_("City.")))
    district = Text(**optional(help_text=_("District or county.")))
    street = Text(**optional(help_text=_("Street, house number, flat.")))
    postcode = Text(**optional(help_text=_("Needed abroad where the country has them.")))


class LineInput(StrictSerializer):
    """One kind of goods."""

    sku = Text(**optional(help_text=_("Your article number.")))
    title = Text(max_length=MAX_TEXT, help_text=_("What it is."))
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY, help_text=_("Pieces."))
    unit_price = Money(
        default=Decimal(0), help_text=_("Of one piece, major units of the order's currency.")
    )
    weight_grams = Whole(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MAX_PARCEL_GRAMS,
        help_text=_("Of one piece."),
    )
    goods_class = Code(
        choices=GoodsClass.values(),
        default=GoodsClass.GENERAL.value,
        help_text=_("What it is as far as carriers care."),
    )
    origin_country = Text(
        **optional(help_text=_("Where it was made, ISO 3166 code of two letters."))
    )
    hs_code = Text(**optional(help_text=_("Customs code, 4 to 10 digits.")))


class ParcelInput(StrictSerializer):
    """One box. Without any, the order travels in one."""

    weight_grams = Whole(
        min_value=1, max_value=MAX_PARCEL_GRAMS, help_text=_("With packaging, 1 to 70,000.")
    )
    length_mm = Whole(required=False, min_value=1, max_value=MAX_SIDE_MM, help_text=_("Length."))
    width_mm = Whole(required=False, min_value=1, max_value=MAX_SIDE_MM, help_text=_("Width."))
    height_mm = Whole(required=False, min_value=1, max_value=MAX_SIDE_MM, help_text=_("Height."))
    carrier_number = Text(
        **optional(help_text=_("Set it if you booked this box yourself: we only track it then."))
    )


class PlaceInput(StrictSerializer):
    """A point on the map."""

    lat = Degrees(min_value=-90, max_value=90, help_text=_("Latitude in degrees."))
    lon = Degrees(min_value=-180, max_value=180, help_text=_("Longitude in degrees."))


class RideInput(StrictSerializer):
    """Where a rider fetches the parcel and where to; both within the shop's city."""

    pickup = PlaceInput(help_text=_("Where the shop hands the parcel over."))
    dropoff = PlaceInput(help_text=_("The recipient's door."))
    system = Code(
        choices=CoordinateSystem.values(),
        default=CoordinateSystem.WGS84.value,
        help_text=_("The coordinate system of both points; maps of China are gcj02 or bd09."),
    )


class OrderInput(StrictSerializer):
    """An order as a storefront sends it."""

    number = Text(
        max_length=MAX_TEXT,
        help_text=_("Your order number, unique in your shop: letters, digits and _ . : / # -"),
    )
    placed_at = Moment(
        required=False, allow_null=True, default=None, help_text=_("When the customer ordered.")
    )
    paid_at = Moment(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("When the customer paid; a scan before it shows a false dispatch."),
    )
    currency = Text(**optional(help_text=_("ISO 4217 code; yours where it is not given.")))
    carrier = Text(**optional(help_text=_("Carrier code; your usual one where it is not given.")))
    carrier_number = Text(
        **optional(
            help_text=_(
                "The carrier's number if you booked the only parcel yourself: nothing is booked "
                "then, we only track it. Needs `carrier`."
            )
        )
    )
    recipient = RecipientInput(help_text=_("Who receives, and where."))
    lines = LineInput(  # type: ignore[call-arg]
        many=True,
        max_length=MAX_LINES,
        help_text=_("What was bought: 1 to 200."),
    )
    parcels = ParcelInput(  # type: ignore[call-arg]
        many=True, required=False, max_length=MAX_PARCELS, help_text=_("Boxes, at most 20.")
    )
    note = Text(**optional(max_length=MAX_NOTE, help_text=_("For the carrier.")))
    service = Code(
        choices=Service.values(),
        default=Service.PARCEL.value,
        help_text=_("`same_city` sends a rider within the shop's city, for one parcel."),
    )
    ride = RideInput(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Needed for `same_city`, refused otherwise."),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A number at the top belongs to the only parcel."""
        if attrs["carrier_number"] and len(attrs.get("parcels", [])) > 1:
            message = _("With several parcels give each its own carrier_number.")
            raise serializers.ValidationError({"carrier_number": [message]}, code="ambiguous")
        return attrs


class CancelInput(StrictSerializer):
    """Why an order is cancelled."""

    reason = Text(**optional(max_length=200, help_text=_("For the record.")))


class NumberInput(StrictSerializer):
    """The number of a parcel you booked yourself."""

    parcel = Whole(
        required=False, default=1, min_value=1, max_value=MAX_PARCELS, help_text=_("Its position.")
    )
    carrier = Text(max_length=40, help_text=_("Carrier code."))
    carrier_number = Text(max_length=64, help_text=_("The carrier's number."))

    def validate_parcel(self, value: int) -> int:
        """Positions count from 1."""
        if not 1 <= value <= MAX_PARCELS:
            raise serializers.ValidationError(_("Positions count from 1 to 20."))
        return value


def draft_of(data: dict[str, Any]) -> OrderDraft:
    """Return the draft that validated input describes."""
    return OrderDraft(
        number=data["number"],
        recipient=RecipientDraft(**data["recipient"]),
        lines=tuple(LineDraft(**line) for line in data["lines"]),
        parcels=_parcels_of(data),
        currency=data["currency"],
        note=data["note"],
        carrier=data["carrier"],
        placed_at=data["placed_at"],
        paid_at=data["paid_at"],
        service=data["service"],
        ride=_ride_of(data["ride"]),
    )


def _ride_of(ride: dict[str, Any] | None) -> RideDraft | None:
    if ride is None:
        return None
    pickup, dropoff = (PlaceDraft(ride[end]["lon"], ride[end]["lat"]) for end in ENDS)
    return RideDraft(pickup, dropoff, ride["system"])


def _parcels_of(data: dict[str, Any]) -> tuple[ParcelDraft, ...]:
    boxes = data.get("parcels") or ([{}] if data["carrier_number"] else [])
    return tuple(_parcel_of(box, data) for box in boxes)


def _parcel_of(box: dict[str, Any], data: dict[str, Any]) -> ParcelDraft:
    sizes = {name: value for name, value in box.items() if name != "carrier_number"}
    number = box.get("carrier_number") or data["carrier_number"]
    return ParcelDraft(**sizes, carrier=data["carrier"] if number else "", number=number)


def field_as_sent(field: str, data: dict[str, Any]) -> str:
    """Return the name a domain problem's field has in the request.

    What is computed from the lines (the value, the weight of a parcel that was not described)
    is the lines' problem.
    """
    if field == "value":
        return "lines"
    if not field.startswith("parcels."):
        return field
    if field.endswith(".carrier"):
        return "carrier"
    if field.endswith(".number"):
        return "carrier_number" if data["carrier_number"] else field[:-6] + "carrier_number"
    return field if data.get("parcels") else "lines"
