"""Carrier detection (contract §4): which carrier a number looks like, best guess first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import clean_place
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import whole
from apps.baidiyun.reading import text
from apps.baidiyun.signing import form_keyonly


@dataclass(frozen=True, slots=True)
class Guess:
    """One carrier the number may belong to; ``length`` is the number's usual length or 0."""

    carrier: str
    name: str
    length: int


def build_detect(*, key: str, number: str) -> dict[str, str]:
    """Return the form of a detection. Raises InvalidRequest."""
    if not number.strip():
        raise InvalidRequest("there is no number to look at", field="number")
    return form_keyonly(key=key, num=number)


def parse_detection(data: Any) -> tuple[Guess, ...]:
    """Return the guesses of a successful answer, none if nothing was recognised.

    Raises MalformedPayload.
    """
    if not isinstance(data, list):
        raise MalformedPayload("guesses come as a list")
    return tuple(_read_guess(item) for item in data if isinstance(item, Mapping))


def _read_guess(item: Mapping[str, Any]) -> Guess:
    carrier = text(item, "comCode")
    if not carrier:
        raise MalformedPayload("a guess has a comCode")
    length = text(item, "lengthPre")
    usable = (whole(length) or 0) if len(length) < 4 else 0
    return Guess(carrier=carrier, name=clean_place(text(item, "name")), length=usable)
