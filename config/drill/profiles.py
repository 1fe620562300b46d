"""Which chapters a profile plays."""

from __future__ import annotations

from config.drill.chapters.boarding import BOARDING
from config.drill.chapters.border import BORDER
from config.drill.chapters.doorstep import DOORSTEP, DOORSTEP_SHORT
from config.drill.chapters.faults import FAULTS
from config.drill.chapters.following import FOLLOW, FOLLOWED
from config.drill.chapters.outage import OUTAGE
from config.drill.chapters.peak import PEAK
from config.drill.chapters.riders import RIDERS
from config.drill.chapters.road import ROAD, SET_OUT
from config.drill.chapters.second_thoughts import SECOND_THOUGHTS
from config.drill.chapters.turning import TURNING
from config.drill.report import Chapter

SMOKE: tuple[Chapter, ...] = (BOARDING, SECOND_THOUGHTS, DOORSTEP_SHORT)
FULL: tuple[Chapter, ...] = (
    BOARDING,
    SECOND_THOUGHTS,
    FOLLOW,
    SET_OUT,
    DOORSTEP,
    ROAD,
    BORDER,
    FOLLOWED,
    TURNING,
    RIDERS,
    FAULTS,
)
CHAPTERS = {"smoke": SMOKE, "full": FULL, "peak": (PEAK, OUTAGE)}


def chapters_of(profile: str, *, only: str = "") -> tuple[Chapter, ...]:
    """The chapters a profile plays, or of these one alone with what it needs before it.

    Raises LookupError, naming the chapters there are.
    """
    played = CHAPTERS[profile]
    if not only:
        return played
    chosen = next((chapter for chapter in played if chapter.key == only), None)
    if chosen is None:
        raise LookupError(", ".join(chapter.key for chapter in played))
    return tuple(chapter for chapter in played if chapter.key in {only, *chosen.needs})
