"""Tables of webhooks: endpoints, messages, deliveries."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid, new_uids
from apps.core.vault import SEALED
from apps.webhooks.choices import DeliveryState, EndpointMode, MessageKind

OPEN_STATES = (DeliveryState.PENDING.value, DeliveryState.FAILED.value)


def new_endpoint_uid() -> str:
    """Return a fresh public id of an endpoint."""
    return new_uid("ep")


def new_message_uid() -> str:
    """Return a fresh id of a message: the ``webhook-id`` of all its deliveries."""
    return new_uid("msg")


def new_message_uids(count: int) -> list[str]:
    """Return fresh ids of several messages."""
    return new_uids("msg", count)


class Endpoint(models.Model):
    """An address of a merchant's system. No kinds means all of them.

    The secret signs what is sent (Standard Webhooks, ``whsec_…``); it is kept sealed. Switched
    off by itself when the other side answers 410. Times are real.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_endpoint_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("merchant"),
    )
    mode = models.CharField(max_length=8, choices=EndpointMode.choices(), verbose_name=_("mode"))
    url = models.CharField(max_length=500, verbose_name=_("address"))
    secret_sealed = models.TextField(editable=False, verbose_name=_("secret, sealed"))
    kinds = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("kinds")
    )
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    why_off = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("why it is off")
    )
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=EndpointMode.values()), name="webhooks_endpoint_mode"
            ),
            models.CheckConstraint(
                condition=Q(secret_sealed__startswith=SEALED), name="webhooks_secret_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="webhooks_endpoint_speaks_http",
            ),
            models.UniqueConstraint(
                fields=["merchant", "mode", "url"], name="webhooks_endpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Message(models.Model):
    """Something that happened, as merchants' systems are told; never changed.

    ``uid`` is the ``webhook-id``, the same at every attempt. ``subject`` is the public id of what
    it is about. ``is_unheard``: when it was written nobody had asked for it. ``request_id`` is that
    of the callback or request it follows from. ``occurred_at`` is business time, ``created_at``
    real.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_message_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("merchant"),
    )
    mode = models.CharField(max_length=8, choices=EndpointMode.choices(), verbose_name=_("mode"))
    kind = models.CharField(max_length=40, choices=MessageKind.choices(), verbose_name=_("kind"))
    subject = models.CharField(max_length=40, verbose_name=_("subject"))
    payload = models.JSONField(verbose_name=_("content"))
    is_unheard = models.BooleanField(default=False, verbose_name=_("nobody to tell"))
    request_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", verbose_name=_("request")
    )
    occurred_at = models.DateTimeField(verbose_name=_("happened"))
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="webhooks_message_newest"),
            models.Index(fields=["subject"], name="webhooks_message_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=EndpointMode.values()), name="webhooks_message_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Delivery(models.Model):
    """One message to one endpoint. ``next_at`` is when to try, or the lease of who is trying.

    ``sent_at`` is the first attempt, ``acknowledged_at`` the answer that settled it. All times
    are real.
    """

    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("message"),
    )
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("endpoint"),
    )
    state = models.CharField(
        max_length=8,
        choices=DeliveryState.choices(),
        default=DeliveryState.PENDING.value,
        verbose_name=_("state"),
    )
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    next_at = models.DateTimeField(default=clock.real_now, verbose_name=_("next attempt at"))
    last_status = models.PositiveSmallIntegerField(
        null=True, blank=True, verbose_name=_("last answer")
    )
    last_error = models.CharField(
        max_length=300, blank=True, default="", verbose_name=_("last error")
    )
    sent_at = models.DateTimeField(null=True, blank=True, verbose_name=_("first sent at"))
    acknowledged_at = models.DateTimeField(null=True, blank=True, verbose_name=_("acknowledged at"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="webhooks_delivery_due",
            ),
            models.Index(fields=["endpoint", "-id"], name="webhooks_delivery_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values()), name="webhooks_delivery_state"
            ),
            models.UniqueConstraint(fields=["message", "endpoint"], name="webhooks_delivery_once"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT.value) | Q(acknowledged_at__isnull=False),
                name="webhooks_sent_is_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.endpoint_id}"
