"""Tables of going live a share at a time: shares, the brake, shadow calls."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.orders.choices import ShadowProduct
from apps.orders.routing import STEPS


class LiveShare(models.Model):
    """A percentage that was set, by whom and why; the newest row of a place counts.

    A place is a merchant (null: all) and a carrier ("": all). Rows are never changed: what was
    live when stays known (a trigger holds it). ``shadow`` asks the platform for a price of the
    parcels that stay manual. ``at`` is real time.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("merchant"),
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    percent = models.PositiveSmallIntegerField(verbose_name=_("live share (%)"))
    shadow = models.BooleanField(default=False, verbose_name=_("shadow calls"))
    note = models.CharField(max_length=300, verbose_name=_("note"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("set by"),
    )
    at = models.DateTimeField(default=clock.real_now, verbose_name=_("set at"))

    class Meta:
        app_label = "orders"
        verbose_name = _("live share")
        verbose_name_plural = _("live shares")
        ordering = ["-id"]
        permissions = [("raise_live_share", _("Can raise and lower the live share"))]
        indexes = [models.Index(fields=["merchant", "carrier", "-id"], name="orders_share_place")]
        constraints = [
            models.CheckConstraint(condition=Q(percent__in=STEPS), name="orders_share_is_a_step"),
            models.CheckConstraint(condition=~Q(note=""), name="orders_share_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id or '*'} {self.carrier or '*'} {self.percent} %"


class LiveBrake(models.Model):
    """New live bookings were stopped: with which figures, and who let them go on. Real times."""

    tripped_at = models.DateTimeField(default=clock.real_now, verbose_name=_("braked at"))
    calls = models.PositiveIntegerField(verbose_name=_("calls in five minutes"))
    failed = models.PositiveIntegerField(verbose_name=_("failed of them"))
    released_at = models.DateTimeField(null=True, blank=True, verbose_name=_("released at"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("released by"),
    )
    note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("note"))

    class Meta:
        app_label = "orders"
        verbose_name = _("live brake")
        verbose_name_plural = _("live brakes")
        ordering = ["-id"]
        permissions = [("release_live_brake", _("Can release the live brake"))]
        constraints = [
            models.UniqueConstraint(
                fields=["released_at"],
                condition=Q(released_at__isnull=True),
                nulls_distinct=False,
                name="orders_one_brake_on",
            ),
            models.CheckConstraint(
                condition=Q(failed__gte=1) & Q(calls__gte=models.F("failed")),
                name="orders_brake_figures",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(note=""),
                name="orders_brake_release_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tripped_at:%Y-%m-%d %H:%M} {self.failed}/{self.calls}"


class ShadowCall(models.Model):
    """What the platform would have done with a manual parcel; compared, never shown outside.

    ``agrees`` is null where nothing was answered. ``at`` is real time.
    """

    booking = models.ForeignKey(
        "orders.Booking",
        on_delete=models.CASCADE,
        related_name="shadow_calls",
        db_index=False,
        verbose_name=_("booking"),
    )
    product = models.CharField(
        max_length=16, choices=ShadowProduct.choices(), verbose_name=_("interface")
    )
    ours = models.JSONField(
        default=dict, blank=True, encoder=DjangoJSONEncoder, verbose_name=_("ours")
    )
    theirs = models.JSONField(
        default=dict, blank=True, encoder=DjangoJSONEncoder, verbose_name=_("theirs")
    )
    agrees = models.BooleanField(null=True, blank=True, verbose_name=_("agree"))
    error = models.CharField(max_length=300, blank=True, default="", verbose_name=_("error"))
    at = models.DateTimeField(default=clock.real_now, verbose_name=_("asked at"))

    class Meta:
        app_label = "orders"
        verbose_name = _("shadow call")
        verbose_name_plural = _("shadow calls")
        ordering = ["-id"]
        indexes = [models.Index(fields=["at"], name="orders_shadow_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "product"], name="orders_one_shadow_a_product"
            ),
            models.CheckConstraint(
                condition=Q(product__in=ShadowProduct.values()), name="orders_shadow_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.product}"
