"""Whether a product can be: values as they came in, values as they are kept and problems out.

Pure. Texts are cleaned of what nobody sees; a formula or markup is a named problem and never
repaired in silence. A number may carry its unit (``0.25 kg``), a word of a list its label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS
from apps.core.text import clean_line
from apps.customs.choices import BatteryKind, GoodsClass, ProductProblem
from apps.customs.product_fields import BY_NAME, DEFAULTS, MOST_SKU, UNITS, Field, Kind

_FORMULA = re.compile(r"\s*(?:[=＝@＠]|[+\-＋－](?=.*(?:[!|]|[A-Za-z]\()))", re.DOTALL)
_MARKUP = re.compile(r"<\s*[A-Za-z!/?][^<>]*>|&(?:#\w+|[a-z]{2,8});|javascript:", re.IGNORECASE)
_SHEET_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_WEIGHT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(kg|g|千克|公斤|克)?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_THOUSAND = frozenset({"kg", "千克", "公斤"})
_YES = frozenset({"1", "true", "yes", "y", "是", "在售"})
_NO = frozenset({"0", "false", "no", "n", "否", "停售"})
LONGEST_SAID = 60


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is impossible in a field; ``detail`` is a bound or the beginning of what was given."""

    field: str
    code: str
    detail: str = ""

    @property
    def message(self) -> str:
        """The sentence for a person, in the language that is active."""
        known = ProductProblem.parse(self.code)
        label = str(known.label) if known else self.code
        return f"{label} ({self.detail})" if self.detail else label


@dataclass(frozen=True, slots=True)
class Checked:
    """The values as they are kept, and what is wrong; with problems they are not to be used."""

    values: dict[str, Any]
    problems: tuple[FieldProblem, ...]


class _Bad(ValueError):
    """A value that cannot be; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


Words = Mapping[str, Mapping[str, str]]
"""For ``goods_class``, ``battery`` and ``origin``: what people write → the value that is kept."""


def check_product(
    given: Mapping[str, Any], *, known: Mapping[str, Any] | None = None, words: Words | None = None
) -> Checked:
    """Check fields of a product; ``known`` are the values of the fields that are not given.

    Values may be text or of their own type. Without ``known`` every field that is missing stands
    at its default. Fields that no product has are ignored: who calls says so.
    """
    values = dict(DEFAULTS if known is None else known)
    problems: list[FieldProblem] = []
    for name, raw in given.items():
        if (field := BY_NAME.get(name)) is None:
            continue
        try:
            values[name] = _read(field, raw, (words or {}).get(name, {}))
        except _Bad as bad:
            problems.append(FieldProblem(name, bad.code, bad.detail))
    problems += _together(values, {problem.field for problem in problems})
    return Checked(values, tuple(problems))


def check_sku(raw: Any) -> tuple[str, FieldProblem | None]:
    """Return a SKU as it is kept, and what is wrong with it."""
    try:
        sku = _text(raw, MOST_SKU)
    except _Bad as bad:
        return "", FieldProblem("sku", bad.code, bad.detail)
    return sku, None if sku else FieldProblem("sku", ProductProblem.REQUIRED)


def check_text(name: str, raw: Any, most: int) -> tuple[str, FieldProblem | None]:
    """Return any short text as it is kept, and what is wrong with it."""
    try:
        return _text(raw, most), None
    except _Bad as bad:
        return "", FieldProblem(name, bad.code, bad.detail)


def _together(values: Mapping[str, Any], bad: set[str]) -> list[FieldProblem]:
    """What is wrong with fields that are right one by one; the bad ones are left out."""
    found = []
    net, gross = values["net_grams"], values["gross_grams"]
    if not bad & {"net_grams", "gross_grams"} and None not in (net, gross) and net > gross:
        found.append(FieldProblem("net_grams", ProductProblem.NET_ABOVE_GROSS, f"{net} > {gross}"))
    if not bad & {"value", "currency"}:
        found += _money(values["value"], values["currency"])
    has_battery = values["battery"] != BatteryKind.NONE.value
    if "battery" not in bad and not has_battery:
        named = ("watt_hours", "cells", "batteries")
        found += [
            FieldProblem(name, ProductProblem.WITHOUT_BATTERY)
            for name in named
            if name not in bad and values[name] is not None
        ]
    return found


def _money(value: Decimal | None, currency: str) -> list[FieldProblem]:
    if value is None:
        return []
    if not currency:
        return [FieldProblem("currency", ProductProblem.REQUIRED)]
    digits = CURRENCY_DIGITS[currency]
    if value != value.quantize(Decimal(1).scaleb(-digits)):
        return [FieldProblem("value", ProductProblem.TOO_FINE, f"{currency}: {digits}")]
    return []


def _read(field: Field, raw: Any, words: Mapping[str, str]) -> Any:
    return _READERS[field.kind](field, raw, words)


def _said(raw: Any) -> str:
    return str(raw)[:LONGEST_SAID]


def _text(raw: Any, most: int) -> str:
    text = "" if raw is None else str(raw)
    if len(text) > most * 8:
        raise _Bad(ProductProblem.TOO_LONG, f"≤ {most}")
    if _SHEET_ERROR.fullmatch(text.strip()):
        raise _Bad(ProductProblem.SHEET_ERROR, text.strip())
    if _FORMULA.match(text):
        raise _Bad(ProductProblem.FORMULA, _said(text))
    if _MARKUP.search(text):
        raise _Bad(ProductProblem.MARKUP, _said(text))
    kept = clean_line(text).value
    if len(kept) > most:
        raise _Bad(ProductProblem.TOO_LONG, f"≤ {most}")
    return kept


def _as_text(field: Field, raw: Any, _words: Mapping[str, str]) -> str:
    return _text(raw, field.most)


def _number(raw: Any) -> Decimal | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        raise _Bad(ProductProblem.NOT_A_NUMBER, _said(raw))
    text = format(raw, ".15g") if isinstance(raw, float) else _text(raw, 40)
    if not text:
        return None
    if not _NUMBER.fullmatch(text) and not isinstance(raw, int | float | Decimal):
        raise _Bad(ProductProblem.NOT_A_NUMBER, _said(raw))
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _Bad(ProductProblem.NOT_A_NUMBER, _said(raw)) from None
    if not found.is_finite():
        raise _Bad(ProductProblem.NOT_A_NUMBER, _said(raw))
    return found


def _as_decimal(field: Field, raw: Any, _words: Mapping[str, str]) -> Decimal | None:
    found = _number(raw)
    if found is None:
        return None
    if found < 0 or (field.name == "value" and found == 0):
        raise _Bad(ProductProblem.NOT_POSITIVE, _said(raw))
    if found > field.most:
        raise _Bad(ProductProblem.TOO_LARGE, f"≤ {field.most}")
    rounded = found.quantize(Decimal("0.01"))
    if rounded != found:
        raise _Bad(ProductProblem.TOO_FINE, "2")
    return rounded


def _whole(field: Field, found: Decimal | None, raw: Any) -> int | None:
    if found is None:
        return None
    if found <= 0:
        raise _Bad(ProductProblem.NOT_POSITIVE, _said(raw))
    if found != found.to_integral_value():
        raise _Bad(ProductProblem.NOT_WHOLE, _said(raw))
    if found > field.most:
        raise _Bad(ProductProblem.TOO_LARGE, f"≤ {field.most}")
    return int(found)


def _as_count(field: Field, raw: Any, _words: Mapping[str, str]) -> int | None:
    return _whole(field, _number(raw), raw)


def _as_grams(field: Field, raw: Any, _words: Mapping[str, str]) -> int | None:
    if isinstance(raw, str):
        text = _text(raw, 40)
        match = _WEIGHT.fullmatch(text)
        if text and match is None:
            raise _Bad(ProductProblem.NOT_A_NUMBER, _said(raw))
        if match is not None:
            grams = _number(match[1]) or Decimal(0)
            factor = 1000 if (match[2] or "").lower() in _THOUSAND else 1
            return _whole(field, grams * factor, raw)
        return None
    return _whole(field, _number(raw), raw)


def _as_country(_field: Field, raw: Any, words: Mapping[str, str]) -> str:
    said = _text(raw, 80)
    code = words.get(said.casefold(), said.upper())
    if code and code not in COUNTRIES:
        raise _Bad(ProductProblem.UNKNOWN_COUNTRY, _said(said))
    return code


def _as_currency(_field: Field, raw: Any, _words: Mapping[str, str]) -> str:
    code = _text(raw, 20).upper()
    code = "CNY" if code == "RMB" else code
    if code and code not in CURRENCY_DIGITS:
        raise _Bad(ProductProblem.UNKNOWN_CURRENCY, _said(code))
    return code


def _as_unit(_field: Field, raw: Any, _words: Mapping[str, str]) -> str:
    code = _text(raw, 20).upper() or "PCS"
    if code not in UNITS:
        raise _Bad(ProductProblem.UNKNOWN_UNIT, _said(code))
    return code


def _word_of(values: list[str], default: str) -> Callable[..., str]:
    def read(_field: Field, raw: Any, words: Mapping[str, str]) -> str:
        said = _text(raw, 80)
        code = words.get(said.casefold(), said.lower()) or default
        if code not in values:
            raise _Bad(ProductProblem.UNKNOWN_WORD, _said(said))
        return code

    return read


def _as_yes_no(_field: Field, raw: Any, _words: Mapping[str, str]) -> bool:
    if isinstance(raw, bool):
        return raw
    said = _text(raw, 20).casefold()
    if said in _NO:
        return False
    if said in _YES or not said:
        return True
    raise _Bad(ProductProblem.UNKNOWN_WORD, _said(said))


_READERS: dict[Kind, Callable[[Field, Any, Mapping[str, str]], Any]] = {
    Kind.TEXT: _as_text,
    Kind.GRAMS: _as_grams,
    Kind.COUNT: _as_count,
    Kind.DECIMAL: _as_decimal,
    Kind.COUNTRY: _as_country,
    Kind.CURRENCY: _as_currency,
    Kind.UNIT: _as_unit,
    Kind.GOODS: _word_of(GoodsClass.values(), GoodsClass.GENERAL.value),
    Kind.BATTERY: _word_of(BatteryKind.values(), BatteryKind.NONE.value),
    Kind.YES_NO: _as_yes_no,
}
