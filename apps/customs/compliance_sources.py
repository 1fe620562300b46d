"""Further sources of findings beside the rules: they join the same check.

A source is asked for every check, with the consignment locked, within its transaction and without
a remote call. What it found holds the parcel by its action, as a rule's finding does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from apps.customs.compliance.outcome import Found
from apps.customs.models import Consignment
from apps.customs.record import Record


@dataclass(frozen=True, slots=True)
class Sourced:
    """What a source found: a `RuleAction`, words in both languages, the record's field.

    ``words`` are the only thing of a list that a shop gets to see. ``about`` names what a decision
    would be about: an override ends when it changes. ``is_final``: no override lets it go, it is
    decided where it comes from.
    """

    key: str
    action: str
    title: tuple[str, str]
    message: tuple[str, str]
    fix: tuple[str, str]
    field: str = ""
    line: int | None = None
    words: tuple[str, ...] = ()
    about: str = ""
    version: int = 0
    is_unjudged: bool = False
    is_final: bool = True


class Source(Protocol):
    """Somebody who finds things that no rule can ask for."""

    code: str

    def stamp(self, at: dt.datetime) -> str:
        """Return what its answers depend on beside the record, "" while it has nothing to say."""

    def look(
        self, *, consignment: Consignment, record: Record, at: dt.datetime
    ) -> Sequence[Sourced]:
        """Return what it finds about one consignment."""


_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Have a source asked with every check; the same code replaces the one before."""
    _sources[:] = [one for one in _sources if one.code != source.code] + [source]


def forget_source(code: str) -> None:
    """Have a source asked no more."""
    _sources[:] = [one for one in _sources if one.code != code]


def stamps_of_sources(at: dt.datetime) -> dict[str, str]:
    """Return the stamps of the sources that have something to say, by code."""
    stamps = {source.code: source.stamp(at) for source in _sources}
    return {code: stamp for code, stamp in stamps.items() if stamp}


def look_at_sources(consignment: Consignment, record: Record, at: dt.datetime) -> list[Found]:
    """Return what every source finds about a consignment."""
    return [
        _found(source.code, one)
        for source in _sources
        for one in source.look(consignment=consignment, record=record, at=at)
    ]


def _found(code: str, one: Sourced) -> Found:
    both = {"title": one.title, "message": one.message, "fix": one.fix}
    said: dict[str, Any] = {name: {"zh": zh, "en": en} for name, (zh, en) in both.items()}
    return Found(
        set_code=code,
        set_version=one.version,
        rule_key=one.key,
        action=one.action,
        said={**said, "action": one.action},
        about=one.about or one.key,
        line=one.line,
        field=one.field,
        why=({"field": one.field, "words": list(one.words)},) if one.words else (),
        is_unjudged=one.is_unjudged,
        is_final=one.is_final,
    )
