"""The flag: a stretch of a track that looks wrong, its kind and evidence."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.exceptions.choices import FaultKind, FlagState

IS_OPEN = Q(state=FlagState.OPEN.value)


def new_flag_uid() -> str:
    """Return a fresh public id of a flag."""
    return new_uid("flg")


class Flag(models.Model):
    """One stretch of one kind, extended while it lasts, until somebody decides.

    ``first_row`` and ``last_row`` are ids of positions of the shipment in order of arrival (of
    events for the kinds of scans), both included; ``rows`` counts them. ``numbers`` is the
    detector's evidence, ``score`` its certainty (log odds). ``rank`` orders the queue, the
    dearest first, ``rank_parts`` says of what it is made. ``raised_at`` and ``expires_at`` are
    business time; ``waited_ms`` is the real time from the fix's arrival to the flag.

    ``claimed_by`` holds the flag for one person until ``claimed_until`` (real time).
    ``is_sample`` asks for a person's look at what a rule has decided.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_flag_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="flags",
        verbose_name=_("merchant"),
    )
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="flags",
        db_index=False,
        verbose_name=_("shipment"),
    )
    device = models.ForeignKey(
        "shipments.Device",
        on_delete=models.PROTECT,
        related_name="flags",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("device"),
    )
    kind = models.CharField(max_length=16, choices=FaultKind.choices(), verbose_name=_("kind"))
    state = models.CharField(
        max_length=10,
        choices=FlagState.choices(),
        default=FlagState.OPEN.value,
        verbose_name=_("state"),
    )
    first_row = models.BigIntegerField(verbose_name=_("first row"))
    last_row = models.BigIntegerField(verbose_name=_("last row"))
    rows = models.PositiveIntegerField(verbose_name=_("rows"))
    started_at = models.DateTimeField(verbose_name=_("stretch begins"))
    ended_at = models.DateTimeField(verbose_name=_("stretch ends"))
    score = models.FloatField(verbose_name=_("score"))
    numbers = models.JSONField(default=dict, blank=True, verbose_name=_("numbers"))
    thresholds_version = models.PositiveIntegerField(
        default=0, verbose_name=_("version of the thresholds")
    )
    rank = models.IntegerField(default=0, verbose_name=_("rank"))
    rank_parts = models.JSONField(default=dict, blank=True, verbose_name=_("parts of the rank"))
    raised_at = models.DateTimeField(default=clock.now, verbose_name=_("raised"))
    waited_ms = models.PositiveIntegerField(default=0, verbose_name=_("waited (ms)"))
    expires_at = models.DateTimeField(null=True, blank=True, verbose_name=_("expires"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("claimed by"),
    )
    claimed_until = models.DateTimeField(null=True, blank=True, verbose_name=_("claimed until"))
    decided_at = models.DateTimeField(null=True, blank=True, verbose_name=_("decided"))
    is_sample = models.BooleanField(default=False, verbose_name=_("sample for a person"))

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["-id"]
        indexes = [
            models.Index(
                F("rank").desc(), F("id"), condition=IS_OPEN, name="exceptions_flag_queue"
            ),
            models.Index(
                F("kind"),
                F("rank").desc(),
                F("id"),
                condition=IS_OPEN,
                name="exceptions_flag_by_kind",
            ),
            models.Index(
                F("merchant"),
                F("rank").desc(),
                F("id"),
                condition=IS_OPEN,
                name="exceptions_flag_by_merchant",
            ),
            models.Index(
                F("merchant"), F("kind"), condition=IS_OPEN, name="exceptions_flag_merchant"
            ),
            models.Index(fields=["shipment", "kind"], name="exceptions_flag_shipment"),
            models.Index(
                fields=["device", "kind"],
                condition=IS_OPEN & Q(device__isnull=False),
                name="exceptions_flag_device",
            ),
            models.Index(fields=["kind", "-id"], name="exceptions_flag_kind"),
            models.Index(fields=["state", "-id"], name="exceptions_flag_state"),
            models.Index(fields=["expires_at"], condition=IS_OPEN, name="exceptions_flag_expiry"),
            models.Index(fields=["id"], condition=Q(is_sample=True), name="exceptions_flag_sample"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "kind", "first_row"],
                condition=IS_OPEN,
                name="exceptions_flag_once",
            ),
            models.CheckConstraint(
                condition=Q(first_row__lte=F("last_row")), name="exceptions_flag_stretch"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="exceptions_flag_claim",
            ),
            models.CheckConstraint(
                condition=Q(state=FlagState.OPEN.value, decided_at__isnull=True)
                | (~Q(state=FlagState.OPEN.value) & Q(decided_at__isnull=False)),
                name="exceptions_flag_decided",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FaultKind.values()), name="exceptions_flag_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FlagState.values()), name="exceptions_flag_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.kind}"


class FlagSkip(models.Model):
    """Somebody has put a flag behind the others, for themselves and for a while (real time)."""

    flag = models.ForeignKey(
        Flag, on_delete=models.CASCADE, related_name="skips", verbose_name=_("flag")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
    )
    until = models.DateTimeField(verbose_name=_("until"))

    class Meta:
        verbose_name = _("skipped flag")
        verbose_name_plural = _("skipped flags")
        constraints = [
            models.UniqueConstraint(fields=["flag", "user"], name="exceptions_skip_once")
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.user_id}"
