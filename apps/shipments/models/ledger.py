"""The ledger of reconciliation: what push said, what the platform says, who was right."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import LedgerKind, LedgerVerdict, ShipmentMode


class ReconciliationRun(models.Model):
    """One half-hourly comparison: how many numbers were asked for and what became of them.

    ``slot`` and ``claimed_at`` are business time; every parcel asked has ``claimed_at`` as the
    time it was last polled. ``held_back`` the gateway did not let through. Begin and end are real.
    """

    slot = models.DateTimeField(unique=True, verbose_name=_("half hour"))
    claimed_at = models.DateTimeField(db_index=True, verbose_name=_("chosen at"))
    budget = models.PositiveIntegerField(verbose_name=_("budget"))
    asked = models.PositiveIntegerField(default=0, verbose_name=_("asked"))
    answered = models.PositiveIntegerField(default=0, verbose_name=_("answered"))
    failed = models.PositiveIntegerField(default=0, verbose_name=_("failed"))
    held_back = models.PositiveIntegerField(default=0, verbose_name=_("held back"))
    started_at = models.DateTimeField(default=clock.real_now, verbose_name=_("begun at"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished at"))

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-slot"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(asked=F("answered") + F("failed")),
                name="shipments_run_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%d %H:%M}"


class LedgerEntry(models.Model):
    """One comparison of what we hold with what the platform says. All times are business time.

    ``healed_events`` are the nodes the poll brought and no push had; ``late_events`` those of
    them that a push brought after all, the last one ``late_by_s`` seconds after the poll;
    ``wrong_events`` are pushed nodes the platform has withdrawn. ``push_*`` is what pushes had
    said before, ``poll_*`` what the poll said; a count of nodes is empty where nothing was read.
    ``happened_at`` is the newest node that is in dispute, ``known_at`` when the poll was applied.
    An entry is closed once nothing more can come of it. For a booking both sides say its state.
    """

    kind = models.CharField(max_length=10, choices=LedgerKind.choices(), verbose_name=_("kind"))
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="ledger",
        db_index=False,
        verbose_name=_("shipment"),
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("merchant"),
    )
    leg = models.ForeignKey(
        "shipments.Leg",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("leg"),
    )
    run = models.ForeignKey(
        ReconciliationRun,
        on_delete=models.SET_NULL,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("reconciliation"),
    )
    mode = models.CharField(max_length=8, choices=ShipmentMode.choices(), verbose_name=_("mode"))
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    verdict = models.CharField(
        max_length=12, choices=LedgerVerdict.choices(), verbose_name=_("verdict")
    )
    push_status = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("push said")
    )
    push_newest_at = models.DateTimeField(null=True, blank=True, verbose_name=_("push: newest"))
    push_nodes = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("push: nodes"))
    poll_status = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("platform says")
    )
    poll_newest_at = models.DateTimeField(null=True, blank=True, verbose_name=_("poll: newest"))
    poll_nodes = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("poll: nodes"))
    healed_events = models.PositiveIntegerField(default=0, verbose_name=_("healed nodes"))
    late_events = models.PositiveIntegerField(default=0, verbose_name=_("late nodes"))
    wrong_events = models.PositiveIntegerField(default=0, verbose_name=_("withdrawn nodes"))
    late_by_s = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("late by (s)"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))
    happened_at = models.DateTimeField(null=True, blank=True, verbose_name=_("happened"))
    known_at = models.DateTimeField(verbose_name=_("known since"))
    changed_at = models.DateTimeField(verbose_name=_("changed at"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["shipment", "-known_at"], name="shipments_ledger_shipment"),
            models.Index(fields=["merchant", "-id"], name="shipments_ledger_merchant"),
            models.Index(fields=["known_at"], name="shipments_ledger_known"),
            models.Index(fields=["changed_at"], name="shipments_ledger_changed"),
            models.Index(
                fields=["leg"],
                condition=Q(verdict=LedgerVerdict.PUSH_MISSING.value),
                name="shipments_ledger_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["leg", "known_at"], name="shipments_ledger_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=LedgerVerdict.values()), name="shipments_ledger_verdict"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LedgerKind.values()), name="shipments_ledger_kind"
            ),
            models.CheckConstraint(
                condition=Q(late_events__lte=F("healed_events")), name="shipments_ledger_late"
            ),
            models.CheckConstraint(
                condition=Q(late_events=0) | Q(late_by_s__isnull=False),
                name="shipments_ledger_how_late",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.known_at:%Y-%m-%d %H:%M}"


class CompletenessHour(models.Model):
    """How complete the pushes of one carrier, merchant and mode were in one hour.

    ``hour`` is when we knew (business time). ``expected`` nodes were heard in it by whatever way;
    ``healed`` of them came by a poll first, ``late`` of these by push after all, ``missing``
    never; ``wrong`` nodes had been pushed and were withdrawn. The ``late_*`` columns spread the
    late ones over how much later than the poll the push was: up to 30 minutes, 2, 6, 24 hours,
    more. ``unreachable`` parcels could not be compared. Computed from events and ledger only.
    """

    hour = models.DateTimeField(verbose_name=_("hour"))
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("merchant"),
    )
    mode = models.CharField(max_length=8, choices=ShipmentMode.choices(), verbose_name=_("mode"))
    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    expected = models.PositiveIntegerField(default=0, verbose_name=_("expected"))
    missing = models.PositiveIntegerField(default=0, verbose_name=_("missing"))
    late = models.PositiveIntegerField(default=0, verbose_name=_("late"))
    wrong = models.PositiveIntegerField(default=0, verbose_name=_("wrong"))
    healed = models.PositiveIntegerField(default=0, verbose_name=_("healed"))
    unreachable = models.PositiveIntegerField(default=0, verbose_name=_("unreachable"))
    late_30m = models.PositiveIntegerField(default=0, verbose_name=_("late up to 30 min"))
    late_2h = models.PositiveIntegerField(default=0, verbose_name=_("late up to 2 h"))
    late_6h = models.PositiveIntegerField(default=0, verbose_name=_("late up to 6 h"))
    late_24h = models.PositiveIntegerField(default=0, verbose_name=_("late up to 24 h"))
    late_more = models.PositiveIntegerField(default=0, verbose_name=_("late by more"))

    class Meta:
        verbose_name = _("completeness of an hour")
        verbose_name_plural = _("completeness")
        ordering = ["-hour", "carrier"]
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "merchant", "mode", "carrier"], name="shipments_completeness_once"
            ),
            models.CheckConstraint(
                condition=Q(healed=F("missing") + F("late")), name="shipments_completeness_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.hour:%Y-%m-%d %H}"
