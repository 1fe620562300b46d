"""Reading an address out of free text (contract §5.7), in China and abroad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import Signer, kept, need_object, order_form, require
from apps.baidiyun.reading import member, members, text

MOST_BYTES = 4_000_000
LEVELS = frozenset({3, 4})
MOST_PHONES = 20
COUNTRY_LENGTH = 2


@dataclass(frozen=True, slots=True)
class ResolvedAddress:
    """One address found in the text; ``division_code`` as given, ``level`` how deep it is known."""

    content: str
    name: str
    phones: tuple[str, ...]
    address: str
    full_name: str
    province: str
    city: str
    district: str
    street: str
    division_code: str
    level: str
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class ResolvedAddresses:
    """Every address the platform found, in its order."""

    task_id: str
    found: tuple[ResolvedAddress, ...]
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class ForeignAddress:
    """An address abroad in its parts."""

    country: str
    province: str
    city: str
    district: str
    street: str
    house_number: str
    postcode: str
    originals: Originals = ()


def build_resolution(*, signer: Signer, content: str, level: int = 4) -> dict[str, str]:
    """Return the form that reads an address out of text. Raises InvalidRequest."""
    require(content=content)
    if level not in LEVELS:
        raise InvalidRequest("addresses have 3 or 4 levels", field="level")
    if len(content.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise InvalidRequest("the text has over 4 MB", field="content")
    return order_form({"content": content, "addressLevel": level}, signer=signer)


def build_foreign_resolution(
    *, signer: Signer, country: str, address: str, language: str = ""
) -> dict[str, str]:
    """Return the form for an address abroad; ``country`` is ISO-2. Raises InvalidRequest."""
    require(country=country, address=address)
    if len(country) != COUNTRY_LENGTH:
        raise InvalidRequest("a country has two letters", field="country")
    param = {"code": country.upper(), "address": address, "language": language}
    return order_form(kept(param), signer=signer)


def parse_resolution(data: Any) -> ResolvedAddresses:
    """Return the addresses in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "a resolution")
    found = tuple(_read(item) for item in members(data, "result"))
    originals = tuple(pair for address in found for pair in address.originals)
    return ResolvedAddresses(text(data, "taskId"), found, originals)


def parse_foreign_resolution(data: Any) -> ForeignAddress:
    """Return the address in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "a resolution")
    given = data.get("result")
    parts = given[0] if isinstance(given, list) and given else member(data, "result")
    if not isinstance(parts, dict) or not parts:
        raise MalformedPayload("a resolution has a result")
    tidy = Tidy()
    return ForeignAddress(
        country=tidy.line(parts, "country"),
        province=tidy.line(parts, "province"),
        city=tidy.line(parts, "city"),
        district=tidy.line(parts, "district"),
        street=tidy.address(parts, "route"),
        house_number=tidy.line(parts, "streetNum"),
        postcode=tidy.line(parts, "postcode"),
        originals=tidy.originals(),
    )


def _read(item: Mapping[str, Any]) -> ResolvedAddress:
    tidy = Tidy()
    division = member(item, "xzq")
    return ResolvedAddress(
        content=tidy.note(item, "content"),
        name=tidy.name(item, "name"),
        phones=_read_phones(item),
        address=tidy.address(item, "address"),
        full_name=tidy.line(division, "fullName"),
        province=tidy.line(division, "province"),
        city=tidy.line(division, "city"),
        district=tidy.line(division, "district"),
        street=tidy.line(division, "subArea"),
        division_code=text(division, "code"),
        level=text(division, "level"),
        originals=tidy.originals(),
    )


def _read_phones(item: Mapping[str, Any]) -> tuple[str, ...]:
    given = item.get("mobile")
    phones = given if isinstance(given, list) else [given]
    read = (text({"mobile": phone}, "mobile").strip() for phone in phones[:MOST_PHONES])
    return tuple(phone for phone in read if phone)
