"""Which face draws which character, and how wide text is. Pure.

Text is cleaned, never interpreted: nothing here reads markup. A character no face has becomes 〓.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
REGULAR = "NotoSans-Regular"
BOLD = "NotoSans-Bold"
HAN = "NotoSansSC-Regular"
HEBREW = "NotoSansHebrew-Regular"
FALLBACKS = (HAN, "NotoSansKR-Regular", HEBREW)
MISSING = "〓"
DOTS = "…"
_LOADING = threading.Lock()
_WIDE = ("W", "F")

Run = tuple[str, str]


def load_faces() -> None:
    """Register every face, once a process (about 50 ms)."""
    with _LOADING:
        for name in (REGULAR, BOLD, *FALLBACKS):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))


def clean(text: str) -> str:
    """Return text on one line, composed, without what cannot be printed."""
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(" " if _is_space(char) else char for char in composed if _is_shown(char))
    return " ".join(shown.split())


def runs(text: str, *, bold: bool = False) -> list[Run]:
    """Return text as pieces of one face each, Hebrew in the order it is drawn."""
    faces = [_face_of(char, bold) for char in text]
    pieces: list[Run] = []
    for at, char in enumerate(text):
        face = faces[at] or HAN
        if char == " " and at and HEBREW == faces[at - 1] == faces[min(at + 1, len(faces) - 1)]:
            face = HEBREW
        shown = char if faces[at] else MISSING
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + shown)
        else:
            pieces.append((face, shown))
    return [(face, piece[::-1] if face == HEBREW else piece) for face, piece in pieces]


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of text in points."""
    return sum(_advance(char, bold) for char in text) * size


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return text as lines no wider than ``width`` points; a word too long is broken."""
    lines: list[str] = []
    line = ""
    for word in _words(clean(text)):
        if not line or width_of(line + word.rstrip(), size, bold=bold) <= width:
            line += word
        else:
            lines.append(line.rstrip())
            line = word
        while width_of(line.rstrip(), size, bold=bold) > width and len(line) > 1:
            head = _fitting(line, width, size, bold)
            lines.append(line[:head])
            line = line[head:]
    return [*lines, line.rstrip()] if line.strip() else lines


def cut(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return text as it fits one line, ending in … where something is left out."""
    plain = clean(text)
    if width_of(plain, size, bold=bold) <= width:
        return plain
    room = width - width_of(DOTS, size, bold=bold)
    return plain[: _fitting(plain, room, size, bold)].rstrip() + DOTS


def _fitting(text: str, width: float, size: float, bold: bool) -> int:
    used = 0.0
    for index, char in enumerate(text):
        used += _advance(char, bold) * size
        if used > width:
            return max(index, 1)
    return len(text)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for char in text:
        joins = words and not words[-1].endswith(" ") and not _is_wide(words[-1][-1])
        if words and (char == " " or (joins and not _is_wide(char))):
            words[-1] += char
        else:
            words.append(char)
    return words


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in _WIDE


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) == "Cc"


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}


@cache
def _face_of(char: str, bold: bool) -> str:
    load_faces()
    for name in (BOLD if bold else REGULAR, *FALLBACKS):
        if ord(char) in pdfmetrics.getFont(name).face.charToGlyph:
            return name
    return ""


@cache
def _advance(char: str, bold: bool) -> float:
    face = _face_of(char, bold)
    return float(pdfmetrics.stringWidth(char if face else MISSING, face or HAN, 1000)) / 1000
