"""Reading the sheets of an international e-waybill. Pure.

The platform says what kind of file a sheet is; its first bytes decide. What is neither a PDF nor
a PNG, or is too large, is no sheet: nothing of it reaches a browser.
"""

from __future__ import annotations

import base64
import binascii

from apps.baidiyun.products.international import Sheet

MOST_BYTES = 4_000_000
BEGINNINGS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"))
ENDINGS = {"application/pdf": "pdf", "image/png": "png"}
WEB = ("https://", "http://")


def read_sheet(sheet: Sheet) -> tuple[bytes, str] | None:
    """Return content and kind of a sheet, None where it holds no file a browser may open."""
    if len(sheet.content) > MOST_BYTES * 4 // 3 + 4:
        return None
    try:
        content = base64.b64decode("".join(sheet.content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    for beginning, kind in BEGINNINGS:
        if content.startswith(beginning):
            return content, kind
    return None


def address_of(sheet: Sheet) -> str:
    """Return where the platform keeps a sheet, "" where it says nowhere of the web."""
    return sheet.url if sheet.url.startswith(WEB) and len(sheet.url) <= 500 else ""
