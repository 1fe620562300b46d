"""The case: something that needs somebody, with an owner and a clock."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.exceptions.choices import (
    LIVE_CASE_STATES,
    CaseState,
    Closer,
    CloseReason,
    Severity,
    WaitingFor,
)

IS_LIVE = Q(state__in=LIVE_CASE_STATES)
IS_RUNNING = Q(state__in=[CaseState.OPEN.value, CaseState.ACKNOWLEDGED.value])
"""The case's clock runs: somebody here is to do something."""
IS_CLOSED = Q(state__in=[CaseState.RESOLVED.value, CaseState.DISMISSED.value])


def new_case_uid() -> str:
    """Return a fresh public id of a case."""
    return new_uid("cas")


class Case(models.Model):
    """One shipment under one rule; at most one of them is live at a time.

    All moments are business time but ``claimed_until`` (real: a person's lease).
    ``anchored_at`` is the moment the rule counted from, ``evidence`` the figures its sentence
    needs. ``acknowledge_by`` and ``resolve_by`` move on while the case waits; ``waited_seconds``
    sums what was waited. ``wakes_at`` ends a wait by itself. ``carrier``, ``hub`` (division code
    of the last scan) and the lane are copied, so that cases are grouped without a join.
    ``complained_at`` is the first complaint about the shipment, before or after. ``rank`` orders
    the worklist, the dearest first. ``version`` grows with each change by a person: an action
    names the one it saw.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_case_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
        verbose_name=_("merchant"),
    )
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
        verbose_name=_("shipment"),
    )
    rule = models.ForeignKey(
        "exceptions.Rule",
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
        verbose_name=_("rule"),
    )
    rule_version = models.PositiveIntegerField(default=1, verbose_name=_("version of the rule"))
    state = models.CharField(
        max_length=12,
        choices=CaseState.choices(),
        default=CaseState.OPEN.value,
        verbose_name=_("state"),
    )
    severity = models.CharField(
        max_length=8, choices=Severity.choices(), verbose_name=_("severity")
    )
    group = models.ForeignKey(
        "exceptions.OwnerGroup",
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
        verbose_name=_("owner group"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("owner"),
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("claimed by"),
    )
    claimed_until = models.DateTimeField(null=True, blank=True, verbose_name=_("claimed until"))
    incident = models.ForeignKey(
        "exceptions.Incident",
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("incident"),
    )
    evidence = models.JSONField(default=dict, blank=True, verbose_name=_("evidence"))
    rank = models.IntegerField(default=0, verbose_name=_("rank"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    hub = models.CharField(max_length=20, blank=True, default="", verbose_name=_("hub"))
    lane_from = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane from"))
    lane_to = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane to"))
    anchored_at = models.DateTimeField(verbose_name=_("counted from"))
    opened_at = models.DateTimeField(default=clock.now, verbose_name=_("opened"))
    red_at = models.DateTimeField(null=True, blank=True, verbose_name=_("turned red"))
    acknowledge_by = models.DateTimeField(verbose_name=_("to be acknowledged by"))
    resolve_by = models.DateTimeField(verbose_name=_("to be resolved by"))
    escalates_at = models.DateTimeField(null=True, blank=True, verbose_name=_("escalates at"))
    acknowledged_at = models.DateTimeField(null=True, blank=True, verbose_name=_("acknowledged"))
    escalated_at = models.DateTimeField(null=True, blank=True, verbose_name=_("escalated"))
    waiting_for = models.CharField(
        max_length=10,
        choices=WaitingFor.choices(),
        blank=True,
        default="",
        verbose_name=_("waits for"),
    )
    waiting_since = models.DateTimeField(null=True, blank=True, verbose_name=_("waits since"))
    wakes_at = models.DateTimeField(null=True, blank=True, verbose_name=_("waits until"))
    waited_seconds = models.PositiveIntegerField(default=0, verbose_name=_("waited (s)"))
    complained_at = models.DateTimeField(null=True, blank=True, verbose_name=_("first complaint"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed"))
    closer = models.CharField(
        max_length=8,
        choices=Closer.choices(),
        blank=True,
        default="",
        verbose_name=_("closed by way of"),
    )
    close_reason = models.CharField(
        max_length=20,
        choices=CloseReason.choices(),
        blank=True,
        default="",
        verbose_name=_("reason"),
    )
    version = models.PositiveIntegerField(default=1, verbose_name=_("version"))

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        indexes = [
            models.Index(
                F("rank").desc(), F("id"), condition=IS_LIVE, name="exceptions_case_queue"
            ),
            models.Index(
                F("group"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE,
                name="exceptions_case_by_group",
            ),
            models.Index(
                F("owner"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE & Q(owner__isnull=False),
                name="exceptions_case_by_owner",
            ),
            models.Index(
                F("rule"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE,
                name="exceptions_case_by_rule",
            ),
            models.Index(
                F("merchant"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE,
                name="exceptions_case_by_merchant",
            ),
            models.Index(
                F("carrier"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE,
                name="exceptions_case_by_carrier",
            ),
            models.Index(
                F("severity"),
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE,
                name="exceptions_case_by_severity",
            ),
            models.Index(
                F("rank").desc(),
                F("id"),
                condition=IS_LIVE & Q(escalated_at__isnull=False),
                name="exceptions_case_escalated",
            ),
            models.Index(fields=["shipment", "-id"], name="exceptions_case_shipment"),
            models.Index(fields=["merchant", "-id"], name="exceptions_case_merchant"),
            models.Index(fields=["rule", "-opened_at"], name="exceptions_case_rule_opened"),
            models.Index(fields=["state", "-id"], name="exceptions_case_state"),
            models.Index(
                fields=["incident", "id"],
                condition=Q(incident__isnull=False),
                name="exceptions_case_incident",
            ),
            models.Index(
                fields=["escalates_at"],
                condition=Q(state=CaseState.OPEN.value, escalated_at__isnull=True),
                name="exceptions_case_escalation",
            ),
            models.Index(
                fields=["escalated_at"],
                condition=IS_LIVE & Q(severity=Severity.RED.value, escalated_at__isnull=False),
                name="exceptions_case_alarming",
            ),
            models.Index(
                fields=["wakes_at"],
                condition=Q(state=CaseState.WAITING.value, wakes_at__isnull=False),
                name="exceptions_case_wakes",
            ),
            models.Index(
                fields=["resolve_by"], condition=IS_RUNNING, name="exceptions_case_overdue"
            ),
            models.Index(fields=["opened_at"], name="exceptions_case_opened"),
            models.Index(
                fields=["claimed_until"],
                condition=Q(claimed_until__isnull=False),
                name="exceptions_case_claims",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "rule"], condition=IS_LIVE, name="exceptions_case_one_live"
            ),
            models.CheckConstraint(
                condition=(IS_CLOSED & Q(closed_at__isnull=False) & ~Q(closer=""))
                | (IS_LIVE & Q(closed_at__isnull=True, closer="")),
                name="exceptions_case_closed",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=CaseState.WAITING.value, waiting_since__isnull=False)
                    & ~Q(waiting_for="")
                )
                | (
                    ~Q(state=CaseState.WAITING.value)
                    & Q(waiting_since__isnull=True, waiting_for="", wakes_at__isnull=True)
                ),
                name="exceptions_case_waiting",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="exceptions_case_claim",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values()), name="exceptions_case_state_known"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values()), name="exceptions_case_severity"
            ),
        ]

    def __str__(self) -> str:
        return self.uid


class CaseLink(models.Model):
    """Two cases that belong together; the lower id stands left."""

    left = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="links_right", verbose_name=_("case")
    )
    right = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="links_left", verbose_name=_("other case")
    )
    at = models.DateTimeField(default=clock.now, verbose_name=_("linked"))

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="exceptions_link_once"),
            models.CheckConstraint(
                condition=Q(left__lt=F("right")), name="exceptions_link_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id}–{self.right_id}"
