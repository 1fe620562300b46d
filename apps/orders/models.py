"""Tables of orders: what was bought, where it goes, and the attempts to have it picked up."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.geo import join_parts
from apps.core.ids import new_uid
from apps.core.masking import mask_text
from apps.customs.choices import GoodsClass
from apps.orders.carrier_rows import (  # noqa: F401
    CarrierRule,
    Claim,
    Label,
    Quote,
    Settlement,
)
from apps.orders.choices import (
    OPEN_BOOKING_STATES,
    BookingProblem,
    BookingState,
    HoldReason,
    OrderMode,
    OrderStatus,
)
from apps.orders.declared_rows import OrderCustoms  # noqa: F401
from apps.orders.ewaybill_rows import Ewaybill, LabelSheet  # noqa: F401
from apps.orders.notice_rows import CarrierNotice  # noqa: F401
from apps.orders.ride_rows import Ride  # noqa: F401
from apps.orders.route_rows import LiveBrake, LiveShare, ShadowCall  # noqa: F401

CURRENCY = r"^[A-Z]{3}$"
ON_WORKLIST = ~Q(problem="") & Q(settled=False)


def new_order_uid() -> str:
    """Return a fresh public id of an order."""
    return new_uid("ord")


class Order(models.Model):
    """What a customer bought from a merchant and where it goes.

    ``originals`` maps a field to its text as it came, only where cleaning changed it;
    ``warnings`` is a list of {code, field, detail}. ``address_code`` is the 12-digit division
    code, empty where it is unknown or contradictory; longitude and latitude (WGS-84) are that
    division's centre. ``value`` is in major units of ``currency``.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_order_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,
        verbose_name=_("merchant"),
    )
    number = models.CharField(max_length=64, verbose_name=_("order number"))
    mode = models.CharField(max_length=8, choices=OrderMode.choices(), verbose_name=_("mode"))
    status = models.CharField(
        max_length=20,
        choices=OrderStatus.choices(),
        default=OrderStatus.RECEIVED.value,
        verbose_name=_("status"),
    )
    status_at = models.DateTimeField(default=clock.now, verbose_name=_("status since"))
    buyer_name = models.CharField(max_length=60, blank=True, default="", verbose_name=_("buyer"))
    recipient_name = models.CharField(max_length=60, verbose_name=_("recipient"))
    recipient_phone = models.CharField(max_length=40, verbose_name=_("recipient's phone"))
    recipient_email = models.CharField(
        max_length=254, blank=True, default="", verbose_name=_("recipient's e-mail")
    )
    country = models.CharField(max_length=2, default="CN", verbose_name=_("country"))
    province = models.CharField(max_length=80, blank=True, default="", verbose_name=_("province"))
    city = models.CharField(max_length=80, blank=True, default="", verbose_name=_("city"))
    district = models.CharField(max_length=80, blank=True, default="", verbose_name=_("district"))
    street = models.CharField(max_length=200, verbose_name=_("street"))
    postcode = models.CharField(max_length=16, blank=True, default="", verbose_name=_("postcode"))
    address_code = models.CharField(
        max_length=12, blank=True, default="", verbose_name=_("division code")
    )
    longitude = models.FloatField(null=True, blank=True, verbose_name=_("longitude"))
    latitude = models.FloatField(null=True, blank=True, verbose_name=_("latitude"))
    originals = models.JSONField(blank=True, default=dict, verbose_name=_("text as it came"))
    warnings = models.JSONField(
        blank=True, default=list, encoder=DjangoJSONEncoder, verbose_name=_("warnings")
    )
    currency = models.CharField(max_length=3, verbose_name=_("currency"))
    value = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, verbose_name=_("value of the goods")
    )
    goods = models.CharField(max_length=200, blank=True, default="", verbose_name=_("goods"))
    note = models.TextField(blank=True, default="", verbose_name=_("note"))
    carrier_wish = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("carrier asked for")
    )
    placed_at = models.DateTimeField(default=clock.now, verbose_name=_("placed"))
    paid_at = models.DateTimeField(null=True, blank=True, verbose_name=_("paid"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    cancelled_at = models.DateTimeField(null=True, blank=True, verbose_name=_("cancelled"))
    cancel_reason = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("reason for cancelling")
    )

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        permissions = [
            ("cancel_order", _("Can cancel orders")),
            ("work_on_bookings", _("Can work on the booking worklist")),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="orders_merchant_newest"),
            models.Index(fields=["status", "-id"], name="orders_status_newest"),
            models.Index(fields=["number"], name="orders_number"),
            models.Index(fields=["recipient_phone"], name="orders_recipient_phone"),
            models.Index(fields=["created_at"], name="orders_created"),
            models.Index(fields=["-id"], condition=~Q(warnings=[]), name="orders_with_warnings"),
            models.Index(
                fields=["country", "-id"], condition=~Q(country="CN"), name="orders_abroad"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "number"], name="orders_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="orders_number_given"),
            models.CheckConstraint(
                condition=Q(mode__in=OrderMode.values()), name="orders_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values()), name="orders_status_known"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="orders_country_iso"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="orders_currency_iso"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="orders_value_not_negative"),
            models.CheckConstraint(
                condition=Q(address_code="") | Q(address_code__regex=r"^\d{12}$"),
                name="orders_address_code_shape",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180.0, 180.0),
                    latitude__range=(-90.0, 90.0),
                ),
                name="orders_coordinates",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.CANCELLED.value) | Q(cancelled_at__isnull=False),
                name="orders_cancelled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def address(self) -> str:
        """The whole address in one line, in the order the destination's carriers read it."""
        if self.country == "CN":
            return join_parts(self.province, self.city, self.district) + self.street
        parts = (self.street, self.district, self.city, self.province, self.postcode, self.country)
        return ", ".join(part for part in parts if part)


class OrderLine(models.Model):
    """One kind of goods in an order; weights are grams a piece, prices major units a piece."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
        verbose_name=_("order"),
    )
    position = models.PositiveSmallIntegerField(verbose_name=_("position"))
    sku = models.CharField(max_length=64, blank=True, default="", verbose_name=_("SKU"))
    title = models.CharField(max_length=200, verbose_name=_("title"))
    quantity = models.PositiveIntegerField(verbose_name=_("quantity"))
    unit_price = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, verbose_name=_("unit price")
    )
    weight_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("weight of a piece (g)")
    )
    goods_class = models.CharField(
        max_length=16,
        choices=GoodsClass.choices(),
        default=GoodsClass.GENERAL.value,
        verbose_name=_("goods class"),
    )
    origin_country = models.CharField(
        max_length=2, blank=True, default="", verbose_name=_("country of origin")
    )
    hs_code = models.CharField(max_length=12, blank=True, default="", verbose_name=_("HS code"))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_line_quantity"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="orders_line_price"),
            models.CheckConstraint(
                condition=Q(goods_class__in=GoodsClass.values()), name="orders_line_class_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class Parcel(models.Model):
    """A box of an order and the shipment it travels as: the only link between the two."""

    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        related_name="parcels",
        db_index=False,
        verbose_name=_("order"),
    )
    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="parcel",
        verbose_name=_("shipment"),
    )
    position = models.PositiveSmallIntegerField(verbose_name=_("position"))
    weight_grams = models.PositiveIntegerField(verbose_name=_("weight (g)"))
    length_mm = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("length (mm)"))
    width_mm = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("width (mm)"))
    height_mm = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("height (mm)"))

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["order_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="orders_parcel_position_once"
            ),
            models.CheckConstraint(
                condition=Q(weight_grams__range=(1, 70_000)), name="orders_parcel_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"


class Booking(models.Model):
    """One attempt to have a parcel picked up. A parcel has at most one open attempt.

    ``send_started_at`` (business time) is when ``third_order_id`` was first sent: for 48 hours
    from then the platform answers a repetition with the same booking. ``claimed_at`` and
    ``next_at`` are real time: a sender's lease and the delay after a technical error.
    ``carrier_facts`` keeps what carriers said before this attempt was sent: ``reach`` (bool),
    ``price`` (CNY as text, "" for no such line) and ``hours`` by carrier; ``way`` is why a parcel
    abroad did not go by the e-waybill although the shop has an account (`PickupReason`).
    ``maybe_sent`` is set once the platform may have booked without our knowing. A ``problem``
    stands on the worklist until it is ``settled``; ``problem_at`` (business time) says since
    when. ``platform_*`` and the courier are what the platform said last; ``freight`` is CNY.
    """

    parcel = models.ForeignKey(
        Parcel,
        on_delete=models.PROTECT,
        related_name="bookings",
        db_index=False,
        verbose_name=_("parcel"),
    )
    attempt = models.PositiveSmallIntegerField(default=1, verbose_name=_("attempt"))
    state = models.CharField(max_length=12, choices=BookingState.choices(), verbose_name=_("state"))
    hold_reasons = ArrayField(
        models.CharField(max_length=24, choices=HoldReason.choices()),
        blank=True,
        default=list,
        verbose_name=_("reasons for holding"),
    )
    problem = models.CharField(
        max_length=16,
        choices=BookingProblem.choices(),
        blank=True,
        default="",
        verbose_name=_("problem"),
    )
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    carrier_reason = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("why this carrier")
    )
    carrier_facts = models.JSONField(
        default=dict, blank=True, verbose_name=_("what carriers were asked")
    )
    third_order_id = models.CharField(
        max_length=32, unique=True, verbose_name=_("our reference at the platform")
    )
    task_id = models.CharField(max_length=64, blank=True, default="", verbose_name=_("task ID"))
    platform_order_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("platform's order ID")
    )
    platform_state = models.CharField(
        max_length=16, blank=True, default="", verbose_name=_("platform's state")
    )
    courier_name = models.CharField(
        max_length=60, blank=True, default="", verbose_name=_("courier")
    )
    courier_phone = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("courier's phone")
    )
    freight = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, verbose_name=_("freight (CNY)")
    )
    billed_weight_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("weighed (g)")
    )
    sends = models.PositiveSmallIntegerField(default=0, verbose_name=_("times sent"))
    problem_at = models.DateTimeField(null=True, blank=True, verbose_name=_("problem since"))
    settled = models.BooleanField(default=False, verbose_name=_("dealt with"))
    maybe_sent = models.BooleanField(default=False, verbose_name=_("may have been booked"))
    cancel_wanted = models.BooleanField(default=False, verbose_name=_("to be cancelled"))
    next_at = models.DateTimeField(default=clock.real_now, verbose_name=_("not before"))
    claimed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("taken up"))
    send_started_at = models.DateTimeField(null=True, blank=True, verbose_name=_("first sent"))
    error_code = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("error code")
    )
    error_message = models.CharField(
        max_length=300, blank=True, default="", verbose_name=_("error message")
    )
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    booked_at = models.DateTimeField(null=True, blank=True, verbose_name=_("booked"))

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state__in=["ready", "sending", "cancelling"]),
                name="orders_booking_due",
            ),
            models.Index(fields=["problem", "-id"], condition=ON_WORKLIST, name="orders_worklist"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "attempt"], name="orders_booking_attempt"),
            models.UniqueConstraint(
                fields=["parcel"],
                condition=Q(state__in=OPEN_BOOKING_STATES),
                name="orders_one_open_booking",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values()), name="orders_booking_state_known"
            ),
            models.CheckConstraint(
                condition=Q(problem__in=BookingProblem.values()),
                name="orders_booking_problem_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.HELD.value) | Q(hold_reasons__len__gte=1),
                name="orders_held_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "failed", "unknown"]) | ~Q(problem=""),
                name="orders_stopped_has_problem",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.SENDING.value)
                | Q(claimed_at__isnull=False, send_started_at__isnull=False),
                name="orders_sending_is_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.third_order_id

    def raise_problem(self, problem: BookingProblem, *, code: str = "", message: str = "") -> None:
        """Put the booking on the worklist, with what was said."""
        if self.problem != problem.value or self.settled or self.problem_at is None:
            self.problem_at = clock.now()
        self.problem, self.settled = problem.value, False
        self.set_error(code=code, message=message)

    def set_error(self, *, code: str, message: str) -> None:
        """Keep what the platform said: phones masked, cut to the columns."""
        self.error_code, self.error_message = code[:64], mask_text(message)[:300]

    def clear_problem(self) -> None:
        """Take the booking off the worklist and forget the error."""
        self.problem, self.settled, self.error_code, self.error_message = "", False, "", ""
        self.problem_at = None
