"""A label or an invoice as a small PDF of one page, written by hand."""

from __future__ import annotations

import base64
from collections.abc import Sequence

MOST_LINES, LEADING = 40, 20


def pdf_base64(lines: Sequence[str]) -> str:
    """A PDF in base64; what is not ASCII is written as "?"."""
    return base64.b64encode(pdf(lines)).decode("ascii")


def pdf(lines: Sequence[str]) -> bytes:
    """One page of text, 4 × 6 inches."""
    words = "".join(f"({_escape(line)}) Tj 0 -{LEADING} Td " for line in lines[:MOST_LINES])
    stream = f"BT /F1 14 Tf 20 400 Td {words}ET".encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)
    return bytes(out)


def _escape(line: str) -> str:
    ascii_line = line.encode("ascii", "replace").decode()
    return "".join(f"\\{c}" if c in "()\\" else c for c in ascii_line if c.isprintable())
