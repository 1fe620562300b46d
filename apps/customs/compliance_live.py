"""The rules that bind at a moment, ready to be asked; kept in the process while nothing changes.

One row, the stamp, changes with everything rules are judged by (triggers of the database). Who
judges within a transaction holds the stamp: a publication waits for that transaction's end, so
that it sees one set of versions from its first question to its commit.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from apps.core import clock
from apps.customs.choices import VersionState
from apps.customs.compliance.changing import Span, moments_of, span_at
from apps.customs.compliance.content import SetContent, digest_of, set_from_json
from apps.customs.compliance.judging import Compiled, compile_sets
from apps.customs.compliance.words import Terms
from apps.customs.compliance_terms import ListState, list_states, terms_of
from apps.customs.figures import Figures
from apps.customs.models import RuleSetVersion
from apps.customs.selectors import load_figures

LOCK = 7_110_010
"""The advisory lock judging transactions share and publications take alone (migration 0012)."""
MOST_KEPT = 8
"""Moments kept ready per process: today's, and the few a trial over past days asks for."""
MOST_CONTENTS = 64


class CorruptVersion(RuntimeError):
    """A published version does not have the digest it was published with: nothing is judged."""


@dataclass(frozen=True, slots=True)
class Live:
    """What binds at a moment and until ``span.until``.

    ``versions`` maps a rule set's code, ``lists`` a list's key to {number, digest}, as a check
    records them. ``contents`` are the sets ``compiled`` was made of.
    """

    compiled: Compiled
    versions: Mapping[str, dict[str, Any]]
    lists: Mapping[str, dict[str, Any]]
    stamp: str
    figures: Figures
    contents: tuple[SetContent, ...]
    span: Span


_kept: list[Live] = []
_contents: dict[int, SetContent] = {}
_lock = threading.Lock()


def live_rules(at: dt.datetime | None = None, *, hold: bool = True) -> Live:
    """Return what binds at a moment (aware; now by default).

    Within a transaction nothing can be published until it ends; ``hold=False`` for a long reader
    that only looks. Raises CorruptVersion, and UnreadableCondition where code forgot a field: an
    order nobody can judge is not taken.
    """
    moment = at or clock.now()
    stamp = read_stamp(hold=hold)
    with _lock:
        known = next((one for one in _kept if one.stamp == stamp and moment in one.span), None)
    if known is not None:
        return known
    with transaction.atomic():
        stamp = read_stamp(hold=True)
        made = _load(stamp, moment)
    with _lock:
        _kept[:] = [made, *(one for one in _kept if one.stamp == stamp)][:MOST_KEPT]
    return made


def read_stamp(*, hold: bool = True) -> str:
    """Return the stamp as it is now; within a transaction it cannot change until that ends."""
    with connection.cursor() as cursor:
        if hold and connection.in_atomic_block:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
        cursor.execute("SELECT stamp::text FROM customs_compliancestamp")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def compile_contents(contents: Iterable[SetContent], *, at: dt.datetime) -> Compiled:
    """Return any sets, drafts too, ready to be asked with the lists and figures of a moment.

    Raises what `judging.compile_sets` raises.
    """
    made = tuple(contents)
    lists = _terms(list_states(lists_named(made), at), at)
    return compile_sets(made, lists=lists, figures=load_figures(), at=at)


def lists_named(contents: Iterable[SetContent]) -> frozenset[str]:
    """Return the keys of the keyword lists that conditions of sets name."""
    return frozenset(
        value.removeprefix("$")
        for content in contents
        for rule in content.rules
        for condition in rule.conditions
        if condition.op == "on_list"
        for value in condition.values
    )


def content_of(version: RuleSetVersion) -> SetContent:
    """Return what a version says. Raises CorruptVersion where its digest is not its content's."""
    known = _contents.get(version.pk)
    if known is not None and digest_of(known) == version.digest:
        return known
    content = set_from_json(version.content)
    if digest_of(content) != version.digest:
        raise CorruptVersion(f"{version.rule_set_id} v{version.number}")
    if len(_contents) >= MOST_CONTENTS:
        _contents.clear()
    _contents[version.pk] = content
    return content


def binding_versions(at: dt.datetime) -> tuple[RuleSetVersion, ...]:
    """Return the version of each rule set that binds at a moment, by code.

    The latest to have begun counts; of several that began together the newest.
    """
    rows = (
        RuleSetVersion.objects.filter(state=VersionState.PUBLISHED.value, binds_from__lte=at)
        .order_by("rule_set__code", "-binds_from", "-number")
        .distinct("rule_set__code")
        .select_related("rule_set")
    )
    return tuple(rows)


def _load(stamp: str, at: dt.datetime) -> Live:
    versions = binding_versions(at)
    contents = tuple(content_of(one) for one in versions)
    figures = load_figures()
    states = list_states(lists_named(contents), at)
    compiled = compile_sets(contents, lists=_terms(states, at), figures=figures, at=at)
    return Live(
        compiled=compiled,
        versions={one.rule_set.code: _told(one.number, one.digest) for one in versions},
        lists={one.key: _told(one.number, one.digest) for one in states},
        stamp=stamp,
        figures=figures,
        contents=contents,
        span=span_at(_moments(contents, figures, states), at),
    )


def _moments(
    contents: Sequence[SetContent], figures: Figures, states: Sequence[ListState]
) -> set[dt.datetime]:
    published = RuleSetVersion.objects.filter(state=VersionState.PUBLISHED.value)
    moments = set(published.values_list("binds_from", flat=True))
    moments |= moments_of(contents, figures)
    return moments.union(*(one.moments for one in states))


def _terms(states: Iterable[ListState], at: dt.datetime) -> dict[str, Terms]:
    return {one.key: terms_of(one, at) for one in states}


def _told(number: int, digest: str) -> dict[str, Any]:
    return {"number": number, "digest": digest}
