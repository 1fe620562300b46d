"""Which files may be attached: told by their content first, by their name second. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

MOST_ENTRIES = 2_000
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class FileKind:
    """A listed type: the endings its name may have, the first is given at download."""

    content_type: str
    endings: tuple[str, ...]


JPEG = FileKind("image/jpeg", ("jpg", "jpeg"))
PNG = FileKind("image/png", ("png",))
WEBP = FileKind("image/webp", ("webp",))
PDF = FileKind("application/pdf", ("pdf",))
TEXT = FileKind("text/plain", ("txt",))
CSV = FileKind("text/csv", ("csv",))
SHEET = FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
WORDS = FileKind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)
)
KINDS = (JPEG, PNG, WEBP, PDF, TEXT, CSV, SHEET, WORDS)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
_STARTS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF))
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|\?xml|iframe|img|a\s)", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def kind_of(content: bytes, name: str) -> FileKind | None:
    """Return the listed kind of a file, None where its content is of no listed kind or its name
    says another."""
    ending = name.rpartition(".")[2].lower()
    found = _by_content(content, ending)
    return found if found is not None and ending in found.endings else None


def tidy_name(name: str) -> str:
    """Return a file's name as it may be shown: its last part, without unseen characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem, dot, ending = " ".join(seen.split()).rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 8 else "file"


def _by_content(content: bytes, ending: str) -> FileKind | None:
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return (CSV if ending == "csv" else TEXT) if _is_text(content) else None


def _office(content: bytes) -> FileKind | None:
    """Return what an archive is as an office file; None for one with macros or anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith((".bin", ".exe", ".js", ".html")) for name in names):
        return None
    if "xl/workbook.xml" in names:
        return SHEET
    return WORDS if "word/document.xml" in names else None


def _is_text(content: bytes) -> bool:
    if _MARKUP.search(content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            return _CONTROL.search(content.decode(encoding)) is None
        except UnicodeDecodeError:
            continue
    return False
