"""What the page itself sees before anybody has judged it: hearts that stopped, jobs not on time.

The judge is a process too. While it is dead, or still counting the seconds that make it an alarm,
the sentence at the top must not say that all is right beside a red heart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.heartbeat import Heart
from apps.monitoring.fire import Fire
from apps.monitoring.home.pulse import Beats


def unwatched(beats: Beats, known: Sequence[Fire]) -> Iterator[Fire]:
    """Yield what no open alarm says yet; nothing where something is known to be wrong already."""
    if any(fire.colour == "danger" for fire in known):
        return
    for heart in beats.dead:
        yield _stopped(heart)
    if beats.wrong and not beats.dead:
        n = len(beats.wrong)
        yield Fire(
            "warning",
            "event_busy",
            ngettext("%(n)s periodic job is not on time", "%(n)s periodic jobs are not on time", n)
            % {"n": n},
            ", ".join(job.name for job in beats.named),
            reverse("admin:core_jobrun_changelist"),
        )


def _stopped(heart: Heart) -> Fire:
    page = f"{heart.process}_dead"
    return Fire(
        "danger",
        "heart_broken",
        _("The process %(name)s does not run") % {"name": heart.process},
        _("Its heart has not been seen; it has not been judged by anybody yet."),
        since=heart.seen_at,
        runbook=reverse("runbook:page", args=[page]),
    )
