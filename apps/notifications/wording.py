"""Notices and digests as messages, in the language of a channel."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.core import clock
from apps.notifications.choices import Language, NoticeSeverity
from apps.notifications.message import Message, tame, tame_lines
from apps.notifications.models import Notice
from apps.notifications.policy import RANKS, is_good_news, may_acknowledge
from apps.notifications.tokens import acknowledge_address, portal_address

SOURCE = "Lastmile"
LISTED = 10
LIST_PATH = "/admin/notifications/notice/"


def message_of(
    notice: Notice, *, language: str, mentions: Sequence[str] = (), second: bool = False
) -> Message:
    """Return a notice as it is told. Red ones call the people of the channel; ``second`` says
    that nobody acknowledged it before. What others wrote is tamed."""
    english = language == Language.ENGLISH.value
    severity = NoticeSeverity(notice.severity)
    acknowledges = may_acknowledge(kind=notice.kind, severity=notice.severity)
    lines = tame_lines(notice.body_en if english else notice.body)
    with translation.override(language):
        if second:
            lines = (_("Nobody has acknowledged this yet."), *lines)
        return Message(
            title=tame(notice.title_en if english else notice.title),
            severity=severity,
            severity_label=_("Over") if is_good_news(notice.kind) else str(severity.label),
            source=SOURCE,
            lines=lines,
            facts=((pgettext("of a notice", "Time"), clock_words(notice.queued_at)),),
            page=portal_address(notice.path),
            page_label=_("Open the page"),
            acknowledge=acknowledge_address(notice.uid) if acknowledges else "",
            acknowledge_label=_("Acknowledge"),
            guide=portal_address(notice.guide),
            guide_label=_("What to do"),
            mentions=tuple(mentions) if severity is NoticeSeverity.RED and acknowledges else (),
            good=is_good_news(notice.kind),
        )


def digest_of(notices: Sequence[Notice], *, language: str) -> Message:
    """Return one message for many notices: how many of what, the worst ones named, the list."""
    english = language == Language.ENGLISH.value
    ranked = sorted(notices, key=lambda notice: (RANKS[notice.severity], notice.pk))
    counted = Counter(notice.severity for notice in ranked)
    named = dict.fromkeys(tame(row.title_en if english else row.title) for row in ranked)
    with translation.override(language):
        titles = list(named)[:LISTED]
        lines = [f"· {title}" for title in titles]
        if len(named) > len(titles):
            lines.append(_("… and more, see the list."))
        count = len(ranked)
        return Message(
            title=ngettext("%(n)s more notice", "%(n)s more notices", count) % {"n": count},
            severity=NoticeSeverity(ranked[0].severity),
            severity_label=_("Digest"),
            source=SOURCE,
            lines=tuple(lines),
            facts=tuple(
                (str(NoticeSeverity(value).label), str(counted[value]))
                for value in RANKS
                if counted[value]
            ),
            page=portal_address(LIST_PATH),
            page_label=_("Open the list"),
        )


def check_message(name: str, *, language: str) -> Message:
    """Return the message that only shows that a channel works."""
    with translation.override(language):
        return Message(
            title=_("A test message of %(name)s") % {"name": tame(name)},
            severity=NoticeSeverity.NOTICE,
            severity_label=_("Test"),
            source=SOURCE,
            lines=(_("Nothing has happened. Who reads this knows that the channel works."),),
        )


def clock_words(moment: dt.datetime) -> str:
    """Return a moment in the portal's own zone, to the second."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local.strftime("%m-%d %H:%M:%S")


def direct_message(
    title: str,
    body: str,
    *,
    severity: NoticeSeverity,
    path: str,
    language: str,
    mentions: Sequence[str],
    good: bool = False,
) -> Message:
    """Return what is told without the database: nothing can be acknowledged then.

    ``good`` says that something is over, which calls nobody.
    """
    with translation.override(language):
        return Message(
            title=tame(title),
            severity=severity,
            severity_label=_("Over") if good else str(severity.label),
            source=SOURCE,
            lines=tame_lines(body),
            facts=((pgettext("of a notice", "Time"), clock_words(clock.real_now())),),
            page=portal_address(path),
            page_label=_("What to do"),
            mentions=tuple(mentions) if severity is NoticeSeverity.RED and not good else (),
            good=good,
        )
