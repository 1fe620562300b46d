"""How values look: badges coloured by their enumeration, personal data masked.

Columns made here show personal data masked, always: a list never reveals. A page that shows
one record asks :func:`apps.accounts.reveal.is_revealed` and passes the answer to :func:`shown`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.core.choices import LabelledEnum
from apps.core.masking import mask_address, mask_name, mask_payload, mask_phone, mask_text

Column = Callable[..., Any]
EMPTY = "—"
MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "address": mask_address,
    "text": mask_text,
    "payload": mask_payload,
    "email": lambda value: f"{value[:1]}***" if value else "",
}
COLOURS = ("default", "info", "success", "warning", "danger")


def shown(value: Any, kind: str, *, revealed: bool = False) -> str:
    """Return personal data as somebody may see it; ``kind`` is a key of :data:`MASKS`."""
    text = "" if value is None else str(value)
    return text if revealed else MASKS[kind](text)


def badge(text: Any, colour: str = "default", *, hint: str = "") -> SafeString:
    """Return a small coloured label; ``colour`` is one of :data:`COLOURS`."""
    known = colour if colour in COLOURS else "default"
    return format_html(
        '<span class="lm-badge lm-{}" title="{}">{}</span>', known, hint, text or EMPTY
    )


def enum_badge(value: str, words: type[LabelledEnum]) -> SafeString:
    """Return the badge of a value; one that nobody knows is shown as it is."""
    member = words.parse(value)
    if member is None:
        return badge(value)
    return badge(member.label, member.colour)


def badge_column(
    field: str, words: type[LabelledEnum], description: Any, *, ordering: str | None = None
) -> Column:
    """Make a list column that shows a field of an enumeration as a badge.

    Serves as an attribute of the admin and as an entry of ``list_display`` alike.
    """

    def column(*args: Any) -> SafeString:
        return enum_badge(str(read(args[-1], field) or ""), words)

    return _named(column, f"{field}_badge", description, ordering)


def masked_column(field: str, kind: str, description: Any) -> Column:
    """Make a list column that shows personal data masked; ``field`` may cross relations."""

    def column(*args: Any) -> str:
        return shown(read(args[-1], field), kind) or EMPTY

    return _named(column, f"{field}_masked", description, None)


def read(row: Any, path: str) -> Any:
    """Return the value at ``a__b`` of a row, None where the way ends."""
    for step in path.split("__"):
        row = getattr(row, step, None)
    return row


def _named(column: Column, name: str, description: Any, ordering: str | None) -> Column:
    column.__name__ = name
    made: Column = display(column, description=description, ordering=ordering)
    return made
