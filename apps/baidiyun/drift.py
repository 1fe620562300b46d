"""The drift watch: what in a payload is not as the contract says.

``observe`` compares a decoded payload with its table in :mod:`apps.baidiyun.contract`. The shape
of an object (its field names and their types) is studied once and remembered, so that a payload
as usual costs one look-up an object. Samples are masked: a digit becomes 9, a letter a or A, a
Chinese character 字, which shows a changed format and no customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.baidiyun.choices import FindingKind
from apps.baidiyun.contract import MESSAGES, Direction, Field, Message
from apps.baidiyun.contract.codes import TABLES

MOST_FINDINGS = 20
MOST_SHAPES = 512
MOST_FIELDS = 200
SAMPLE_LENGTH = 80
NAME_SHAPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
CODE_SHAPE = re.compile(r"[0-9A-Za-z_.-]{1,12}")
MASKS = ((re.compile("[0-9]"), "9"), (re.compile("[A-Z]"), "A"), (re.compile("[a-z]"), "a"))
NOTHING = frozenset({type(None)})
EMPTY = frozenset({"", "None"})


class Finding(NamedTuple):
    """One deviation: ``product`` is the message, ``path`` the field (or ``field=code``)."""

    product: str
    kind: FindingKind
    path: str
    sample: str


_Coded = tuple[str, frozenset[str], FindingKind]


class _Plan(NamedTuple):
    """What is to do for every object of one shape."""

    faults: tuple[tuple[FindingKind, str, str], ...]
    coded: tuple[_Coded, ...]
    inside: tuple[tuple[str, _Spec, bool], ...]


class _Spec:
    """The fields one object may have, and the plans of the shapes it was seen in."""

    def __init__(self, message: str, prefix: str) -> None:
        self.message = message
        self.prefix = prefix
        self.fields: dict[str, Field] = {}
        self.inside: dict[str, tuple[_Spec, bool]] = {}
        self.plans: dict[tuple[Any, ...], _Plan] = {}

    def plan_for(self, value: dict[str, Any]) -> _Plan:
        """Return the plan of the object's shape, studied once."""
        shape = (*value, *map(type, value.values()))
        plan = self.plans.get(shape)
        if plan is None:
            plan = self._study({name: type(item) for name, item in value.items()})
            if len(self.plans) < MOST_SHAPES and len(value) <= MOST_FIELDS:
                self.plans[shape] = plan
        return plan

    def _study(self, types: Mapping[str, type]) -> _Plan:
        faults: list[tuple[FindingKind, str, str]] = []
        coded = []
        inside = []
        for name, kind in types.items():
            field = self.fields.get(name)
            if field is None:
                faults.append((FindingKind.UNKNOWN_FIELD, self._path(name), name))
            elif kind in field.classes:
                if field.values_table:
                    coded.append((name, TABLES[field.values_table], _kind_of(field)))
                if name in self.inside and (kind is list) == self.inside[name][1]:
                    inside.append((name, *self.inside[name]))
            elif kind not in NOTHING:
                faults.append((FindingKind.CHANGED_TYPE, self._path(name), name))
        missing = [
            (FindingKind.MISSING_FIELD, self._path(name), name)
            for name, field in self.fields.items()
            if field.required and types.get(name, type(None)) in NOTHING
        ]
        return _Plan((*faults[:MOST_FINDINGS], *missing), tuple(coded), tuple(inside))

    def _path(self, name: str) -> str:
        return self.prefix + (name if NAME_SHAPE.fullmatch(name) else "?")


def observe(product: str, payload: Any) -> list[Finding]:
    """Return what deviates in a decoded payload, at most 20 findings.

    ``product`` is a message of the contract such as ``tracking.push``; raises KeyError for
    another. Unknown fields are not looked into, so depth costs nothing.
    """
    found: list[Finding] = []
    root, is_list = _SPECS[product]
    if is_list:
        _look_at_list(root, payload, found, "[]")
    elif payload.__class__ is dict:
        _look(root, payload, found)
    else:
        found.append(Finding(product, FindingKind.CHANGED_TYPE, ".", mask(payload)))
    return found


def mask(value: Any) -> str:
    """Return the shape of a value: what it looks like, not what it says."""
    if isinstance(value, dict):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and abs(value) > 10**SAMPLE_LENGTH:
        return "9" * SAMPLE_LENGTH
    text = str(value)[:SAMPLE_LENGTH]
    for pattern, sign in MASKS:
        text = pattern.sub(sign, text)
    return "".join(_mask_other(char) for char in text)


def _mask_other(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else "?"
    return "字" if char.isalnum() else (char if char.isprintable() else "?")


def _look(spec: _Spec, value: dict[str, Any], found: list[Finding]) -> None:
    plan = spec.plan_for(value)
    if plan.faults:
        for kind, path, name in plan.faults:
            sample = "" if kind == FindingKind.MISSING_FIELD else mask(value.get(name))
            _add(found, Finding(spec.message, kind, path, sample))
    for coded in plan.coded:
        if value[coded[0]] not in coded[1]:
            _note_code(spec, value, coded, found)
    for name, inner, is_list in plan.inside:
        if is_list:
            _look_at_list(inner, value[name], found, spec.prefix + name + "[]")
        else:
            _look(inner, value[name], found)


def _look_at_list(spec: _Spec, values: Any, found: list[Finding], path: str) -> None:
    if values.__class__ is not list:
        _add(found, Finding(spec.message, FindingKind.CHANGED_TYPE, path, mask(values)))
        return
    plans = spec.plans
    for item in values:
        if item.__class__ is dict:
            plan = plans.get((*item, *map(type, item.values())))
            if plan is None or plan.faults or plan.inside:
                _look(spec, item, found)
                continue
            for name, known, kind in plan.coded:
                if item[name] not in known:
                    _note_code(spec, item, (name, known, kind), found)
        else:
            _add(found, Finding(spec.message, FindingKind.CHANGED_TYPE, path, mask(item)))
        if len(found) >= MOST_FINDINGS:
            return


def _note_code(spec: _Spec, value: dict[str, Any], coded: _Coded, found: list[Finding]) -> None:
    """Compare loosely: 301 and "301" are the same code, "" is none."""
    name, known, kind = coded
    code = value[name]
    spelled = str(code)[:40] if not isinstance(code, int) or abs(code) < 10**12 else "?"
    if spelled not in known and spelled not in EMPTY:
        shown = spelled if CODE_SHAPE.fullmatch(spelled) else "?"
        _add(found, Finding(spec.message, kind, f"{spec.prefix}{name}={shown}", mask(code)))


def _add(found: list[Finding], finding: Finding) -> None:
    if len(found) < MOST_FINDINGS:
        found.append(finding)


def _kind_of(field: Field) -> FindingKind:
    return FindingKind.UNKNOWN_STATE if field.values_kind == "state" else FindingKind.UNKNOWN_CODE


def _compile(message: Message) -> tuple[_Spec, bool]:
    """Return the tree of specs of a message, and whether it is a bare list."""
    is_list = all(field.path.startswith("[].") for field in message.fields)
    specs: dict[str, _Spec] = {}

    def spec_of(prefix: str) -> _Spec:
        if prefix not in specs:
            specs[prefix] = _Spec(message.name, prefix)
            outer, _, name = prefix.removesuffix(".").rpartition(".")
            if name.removesuffix("[]"):
                holder = spec_of(f"{outer}." if outer else "")
                holder.inside[name.removesuffix("[]")] = (specs[prefix], name.endswith("[]"))
        return specs[prefix]

    root = spec_of("[]." if is_list else "")
    for field in message.fields:
        prefix, _, name = field.path.rpartition(".")
        spec_of(f"{prefix}." if prefix else "").fields[name] = field
    return root, is_list


_SPECS: dict[str, tuple[_Spec, bool]] = {
    message.name: _compile(message)
    for message in MESSAGES.values()
    if message.direction != Direction.SENT
}
