"""What a customer's word may look like before it is kept. Pure."""

from __future__ import annotations

import datetime as dt

from apps.core.text import clean_line, clean_note

MOST_WORDS = 2_000
MOST_REFERENCE = 64
MOST_AT_ONCE = 100
AHEAD = dt.timedelta(minutes=5)
"""How far a storefront's clock may be ahead of ours."""
OLDEST = dt.timedelta(days=730)
FUTURE, TOO_OLD = "in_the_future", "too_old"


def moment_problem(at: dt.datetime, *, now: dt.datetime) -> str:
    """Return what is wrong with when a customer wrote: a code, or "" for nothing.

    Nobody can have written later than now (five minutes are a clock's error); what is older than
    two years is a mistake too.
    """
    if at > now + AHEAD:
        return FUTURE
    return TOO_OLD if at < now - OLDEST else ""


def clean_words(words: str) -> str:
    """Return the words as they are kept: cleaned, at most 2,000 characters."""
    return clean_note(words).value[:MOST_WORDS]


def clean_reference(text: str) -> str:
    """Return the number or order a customer named as it is kept and looked for."""
    return clean_line(text).value[:MOST_REFERENCE]
