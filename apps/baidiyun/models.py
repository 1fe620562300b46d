"""Tables of the carrier cloud: subscriptions, inbox, quarantine, call log, unknown codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.carrier_account_rows import CarrierAccount  # noqa: F401
from apps.baidiyun.choices import (
    FindingKind,
    InboxState,
    Mode,
    Product,
    Refusal,
    Source,
    SubscriptionState,
    Topic,
)
from apps.baidiyun.credential_rows import Credential  # noqa: F401
from apps.baidiyun.limits.models import (  # noqa: F401
    DailySpend,
    LadderMove,
    LadderState,
    ProductBreaker,
    ProductLimit,
)
from apps.core.context import request_id_of

QUARANTINE_ROWS = 1_000
QUARANTINE_STRANGERS = 200
QUARANTINE_BYTES = 65_536
SHELVED_STATES = (
    InboxState.PARKED.value,
    InboxState.ASIDE.value,
    InboxState.SKIPPED.value,
)
ONE_TOKEN_TOPICS = (
    Topic.WAYBILL.value,
    Topic.INTERCEPT.value,
    Topic.SAMECITY.value,
    Topic.PICKUP_CODE.value,
    Topic.KD100.value,
    Topic.WORK_ORDER.value,
)
OPEN_STATES = (SubscriptionState.PENDING.value, SubscriptionState.ACTIVE.value)


class Subscription(models.Model):
    """A token Baidiyun knows, bound to one subject of the app that owns the topic.

    ``subject`` is opaque here (a booking for booking; a parcel for waybill, intercept and
    samecity; else a shipment). ``next_at`` and
    the other times are business time; ``retry_at`` is real: the lease of a sender and the delay
    after a technical error. ``phone_tail`` is the last four digits some carriers ask for.
    ``merchant`` is whose account at the platform is used, where it has one of its own.
    """

    token = models.CharField(max_length=64, unique=True, verbose_name=_("token"))
    topic = models.CharField(max_length=16, choices=Topic.choices(), verbose_name=_("topic"))
    subject = models.BigIntegerField(verbose_name=_("subject"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("carrier number")
    )
    kid = models.CharField(max_length=16, verbose_name=_("salt key"))
    merchant = models.ForeignKey(
        "accounts.Merchant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("merchant"),
    )
    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    state = models.CharField(
        max_length=12,
        choices=SubscriptionState.choices(),
        default=SubscriptionState.PENDING.value,
        verbose_name=_("state"),
    )
    phone_tail = models.CharField(
        max_length=4, blank=True, default="", verbose_name=_("phone ending")
    )
    origin = models.CharField(max_length=120, blank=True, default="", verbose_name=_("origin"))
    destination = models.CharField(
        max_length=120, blank=True, default="", verbose_name=_("destination")
    )
    attempts = models.PositiveIntegerField(default=0, verbose_name=_("attempts"))
    next_at = models.DateTimeField(verbose_name=_("not before"))
    retry_at = models.DateTimeField(verbose_name=_("retry at"))
    poll_wanted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("poll wanted at"))
    last_push_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last push at"))
    return_code = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("return code")
    )
    message = models.CharField(max_length=300, blank=True, default="", verbose_name=_("message"))
    created_at = models.DateTimeField(verbose_name=_("created at"))
    subscribed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("subscribed at"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed at"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(topic__in=Topic.values()), name="baidiyun_subscription_topic"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values()), name="baidiyun_subscription_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SubscriptionState.values()),
                name="baidiyun_subscription_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(topic=Topic.TRACKING.value) | ~models.Q(number=""),
                name="baidiyun_tracking_needs_number",
            ),
            models.UniqueConstraint(
                fields=["subject", "carrier", "number"],
                condition=models.Q(topic=Topic.TRACKING.value, state__in=OPEN_STATES),
                name="baidiyun_one_open_tracking",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(topic=Topic.BOOKING.value),
                name="baidiyun_one_booking_token",
            ),
            models.UniqueConstraint(
                fields=["topic", "subject"],
                condition=models.Q(topic__in=ONE_TOKEN_TOPICS),
                name="baidiyun_one_token_a_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state=SubscriptionState.PENDING.value),
                name="baidiyun_sub_due",
            ),
            models.Index(
                fields=["poll_wanted_at"],
                condition=models.Q(poll_wanted_at__isnull=False),
                name="baidiyun_sub_poll_wanted",
            ),
            models.Index(fields=["number", "carrier"], name="baidiyun_sub_number"),
            models.Index(fields=["topic", "subject"], name="baidiyun_sub_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.carrier} {self.number or self.subject}"


class InboxRow(models.Model):
    """A callback as it came (or the answer to a poll), waiting to be applied once.

    ``param`` is the decoded JSON text. ``body_hash`` is SHA-256 over what makes it the same
    message again (see `intake.message_hash`). A push names its ``token``; the drain fills in
    ``subject``, ``carrier``, ``number`` and ``mode`` from the subscription. All times are real.
    """

    topic = models.CharField(max_length=16, choices=Topic.choices(), verbose_name=_("topic"))
    source = models.CharField(max_length=4, choices=Source.choices(), verbose_name=_("source"))
    token = models.CharField(max_length=64, blank=True, default="", verbose_name=_("token"))
    subject = models.BigIntegerField(null=True, blank=True, verbose_name=_("subject"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("carrier number")
    )
    mode = models.CharField(max_length=8, blank=True, default="", verbose_name=_("mode"))
    body_hash = models.BinaryField(max_length=32, verbose_name=_("body hash"))
    param = models.TextField(verbose_name=_("content"))
    received_at = models.DateTimeField(verbose_name=_("received at"))
    state = models.CharField(
        max_length=8,
        choices=InboxState.choices(),
        default=InboxState.PENDING.value,
        verbose_name=_("state"),
    )
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    next_at = models.DateTimeField(verbose_name=_("next attempt at"))
    applied_at = models.DateTimeField(null=True, blank=True, verbose_name=_("applied at"))
    error = models.TextField(blank=True, default="", verbose_name=_("error"))

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "body_hash"], name="baidiyun_inbox_once"),
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values()), name="baidiyun_inbox_source"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=InboxState.values()), name="baidiyun_inbox_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(source=Source.POLL.value) | models.Q(subject__isnull=False),
                name="baidiyun_poll_has_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(state=InboxState.PENDING.value),
                name="baidiyun_inbox_due",
            ),
            models.Index(
                fields=["state", "id"],
                condition=models.Q(state__in=SHELVED_STATES),
                name="baidiyun_inbox_shelved",
            ),
            models.Index(
                fields=["topic", "subject", "-received_at"],
                condition=models.Q(subject__isnull=False),
                name="baidiyun_inbox_of_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.source} {self.number or self.token[:8]} ({self.state})"

    @property
    def request_id(self) -> str:
        """The id that the door answered with and that everything that follows carries."""
        return request_id_of(bytes(self.body_hash))


class Quarantine(models.Model):
    """A refused push, kept for a day in one of 1,000 numbered slots.

    The slot is the cap: it is unique and checked, so no concurrency can exceed it. Slots below
    200 take pushes with a token nobody gave out; a stranger's flood never evicts our own.
    """

    slot = models.PositiveSmallIntegerField(unique=True, verbose_name=_("slot number"))
    reason = models.CharField(max_length=16, choices=Refusal.choices(), verbose_name=_("reason"))
    topic = models.CharField(max_length=16, blank=True, default="", verbose_name=_("topic"))
    token = models.CharField(max_length=64, blank=True, default="", verbose_name=_("token"))
    kid = models.CharField(max_length=16, blank=True, default="", verbose_name=_("salt key"))
    body = models.BinaryField(verbose_name=_("body"))
    size = models.BigIntegerField(verbose_name=_("size in bytes"))
    received_at = models.DateTimeField(db_index=True, verbose_name=_("received at"))
    remote = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("remote address")
    )

    class Meta:
        verbose_name = _("refused callback")
        verbose_name_plural = _("refused callbacks")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slot__lt=QUARANTINE_ROWS), name="baidiyun_quarantine_cap"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=Refusal.values()), name="baidiyun_quarantine_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.received_at:%Y-%m-%d %H:%M:%S}"


class ApiCall(models.Model):
    """One call to Baidiyun, without secrets and personal data. ``at`` is real time.

    ``carrier`` (our code, "" where the call is about none) and ``merchant`` (for whom it was made)
    are what the figures of calls are told apart by, ``blame`` whose the failure was
    (`core.metrics.blame.Blame`, "" in rows older than it): from a point of a chart one comes to
    exactly these rows.
    """

    product = models.CharField(
        max_length=24, choices=Product.choices(), verbose_name=_("interface")
    )
    method = models.CharField(max_length=24, blank=True, default="", verbose_name=_("method"))
    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    url_path = models.CharField(max_length=120, verbose_name=_("path"))
    subject = models.BigIntegerField(null=True, blank=True, verbose_name=_("subject"))
    carrier = models.CharField(
        max_length=40, blank=True, default="", db_default="", verbose_name=_("carrier")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("merchant"),
    )
    blame = models.CharField(
        max_length=8, blank=True, default="", db_default="", verbose_name=_("whose fault")
    )
    request = models.JSONField(default=dict, blank=True, verbose_name=_("request"))
    response = models.TextField(blank=True, default="", verbose_name=_("response"))
    http_status = models.PositiveSmallIntegerField(default=0, verbose_name=_("HTTP status"))
    return_code = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("return code")
    )
    ok = models.BooleanField(verbose_name=_("succeeded"))
    permanent = models.BooleanField(default=False, verbose_name=_("permanent"))
    duration_ms = models.PositiveIntegerField(default=0, verbose_name=_("duration in ms"))
    at = models.DateTimeField(db_index=True, verbose_name=_("at"))
    error = models.CharField(max_length=300, blank=True, default="", verbose_name=_("error"))
    request_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", verbose_name=_("request")
    )

    class Meta:
        verbose_name = _("API call")
        verbose_name_plural = _("API calls")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values()), name="baidiyun_call_mode"
            )
        ]
        indexes = [
            models.Index(fields=["product", "-id"], name="baidiyun_call_product"),
            models.Index(fields=["subject", "-id"], name="baidiyun_call_subject"),
            models.Index(
                fields=["-id"], condition=models.Q(ok=False), name="baidiyun_call_failures"
            ),
            models.Index(fields=["product", "at"], name="baidiyun_call_product_at"),
            models.Index(fields=["carrier", "at"], name="baidiyun_call_carrier_at"),
            models.Index(fields=["merchant", "at"], name="baidiyun_call_merchant_at"),
            models.Index(
                fields=["at"], condition=models.Q(ok=False), name="baidiyun_call_failed_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.return_code} {self.at:%Y-%m-%d %H:%M:%S}"


class NumberQuery(models.Model):
    """When a number was last queried: the platform locks numbers asked twice in 30 minutes."""

    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    number = models.CharField(max_length=64, verbose_name=_("carrier number"))
    last_at = models.DateTimeField(db_index=True, verbose_name=_("last queried at"))

    class Meta:
        verbose_name = _("number query")
        verbose_name_plural = _("number queries")
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "carrier", "number"], name="baidiyun_number_query_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"


class UnknownCode(models.Model):
    """A code the tables do not know: kept raw, counted, shown; never guessed."""

    source = models.CharField(max_length=40, verbose_name=_("source"))
    code = models.CharField(max_length=64, verbose_name=_("code"))
    count = models.BigIntegerField(default=0, verbose_name=_("count"))
    first_seen_at = models.DateTimeField(verbose_name=_("first seen at"))
    last_seen_at = models.DateTimeField(verbose_name=_("last seen at"))
    sample = models.CharField(max_length=300, blank=True, default="", verbose_name=_("sample"))

    class Meta:
        verbose_name = _("unknown code")
        verbose_name_plural = _("unknown codes")
        ordering = ["-last_seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="baidiyun_unknown_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code} ×{self.count}"


class DriftFinding(models.Model):
    """A deviation from the contract: counted per message and field, shown with a masked sample.

    ``product`` is the message (``tracking.push``), ``path`` the field, or ``field=code``.
    """

    product = models.CharField(max_length=40, verbose_name=_("interface"))
    kind = models.CharField(
        max_length=16, choices=FindingKind.choices(), verbose_name=_("deviation")
    )
    path = models.CharField(max_length=120, verbose_name=_("field"))
    count = models.BigIntegerField(default=0, verbose_name=_("count"))
    first_seen_at = models.DateTimeField(verbose_name=_("first seen at"))
    last_seen_at = models.DateTimeField(verbose_name=_("last seen at"))
    sample = models.CharField(max_length=120, blank=True, default="", verbose_name=_("sample"))

    class Meta:
        verbose_name = _("deviation from the contract")
        verbose_name_plural = _("deviations from the contract")
        ordering = ["-last_seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "path"], name="baidiyun_drift_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=FindingKind.values()), name="baidiyun_drift_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(last_seen_at__gte=models.F("first_seen_at")),
                name="baidiyun_drift_times",
            ),
        ]
        indexes = [models.Index(fields=["-last_seen_at"], name="baidiyun_drift_recent")]

    def __str__(self) -> str:
        return f"{self.product} {self.kind} {self.path} ×{self.count}"
