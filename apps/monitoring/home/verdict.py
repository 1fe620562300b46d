"""The one sentence at the top: all right, or what is wrong and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.monitoring.fire import Fire
from apps.monitoring.spans import since_words

SHOWN = 4


@dataclass(frozen=True)
class Verdict:
    """The sentence with its colour (success, warning, danger), the line below it, and the
    conditions behind it, the worst first: those that are shown at once (beside what is wrong
    nothing that can wait) and the rest."""

    colour: str
    icon: str
    sentence: str
    below: str
    shown: tuple[Fire, ...]
    rest: tuple[Fire, ...]


def verdict_of(
    found: Sequence[Fire], *, now: dt.datetime, calm_since: dt.datetime | None, whole: bool = True
) -> Verdict:
    """Say in one sentence how the portal does (``now`` and all moments are real time).

    ``calm_since`` is when the last thing that was wrong ended, None if nothing ever was; ``whole``
    is False where not every question was answered: then nothing is called all right.
    """
    ranked = sorted(found, key=lambda fire: (fire.colour != "danger", _age(fire)))
    wrong = [fire for fire in ranked if fire.colour == "danger"]
    first = (wrong or ranked)[:SHOWN]
    shown, rest = tuple(first), tuple(ranked[len(first) :])
    if wrong:
        return Verdict("danger", "error", _wrong(wrong, now), _at_it(wrong), shown, rest)
    if not whole:
        return Verdict(
            "danger",
            "database",
            _("The database takes too long to answer"),
            _("What was not answered in time is left out below. Look at the load of the database."),
            shown,
            rest,
        )
    if ranked:
        said = _waiting(ranked)
        return Verdict("warning", "check_circle", _("Nothing is on fire"), said, shown, rest)
    return Verdict("success", "check_circle", _("Everything is all right"), _calm(calm_since, now),
                   (), ())  # fmt: skip


def _wrong(wrong: Sequence[Fire], now: dt.datetime) -> str:
    worst = str(wrong[0].title)
    since = since_words(wrong[0].since, now)
    said = _("%(what)s, %(since)s") % {"what": worst, "since": since} if since else worst
    if len(wrong) == 1:
        return said
    more = ngettext("%(n)s more thing is wrong", "%(n)s more things are wrong", len(wrong) - 1)
    return _("%(what)s; %(more)s") % {"what": said, "more": more % {"n": len(wrong) - 1}}


def _at_it(wrong: Sequence[Fire]) -> str:
    taken: list[Any] = [fire.taken for fire in wrong if fire.taken]
    if not taken:
        return _("Nobody has taken it up yet.")
    return _("Taken up by %(who)s.") % {"who": ", ".join(dict.fromkeys(map(str, taken)))}


def _waiting(found: Sequence[Fire]) -> str:
    n = len(found)
    return ngettext(
        "%(n)s thing can wait until morning.", "%(n)s things can wait until morning.", n
    ) % {"n": n}


def _calm(calm_since: dt.datetime | None, now: dt.datetime) -> str:
    if calm_since is None:
        return _("Nothing has been wrong so far.")
    return _("Nothing has been wrong %(since)s.") % {"since": since_words(calm_since, now)}


def _age(fire: Fire) -> float:
    return fire.since.timestamp() if fire.since else float("inf")
