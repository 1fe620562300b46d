"""What a storefront sends: shapes and types. What the fields mean is judged by the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.api.fields import Code, Degrees, Moment, Money, StrictSerializer, Text, Whole
from apps.customs.choices import (
    ExportMode,
    GoodsClass,
    IdentifierKind,
    IncotermCode,
    PartyKind,
    SendReason,
    ServiceKind,
)
from apps.orders.choices import Service
from apps.orders.declared import MOST_TAX_IDS
from apps.orders.drafts import (
    ContentDraft,
    CustomsDraft,
    LineDraft,
    OrderDraft,
    ParcelDraft,
    PaymentDraft,
    PlaceDraft,
    RecipientDraft,
    RideDraft,
    TaxIdDraft,
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


class ContentInput(StrictSerializer):
    """So many pieces of one line."""

    line = Whole(min_value=1, max_value=MAX_LINES, help_text=_("Position of the line, from 1."))
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY, help_text=_("Pieces in this box."))


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
    contents = ContentInput(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=MAX_LINES,
        help_text=_("What is in it; needed abroad where there are several boxes."),
    )


class TaxIdInput(StrictSerializer):
    """A number of the recipient at its authorities. It is never shown in full again."""

    kind = Code(choices=IdentifierKind.values(), help_text=_("Whose number it is: `br_cpf` …"))
    value = Text(max_length=MAX_TEXT, help_text=_("The number."))
    country = Text(**optional(help_text=_("ISO 3166 code of two letters.")))
    consent = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Whether its owner agreed to its use; null where nobody asked."),
    )


class PaymentInput(StrictSerializer):
    """The receipt of the buyer's money."""

    number = Text(**optional(help_text=_("Number of the payment.")))
    firm = Text(**optional(help_text=_("Who took the money.")))
    amount = Money(
        required=False, allow_null=True, default=None, help_text=_("Major units of `currency`.")
    )
    currency = Text(**optional(help_text=_("ISO 4217 code.")))
    paid_at = Moment(
        required=False, allow_null=True, default=None, help_text=_("When it was received.")
    )


class CustomsInput(StrictSerializer):
    """What customs want to know beside the goods; only for an order that crosses a border."""

    incoterm = Code(
        choices=["", *IncotermCode.values()], default="", help_text=_("Your usual one if empty.")
    )
    reason = Code(
        choices=["", *SendReason.values()],
        default="",
        help_text=_("Why it is sent; a sale if empty."),
    )
    export_mode = Code(
        choices=["", *ExportMode.values()],
        default="",
        help_text=_("How the goods leave China; your usual mode if empty."),
    )
    transport = Code(
        choices=["", *ServiceKind.values()],
        default="",
        help_text=_("How it travels; the carrier says so if empty."),
    )
    recipient_kind = Code(
        choices=["", *PartyKind.values()], default="", help_text=_("A person if empty.")
    )
    company = Text(**optional(help_text=_("Name of the firm that receives, if one does.")))
    tax_ids = TaxIdInput(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=MOST_TAX_IDS,
        help_text=_("The recipient's tax numbers."),
    )
    freight = Money(default=Decimal(0), help_text=_("What the buyer paid for carriage."))
    insurance = Money(default=Decimal(0), help_text=_("What the buyer paid for insurance."))
    discount = Money(default=Decimal(0), help_text=_("What was taken off the lines' sum."))
    platform = Text(**optional(help_text=_("Name of the platform it was sold on.")))
    shop_url = Text(**optional(help_text=_("Address of the shop.")))
    ioss = Text(**optional(help_text=_("IOSS number the VAT was taken under.")))
    invoice_number = Text(**optional(help_text=_("Yours, if you have one.")))
    payment = PaymentInput(
        required=False, allow_null=True, default=None, help_text=_("The receipt of the money.")
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
    customs = CustomsInput(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("For an order that crosses a border; refused for one that does not."),
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
        customs=_customs_of(data["customs"]),
    )


def _customs_of(given: dict[str, Any] | None) -> CustomsDraft | None:
    if given is None:
        return None
    payment = given["payment"]
    return CustomsDraft(
        **{
            **given,
            "tax_ids": tuple(TaxIdDraft(**one) for one in given.get("tax_ids", ())),
            "payment": PaymentDraft(**payment) if payment else None,
        }
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
    sizes = {name: box[name] for name in box if name not in {"carrier_number", "contents"}}
    number = box.get("carrier_number") or data["carrier_number"]
    return ParcelDraft(
        **sizes,
        carrier=data["carrier"] if number else "",
        number=number,
        contents=tuple(ContentDraft(**one) for one in box.get("contents", ())),
    )


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
