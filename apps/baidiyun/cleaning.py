"""Cleaning of the text that comes from the platform, by the rules of apps.core.text.

The original stays beside it: in the result's ``originals`` and in the stored payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from apps.baidiyun.reading import clean, text
from apps.core.text import Cleaned, clean_address, clean_line, clean_name, clean_note

Originals = tuple[tuple[str, str], ...]
"""(field, text as it came) for every field that cleaning changed."""

LONGEST_CLEANED = 4_000
REMEMBERED = 200
_SETTLED = "0-9A-Za-z\u4e00-\u9fff!#-%'-;=?-~，。！？；：（）、【】《》“”‘’「」—·"
is_settled = re.compile(f"(?:[{_SETTLED}]+(?: [{_SETTLED}]+)*)?").fullmatch


def clean_words(value: str) -> str:
    """Return the words of a track's node as one clean line that can be stored.

    They are prose: Chinese punctuation stays. What is plain already costs one look.
    """
    return value if is_settled(value) else " ".join(_note(value).split())


def clean_place(value: str) -> str:
    """Return a short text cleaned (a place, a state); these repeat, so they are remembered."""
    return _remembered(value) if len(value) <= REMEMBERED else _within(clean_line, value)


@lru_cache(maxsize=8_192)
def _remembered(value: str) -> str:
    return _within(clean_line, value)


def _note(value: str) -> str:
    return _within(clean_note, value)


def _within(rule: Callable[[str], Cleaned], value: str) -> str:
    """Clean at most 4000 characters: the rest of such a text is not for reading."""
    return rule(clean(value)[:LONGEST_CLEANED]).value


class Tidy:
    """Reads fields of one payload as clean text and remembers what cleaning changed."""

    def __init__(self) -> None:
        self._originals: dict[str, str] = {}

    def line(self, source: Mapping[str, object], *names: str) -> str:
        """Return one line of text."""
        return self._clean(clean_line, source, names)

    def name(self, source: Mapping[str, object], *names: str) -> str:
        """Return the name of a person or firm."""
        return self._clean(clean_name, source, names)

    def address(self, source: Mapping[str, object], *names: str) -> str:
        """Return one line of an address."""
        return self._clean(clean_address, source, names)

    def note(self, source: Mapping[str, object], *names: str) -> str:
        """Return prose; line ends are kept."""
        return self._clean(clean_note, source, names)

    def remember(self, field: str, original: str) -> None:
        """Note that a field was changed; the first original of a name stays."""
        self._originals.setdefault(field, original)

    def originals(self) -> Originals:
        """Return what was changed, in the order it was read."""
        return tuple(self._originals.items())

    def _clean(
        self, rule: Callable[[str], Cleaned], source: Mapping[str, object], names: tuple[str, ...]
    ) -> str:
        given = text(source, *names)
        value = clean_place(given) if rule is clean_line else _within(rule, given)
        if value != given:
            self.remember(names[0], given)
        return value
