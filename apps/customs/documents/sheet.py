"""A sheet of paper measured in millimetres from its upper left corner. Pure.

The same calls give the same bytes: nothing of the clock, the process or chance is written.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from apps.customs.documents.typeface import clean, cut, load_faces, runs, width_of, wrap

MM = 72 / 25.4
LEADING = 1.22
SMALLEST = 4.6
INK = Color(0.08, 0.08, 0.1)
SOFT = Color(0.34, 0.35, 0.38)
TINT = Color(0.93, 0.94, 0.95)
PALE = Color(0.75, 0.1, 0.1, alpha=0.18)


class Sheet:
    """Draws on one or more pages of one size; ``width`` and ``height`` in mm.

    ``foot`` draws what every page ends with, called when a page is finished.
    """

    def __init__(
        self,
        *,
        width: float,
        height: float,
        title: str,
        mark: str = "",
        foot: Callable[[Sheet], None] | None = None,
    ) -> None:
        load_faces()
        self.width, self.height, self.mark, self._foot = width, height, mark, foot
        self.pages = 1
        self._bytes = io.BytesIO()
        size = (width * MM, height * MM)
        self._canvas = Canvas(self._bytes, pagesize=size, invariant=1, pageCompression=1)
        self._canvas.setTitle(clean(title))
        self._canvas.setAuthor("")
        self._canvas.setCreator("")

    def _y(self, y: float) -> float:
        return float((self.height - y) * MM)

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        weight: float = 0.5,
        tinted: bool = False,
    ) -> None:
        """Draw a frame, filled lightly where ``tinted``."""
        self._canvas.setStrokeColor(INK)
        self._canvas.setLineWidth(weight)
        self._canvas.setFillColor(TINT)
        at = (x * MM, self._y(y + h), w * MM, h * MM)
        self._canvas.rect(*at, stroke=int(weight > 0), fill=int(tinted))

    def line(self, x1: float, y1: float, x2: float, y2: float, *, weight: float = 0.5) -> None:
        """Draw a straight line."""
        self._canvas.setStrokeColor(INK)
        self._canvas.setLineWidth(weight)
        self._canvas.line(x1 * MM, self._y(y1), x2 * MM, self._y(y2))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8,
        bold: bool = False,
        width: float | None = None,
        align: str = "left",
        soft: bool = False,
    ) -> None:
        """Write one line with its baseline at ``y``; with a ``width`` it is cut to fit."""
        shown = clean(text) if width is None else cut(text, width * MM, size, bold=bold)
        wide = width_of(shown, size, bold=bold)
        room = (width or 0) * MM
        shift = {"left": 0.0, "right": room - wide, "center": (room - wide) / 2}[align]
        pen = self._canvas.beginText(x * MM + shift, self._y(y))
        pen.setFillColor(SOFT if soft else INK)
        for face, piece in runs(shown, bold=bold):
            pen.setFont(face, size)
            pen.textOut(piece)
        self._canvas.drawText(pen)

    def block(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        parts: Iterable[str],
        *,
        size: float = 8,
        bold: bool = False,
        soft: bool = False,
    ) -> None:
        """Write paragraphs into a rectangle: smaller when they are many, cut with … at last."""
        kept = [part for part in parts if clean(part)]
        fitted, lines = _fit(kept, w, h, size, bold)
        step = fitted * LEADING / MM
        for number, line in enumerate(lines):
            baseline = y + fitted * 0.95 / MM + number * step
            self.text(x, baseline, line, size=fitted, bold=bold, soft=soft, width=w)

    def caption(self, x: float, y: float, w: float, text: str, *, size: float = 4.8) -> float:
        """Write the printed words of a field, wrapped; returns the y below them."""
        step = size * 1.16 / MM
        lines = wrap(text, w * MM, size)
        for number, line in enumerate(lines):
            self.text(x, y + size * 0.95 / MM + number * step, line, size=size, soft=True)
        return y + len(lines) * step

    def tick(self, x: float, y: float, *, on: bool, side: float = 2.8) -> None:
        """Draw a box to tick, crossed where ``on``."""
        self.box(x, y, side, side, weight=0.5)
        if on:
            self.line(x + 0.4, y + 0.4, x + side - 0.4, y + side - 0.4, weight=1.1)
            self.line(x + 0.4, y + side - 0.4, x + side - 0.4, y + 0.4, weight=1.1)

    def barcode(self, x: float, y: float, w: float, h: float, value: str) -> None:
        """Draw a Code 128 with its value below it; only what the code can hold is drawn."""
        if value and value.isascii() and value.isprintable():
            bare = Code128(value, barWidth=1, barHeight=(h - 3) * MM, quiet=0)
            code = Code128(value, barWidth=w * MM / bare.width, barHeight=(h - 3) * MM, quiet=0)
            self._canvas.setFillColor(INK)
            code.drawOn(self._canvas, x * MM, self._y(y + h - 3))
        self.text(x, y + h - 0.4, value, size=6.5, bold=True, width=w, align="center")

    def new_page(self) -> None:
        """Finish the page and go on on a new one."""
        self._finish_page()
        self.pages += 1

    def finish(self) -> bytes:
        """Return the document."""
        self._finish_page()
        self._canvas.save()
        return self._bytes.getvalue()

    def _finish_page(self) -> None:
        if self._foot:
            self._foot(self)
        if self.mark:
            self._draw_mark()
        self._canvas.showPage()

    def _draw_mark(self) -> None:
        size = min(self.width / 4.2, 46.0)
        while width_of(self.mark, size, bold=True) > self.width * MM * 0.9:
            size -= 1
        self._canvas.saveState()
        self._canvas.translate(self.width * MM / 2, self.height * MM / 2)
        self._canvas.rotate(28)
        pen = self._canvas.beginText(-width_of(self.mark, size, bold=True) / 2, -size / 3)
        pen.setFillColor(PALE)
        for face, piece in runs(self.mark, bold=True):
            pen.setFont(face, size)
            pen.textOut(piece)
        self._canvas.drawText(pen)
        self._canvas.restoreState()


def _fit(parts: list[str], w: float, h: float, size: float, bold: bool) -> tuple[float, list[str]]:
    fitted = size
    while True:
        lines = [line for part in parts for line in wrap(part, w * MM, fitted, bold=bold)]
        room = max(int(h * MM / (fitted * LEADING) + 0.05), 1)
        if len(lines) <= room:
            return fitted, lines
        if fitted <= SMALLEST:
            return fitted, [*lines[: room - 1], f"{lines[room - 1]} …"]
        fitted = max(fitted - 0.4, SMALLEST)
