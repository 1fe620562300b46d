"""What a log line may say: secrets and telephone numbers are gone before it is written (pure).

Three nets: values under a name that means a secret, values that look like one (keys, signatures,
tokens in addresses), and the very secrets this deployment has set.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

HIDDEN = "***"
SHORTEST_SECRET = 8
"""Shorter ones cannot be told from words."""
DEEPEST = 6
SECRET_NAMES = re.compile(
    r".*(?:password|passwd|secret|authorization|cookie|signature|sealed|webhook_key|api_?key|dsn)"
    r"|.*(?:secret|private|access|signing)_?key"
    r"|(?:.*_)?(?:token|salt|sign|pickup_code)|key|param|body",
    re.IGNORECASE,
)
IDS = frozenset({"request_id", "requests", "timestamp", "level", "logger"})
"""Made by us: nothing to hide, and digits in them are no telephone number."""
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/callbacks/baidiyun/\w+/[\w-]+/)[\w-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/n/)[\w:.=-]{20,}"), rf"\1{HIDDEN}"),
    (re.compile(r"([?&\"' ](?:key|token|sign|salt|secret|password|access_token)=)[^&\s\"']+", re.I),
     rf"\1{HIDDEN}"),
    (re.compile(r"(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}", re.I), rf"\1{HIDDEN}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]{1,15}://[^\s:/@]*:)[^\s@/]+(?=@)", re.I), rf"\1{HIDDEN}"),
    (re.compile(r"\b(whsec_|lm_[a-z0-9]{8}_)[\w+/=-]{10,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(?<!\d)((?:\+?86[- ]?)?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"), r"\1****\2"),
)  # fmt: skip


class Scrubber:
    """Hides secrets in values of any shape; never raises, never changes what it is given."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len)
        longest_first = "|".join(re.escape(one) for one in reversed(known))
        self._known = re.compile(longest_first) if known else None

    def scrub(self, value: Any, *, name: str = "", depth: int = 0) -> Any:
        """Return the value without what must not be seen; ``name`` is the key it stands under."""
        is_plain = value is None or isinstance(value, bool | int | float)
        if is_plain or (name in IDS and isinstance(value, str | list)):
            return value
        if name and SECRET_NAMES.fullmatch(name):
            return HIDDEN if value else value
        if isinstance(value, str):
            return self.text(value)
        return self._inside(value, depth + 1) if depth < DEEPEST else HIDDEN

    def _inside(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return {
                key: self.scrub(item, name=str(key), depth=depth) for key, item in value.items()
            }
        if isinstance(value, Collection) and not isinstance(value, bytes | bytearray):
            return [self.scrub(item, depth=depth) for item in value]
        return self.text(str(value))

    def text(self, text: str) -> str:
        """Return a text without secrets and telephone numbers."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text
