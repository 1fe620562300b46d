"""A parcel as somebody pastes it: JSON, or a line for each kind of goods. Pure; nothing is kept.

Plain lines read "title, price, weight, HS code, destination"; what comes after the title may be
missing from the end. Weight is that of the whole line: "120", "120 g" or "0.5 kg".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.customs.record import Address, Line, Party, Record, from_json

LONGEST = 100_000
MOST_LINES = 200
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(kg|g|千克|公斤|克)?", re.IGNORECASE)
_CURRENCY = re.compile(r"^[A-Za-z€$£¥￥\s]+|[A-Za-z€$£¥￥\s]+$")
_COMMA = re.compile(r"\t|[,，;；|]")
_MOST = Decimal(10) ** 12


class UnreadablePaste(ValueError):
    """``code`` says what is wrong, ``line`` in which line (from 1), ``what`` quotes it."""

    def __init__(self, code: str, *, line: int = 0, what: str = "") -> None:
        super().__init__(f"{code} {line} {what}")
        self.code, self.line, self.what = code, line, what[:80]


def read_paste(text: str, *, destination: str, currency: str) -> Record:
    """Return the record of pasted text; what the text says of both counts before the arguments.

    Raises UnreadablePaste for what is empty, too long, no JSON, or a line nobody can read.
    """
    if not text.strip():
        raise UnreadablePaste("empty")
    if len(text) > LONGEST:
        raise UnreadablePaste("too_long")
    if text.lstrip().startswith(("{", "[")):
        return _from_json(text, destination, currency)
    rows = [(n, row) for n, row in enumerate(text.splitlines(), 1) if row.strip()]
    return _record([_plain(n, row) for n, row in rows], destination, currency)


def _from_json(text: str, destination: str, currency: str) -> Record:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadablePaste("no_json", what=str(error)) from error
    if isinstance(data, Mapping) and "subject" in data and "recipient" in data:
        try:
            return from_json(dict(data))
        except (TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
            raise UnreadablePaste("no_record", what=str(error)) from error
    given = data if isinstance(data, Mapping) else {"lines": data}
    lines = given.get("lines") or given.get("items") or []
    if not isinstance(lines, list) or not all(isinstance(one, Mapping) for one in lines):
        raise UnreadablePaste("no_lines")
    place = _text(given.get("destination") or given.get("country") or destination)
    return _record([dict(one) for one in lines], place, _text(given.get("currency") or currency))


def _plain(number: int, row: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in _COMMA.split(row)]
    if len(cells) > 5:
        raise UnreadablePaste("too_many_cells", line=number, what=row)
    names = ("title", "price", "weight", "hs", "destination")
    return {"row": number, **dict(zip(names, cells, strict=False))}


def _record(rows: list[dict[str, Any]], destination: str, currency: str) -> Record:
    if not rows:
        raise UnreadablePaste("no_lines")
    if len(rows) > MOST_LINES:
        raise UnreadablePaste("too_many_lines")
    lines = tuple(_line(number, row) for number, row in enumerate(rows, 1))
    place = next((_text(row["destination"]) for row in rows if row.get("destination")), destination)
    place = place.strip().upper()
    if not re.fullmatch("[A-Z]{2}", place):
        raise UnreadablePaste("no_destination", what=place)
    grams = [one.net_grams for one in lines]
    known = [one for one in grams if one is not None]
    return Record(
        subject="", reference="", currency=currency.strip().upper(), lines=lines,
        seller=Party(kind="company", address=Address(country="CN")),
        recipient=Party(address=Address(country=place)),
        total=sum((one.total for one in lines), Decimal(0)),
        gross_grams=sum(known) if len(known) == len(grams) else None,
    )  # fmt: skip


def _line(position: int, row: Mapping[str, Any]) -> Line:
    more: dict[str, Any] = {name: _text(row[name]) for name in _PLAIN if row.get(name)}
    at = row.get("row", position)
    title = _text(row.get("title") or row.get("description"))
    if not title:
        raise UnreadablePaste("no_title", line=at)
    price = _number(row.get("price") or row.get("unit_price") or "0", "price", at)
    pieces = int(_number(row.get("quantity") or "1", "quantity", at))
    return Line(
        position=position, title=title[:300], quantity=pieces, unit_price=price,
        total=price * pieces, net_grams=_grams(row.get("weight"), at),
        hs_code=re.sub(r"[.\s]", "", _text(row.get("hs") or row.get("hs_code"))),
        **more,
    )  # fmt: skip


_PLAIN = ("description_en", "description_cn", "material", "use", "brand", "origin", "goods_class")


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _number(value: Any, what: str, line: int) -> Decimal:
    try:
        number = Decimal(_CURRENCY.sub("", _text(value)))
    except InvalidOperation:
        raise UnreadablePaste(f"bad_{what}", line=line, what=_text(value)) from None
    if not number.is_finite() or not 0 <= number < _MOST:
        raise UnreadablePaste(f"bad_{what}", line=line, what=_text(value))
    return number


def _grams(value: Any, line: int) -> int | None:
    said = _text(value)
    if not said:
        return None
    match = _WEIGHT.fullmatch(said)
    if match is None or len(match[1]) > 12:
        raise UnreadablePaste("bad_weight", line=line, what=said)
    times = 1000 if (match[2] or "").lower() in {"kg", "千克", "公斤"} else 1
    return int(Decimal(match[1]) * times)
