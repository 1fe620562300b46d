"""The drill on a terminal: a route line that fills while one watches; plain where it is piped."""

from __future__ import annotations

import shutil
import threading
import time
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from django.utils.translation import gettext as _

from config.drill.report import Chapter, Found, Report, Step, Verdict

GREEN, RED, GREY, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[90m", "\033[1m", "\033[0m"
CLEAR = "\r\033[2K"
MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.REFUSED: "–"}
COLOURS = {Verdict.PASS: GREEN, Verdict.FAIL: RED, Verdict.REFUSED: GREY}
STOPS = {Verdict.PASS: "●", Verdict.FAIL: "✗", Verdict.REFUSED: "◌"}
AHEAD = "○"
MOVING = "◐◓◑◒"
FRAME_SECONDS = 0.25
NARROWEST = 40


class Screen:
    """Prints a drill as it goes; silent where only the summary is wanted.

    On a terminal the line of the step that is being played moves and counts its seconds.
    """

    def __init__(self, out: TextIO, *, silent: bool = False, colours: bool | None = None) -> None:
        self.out, self.silent = out, silent
        self.colours = bool(getattr(out, "isatty", bool)()) if colours is None else colours
        self._lock = threading.Lock()
        self._moving: _Moving | None = None

    def open_drill(self, title: str, chapters: Sequence[Chapter]) -> None:
        """Say what is about to be played, and that the portal for it is being made."""
        steps = sum(len(chapter.steps) for chapter in chapters)
        words = _("%(chapters)d chapters, %(steps)d steps") % {
            "chapters": len(chapters),
            "steps": steps,
        }
        self._line(f"{self._paint(BOLD, title)}  {words}")
        self._line(self._paint(GREY, _("● behind us   ✗ failed   ○ ahead")))
        self._move("", _("A portal and a world of their own are being made."))

    def open_chapter(self, chapter: Chapter) -> None:
        """Print a chapter's title."""
        self._rest()
        self._line("")
        self._line(self._paint(BOLD, str(chapter.title)))

    def begin(self, chapter: Chapter, found: list[Found], step: Step) -> None:
        """Show on a terminal where the parcel is before a step; nothing elsewhere."""
        self._move(route_line(found, len(chapter.steps), moving=True), str(step.says))

    def end(self, chapter: Chapter, found: list[Found]) -> None:
        """Print the step that ended last, with the route line as far as it is filled."""
        self._rest()
        row = found[-1]
        mark = self._paint(COLOURS[row.verdict], MARKS[row.verdict])
        line = self._paint(COLOURS[row.verdict], route_line(found, len(chapter.steps)))
        self._line(f"  {line}  {mark} {row.says}  {self._paint(GREY, f'{row.seconds:.1f} s')}")
        self._line(self._paint(GREY, f"      {_('expected')}: {row.expected}"))
        self._line(f"      {self._paint(GREY, _('seen') + ':')} {row.seen}")
        for hint in row.hint.splitlines():
            self._line(self._paint(RED, f"      │ {hint}"))

    def close(
        self, report: Report, *, full: bool, chapters: Sequence[Chapter] | None = None
    ) -> None:
        """Print the whole way, the verdict, and the summary as the last line."""
        self._rest()
        self._line("")
        for chapter in chapters or ():
            self._line(self._way(chapter, report))
        counted = sum(row.verdict is Verdict.PASS for row in report.found)
        words = _("%(passed)d of %(steps)d steps passed in %(seconds).0f s") % {
            "passed": counted,
            "steps": len(report.found),
            "seconds": report.seconds,
        }
        self._line(self._paint(GREEN if report.passed else RED, words))
        self.out.write(report.summary(full=full) + "\n")
        self.out.flush()

    def _way(self, chapter: Chapter, report: Report) -> str:
        """A chapter on one line: its route, its seconds, its title."""
        rows = [row for row in report.found if row.chapter == chapter.key]
        has_failed = any(row.verdict is Verdict.FAIL for row in rows)
        line = self._paint(RED if has_failed else GREEN, route_line(rows, len(chapter.steps)))
        blank = " " * max(0, 2 * (LONGEST_WAY - len(chapter.steps)))
        seconds = sum(row.seconds for row in rows)
        return f"  {line}{blank}  {self._paint(GREY, f'{seconds:6.1f} s')}  {chapter.title}"

    def _move(self, line: str, words: str) -> None:
        if self.colours and not self.silent:
            self._moving = _Moving(self.out, self._lock, line, words)
            self._moving.start()

    def _rest(self) -> None:
        if self._moving is not None:
            self._moving.stop()
            self._moving = None

    def _line(self, text: str) -> None:
        if not self.silent:
            with self._lock:
                self.out.write(text + "\n")
                self.out.flush()

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self.colours else text


class _Moving(threading.Thread):
    """The line of the step being played, drawn over itself until it is stopped."""

    def __init__(self, out: TextIO, lock: threading.Lock, line: str, words: str) -> None:
        super().__init__(daemon=True)
        self.out, self.lock, self.line, self.words = out, lock, line, words
        self.began, self.done = time.monotonic(), threading.Event()

    def run(self) -> None:
        """Draw a frame four times a second."""
        frame = 0
        while not self.done.is_set():
            self._draw(frame)
            frame += 1
            self.done.wait(FRAME_SECONDS)

    def stop(self) -> None:
        """End the movement and leave an empty line."""
        self.done.set()
        self.join()
        with self.lock:
            self.out.write(CLEAR)

    def _draw(self, frame: int) -> None:
        sign = MOVING[frame % len(MOVING)]
        line = self.line.replace(MOVING[0], sign) or sign
        seconds = f"{time.monotonic() - self.began:.0f} s"
        room = max(shutil.get_terminal_size().columns, NARROWEST) - width_of(line + seconds) - 9
        with self.lock:
            words = f"{fit(self.words, room)}  {GREY}{seconds}{PLAIN}"
            self.out.write(f"{CLEAR}  {GREEN}{line}{PLAIN}    {words}")
            self.out.flush()


LONGEST_WAY = 10
"""Stops a route may have beside its chapter's title."""


def route_line(found: Sequence[Found], steps: int, *, moving: bool = False) -> str:
    """The chapter as a route: what is behind us, what failed, where we are, what lies ahead."""
    signs = [STOPS[row.verdict] for row in found]
    signs += [MOVING[0]] if moving and len(found) < steps else []
    signs += [AHEAD] * (steps - len(signs))
    links = ["━" if index < len(found) else "─" for index in range(1, steps)]
    return "".join(sign + link for sign, link in zip(signs, [*links, ""], strict=True))


def width_of(text: str) -> int:
    """Columns a text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def fit(text: str, columns: int) -> str:
    """A text cut to so many columns, with an ellipsis where something is missing."""
    if width_of(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width_of(kept + char) >= columns:
            break
        kept += char
    return kept + "…"
