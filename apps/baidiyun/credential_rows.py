"""Our accounts at the platform, sealed: a merchant's own or one that all share."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import Mode
from apps.core import clock

FERNET = "gAAAA"
"""How everything sealed begins: version 0x80 and the high bytes of a timestamp."""


class Credential(models.Model):
    """Key, customer and secret of one account at the platform, sealed (`vault.py`).

    Without a merchant it is shared by all that have none of their own. At most one is active for
    a merchant and mode. ``fingerprint`` tells keys apart without telling them. Times are real.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("merchant"),
    )
    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    key_sealed = models.TextField(editable=False, verbose_name=_("key, sealed"))
    customer_sealed = models.TextField(editable=False, verbose_name=_("customer, sealed"))
    secret_sealed = models.TextField(editable=False, verbose_name=_("secret, sealed"))
    fingerprint = models.CharField(max_length=12, editable=False, verbose_name=_("fingerprint"))
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
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values()), name="baidiyun_credential_mode"
            ),
            models.CheckConstraint(
                condition=Q(key_sealed__startswith=FERNET)
                & Q(customer_sealed__startswith=FERNET)
                & Q(secret_sealed__startswith=FERNET),
                name="baidiyun_credential_is_sealed",
            ),
            models.UniqueConstraint(
                fields=["merchant", "mode"],
                condition=Q(active=True, merchant__isnull=False),
                name="baidiyun_one_credential_a_merchant",
            ),
            models.UniqueConstraint(
                fields=["mode"],
                condition=Q(active=True, merchant__isnull=True),
                name="baidiyun_one_shared_credential",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.fingerprint}"
