"""What a check is made by, read once: rules, lists, figures, sources and the day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from apps.core import clock
from apps.customs.checks.vague import vagueness
from apps.customs.compliance.binding import day_at
from apps.customs.compliance.facts import Facts, facts_of
from apps.customs.compliance_live import Live, live_rules
from apps.customs.compliance_sources import stamps_of_sources
from apps.customs.record import Line, Record
from apps.shipments.zones import CHINA


@dataclass(frozen=True, slots=True)
class Basis:
    """What binds at a moment. ``key`` is another one as soon as anything of it changes, and every
    day; it is "" while nothing binds at all."""

    at: dt.datetime
    live: Live
    sources: Mapping[str, str]
    key: str


def read_basis(at: dt.datetime | None = None) -> Basis:
    """Return what binds at a moment, now by default; one query, and those of the sources.

    Within a transaction nothing can be published until that ends. Raises as `live_rules` does.
    """
    moment = at or clock.now()
    live = live_rules(moment)
    sources = stamps_of_sources(moment)
    key = ""
    if live.versions or sources:
        parts = (live.stamp, live.span.since, day_at(CHINA, moment), sorted(sources.items()))
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
    return Basis(moment, live, sources, key)


def compliance_facts(record: Record, basis: Basis) -> Facts:
    """Return what rules can ask about a record; the day is that of the warehouse."""
    return facts_of(
        record,
        on=day_at(CHINA, basis.at),
        figures=basis.live.figures,
        is_vague=is_vague,
    )


def is_vague(line: Line) -> bool:
    """Whether a line's description says nothing, by its whole text (customs.md §5)."""
    return bool(vagueness(line.description_en or line.title, line.brand))
