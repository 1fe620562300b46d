"""Merchants' own accounts with international carriers, sealed (contract §5.12, partner*)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import EwaybillCarrier, Mode
from apps.baidiyun.credential_rows import FERNET
from apps.core import clock


class CarrierAccount(models.Model):
    """One account with one carrier: what it is opened with is sealed whole (`vault.py`).

    At most one is active for a merchant, carrier and mode. ``fingerprint`` tells accounts apart
    without telling them. ``service`` is the carrier's product and ``route`` what 极兔国际 asks
    for, both as the platform names them. ``calls_pickup``: the carrier comes only when called;
    ``closes`` is until when (China time, HH:mm). Times are real.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("merchant"),
    )
    carrier = models.CharField(
        max_length=40, choices=EwaybillCarrier.choices(), verbose_name=_("carrier")
    )
    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    partner_sealed = models.TextField(editable=False, verbose_name=_("account, sealed"))
    fingerprint = models.CharField(max_length=12, editable=False, verbose_name=_("fingerprint"))
    service = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("carrier's product")
    )
    route = models.CharField(max_length=40, blank=True, default="", verbose_name=_("route ID"))
    calls_pickup = models.BooleanField(
        default=False, verbose_name=_("the carrier comes only when called")
    )
    closes = models.CharField(max_length=5, default="18:00", verbose_name=_("collects until"))
    active = models.BooleanField(default=True, verbose_name=_("active"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))
    rotated_at = models.DateTimeField(null=True, blank=True, verbose_name=_("sealed anew at"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("carrier account")
        verbose_name_plural = _("carrier accounts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values()), name="baidiyun_carrier_account_mode"
            ),
            models.CheckConstraint(
                condition=Q(partner_sealed__startswith=FERNET),
                name="baidiyun_carrier_account_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(carrier__in=EwaybillCarrier.values()),
                name="baidiyun_carrier_account_carrier",
            ),
            models.CheckConstraint(
                condition=Q(closes__regex=r"^([01]\d|2[0-3]):[0-5]\d$"),
                name="baidiyun_carrier_account_closes",
            ),
            models.UniqueConstraint(
                fields=["merchant", "carrier", "mode"],
                condition=Q(active=True),
                name="baidiyun_one_carrier_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.mode} {self.fingerprint}"
