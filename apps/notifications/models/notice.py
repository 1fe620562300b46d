"""The outbox of staff."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity, NoticeState

MOST_TITLE, MOST_NAME = 120, 60


def new_notice_uid() -> str:
    """Return a fresh public id of a notice."""
    return new_uid("ntc")


class Notice(models.Model):
    """One thing staff are told, written in the transaction of what it tells of.

    ``kind`` is dotted and machine readable (``incident.opened``), ``subject`` the public id of
    what it is about, ``path`` the page of ours to open, ``guide`` the one that says what to do.
    Said once: ``dedupe_key`` is unique. Title and body are in both languages and hold no personal
    data. What is about sandbox shipments is a rehearsal: it reaches the sandbox's own robot at
    most. ``happened_at`` is business time, all others real: ``routed_at`` is when its channels
    were chosen, ``second_at`` when the second channel hears unless somebody acknowledges (null:
    never), ``why`` says in the portal's words why nobody was told.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_notice_uid, editable=False, verbose_name=_("ID")
    )
    kind = models.CharField(max_length=40, verbose_name=_("kind"))
    audience = models.CharField(
        max_length=20, choices=Audience.choices(), verbose_name=_("audience")
    )
    severity = models.CharField(
        max_length=8, choices=NoticeSeverity.choices(), verbose_name=_("severity")
    )
    mode = models.CharField(
        max_length=8,
        choices=NoticeMode.choices(),
        default=NoticeMode.LIVE.value,
        verbose_name=_("mode"),
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("merchant"),
    )
    subject = models.CharField(max_length=40, blank=True, default="", verbose_name=_("subject"))
    title = models.CharField(max_length=MOST_TITLE, verbose_name=_("title"))
    title_en = models.CharField(max_length=MOST_TITLE, verbose_name=_("title in English"))
    body = models.TextField(blank=True, default="", verbose_name=_("text"))
    body_en = models.TextField(blank=True, default="", verbose_name=_("text in English"))
    path = models.CharField(max_length=200, blank=True, default="", verbose_name=_("page"))
    guide = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("page that says what to do")
    )
    dedupe_key = models.CharField(max_length=120, unique=True, verbose_name=_("said once by"))
    state = models.CharField(
        max_length=10,
        choices=NoticeState.choices(),
        default=NoticeState.WAITING.value,
        verbose_name=_("state"),
    )
    happened_at = models.DateTimeField(default=clock.now, verbose_name=_("happened"))
    queued_at = models.DateTimeField(default=clock.real_now, verbose_name=_("queued"))
    sent_at = models.DateTimeField(null=True, blank=True, verbose_name=_("sent"))
    routed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("channels chosen"))
    second_at = models.DateTimeField(null=True, blank=True, verbose_name=_("second channel at"))
    acknowledged_at = models.DateTimeField(null=True, blank=True, verbose_name=_("acknowledged"))
    acknowledged_by = models.CharField(
        max_length=MOST_NAME, blank=True, default="", verbose_name=_("acknowledged by")
    )
    why = models.CharField(max_length=200, blank=True, default="", verbose_name=_("why not sent"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state=NoticeState.WAITING.value),
                name="notifications_notice_waiting",
            ),
            models.Index(fields=["subject", "-id"], name="notifications_notice_subject"),
            models.Index(fields=["audience", "-id"], name="notifications_notice_audience"),
            models.Index(
                fields=["id"],
                condition=Q(routed_at__isnull=True),
                name="notifications_notice_unrouted",
            ),
            models.Index(
                fields=["second_at"],
                condition=Q(second_at__isnull=False),
                name="notifications_notice_second",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values()), name="notifications_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=NoticeSeverity.values()),
                name="notifications_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values()), name="notifications_state_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(mode=NoticeMode.SANDBOX.value, state=NoticeState.REHEARSAL.value)
                    | (Q(mode=NoticeMode.LIVE.value) & ~Q(state=NoticeState.REHEARSAL.value))
                ),
                name="notifications_rehearsal_is_not_sent",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.SENT.value, sent_at__isnull=False)
                | (~Q(state=NoticeState.SENT.value) & Q(sent_at__isnull=True)),
                name="notifications_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=False) | Q(acknowledged_by=""),
                name="notifications_acknowledged_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(second_at__isnull=True),
                name="notifications_acknowledged_goes_no_further",
            ),
            models.CheckConstraint(
                condition=Q(path="") | (Q(path__startswith="/") & ~Q(path__startswith="//")),
                name="notifications_page_is_ours",
            ),
            models.CheckConstraint(
                condition=Q(guide="") | (Q(guide__startswith="/") & ~Q(guide__startswith="//")),
                name="notifications_guide_is_ours",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if (get_language() or "").startswith("en") else self.title

    @property
    def shown_body(self) -> str:
        """The text in the reader's language."""
        return self.body_en if (get_language() or "").startswith("en") else self.body
