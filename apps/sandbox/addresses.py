"""Reading people and addresses out of free text (``address/resolution``), the sandbox's way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.sandbox.places import Place, read_address

PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9}(?:-\d{4})?|0\d{2,3}-?\d{7,8})(?!\d)")
SEPARATORS = re.compile(r"[\s,，;；:：、|]+")
LABELS = re.compile(
    r"(收货人|收件人|寄件人|姓名|联系人|手机号码?|电话|收货地址|详细地址|地址)[:：]?"
)
NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[A-Za-z]{2,20}")
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One address in a text: who, which phones, the division, and what stands below it."""

    content: str
    name: str
    phones: tuple[str, ...]
    place: Place
    street: str


def resolve(content: str) -> tuple[Found, ...]:
    """Return the addresses of a text, one a line; a line without a division is left out."""
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    found = (_resolve_line(line) for line in lines[:MOST_LINES])
    return tuple(item for item in found if item is not None)


def _resolve_line(line: str) -> Found | None:
    phones = tuple(PHONE.findall(line))
    bare = LABELS.sub(" ", PHONE.sub(" ", line))
    parts = [part for part in SEPARATORS.split(bare) if part]
    placed = [part for part in parts if read_address(part) is not None]
    if not placed:
        return None
    first = parts.index(placed[0])
    names = [part for part in parts if part not in placed and NAME.fullmatch(part)]
    name = names[0] if names else ""
    address = "".join(part for part in parts[first:] if part != name)
    place = read_address(address)
    if place is None:
        return None
    return Found(line, name, phones, place, _below(address, place))


def _below(address: str, place: Place) -> str:
    """Return what follows the names of the division."""
    for name in (place.province, place.city, place.name):
        at = address.find(name) if name else -1
        if 0 <= at <= 2:
            address = address[at + len(name) :]
    return address
