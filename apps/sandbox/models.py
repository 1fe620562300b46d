"""Tables of the simulated world; every one is named ``sandbox_*`` and means nothing outside.

All times are world time unless they say real.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from apps.sandbox.choices import (
    Outcome,
    PushKind,
    PushState,
    PushTrick,
    SubscriptionProduct,
    SubscriptionState,
)
from apps.sandbox.desk_models import SandboxCallMinute, SandboxControl, SandboxOutage
from apps.sandbox.plan import Plan
from apps.sandbox.receiver_models import SandboxReceipt, SandboxReceiver, SandboxRobotMessage
from apps.sandbox.ride_models import SandboxRide, SandboxRideFault
from apps.sandbox.service_rows import (
    SandboxCall,
    SandboxCodeWatch,
    SandboxPrint,
    SandboxWorkOrder,
    SandboxWorkReply,
)

__all__ = [
    "SandboxAccount",
    "SandboxCall",
    "SandboxCallMinute",
    "SandboxCodeWatch",
    "SandboxControl",
    "SandboxFault",
    "SandboxOrder",
    "SandboxOutage",
    "SandboxParcel",
    "SandboxPrint",
    "SandboxPush",
    "SandboxQuery",
    "SandboxReceipt",
    "SandboxReceiver",
    "SandboxRide",
    "SandboxRideFault",
    "SandboxRobotMessage",
    "SandboxSubscription",
    "SandboxWorkOrder",
    "SandboxWorkReply",
]


class SandboxAccount(models.Model):
    """A customer of the platform: its key, customer id and secret, and what it may still do."""

    key = models.CharField(max_length=64, unique=True, verbose_name=_("key"))
    customer = models.CharField(max_length=64, unique=True, verbose_name=_("customer"))
    secret = models.CharField(max_length=64, verbose_name=_("secret"))
    is_expired = models.BooleanField(default=False, verbose_name=_("expired"))
    has_balance = models.BooleanField(default=True, verbose_name=_("has balance"))

    class Meta:
        db_table = "sandbox_account"
        verbose_name = _("sandbox account")
        verbose_name_plural = _("sandbox accounts")

    def __str__(self) -> str:
        return self.customer


class SandboxParcel(models.Model):
    """A parcel of the world with its whole planned future in ``plan``."""

    carrier = models.CharField(max_length=32, verbose_name=_("carrier"))
    number = models.CharField(max_length=32, verbose_name=_("number"))
    booked_at = models.DateTimeField(verbose_name=_("booked at"))
    outcome = models.CharField(
        max_length=16, choices=Outcome.choices(), blank=True, default="", verbose_name=_("outcome")
    )
    picked_up_at = models.DateTimeField(null=True, blank=True, verbose_name=_("picked up at"))
    signed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("signed at"))
    phone_tails = models.CharField(
        max_length=16, blank=True, default="", verbose_name=_("last digits of the phones")
    )
    is_invented = models.BooleanField(default=False, verbose_name=_("invented"))
    plan = models.JSONField(default=dict, blank=True, verbose_name=_("plan"))

    class Meta:
        db_table = "sandbox_parcel"
        verbose_name = _("sandbox parcel")
        verbose_name_plural = _("sandbox parcels")
        constraints = [
            models.UniqueConstraint(fields=["number", "carrier"], name="sandbox_parcel_number")
        ]
        indexes = [
            models.Index(fields=["signed_at"], name="sandbox_parcel_signed"),
            models.Index(fields=["booked_at"], name="sandbox_parcel_booked"),
            models.Index(
                KeyTransform("1", KeyTransform("last_mile", "plan")),
                name="sandbox_parcel_taken_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"

    def read_plan(self) -> Plan | None:
        """The stored plan, or None for a number that has no parcel behind it."""
        return Plan.from_json(self.plan) if self.plan else None


class SandboxOrder(models.Model):
    """A pickup order of ``borderapi.do`` and what is still to be told about it."""

    account = models.ForeignKey(
        SandboxAccount, null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("account")
    )
    parcel = models.OneToOneField(
        SandboxParcel, on_delete=models.CASCADE, related_name="order", verbose_name=_("parcel")
    )
    task_id = models.CharField(max_length=32, unique=True, verbose_name=_("task ID"))
    order_id = models.CharField(max_length=20, unique=True, verbose_name=_("order ID"))
    third_order_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("own order reference")
    )
    request_digest = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("digest of the request")
    )
    callback_url = models.CharField(
        max_length=400, blank=True, default="", verbose_name=_("callback address")
    )
    salt = models.CharField(max_length=100, blank=True, default="", verbose_name=_("salt"))
    weight_grams = models.PositiveIntegerField(default=1000, verbose_name=_("weight (g)"))
    freight = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, verbose_name=_("freight (CNY)")
    )
    slot_start = models.CharField(
        max_length=5, blank=True, default="", verbose_name=_("pickup from")
    )
    slot_end = models.CharField(max_length=5, blank=True, default="", verbose_name=_("pickup to"))
    customs = models.JSONField(
        default=dict, blank=True, verbose_name=_("what was declared to customs")
    )
    booked_at = models.DateTimeField(verbose_name=_("booked at"))
    paid_at = models.DateTimeField(null=True, blank=True, verbose_name=_("paid at"))
    told = models.PositiveSmallIntegerField(default=0, verbose_name=_("events told"))
    due_at = models.DateTimeField(null=True, blank=True, verbose_name=_("next event at"))

    class Meta:
        db_table = "sandbox_order"
        verbose_name = _("sandbox order")
        verbose_name_plural = _("sandbox orders")
        indexes = [
            models.Index(fields=["due_at"], name="sandbox_order_due"),
            models.Index(fields=["third_order_id", "-booked_at"], name="sandbox_order_third"),
        ]

    def __str__(self) -> str:
        return self.order_id


class SandboxSubscription(models.Model):
    """A subscription of ``poll``, ``pollmap`` or kd100 and when the platform looks next."""

    account = models.ForeignKey(
        SandboxAccount, null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("account")
    )
    parcel = models.ForeignKey(
        SandboxParcel, on_delete=models.CASCADE, related_name="subscriptions",
        verbose_name=_("parcel"),
    )  # fmt: skip
    carrier = models.CharField(max_length=32, verbose_name=_("carrier"))
    number = models.CharField(max_length=32, verbose_name=_("number"))
    product = models.CharField(
        max_length=8,
        choices=SubscriptionProduct.choices(),
        default=SubscriptionProduct.POLL,
        verbose_name=_("product"),
    )
    corrected_from = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("carrier given first")
    )
    callback_url = models.CharField(max_length=400, verbose_name=_("callback address"))
    salt = models.CharField(max_length=64, blank=True, default="", verbose_name=_("salt"))
    resultv2 = models.CharField(max_length=2, blank=True, default="", verbose_name=_("level"))
    is_blind = models.BooleanField(default=False, verbose_name=_("wrong phone, sees nothing"))
    is_international = models.BooleanField(
        default=False, verbose_name=_("with the destination's result")
    )
    state = models.CharField(
        max_length=10,
        choices=SubscriptionState.choices(),
        default=SubscriptionState.POLLING,
        verbose_name=_("state"),
    )
    subscribed_at = models.DateTimeField(verbose_name=_("subscribed at"))
    pushed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last push at"))
    pushed_nodes = models.PositiveSmallIntegerField(default=0, verbose_name=_("nodes pushed"))
    due_at = models.DateTimeField(null=True, blank=True, verbose_name=_("next push at"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed at"))

    class Meta:
        db_table = "sandbox_subscription"
        verbose_name = _("sandbox subscription")
        verbose_name_plural = _("sandbox subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "carrier", "number", "product"],
                condition=Q(state="polling"),
                name="sandbox_one_live_subscription",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="sandbox_subscription_due"),
            models.Index(fields=["number", "carrier"], name="sandbox_subscription_number"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"


class SandboxPush(models.Model):
    """One callback on its way: exact ``param``, when it is due, how often it was tried."""

    kind = models.CharField(max_length=10, choices=PushKind.choices(), verbose_name=_("kind"))
    subscription = models.ForeignKey(
        SandboxSubscription, null=True, blank=True, on_delete=models.CASCADE,
        related_name="pushes", verbose_name=_("subscription"),
    )  # fmt: skip
    order = models.ForeignKey(
        SandboxOrder, null=True, blank=True, on_delete=models.CASCADE,
        related_name="pushes", verbose_name=_("order"),
    )  # fmt: skip
    ride = models.ForeignKey(
        SandboxRide, null=True, blank=True, on_delete=models.CASCADE,
        related_name="pushes", verbose_name=_("ride"),
    )  # fmt: skip
    parcel = models.ForeignKey(
        SandboxParcel, null=True, blank=True, on_delete=models.CASCADE,
        related_name="pushes", verbose_name=_("parcel"),
    )  # fmt: skip
    url = models.CharField(max_length=400, verbose_name=_("address"))
    param = models.TextField(verbose_name=_("param"))
    salt = models.CharField(max_length=100, blank=True, default="", verbose_name=_("salt"))
    is_forged = models.BooleanField(default=False, verbose_name=_("forged"))
    is_manual = models.BooleanField(default=False, verbose_name=_("made by hand"))
    trick = models.CharField(
        max_length=10, choices=PushTrick.choices(), blank=True, default="",
        verbose_name=_("what is wrong with it"),
    )  # fmt: skip
    state = models.CharField(
        max_length=10,
        choices=PushState.choices(),
        default=PushState.WAITING,
        verbose_name=_("state"),
    )
    due_at = models.DateTimeField(verbose_name=_("due at"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    http_status = models.PositiveSmallIntegerField(default=0, verbose_name=_("HTTP status"))
    answer = models.CharField(max_length=300, blank=True, default="", verbose_name=_("answer"))
    finished_real_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("finished at (real)")
    )

    class Meta:
        db_table = "sandbox_push"
        verbose_name = _("sandbox push")
        verbose_name_plural = _("sandbox pushes")
        constraints = [
            models.CheckConstraint(
                condition=Q(subscription__isnull=False)
                | Q(order__isnull=False)
                | Q(ride__isnull=False)
                | Q(parcel__isnull=False),
                name="sandbox_push_has_subject",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="sandbox_push_open",
            ),
            models.Index(fields=["finished_real_at"], name="sandbox_push_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.url}"


class SandboxQuery(models.Model):
    """How often a number was asked for: the platform's lock against asking too often."""

    carrier = models.CharField(max_length=32, verbose_name=_("carrier"))
    number = models.CharField(max_length=32, verbose_name=_("number"))
    refreshed_at = models.DateTimeField(verbose_name=_("refreshed at"))
    window_start = models.DateTimeField(verbose_name=_("counting since"))
    window_count = models.PositiveIntegerField(default=1, verbose_name=_("queries counted"))
    locked_until = models.DateTimeField(null=True, blank=True, verbose_name=_("locked until"))

    class Meta:
        db_table = "sandbox_query"
        verbose_name = _("sandbox query")
        verbose_name_plural = _("sandbox queries")
        constraints = [
            models.UniqueConstraint(fields=["number", "carrier"], name="sandbox_query_number")
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"


class SandboxFault(models.Model):
    """A fault and its share of what it touches, or a switch (rate 1 is on)."""

    name = models.CharField(max_length=20, unique=True, verbose_name=_("fault"))
    rate = models.FloatField(default=0, verbose_name=_("rate"))

    class Meta:
        db_table = "sandbox_fault"
        verbose_name = _("sandbox fault")
        verbose_name_plural = _("sandbox faults")
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=0) & Q(rate__lte=1), name="sandbox_fault_rate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.rate:g}"
