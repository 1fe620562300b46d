"""Filling a canned reply: placeholders in braces, one pass, nothing in a value is read again.

Pure. What comes out is plain text: a page escapes it as it does all text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = ("number", "carrier", "place", "days", "shop", "recipient", "phone")
"""Carrier number and name, where it was last seen, days since the last sign of life, the shop's
name; the recipient's name and phone, masked unless revealed."""
UNKNOWN = "—"
LONGEST_VALUE = 80
_PLACEHOLDER = re.compile(r"\{\s*([a-z_]{1,20})\s*\}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_BRACKETS = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled; what is not known becomes a dash.

    A value stays one line without markup, without marks that turn the direction of writing, and
    without braces, so that a shop's name can never pose as something else.
    """
    return _PLACEHOLDER.sub(lambda match: _plain(values.get(match[1], "")), text)


def unknown_in(text: str) -> list[str]:
    """Return the placeholders of a text that nobody fills, in order."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def _plain(value: str) -> str:
    line = _UNFIT.sub(" ", value).translate(_BRACKETS)
    return " ".join(line.split())[:LONGEST_VALUE] or UNKNOWN
