"""What became of one notice on one channel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.notifications.choices import DeliveryState, DeliveryStep
from apps.notifications.models.channels import Channel, MailTarget, Robot
from apps.notifications.models.notice import Notice

WAITING = DeliveryState.WAITING.value
TOLD_STATES = (DeliveryState.SENT.value, DeliveryState.DIGESTED.value)


class Delivery(models.Model):
    """One notice to one channel. ``next_at`` is when to try, or the lease of who is trying.

    ``rank`` orders what waits, worst first (0 red, 1 amber, 2 notice). ``words`` are the words
    that went out, without links that act. ``digest`` is shared by all that went in one message.
    ``errcode`` and ``why`` are what the last attempt brought; ``refused`` counts the forms the
    other side did not understand. Times are real.
    """

    notice = models.ForeignKey(
        Notice,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_("notice"),
    )
    robot = models.ForeignKey(
        Robot,
        on_delete=models.PROTECT,
        related_name="deliveries",
        null=True,
        blank=True,
        verbose_name=_("WeCom robot"),
    )
    mail_target = models.ForeignKey(
        MailTarget,
        on_delete=models.PROTECT,
        related_name="deliveries",
        null=True,
        blank=True,
        verbose_name=_("mail target"),
    )
    step = models.CharField(
        max_length=8,
        choices=DeliveryStep.choices(),
        default=DeliveryStep.FIRST.value,
        verbose_name=_("first or second"),
    )
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices(), default=WAITING, verbose_name=_("state")
    )
    rank = models.PositiveSmallIntegerField(verbose_name=_("rank"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    refused = models.PositiveSmallIntegerField(default=0, verbose_name=_("forms refused"))
    next_at = models.DateTimeField(default=clock.real_now, verbose_name=_("next attempt at"))
    errcode = models.IntegerField(null=True, blank=True, verbose_name=_("error code"))
    why = models.CharField(max_length=200, blank=True, default="", verbose_name=_("why not sent"))
    words = models.TextField(blank=True, default="", verbose_name=_("words sent"))
    digest = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("ID of the digest")
    )
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))
    sent_at = models.DateTimeField(null=True, blank=True, verbose_name=_("sent"))

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["robot", "rank", "id"],
                condition=Q(state=WAITING, robot__isnull=False),
                name="notifications_robot_waiting",
            ),
            models.Index(
                fields=["mail_target", "rank", "id"],
                condition=Q(state=WAITING, mail_target__isnull=False),
                name="notifications_mail_waiting",
            ),
            models.Index(
                fields=["digest"],
                condition=~Q(digest=""),
                name="notifications_delivery_digest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(robot__isnull=False, mail_target__isnull=True)
                | Q(robot__isnull=True, mail_target__isnull=False),
                name="notifications_delivery_one_channel",
            ),
            models.UniqueConstraint(
                fields=["notice", "robot"],
                condition=Q(robot__isnull=False),
                name="notifications_robot_hears_once",
            ),
            models.UniqueConstraint(
                fields=["notice", "mail_target"],
                condition=Q(mail_target__isnull=False),
                name="notifications_mail_hears_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values(), step__in=DeliveryStep.values()),
                name="notifications_delivery_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TOLD_STATES, sent_at__isnull=False)
                | (~Q(state__in=TOLD_STATES) & Q(sent_at__isnull=True)),
                name="notifications_delivery_sent_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.DIGESTED.value) | ~Q(digest=""),
                name="notifications_delivery_digested",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.channel}"

    @property
    def channel(self) -> Channel:
        """The robot or mail target it goes to."""
        found = self.robot or self.mail_target
        assert found is not None, "the table holds no delivery without a channel"  # noqa: S101
        return found
