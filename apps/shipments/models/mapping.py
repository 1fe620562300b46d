"""What operators have said about codes, and the replays of history that follow from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import CustomsPhase, ReplayState, ShipmentStatus, Substatus


class CodeMapping(models.Model):
    """What a code of a source means, before the built-in table (`codes.py`); the action log
    keeps its history.

    ``version`` grows over all mappings with every edit: processes compare the highest one with
    what they have loaded. An inactive mapping gives the code back to the built-in table.
    """

    source = models.CharField(max_length=40, default="baidiyun", verbose_name=_("source"))
    code = models.CharField(max_length=64, verbose_name=_("code"))
    status = models.CharField(
        max_length=20, choices=ShipmentStatus.choices(), verbose_name=_("status")
    )
    substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus"),
    )
    phase = models.CharField(
        max_length=16,
        choices=CustomsPhase.choices(),
        blank=True,
        default="",
        db_default="",
        verbose_name=_("customs phase"),
    )
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    version = models.BigIntegerField(verbose_name=_("version"))
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed at"))

    class Meta:
        verbose_name = _("meaning of a code")
        verbose_name_plural = _("meanings of codes")
        ordering = ["source", "code"]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="shipments_mapping_once"),
            models.UniqueConstraint(fields=["version"], name="shipments_mapping_version"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(status=""), name="shipments_mapping_says"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code} → {self.status}"


class MappingReplay(models.Model):
    """A draft of a code's meaning run over history: first as a preview, then for good.

    ``status`` empty means: back to the built-in table. ``since`` is the first month of shipments
    that is looked at. ``done`` of ``total`` shipments with the code are worked out. ``result``
    holds ``events`` (nodes whose meaning changes), ``moves`` ([from status, substatus, to
    status, substatus, count] of shipments) and ``samples`` (shipment ids by move).
    """

    source = models.CharField(max_length=40, default="baidiyun", verbose_name=_("source"))
    code = models.CharField(max_length=64, verbose_name=_("code"))
    status = models.CharField(
        max_length=20,
        choices=ShipmentStatus.choices(),
        blank=True,
        default="",
        verbose_name=_("status"),
    )
    substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus"),
    )
    phase = models.CharField(
        max_length=16,
        choices=CustomsPhase.choices(),
        blank=True,
        default="",
        db_default="",
        verbose_name=_("customs phase"),
    )
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))
    since = models.DateField(verbose_name=_("shipments since"))
    state = models.CharField(
        max_length=10,
        choices=ReplayState.choices(),
        default=ReplayState.PREVIEWING.value,
        verbose_name=_("state"),
    )
    total = models.PositiveIntegerField(default=0, verbose_name=_("shipments"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("worked out"))
    after_shipment = models.BigIntegerField(default=0, verbose_name=_("after shipment"))
    result = models.JSONField(default=dict, blank=True, verbose_name=_("result"))
    error = models.CharField(max_length=500, blank=True, default="", verbose_name=_("error"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))

    class Meta:
        verbose_name = _("replay of a code")
        verbose_name_plural = _("replays of codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "code"],
                condition=Q(state__in=["previewing", "applying"]),
                name="shipments_replay_one_at_work",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReplayState.values()), name="shipments_replay_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code} {self.state}"


class UnmappedCode(models.Model):
    """A code of a source without a meaning, as one carrier sends it: the queue operators clear.

    ``count`` is how often it was heard in all, ``sample`` the words it came with first, with the
    ``sample_shipment`` they were about. ``resolved_at`` is set while a meaning holds.
    """

    source = models.CharField(max_length=40, verbose_name=_("source"))
    code = models.CharField(max_length=64, verbose_name=_("code"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    count = models.BigIntegerField(default=0, verbose_name=_("count"))
    sample = models.CharField(max_length=300, blank=True, default="", verbose_name=_("sample"))
    sample_shipment = models.BigIntegerField(
        null=True, blank=True, verbose_name=_("shipment of the sample")
    )
    first_seen_at = models.DateTimeField(verbose_name=_("first seen"))
    last_seen_at = models.DateTimeField(verbose_name=_("last seen"))
    resolved_at = models.DateTimeField(null=True, blank=True, verbose_name=_("explained"))

    class Meta:
        verbose_name = _("code without a meaning")
        verbose_name_plural = _("codes without a meaning")
        ordering = ["-count", "id"]
        indexes = [
            models.Index(
                fields=["-count", "id"],
                condition=Q(resolved_at__isnull=True),
                name="shipments_unmapped_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "code", "carrier"], name="shipments_unmapped_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code} {self.carrier} ×{self.count}"
