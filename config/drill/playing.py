"""Playing chapters: each step timed, judged, shown; a failure never stops the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from config.drill.report import Chapter, Found, Report, Step, Unmet, Verdict
from config.drill.screen import Screen

Tail = Callable[[str], str]
SEEN_LENGTH = 300
WORLD = "sandbox"


def play(
    *, chapters: Iterable[Chapter], stage: Any, report: Report, screen: Screen, tail: Tail
) -> Report:
    """Play all chapters on a stage and return the report with every step in it.

    ``tail`` returns the last lines of a process's log by its name.
    """
    started = time.monotonic()
    for chapter in chapters:
        screen.open_chapter(chapter)
        here: list[Found] = []
        for step in chapter.steps:
            screen.begin(chapter, here, step)
            here.append(play_step(chapter, step, stage, tail))
            report.found.append(here[-1])
            screen.end(chapter, here)
    report.seconds += time.monotonic() - started
    return report


def play_step(chapter: Chapter, step: Step, stage: Any, tail: Tail) -> Found:
    """Do one step; an error in it is a failure that names the error."""
    started, verdict, hint = time.monotonic(), Verdict.PASS, ""
    try:
        seen = step.act(stage)
    except Unmet as unmet:
        verdict, seen = Verdict.FAIL, str(unmet)
    except Exception as error:  # noqa: BLE001 - any error is a failed step
        verdict, seen = Verdict.FAIL, f"{type(error).__name__}: {error}"
    if verdict is Verdict.FAIL:
        hint = "\n".join(filter(None, map(tail, dict.fromkeys((step.look, WORLD)))))
    return Found(
        chapter=chapter.key,
        key=step.key,
        verdict=verdict,
        says=str(step.says),
        expected=str(step.expects),
        seen=seen[:SEEN_LENGTH],
        seconds=time.monotonic() - started,
        hint=hint,
    )
