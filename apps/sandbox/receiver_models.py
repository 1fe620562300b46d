"""Tables of the receivers: webhooks of the portal and messages to WeCom's robot.

All times here are real: what is received is somebody else's traffic, not the world's.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SandboxReceiver(models.Model):
    """An address that takes webhooks: the secret it checks with and how it answers.

    ``answers`` is ``{"500": 0.1, "slow": 0.05}``: the share of requests answered so; the rest
    gets 200. ``slow_seconds`` is how long a slow one keeps its sender waiting.
    """

    name = models.CharField(max_length=64, unique=True, verbose_name=_("name"))
    secret = models.CharField(max_length=200, blank=True, default="", verbose_name=_("secret"))
    answers = models.JSONField(default=dict, blank=True, verbose_name=_("answers"))
    slow_seconds = models.FloatField(default=5, verbose_name=_("delay of slow answers (s)"))
    received = models.PositiveIntegerField(default=0, verbose_name=_("requests received"))

    class Meta:
        db_table = "sandbox_receiver"
        verbose_name = _("sandbox receiver")
        verbose_name_plural = _("sandbox receivers")
        constraints = [
            models.CheckConstraint(
                condition=Q(slow_seconds__gte=0) & Q(slow_seconds__lte=60),
                name="sandbox_receiver_slow",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SandboxReceipt(models.Model):
    """One webhook that arrived: what was sent, whether its signature holds, what was said."""

    receiver = models.ForeignKey(
        SandboxReceiver, on_delete=models.CASCADE, related_name="receipts",
        verbose_name=_("receiver"),
    )  # fmt: skip
    webhook_id = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("webhook ID")
    )
    headers = models.JSONField(default=dict, verbose_name=_("headers"))
    body_hash = models.CharField(max_length=64, verbose_name=_("SHA-256 of the body"))
    body_bytes = models.PositiveIntegerField(verbose_name=_("size (bytes)"))
    event = models.CharField(max_length=100, blank=True, default="", verbose_name=_("event"))
    is_verified = models.BooleanField(null=True, blank=True, verbose_name=_("signature holds"))
    skew_seconds = models.IntegerField(
        null=True, blank=True, verbose_name=_("age of the timestamp (s)")
    )
    status = models.PositiveSmallIntegerField(verbose_name=_("HTTP status"))
    is_slow = models.BooleanField(default=False, verbose_name=_("answered slowly"))
    received_real_at = models.DateTimeField(verbose_name=_("received at (real)"))

    class Meta:
        db_table = "sandbox_receipt"
        verbose_name = _("sandbox receipt")
        verbose_name_plural = _("sandbox receipts")
        indexes = [
            models.Index(fields=["receiver", "id"], name="sandbox_receipt_page"),
            models.Index(fields=["receiver", "webhook_id"], name="sandbox_receipt_webhook"),
        ]

    def __str__(self) -> str:
        return self.webhook_id


class SandboxRobotMessage(models.Model):
    """A message to WeCom's robot and what the robot answered (``errcode``)."""

    key = models.CharField(max_length=64, verbose_name=_("key"))
    kind = models.CharField(max_length=20, blank=True, default="", verbose_name=_("kind"))
    body = models.JSONField(default=dict, verbose_name=_("body"))
    errcode = models.IntegerField(default=0, verbose_name=_("error code"))
    received_real_at = models.DateTimeField(verbose_name=_("received at (real)"))

    class Meta:
        db_table = "sandbox_robot_message"
        verbose_name = _("sandbox robot message")
        verbose_name_plural = _("sandbox robot messages")
        indexes = [
            models.Index(fields=["key", "id"], name="sandbox_robot_page"),
            models.Index(fields=["key", "received_real_at"], name="sandbox_robot_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.errcode}"
