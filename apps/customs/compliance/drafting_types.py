"""Whether every value of a content has the type its dataclass says. Pure.

JSON knows no dataclass: a number where a text belongs would be met only when a parcel is judged.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.drafting_words import problem

_KINDS = {str: "文本/text", int: "整数/number", bool: "是否/yes or no", dt.date: "日期/day"}


def type_problems(content: Any, path: str = "") -> Iterator[Problem]:
    """Yield every value that is of another type than its field."""
    for name, kind in _hints(content.__class__).items():
        yield from _value(getattr(content, name), kind, f"{path}{name}")


def _value(value: Any, kind: Any, path: str) -> Iterator[Problem]:
    origin = typing.get_origin(kind)
    if origin is types.UnionType:
        if value is None:
            return
        kind = next(arm for arm in typing.get_args(kind) if arm is not type(None))
    if origin is tuple:
        if not isinstance(value, tuple):
            yield problem("wrong_type", path=path, kind="列表/list")
            return
        for number, item in enumerate(value):
            yield from _value(item, typing.get_args(kind)[0], f"{path}.{number}")
    elif dataclasses.is_dataclass(kind):
        if isinstance(value, typing.cast("type", kind)):
            yield from type_problems(value, f"{path}.")
        else:
            yield problem("wrong_type", path=path, kind="对象/object")
    elif type(value) is not kind or (kind is str and not _is_writable(value)):
        yield problem("wrong_type", path=path, kind=_KINDS.get(kind, str(kind)))


def _is_writable(text: str) -> bool:
    """Whether the database can keep a text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
