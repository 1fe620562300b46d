"""Merchants, people, API keys, idempotency records."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import KeyMode, Role
from apps.core import clock

models.CharField.register_lookup(Length)


class Merchant(models.Model):
    """A storefront that places orders; owns its keys. Test merchants talk to the sandbox only."""

    slug = models.SlugField(max_length=40, unique=True, verbose_name=_("slug"))
    name = models.CharField(max_length=80, verbose_name=_("name"))
    is_test = models.BooleanField(default=False, verbose_name=_("test merchant"))
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    sender_name = models.CharField(max_length=60, verbose_name=_("sender"))
    sender_phone = models.CharField(max_length=32, verbose_name=_("sender's phone"))
    sender_province = models.CharField(max_length=40, verbose_name=_("sender's province"))
    sender_city = models.CharField(max_length=40, verbose_name=_("sender's city"))
    sender_district = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("sender's district")
    )
    sender_street = models.CharField(max_length=200, verbose_name=_("sender's street"))
    default_carrier = models.CharField(
        max_length=40, default="yuantong", verbose_name=_("default carrier")
    )
    currency = models.CharField(
        max_length=3,
        default="CNY",
        validators=[RegexValidator(r"^[A-Z]{3}$")],
        verbose_name=_("currency"),
    )
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created at"))

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="accounts_currency_iso"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sender_address(self) -> str:
        """The sender's address in one line, from the province down."""
        return f"{self.sender_province}{self.sender_city}{self.sender_district}{self.sender_street}"


class User(AbstractUser):
    """A person. Without a merchant they are the operator's staff; with one they see only it."""

    merchant = models.ForeignKey(
        Merchant, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("merchant")
    )
    time_zone = models.CharField(
        max_length=40, default="Asia/Shanghai", verbose_name=_("time zone")
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merchant__isnull=False, is_superuser=True),
                name="accounts_merchant_user_is_no_superuser",
            )
        ]
        permissions = [("reveal_personal_data", _("Can reveal personal data"))]

    def get_full_name(self) -> str:
        """Return the name as people of that language write it: 王小明, but Ada Byron."""
        parts = (self.last_name, self.first_name)
        if any("\u4e00" <= letter <= "\u9fff" for part in parts for letter in part):
            return "".join(parts)
        return super().get_full_name()

    @property
    def roles(self) -> list[Role]:
        """The roles this person has, by group name."""
        names = self.groups.values_list("name", flat=True)
        return [role for name in names if (role := Role.parse(name))]


class ApiKey(models.Model):
    """A merchant's key: random, shown once, stored as SHA-256, scoped and expiring (real time)."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("merchant")
    )
    name = models.CharField(max_length=60, verbose_name=_("name"))
    prefix = models.CharField(max_length=12, unique=True, verbose_name=_("prefix"))
    digest = models.CharField(max_length=64, verbose_name=_("digest"))
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    mode = models.CharField(
        max_length=8, choices=KeyMode.choices, default=KeyMode.LIVE, verbose_name=_("mode")
    )
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))
    created_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("created by"),
    )
    expires_at = models.DateTimeField(verbose_name=_("expires at"))
    last_used_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last used"))
    revoked_at = models.DateTimeField(null=True, blank=True, verbose_name=_("revoked at"))

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__length=64), name="accounts_key_is_hashed"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=KeyMode.values()), name="accounts_key_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotencyRecord(models.Model):
    """The answer given to a request with an ``Idempotency-Key``; the same key gets it again."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, verbose_name=_("merchant"))
    key = models.CharField(max_length=255, verbose_name=_("key"))
    fingerprint = models.CharField(max_length=64, verbose_name=_("fingerprint"))
    status = models.PositiveSmallIntegerField(verbose_name=_("status"))
    body = models.JSONField(verbose_name=_("body"))
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "key"], name="accounts_idempotency_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="accounts_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.merchant_id}:{self.key}"
