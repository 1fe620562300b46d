"""Playing the live part: what may be asked is asked, the rest is refused in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.drill.live import LIVE_CHAPTER, REFUSED, Subject
from config.drill.playing import play
from config.drill.report import Chapter, Found, Report, Verdict
from config.drill.screen import Screen

REFUSALS = "refused"


def play_live(*, subject: Subject, screen: Screen) -> Report:
    """Ask the real platform about a number and return the report; nothing is ever booked."""
    report = Report("live")
    play(
        chapters=[LIVE_CHAPTER],
        stage=subject,
        report=report,
        screen=screen,
        tail=lambda name: "",
    )
    chapter = Chapter(REFUSALS, _("Not done with real credentials"), ())
    screen.open_chapter(chapter)
    for key, why in REFUSED:
        report.found.append(_refusal(key, str(why)))
        screen.end(chapter, report.found[-1:])
    return report


def _refusal(key: str, why: str) -> Found:
    said = _("refused: rehearse it with `make drill`")
    return Found(REFUSALS, key, Verdict.REFUSED, why, said, _("nothing was sent"), 0.0)
