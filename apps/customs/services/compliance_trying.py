"""Trying rules on one parcel before they bind: asked and told, nothing is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from apps.customs.compliance.binding import day_at
from apps.customs.compliance.content import SetContent
from apps.customs.compliance.facts import facts_of
from apps.customs.compliance.judging import Fired, judge
from apps.customs.compliance.trying import Near, near_misses, not_yet_binding
from apps.customs.compliance_basis import is_vague
from apps.customs.compliance_live import binding_versions, compile_contents, content_of
from apps.customs.record import Record
from apps.customs.selectors import load_figures
from apps.customs.services.compliance_storing import STAGES
from apps.shipments.zones import CHINA


@dataclass(frozen=True, slots=True)
class Tried:
    """What rules say of a parcel: those that fire, those that only their dates keep, the near."""

    fired: tuple[Fired, ...]
    on_other_days: tuple[Fired, ...]
    near: tuple[Near, ...]


def try_rules(
    *, record: Record, contents: Sequence[SetContent] | None = None, at: dt.datetime
) -> Tried:
    """Return what rules would say of a record at a moment, of all stages; stores nothing.

    ``contents`` are any sets, drafts too; those that bind at the moment by default. Raises
    UnreadableCondition, CircularSet, UnknownSet for a draft nobody can evaluate.
    """
    sets = tuple(contents) if contents is not None else contents_at(at)
    facts = facts_of(record, on=day_at(CHINA, at), figures=load_figures(), is_vague=is_vague)
    compiled = compile_contents(sets, at=at)
    fired = judge(compiled, facts, stages=STAGES)
    others = compile_contents([not_yet_binding(one, at) for one in sets], at=at)
    return Tried(fired, judge(others, facts, stages=STAGES), near_misses(compiled, facts, fired))


def contents_at(at: dt.datetime) -> tuple[SetContent, ...]:
    """Return what every rule set says at a moment."""
    return tuple(content_of(one) for one in binding_versions(at))
