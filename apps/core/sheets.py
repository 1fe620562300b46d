"""Cells that leave the portal in a table: no program that opens it may take one for a formula.

A text that begins as a formula gets an apostrophe in front (OWASP, "CSV injection"), which sheet
programs read as "this is text"; so does one that has that apostrophe already, so that whoever
reads our own tables back takes exactly one off and has what was written.
"""

from __future__ import annotations

import re

_BEGINS = re.compile(r"'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20|]|[\t\r\n])")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_GUARDED = re.compile(r"'(?='*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20|]|[\t\r\n]))")


def neutral(value: object) -> str:
    """Return a value as the text of a cell that no sheet program computes."""
    text = "" if value is None else str(value)
    if not _BEGINS.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def without_guard(text: str) -> str:
    """Return what :func:`neutral` was given."""
    return text[1:] if _GUARDED.match(text) else text
