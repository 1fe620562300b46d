"""One thing that is wrong with a draft, in both languages. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Where and what: ``rule_key`` empty for the set itself, ``path`` as in the content's JSON.

    ``stops`` says whether it keeps the draft from being published, or is only worth a look.
    """

    code: str
    message_zh: str
    message_en: str
    rule_key: str = ""
    path: str = ""
    stops: bool = True
