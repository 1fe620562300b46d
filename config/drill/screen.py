"""The drill on a terminal: a route line that fills, colours only where there are any."""

from __future__ import annotations

from typing import TextIO

from django.utils.translation import gettext as _

from config.drill.report import Chapter, Found, Report, Step, Verdict

GREEN, RED, GREY, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[90m", "\033[1m", "\033[0m"
MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.REFUSED: "–"}
COLOURS = {Verdict.PASS: GREEN, Verdict.FAIL: RED, Verdict.REFUSED: GREY}


class Screen:
    """Prints a drill as it goes; silent where only the summary is wanted."""

    def __init__(self, out: TextIO, *, silent: bool = False, colours: bool | None = None) -> None:
        self.out, self.silent = out, silent
        self.colours = bool(getattr(out, "isatty", bool)()) if colours is None else colours

    def tell(self, text: str) -> None:
        """Print one plain line."""
        self._line(self._paint(GREY, text))

    def open_chapter(self, chapter: Chapter) -> None:
        """Print a chapter's title."""
        self._line("")
        self._line(self._paint(BOLD, str(chapter.title)))

    def begin(self, chapter: Chapter, found: list[Found], step: Step) -> None:
        """Show on a terminal where the parcel is before a step; nothing elsewhere."""
        if self.colours and not self.silent:
            line = route_line(found, len(chapter.steps))
            self.out.write(f"\r\033[2K  {line}  {step.says}")
            self.out.flush()

    def end(self, chapter: Chapter, found: list[Found]) -> None:
        """Print the step that ended last, with the route line as far as it is filled."""
        row = found[-1]
        if self.colours and not self.silent:
            self.out.write("\r\033[2K")
        mark = self._paint(COLOURS[row.verdict], MARKS[row.verdict])
        line = self._paint(COLOURS[row.verdict], route_line(found, len(chapter.steps)))
        self._line(f"  {line}  {mark} {row.says}  {row.seconds:.1f} s")
        self._line(self._paint(GREY, f"      {_('expected')}: {row.expected}"))
        self._line(self._paint(GREY, f"      {_('seen')}: {row.seen}"))
        for hint in row.hint.splitlines():
            self._line(self._paint(RED, f"      │ {hint}"))

    def close(self, report: Report, *, full: bool) -> None:
        """Print the verdict, and the summary as the last line."""
        counted = sum(row.verdict is Verdict.PASS for row in report.found)
        words = _("%(passed)d of %(steps)d steps passed in %(seconds).0f s") % {
            "passed": counted,
            "steps": len(report.found),
            "seconds": report.seconds,
        }
        self._line("")
        self._line(self._paint(GREEN if report.passed else RED, words))
        self.out.write(report.summary(full=full) + "\n")
        self.out.flush()

    def _line(self, text: str) -> None:
        if not self.silent:
            self.out.write(text + "\n")
            self.out.flush()

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self.colours else text


def route_line(found: list[Found], steps: int) -> str:
    """The chapter as a route: what is behind us, what failed, what lies ahead."""
    signs = {Verdict.PASS: "●", Verdict.FAIL: "✗", Verdict.REFUSED: "◌"}
    stops = [signs[row.verdict] for row in found] + ["○"] * (steps - len(found))
    links = ["━" if index < len(found) else "─" for index in range(1, steps)]
    return "".join(stop + link for stop, link in zip(stops, [*links, ""], strict=True))
