"""The consignment, the versions of its record, its declarations and what happened to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.customs.choices import DeclarationState, Direction, Regime, StepSource

STATES = DeclarationState.values()


def new_declaration_uid() -> str:
    """Return a fresh public id of a declaration."""
    return new_uid("dec")


def new_consignment_uid() -> str:
    """Return a fresh public id of a consignment."""
    return new_uid("con")


class Consignment(models.Model):
    """What customs knows of one parcel. ``subject`` is the opaque name of who handed it down.

    ``record_version`` is the number of the version that counts. ``is_complete`` says that no
    border misses anything it must have; ``complete_at_order`` whether that was so at once.
    ``overridden_*``: a manager let it go incomplete, and why. ``cut_off`` is when it leaves.
    ``changed_at`` moves with every change. ``snapshot`` is the parcel as it was last handed down
    (`snapshot.ParcelSnapshot`), ``skus`` what is inside, so that a changed product finds it.
    ``unheard``: the floor above has not yet looked at what changed. ``has_left``: a carrier took
    it or it was cancelled, rules hold it no more. ``checked_key`` names the rules, lists, figures
    and day of the latest check, "" while nothing binds; ``held_by_rules`` is what it came to and
    ``held_told`` what the shop was last told of that.
    """

    uid = models.CharField(
        max_length=32,
        unique=True,
        default=new_consignment_uid,
        editable=False,
        verbose_name=_("ID"),
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="consignments",
        db_index=False,
        verbose_name=_("merchant"),
    )
    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="consignment",
        verbose_name=_("shipment"),
    )
    subject = models.CharField(max_length=64, unique=True, verbose_name=_("reference above"))
    reference = models.CharField(max_length=64, verbose_name=_("order number"))
    destination = models.CharField(max_length=2, verbose_name=_("destination"))
    mode = models.CharField(max_length=8, verbose_name=_("mode"))
    record_version = models.PositiveIntegerField(default=1, verbose_name=_("version that counts"))
    is_complete = models.BooleanField(default=False, verbose_name=_("complete"))
    complete_at_order = models.BooleanField(default=False, verbose_name=_("complete at once"))
    overridden_at = models.DateTimeField(null=True, blank=True, verbose_name=_("let go"))
    overridden_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("let go by")
    )
    override_reason = models.CharField(
        max_length=300, blank=True, default="", verbose_name=_("reason for letting go")
    )
    cut_off = models.DateTimeField(null=True, blank=True, verbose_name=_("cut-off"))
    snapshot = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, verbose_name=_("parcel as handed down")
    )
    skus = ArrayField(
        models.CharField(max_length=64), default=list, blank=True, verbose_name=_("SKUs inside")
    )
    unheard = models.BooleanField(default=True, verbose_name=_("news for the floor above"))
    has_left = models.BooleanField(default=False, verbose_name=_("has left"))
    checked_key = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("checked by")
    )
    held_by_rules = models.BooleanField(default=False, verbose_name=_("held by rules"))
    held_told = models.BooleanField(default=False, verbose_name=_("told that it is held"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")
        ordering = ["-id"]
        permissions = [("override_incomplete", _("Can let an incomplete consignment go"))]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="customs_consignment_newest"),
            models.Index(fields=["changed_at"], name="customs_consignment_changed"),
            models.Index(
                fields=["cut_off", "id"],
                condition=Q(is_complete=False, overridden_at__isnull=True),
                name="customs_consignment_open",
            ),
            models.Index(fields=["created_at"], name="customs_consignment_created"),
            models.Index(
                fields=["overridden_at"],
                condition=Q(overridden_at__isnull=False),
                name="customs_consignment_let_go",
            ),
            models.Index(
                fields=["id"], condition=Q(unheard=True), name="customs_consignment_unheard"
            ),
            GinIndex(fields=["skus"], name="customs_consignment_skus"),
            models.Index(
                fields=["checked_key", "id"],
                condition=Q(has_left=False),
                name="customs_consignment_check_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(destination__regex=r"^[A-Z]{2}$"), name="customs_consignment_country"
            ),
            models.CheckConstraint(
                condition=Q(overridden_at__isnull=True) | ~Q(override_reason=""),
                name="customs_override_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RecordVersion(models.Model):
    """One version of a consignment's record, immutable; ``record`` as `record.to_json` wrote it.

    ``digest`` is SHA-256 of the canonical JSON. ``findings`` are those of `findings.Finding`.
    """

    consignment = models.ForeignKey(
        Consignment,
        on_delete=models.CASCADE,
        related_name="versions",
        db_index=False,
        verbose_name=_("consignment"),
    )
    number = models.PositiveIntegerField(verbose_name=_("version"))
    record = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("record"))
    digest = models.CharField(max_length=64, verbose_name=_("digest"))
    findings = models.JSONField(default=list, blank=True, verbose_name=_("findings"))
    source = models.CharField(
        max_length=12, choices=StepSource.choices(), verbose_name=_("who wrote it")
    )
    written_by = models.CharField(max_length=80, verbose_name=_("written by"))
    reason = models.CharField(max_length=300, blank=True, default="", verbose_name=_("reason"))
    written_at = models.DateTimeField(default=clock.now, verbose_name=_("written"))

    class Meta:
        verbose_name = _("version of a record")
        verbose_name_plural = _("versions of records")
        ordering = ["consignment_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "number"], name="customs_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="customs_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id} v{self.number}"


class Declaration(models.Model):
    """One border of a consignment: to whom it is declared, by which regime, how it stands.

    ``score`` is the completeness in per cent of what the regime asks. ``asked`` is customs' latest
    question and ``answer_due`` until when; ``held_since`` is set while customs holds or asks.
    ``first_try`` says whether it was released without ever being asked, held or refused; it is
    None until it ended. ``human_seconds`` is people's work on it, as far as pages measure it.
    ``told_state`` is the state the floor above last told its merchant.
    """

    uid = models.CharField(
        max_length=32,
        unique=True,
        default=new_declaration_uid,
        editable=False,
        verbose_name=_("ID"),
    )
    consignment = models.ForeignKey(
        Consignment,
        on_delete=models.PROTECT,
        related_name="declarations",
        db_index=False,
        verbose_name=_("consignment"),
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="declarations",
        db_index=False,
        verbose_name=_("merchant"),
    )
    direction = models.CharField(
        max_length=6, choices=Direction.choices(), verbose_name=_("direction")
    )
    country = models.CharField(max_length=2, verbose_name=_("country"))
    regime = models.CharField(max_length=16, choices=Regime.choices(), verbose_name=_("regime"))
    state = models.CharField(
        max_length=13,
        choices=DeclarationState.choices(),
        default=DeclarationState.DRAFT.value,
        verbose_name=_("state"),
    )
    state_at = models.DateTimeField(default=clock.now, verbose_name=_("state since"))
    score = models.PositiveSmallIntegerField(default=0, verbose_name=_("completeness (%)"))
    missing = models.PositiveSmallIntegerField(default=0, verbose_name=_("missing"))
    due_at = models.DateTimeField(null=True, blank=True, verbose_name=_("must be complete by"))
    asked = models.CharField(
        max_length=500, blank=True, default="", verbose_name=_("customs' question")
    )
    answer_due = models.DateTimeField(null=True, blank=True, verbose_name=_("answer due"))
    held_since = models.DateTimeField(null=True, blank=True, verbose_name=_("held since"))
    submitted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("handed in"))
    entered_at = models.DateTimeField(null=True, blank=True, verbose_name=_("entered customs"))
    ended_at = models.DateTimeField(null=True, blank=True, verbose_name=_("ended"))
    told_state = models.CharField(
        max_length=13, blank=True, default="", verbose_name=_("state last told")
    )
    first_try = models.BooleanField(null=True, blank=True, verbose_name=_("at first try"))
    human_seconds = models.PositiveIntegerField(default=0, verbose_name=_("people's work (s)"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ["-id"]
        permissions = [("answer_customs", _("Can answer customs and hand declarations in"))]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="customs_declaration_newest"),
            models.Index(fields=["state", "-id"], name="customs_declaration_state"),
            models.Index(
                fields=["held_since"],
                condition=Q(held_since__isnull=False),
                name="customs_declaration_held",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=DeclarationState.DRAFT.value),
                name="customs_declaration_due",
            ),
            models.Index(
                fields=["state_at", "id"],
                condition=Q(state__in=["submitted", "processing"]),
                name="customs_declaration_inside",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                name="customs_declaration_ended",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "direction", "country"],
                name="customs_declaration_per_border",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STATES), name="customs_declaration_state_known"
            ),
            models.CheckConstraint(
                condition=Q(regime__in=Regime.values()), name="customs_declaration_regime_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values()),
                name="customs_declaration_direction_known",
            ),
            models.CheckConstraint(condition=Q(score__lte=100), name="customs_declaration_score"),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "info_required"]) | Q(held_since__isnull=False),
                name="customs_held_since_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "refused", "returned", "cancelled"])
                | Q(ended_at__isnull=False),
                name="customs_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.country} {self.regime}"


class DeclarationStep(models.Model):
    """One thing that happened to a declaration; append-only.

    ``at`` is when it happened, ``known_at`` when we knew. ``seconds`` is a person's time on it.
    """

    declaration = models.ForeignKey(
        Declaration,
        on_delete=models.CASCADE,
        related_name="steps",
        db_index=False,
        verbose_name=_("declaration"),
    )
    from_state = models.CharField(
        max_length=13, blank=True, default="", verbose_name=_("state before")
    )
    to_state = models.CharField(
        max_length=13, choices=DeclarationState.choices(), verbose_name=_("state after")
    )
    source = models.CharField(
        max_length=12, choices=StepSource.choices(), verbose_name=_("moved by")
    )
    who = models.CharField(max_length=80, blank=True, default="", verbose_name=_("who"))
    words = models.CharField(max_length=500, blank=True, default="", verbose_name=_("words"))
    record_version = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("version"))
    seconds = models.PositiveIntegerField(default=0, verbose_name=_("people's work (s)"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    known_at = models.DateTimeField(default=clock.now, verbose_name=_("known"))

    class Meta:
        verbose_name = _("step of a declaration")
        verbose_name_plural = _("steps of declarations")
        ordering = ["-id"]
        indexes = [models.Index(fields=["declaration", "-id"], name="customs_step_declaration")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_state__in=STATES), name="customs_step_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=StepSource.values()), name="customs_step_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
