"""Which chapters a profile plays."""

from __future__ import annotations

from config.drill.chapters.boarding import BOARDING
from config.drill.chapters.doorstep import DOORSTEP, DOORSTEP_SHORT
from config.drill.chapters.road import ROAD, SET_OUT
from config.drill.chapters.second_thoughts import SECOND_THOUGHTS
from config.drill.report import Chapter

SMOKE: tuple[Chapter, ...] = (BOARDING, SECOND_THOUGHTS, DOORSTEP_SHORT)
FULL: tuple[Chapter, ...] = (BOARDING, SECOND_THOUGHTS, SET_OUT, DOORSTEP, ROAD)
CHAPTERS = {"smoke": SMOKE, "full": FULL}
SPEED = 3600.0
