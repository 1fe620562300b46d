"""The drill inside its own portal: database and addresses are already those of the drill."""

from __future__ import annotations

import time

from django.core.management import call_command
from django.utils.translation import gettext as _

from config.demo import read_demo
from config.drill.playing import play, play_step
from config.drill.processes import Processes
from config.drill.profiles import chapters_of
from config.drill.report import Chapter, Report, Step, Verdict
from config.drill.screen import Screen
from config.drill.stage import SPEED, Stage


def prepare() -> tuple[str, ...]:
    """Fill the empty database with two shops and their keys; returns the keys."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("sync_schedule", stdout=_Nowhere())
    call_command("seed", if_empty=True, history=0, stdout=_Nowhere())
    demo = read_demo()
    if demo is None:
        raise RuntimeError("the seed left no keys")
    return tuple(merchant["api_key"] for merchant in demo.merchants)


def play_inside(*, profile: str, processes: Processes, screen: Screen, only: str = "") -> Report:
    """Prepare, start, play a profile (or ``only`` one chapter of it), stop; returns the report."""
    report, started = Report(profile), time.monotonic()
    chapters = chapters_of(profile, only=only)
    screen.open_drill(f"make drill PROFILE={profile}", chapters)
    keys = prepare()
    try:
        if not _start(processes, report, screen):
            return report
        report.figures["started_seconds"] = time.monotonic() - started
        stage = Stage(processes, keys)
        play(
            chapters=chapters,
            stage=stage,
            report=report,
            screen=screen,
            tail=processes.tail,
        )
        report.figures |= stage.figures
    finally:
        processes.stop()
    report.seconds = time.monotonic() - started
    return report


def _start(processes: Processes, report: Report, screen: Screen) -> bool:
    """Start the portal; what keeps it from starting is the drill's only step."""

    def act(stage: None) -> str:
        processes.start(speed=SPEED)
        return processes.web

    step = Step("start", _("The portal and the world start."), _("both answer"), act, look="web")
    found = play_step(Chapter("start", "", (step,)), step, None, processes.tail)
    if found.verdict is Verdict.PASS:
        return True
    report.found.append(found)
    screen.end(Chapter("start", "", (step,)), [found])
    return False


class _Nowhere:
    """Takes what a command prints."""

    def write(self, text: str) -> int:
        """Drop it."""
        return len(text)

    def flush(self) -> None:
        """Nothing to write."""
