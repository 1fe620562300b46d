"""Enumerations that carry a label for people and a colour for badges."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class LabelledEnum(StrEnum):
    """A string enumeration whose members are ``VALUE = "value", _("Label"), "colour"``.

    Colours are the names unfold's label styles know: ``default``, ``info``, ``success``,
    ``warning``, ``danger``.
    """

    label: _StrPromise
    colour: str

    def __new__(cls, value: str, label: _StrPromise | str = "", colour: str = "default") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label  # type: ignore[assignment]
        member.colour = colour
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, _StrPromise]]:
        """Return (value, label) pairs for a model field."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def values(cls) -> list[str]:
        """Return the plain values in order of definition."""
        return [member.value for member in cls]

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the member of that value, or None for a value nobody knows."""
        try:
            return cls(value)
        except ValueError:
            return None
