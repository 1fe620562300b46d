"""What people may write into a record, and what follows from it. Pure.

Values come as JSON has them: text, whole numbers, money as text, days and moments as ISO text,
lists of identifiers and certificates as lists of objects, null to take something out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS
from apps.core.text import clean_line
from apps.customs.choices import (
    BatteryKind,
    CertificateKind,
    ChangeProblemCode,
    ExportMode,
    GoodsClass,
    HsSource,
    IdentifierKind,
    IncotermCode,
    PartyKind,
    SendReason,
    ServiceKind,
    StepSource,
)
from apps.customs.record import Line, Record
from apps.customs.record_paths import LINES, NoSuchPath, kind_of, with_values

MOST_CHANGES = 400
LONGEST, LONGEST_LIST = 200, 20
LARGEST = 10**9
MOST_MONEY = Decimal(10) ** 12
_HS = re.compile(r"\d{4,13}", re.ASCII)
_FIXED = frozenset(
    {"subject", "reference", "number", "carrier", "hs_source", "hs_confirmed_by"}
    | {"hs_confirmed_at", "position", "handed_over_by"}
)
_OF_THE_ORDER = frozenset(
    {"currency", "total", "discount", "freight", "insurance", "quantity", "unit_price", "sku"}
)
PAYMENT = "payment"
"""The receipt has a number and a currency of its own, which whoever took the money knows."""
_WORDS: dict[str, Callable[[], list[str]]] = {
    "incoterm": IncotermCode.values,
    "reason": SendReason.values,
    "export_mode": ExportMode.values,
    "service": ServiceKind.values,
    "goods_class": GoodsClass.values,
    "battery.kind": BatteryKind.values,
    "identifiers.kind": IdentifierKind.values,
    "certificates.kind": CertificateKind.values,
    "kind": PartyKind.values,
}


@dataclass(frozen=True, slots=True)
class ChangeProblem:
    """Why one value cannot be written; ``code`` is a `ChangeProblemCode`."""

    path: str
    code: str

    @property
    def message(self) -> str:
        """The sentence for a person, in the language that is active."""
        known = ChangeProblemCode.parse(self.code)
        return str(known.label) if known else self.code


class InvalidChange(ValueError):
    """Some values cannot be written; nothing was."""

    def __init__(self, problems: list[ChangeProblem]) -> None:
        super().__init__(", ".join(f"{found.path}: {found.code}" for found in problems))
        self.problems = tuple(problems)


class _Wrong(ValueError):
    """Internal: the code of what is wrong with one value."""


def amend(
    record: Record, changes: Mapping[str, Any], *, source: StepSource, who: str, at: dt.datetime
) -> Record:
    """Return the record with checked changes and their sums.

    Who writes an HS code answers for it: a person of ours has chosen it, a shop has stated it.
    A shop may not change what was paid, except a price that is zero. Totals that nobody writes
    follow from what they are the sum of. Raises InvalidChange with every problem.
    """
    values = checked(record, changes, source=source)
    for path in list(values):
        names = path.split(".")
        if names[0] == LINES and names[-1] == "hs_code":
            values |= _hs_marks(".".join(names[:2]), source=source, who=who, at=at)
    try:
        amended = with_values(record, values)
    except (TypeError, ValueError) as error:
        raise InvalidChange([ChangeProblem(next(iter(values), ""), "incomplete")]) from error
    return _summed(record, amended, values)


def checked(record: Record, changes: Mapping[str, Any], *, source: StepSource) -> dict[str, Any]:
    """Return the values as a record writes them. Raises InvalidChange with every problem."""
    if not changes or len(changes) > MOST_CHANGES:
        code = "too_many" if changes else "nothing"
        raise InvalidChange([ChangeProblem("", code)])
    values: dict[str, Any] = {}
    problems = []
    for path, value in changes.items():
        try:
            _check_may(record, path, source)
            values[path] = _value(path, value)
        except NoSuchPath:
            problems.append(ChangeProblem(path[:80], "no_such_field"))
        except _Wrong as error:
            problems.append(ChangeProblem(path[:80], str(error)))
    if problems:
        raise InvalidChange(problems)
    return values


def _check_may(record: Record, path: str, source: StepSource) -> None:
    names = path.split(".")
    if names[0] == PAYMENT:
        return
    if names[-1] in _FIXED:
        raise _Wrong("fixed")
    if source is not StepSource.STOREFRONT or names[-1] not in _OF_THE_ORDER:
        return
    if names[0] == LINES and len(names) == 3:
        line = line_at(record, names[1])
        if line is None or (names[-1] == "unit_price" and not line.unit_price):
            return
    raise _Wrong("of_the_order")


def line_at(record: Record, position: str | int) -> Line | None:
    """Return the line of a position, None without one."""
    return next((line for line in record.lines if str(line.position) == str(position)), None)


def _value(path: str, value: Any) -> Any:
    names = path.split(".")
    if names[0] == LINES and len(names) == 2:
        kind_of(path)
        if value is not None:
            raise _Wrong("not_one_value")
        return None
    kind = kind_of(path)
    if value is None:
        return None
    if typing.get_origin(kind) is tuple:
        return _list(names[-1], typing.get_args(kind)[0], value)
    if dataclasses.is_dataclass(kind):
        raise _Wrong("not_one_value")
    return _plain(kind, path, value)


def _list(name: str, kind: Any, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        raise _Wrong("not_a_list")
    hints = typing.get_type_hints(kind)
    kept = []
    for item in value:
        if not isinstance(item, dict) or not set(item) <= set(hints):
            raise _Wrong("not_a_list")
        inner = {key: _plain(_arm(hints[key]), f"{name}.{key}", one) for key, one in item.items()
                 if one is not None}  # fmt: skip
        if not inner.get("kind"):
            raise _Wrong("incomplete")
        kept.append(inner)
    return kept


def _arm(hint: Any) -> Any:
    return next((arm for arm in typing.get_args(hint) if arm is not type(None)), hint)


def _plain(kind: Any, path: str, value: Any) -> Any:
    if kind is str:
        return _text(path, value)
    if kind is bool:
        return _of_type(value, bool, "not_yes_or_no")
    if kind is int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _Wrong("not_whole")
        if not 0 <= value <= LARGEST:
            raise _Wrong("out_of_range")
        return value
    if kind is Decimal:
        return _money(value)
    return _moment(kind, value)


def _text(path: str, value: Any) -> str:
    text = clean_line(_of_type(value, str, "not_text")).value
    if len(text) > LONGEST:
        raise _Wrong("too_long")
    name = path.rsplit(".", 1)[-1]
    if name in {"country", "origin"}:
        text = text.upper()
        if text and text not in COUNTRIES:
            raise _Wrong("no_such_country")
    if name == "currency":
        text = text.upper()
        if text not in CURRENCY_DIGITS:
            raise _Wrong("no_such_currency")
    if name in {"hs_code", "import_code", "export_code"}:
        text = text.replace(".", "").replace(" ", "")
        if text and not _HS.fullmatch(text):
            raise _Wrong("not_an_hs_code")
    words = _WORDS.get(".".join(path.split(".")[-2:])) or _WORDS.get(name)
    if words is not None and text and text not in words():
        raise _Wrong("no_such_word")
    return text


def _money(value: Any) -> str:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise _Wrong("not_money")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise _Wrong("not_money") from None
    if not amount.is_finite() or not 0 <= amount < MOST_MONEY:
        raise _Wrong("out_of_range")
    if -int(amount.as_tuple().exponent) > 6:
        raise _Wrong("not_money")
    return format(amount, "f")


def _moment(kind: Any, value: Any) -> str:
    text = _of_type(value, str, "not_a_date")
    try:
        found = kind.fromisoformat(text)
    except ValueError:
        raise _Wrong("not_a_date") from None
    if isinstance(found, dt.datetime) and found.tzinfo is None:
        raise _Wrong("not_a_date")
    return str(found.isoformat())


def _of_type(value: Any, kind: type, code: str) -> Any:
    if not isinstance(value, kind):
        raise _Wrong(code)
    return value


def _hs_marks(line: str, *, source: StepSource, who: str, at: dt.datetime) -> dict[str, Any]:
    if source is StepSource.STOREFRONT:
        return {
            f"{line}.hs_source": HsSource.STATED.value,
            f"{line}.hs_confirmed_by": None,
            f"{line}.hs_confirmed_at": None,
        }
    return {
        f"{line}.hs_source": HsSource.PERSON.value,
        f"{line}.hs_confirmed_by": who[:80],
        f"{line}.hs_confirmed_at": at.isoformat(),
    }


def _summed(before: Record, after: Record, values: Mapping[str, Any]) -> Record:
    """Let totals follow what was written, where they are not written themselves."""
    lines = []
    for line in after.lines:
        prefix = f"{LINES}.{line.position}"
        touched = {f"{prefix}.quantity", f"{prefix}.unit_price"} & set(values)
        follows = touched and f"{prefix}.total" not in values
        total = line.unit_price * line.quantity if follows else line.total
        lines.append(dataclasses.replace(line, total=total))
    summed = dataclasses.replace(after, lines=tuple(lines))
    money = [(line.position, line.total) for line in summed.lines]
    was = [(line.position, line.total) for line in before.lines]
    if "total" in values or (money == was and after.discount == before.discount):
        return summed
    goods = sum((line.total for line in summed.lines), Decimal(0))
    return dataclasses.replace(summed, total=max(goods - summed.discount, Decimal(0)))
