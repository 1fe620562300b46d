"""What a rule set says, as data: rules, conditions, the sets and lists they name. Pure, immutable.

A value of a condition is a literal or a name: ``@EU`` a named set of countries, ``#EU.h7_limit`` a
dated threshold (`figures.py`), ``$eu_stop_words`` a keyword list. Dates are local
to the rule's zone: a rule binds from midnight of ``effective_from`` there until the end of
``effective_to``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.customs.record import read_json
from apps.customs.record import to_json as plain_json


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. Conditions of one ``group`` must all hold, one group is enough.

    ``currency`` is that of an amount given as a literal; weights are grams.
    """

    field: str
    op: str
    values: tuple[str, ...] = ()
    group: int = 1
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RuleContent:
    """One rule. ``stage`` is a `Stage`, ``action`` an `Action`; ``need`` names what it asks for.

    ``key`` is stable over versions: overrides and histories hang on it.
    """

    key: str
    stage: str
    action: str
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    conditions: tuple[Condition, ...]
    fix_zh: str = ""
    fix_en: str = ""
    need: str = ""
    legal_basis: str = ""
    source_url: str = ""
    source_checked_on: dt.date | None = None
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    zone: str = ""
    priority: int = 100
    enabled: bool = True
    owner: str = ""
    review_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NamedSet:
    """Countries under one name; a member may be another set (``@EU``)."""

    code: str
    members: tuple[str, ...]
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class RequirementContent:
    """What a country wants to know of the recipient or the exporter; ``kinds``: one is enough."""

    country: str
    field: str
    kinds: tuple[str, ...]
    mandatory: bool
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTypeContent:
    """A kind of paper rules may ask for (``need``), and which certificates serve as it."""

    code: str
    title_zh: str
    title_en: str
    certificates: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ListRef:
    """The version of a keyword list that counted when a rule set was published."""

    key: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class SetContent:
    """Everything one version of a rule set consists of."""

    code: str
    rules: tuple[RuleContent, ...]
    named_sets: tuple[NamedSet, ...] = ()
    lists: tuple[ListRef, ...] = ()
    requirements: tuple[RequirementContent, ...] = ()
    document_types: tuple[DocumentTypeContent, ...] = ()


def to_json(content: Any) -> Any:
    """Return a content (or a part of one) as JSON types; what is at its default is left out."""
    return plain_json(content)


def set_from_json(data: Mapping[str, Any]) -> SetContent:
    """Return the content of :func:`to_json`. Raises UnknownField, TypeError, ValueError."""
    return read_json(SetContent, dict(data))


def rule_from_json(data: Mapping[str, Any]) -> RuleContent:
    """Return one rule of :func:`to_json`. Raises UnknownField, TypeError, ValueError."""
    return read_json(RuleContent, dict(data))


def digest_of(content: SetContent) -> str:
    """Return SHA-256 of the canonical JSON: the same content has the same digest for ever."""
    text = json.dumps(to_json(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
