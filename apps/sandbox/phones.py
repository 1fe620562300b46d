"""The platform's reading of phone numbers (contract §1.1)."""

from __future__ import annotations

import re

MAINLAND_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}\d{7,8}(?:\d{1,6})?|400\d{7}")
VIRTUAL = re.compile(r"-(\d{4})$")
FEWEST_FOREIGN_DIGITS = 5


def tail_of(phone: str) -> str:
    """Last four digits; of a virtual number the four after the hyphen; "" when too short."""
    virtual = VIRTUAL.search(phone.strip())
    if virtual is not None:
        return virtual.group(1)
    digits = re.sub(r"\D", "", phone)
    return digits[-4:] if len(digits) >= 4 else ""


def is_domestic_phone(phone: str) -> bool:
    """A mainland mobile (a virtual extension allowed) or a landline."""
    return _is_mainland(phone) or _is_mainland(VIRTUAL.sub("", phone.strip()))


def _is_mainland(phone: str) -> bool:
    digits = re.sub(r"[\s\-()（）]", "", phone)
    return bool(MAINLAND_MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits))


def is_foreign_phone(phone: str) -> bool:
    """Anything with at least five digits."""
    return sum(character.isdigit() for character in phone) >= FEWEST_FOREIGN_DIGITS
