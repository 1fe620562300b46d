"""One move for many cases: what was wanted, how far it is, what could not be done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.exceptions.choices import BulkState, CaseMove


def new_bulk_uid() -> str:
    """Return a fresh public id of a move for many."""
    return new_uid("blk")


class CaseBulk(models.Model):
    """A move a person makes for many cases, worked off in chunks and undone as a whole.

    ``wanted`` lists [case id, version seen] in the order they are worked on, ``values`` are the
    move's own. ``done`` counts those tried, ``changed`` lists the ids of cases it changed,
    ``refused`` holds the sentence by case id. While it is undone ``undone`` counts the cases tried.
    Times are real.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_bulk_uid, editable=False, verbose_name=_("ID")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
    )
    move = models.CharField(max_length=12, choices=CaseMove.choices(), verbose_name=_("move"))
    values = models.JSONField(default=dict, blank=True, verbose_name=_("values"))
    state = models.CharField(
        max_length=8,
        choices=BulkState.choices(),
        default=BulkState.RUNNING.value,
        verbose_name=_("state"),
    )
    wanted = models.JSONField(default=list, verbose_name=_("cases"))
    changed = models.JSONField(default=list, blank=True, verbose_name=_("changed"))
    refused = models.JSONField(default=dict, blank=True, verbose_name=_("refused"))
    total = models.PositiveIntegerField(verbose_name=_("cases"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("done"))
    undone = models.PositiveIntegerField(default=0, verbose_name=_("taken back"))
    started_at = models.DateTimeField(default=clock.real_now, verbose_name=_("started"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))

    class Meta:
        verbose_name = _("move for many cases")
        verbose_name_plural = _("moves for many cases")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=[BulkState.RUNNING.value, BulkState.UNDOING.value]),
                name="exceptions_bulk_underway",
            ),
            models.Index(fields=["user", "-id"], name="exceptions_bulk_user"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="exceptions_bulk_done"),
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values()), name="exceptions_bulk_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.done}/{self.total}"
