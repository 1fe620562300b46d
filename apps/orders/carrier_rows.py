"""Tables around the carrier: rules that choose it, quotes, settlements, claims, labels."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import GoodsClass
from apps.orders.choices import (
    ClaimKind,
    ClaimState,
    LabelKind,
    SettlementKind,
    WorkOrderState,
)


class CarrierRule(models.Model):
    """A row of carrier choice; the first active one that matches wins, by priority, then id.

    Empty fields mean any. Weights are grams with both ends included, ``max_price`` CNY,
    ``max_hours`` hours from pickup to delivery. ``area_prefix`` begins a 12-digit division code.
    """

    priority = models.PositiveIntegerField(default=100, verbose_name=_("priority"))
    merchant = models.ForeignKey(
        "accounts.Merchant",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("merchant"),
    )
    country = models.CharField(max_length=2, blank=True, default="", verbose_name=_("country"))
    area_prefix = models.CharField(
        max_length=12, blank=True, default="", verbose_name=_("division code begins with")
    )
    min_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("from weight (g)")
    )
    max_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("up to weight (g)")
    )
    goods_classes = ArrayField(
        models.CharField(max_length=16, choices=GoodsClass.choices()),
        blank=True,
        default=list,
        verbose_name=_("goods classes"),
    )
    needs_reachability = models.BooleanField(
        default=False, verbose_name=_("only where the carrier delivers for certain")
    )
    max_price = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, verbose_name=_("up to price (CNY)")
    )
    max_hours = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("up to time (hours)")
    )
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    active = models.BooleanField(default=True, verbose_name=_("active"))
    note = models.CharField(max_length=120, blank=True, default="", verbose_name=_("note"))

    class Meta:
        app_label = "orders"
        verbose_name = _("carrier rule")
        verbose_name_plural = _("carrier rules")
        ordering = ["priority", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(carrier=""), name="orders_rule_has_carrier"),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"),
                name="orders_rule_country_iso",
            ),
            models.CheckConstraint(
                condition=Q(area_prefix__regex=r"^\d{0,12}$"), name="orders_rule_area_digits"
            ),
            models.CheckConstraint(
                condition=Q(min_grams__isnull=True)
                | Q(max_grams__isnull=True)
                | Q(min_grams__lte=F("max_grams")),
                name="orders_rule_weights_ordered",
            ),
            models.CheckConstraint(
                condition=(Q(max_price__isnull=True) | Q(max_price__gt=0))
                & (Q(max_hours__isnull=True) | Q(max_hours__gt=0)),
                name="orders_rule_limits_positive",
            ),
            models.CheckConstraint(
                condition=Q(goods_classes__contained_by=GoodsClass.values()),
                name="orders_rule_classes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.carrier}"


class Quote(models.Model):
    """What a booking was going to cost, asked before it was sent. CNY unless said otherwise."""

    booking = models.OneToOneField(
        "orders.Booking",
        on_delete=models.CASCADE,
        related_name="quote",
        verbose_name=_("booking"),
    )
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    service_type = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("service")
    )
    weight_grams = models.PositiveIntegerField(verbose_name=_("weight (g)"))
    price = models.DecimalField(max_digits=14, decimal_places=2, verbose_name=_("price"))
    currency = models.CharField(max_length=3, default="CNY", verbose_name=_("currency"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("asked at"))

    class Meta:
        app_label = "orders"
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="orders_quote_price"),
            models.CheckConstraint(condition=Q(weight_grams__gte=1), name="orders_quote_weight"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="orders_quote_currency_iso"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"


class Settlement(models.Model):
    """What a callback said a pickup weighed and cost (155 weight changed, 15 settled), once each.

    ``fees`` are the parts of the bill as they came; ``inbox_id`` is the callback that said so.
    """

    booking = models.ForeignKey(
        "orders.Booking",
        on_delete=models.CASCADE,
        related_name="settlements",
        db_index=False,
        verbose_name=_("booking"),
    )
    kind = models.CharField(max_length=16, choices=SettlementKind.choices(), verbose_name=_("kind"))
    weight_grams = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("weighed (g)"))
    freight = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, verbose_name=_("freight")
    )
    currency = models.CharField(max_length=3, default="CNY", verbose_name=_("currency"))
    fees = models.JSONField(
        default=list, blank=True, encoder=DjangoJSONEncoder, verbose_name=_("parts of the bill")
    )
    inbox_id = models.BigIntegerField(null=True, blank=True, verbose_name=_("callback"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("heard at"))

    class Meta:
        app_label = "orders"
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "weight_grams", "freight"],
                nulls_distinct=False,
                name="orders_settlement_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SettlementKind.values()), name="orders_settlement_kind"
            ),
            models.CheckConstraint(
                condition=Q(freight__isnull=True) | Q(freight__gte=0),
                name="orders_settlement_freight",
            ),
            models.CheckConstraint(
                condition=Q(weight_grams__isnull=False) | Q(freight__isnull=False),
                name="orders_settlement_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.freight or ''}"


class Claim(models.Model):
    """The carrier charged more than was quoted or stated; the evidence lies beside it.

    ``expected`` and ``charged`` are grams for weight and CNY for freight. A booking has at most
    one open claim of a kind; a later settlement brings it up to date. ``consult_id`` is the
    platform's id of the work order; ``work_order_at`` (real time) is when it was last asked for.
    """

    booking = models.ForeignKey(
        "orders.Booking",
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
        verbose_name=_("booking"),
    )
    kind = models.CharField(max_length=8, choices=ClaimKind.choices(), verbose_name=_("kind"))
    state = models.CharField(
        max_length=12,
        choices=ClaimState.choices(),
        default=ClaimState.OPEN.value,
        verbose_name=_("state"),
    )
    expected = models.DecimalField(max_digits=14, decimal_places=2, verbose_name=_("expected"))
    charged = models.DecimalField(max_digits=14, decimal_places=2, verbose_name=_("charged"))
    evidence = models.JSONField(
        default=dict, blank=True, encoder=DjangoJSONEncoder, verbose_name=_("evidence")
    )
    raised_at = models.DateTimeField(default=clock.now, verbose_name=_("raised at"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed at"))
    note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("note"))
    work_order_state = models.CharField(
        max_length=8,
        choices=WorkOrderState.choices(),
        blank=True,
        default=WorkOrderState.NONE.value,
        verbose_name=_("work order"),
    )
    consult_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("platform's work order ID")
    )
    work_order_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("work order asked for at")
    )
    work_order_error = models.CharField(
        max_length=300, blank=True, default="", verbose_name=_("what the platform said")
    )

    class Meta:
        app_label = "orders"
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="orders_claim_state_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind"],
                condition=Q(state=ClaimState.OPEN.value),
                name="orders_one_open_claim",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ClaimKind.values()), name="orders_claim_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values()), name="orders_claim_state"
            ),
            models.CheckConstraint(
                condition=Q(charged__gt=F("expected")), name="orders_claim_is_a_difference"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.OPEN.value, closed_at__isnull=True)
                | (~Q(state=ClaimState.OPEN.value) & Q(closed_at__isnull=False)),
                name="orders_claim_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(work_order_state__in=WorkOrderState.values()),
                name="orders_claim_work_order_state",
            ),
            models.CheckConstraint(
                condition=~Q(work_order_state=WorkOrderState.OPENED.value) | ~Q(consult_id=""),
                name="orders_claim_opened_has_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.expected} → {self.charged}"


class Label(models.Model):
    """A label of a parcel under one carrier number, and how often it was printed.

    ``url`` is where the platform keeps it, ``task_id`` what it wants for a reprint.
    """

    parcel = models.ForeignKey(
        "orders.Parcel",
        on_delete=models.CASCADE,
        related_name="labels",
        db_index=False,
        verbose_name=_("parcel"),
    )
    kind = models.CharField(max_length=8, choices=LabelKind.choices(), verbose_name=_("kind"))
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    number = models.CharField(max_length=64, verbose_name=_("carrier number"))
    url = models.CharField(max_length=500, blank=True, default="", verbose_name=_("address"))
    task_id = models.CharField(max_length=64, blank=True, default="", verbose_name=_("task ID"))
    printed_count = models.PositiveIntegerField(default=0, verbose_name=_("times printed"))
    last_printed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last printed at"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))

    class Meta:
        app_label = "orders"
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-id"]
        permissions = [("print_label", _("Can print labels"))]
        constraints = [
            models.UniqueConstraint(
                fields=["parcel", "kind", "carrier", "number"], name="orders_label_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LabelKind.values()), name="orders_label_kind"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(carrier=""), name="orders_label_has_number"
            ),
            models.CheckConstraint(
                condition=Q(printed_count=0, last_printed_at__isnull=True)
                | Q(printed_count__gte=1, last_printed_at__isnull=False),
                name="orders_label_printed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"
