"""What is wrong with the sets, requirements and papers of a draft. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from apps.customs.compliance.content import NamedSet, SetContent
from apps.customs.compliance.drafting_conditions import Known
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.drafting_words import problem
from apps.customs.compliance.sets import CircularSet, UnknownSet, spread_sets

Period = tuple[dt.date, dt.date | None]


def set_problems(content: SetContent, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with named sets, requirements and types of documents."""
    yield from _named_sets(content.named_sets, known)
    yield from _requirements(content, known)
    yield from _papers(content, known)


def overlapping(periods: Iterable[Period]) -> list[tuple[dt.date, dt.date]]:
    """Return the first days of periods that hold at the same time; last days are included."""
    inorder = sorted(periods, key=lambda one: one[0])
    found: list[tuple[dt.date, dt.date]] = []
    for earlier, later in pairwise(inorder):
        if earlier[1] is None or earlier[1] >= later[0]:
            found.append((earlier[0], later[0]))
    return found


def _named_sets(sets: tuple[NamedSet, ...], known: Known) -> Iterator[Problem]:
    for code, times in Counter(one.code for one in sets).items():
        if times > 1:
            yield problem("set_twice", path="named_sets", what=code)
    own = frozenset(one.code for one in sets)
    for number, one in enumerate(sets):
        yield from _members(one, own, known, f"named_sets.{number}.members")
    try:
        spread_sets(sets)
    except CircularSet as error:
        yield problem("circular_set", path="named_sets", what=error)
    except UnknownSet:
        return


def _members(one: NamedSet, own: frozenset[str], known: Known, path: str) -> Iterator[Problem]:
    if not one.members:
        yield problem("empty_set", path=path, what=one.code)
    for member in one.members:
        if member.startswith("@"):
            if member[1:] not in own:
                yield problem("unknown_set", path=path, what=member)
        elif member not in known.countries:
            yield problem("unknown_country", path=path, what=member)


def _requirements(content: SetContent, known: Known) -> Iterator[Problem]:
    kinds = known.options.get("IdentifierKind", frozenset())
    periods: dict[tuple[str, str], list[Period]] = defaultdict(list)
    for number, one in enumerate(content.requirements):
        path = f"requirements.{number}."
        if one.country not in known.countries:
            yield problem("unknown_country", path=f"{path}country", what=one.country)
        for kind in one.kinds:
            if kind not in kinds:
                yield problem("unknown_kind", path=f"{path}kinds", what=kind)
        if not one.source.strip():
            yield problem("no_source", path=f"{path}source")
        if one.valid_to and one.valid_to < one.valid_from:
            yield problem("days_reversed", path=f"{path}valid_to", what=one.country)
        periods[one.country, one.field].append((one.valid_from, one.valid_to))
    for (country, name), held in periods.items():
        yield from _overlaps(f"{country} {name}", held, "requirements")


def _papers(content: SetContent, known: Known) -> Iterator[Problem]:
    kinds = known.options.get("CertificateKind", frozenset())
    periods: dict[str, list[Period]] = defaultdict(list)
    for number, one in enumerate(content.document_types):
        path = f"document_types.{number}."
        if not one.code.strip():
            yield problem("no_code", path=f"{path}code")
        for kind in one.certificates:
            if kind not in kinds:
                yield problem("unknown_kind", path=f"{path}certificates", what=kind)
        if not one.source.strip():
            yield problem("no_source", path=f"{path}source")
        if one.valid_to and one.valid_to < one.valid_from:
            yield problem("days_reversed", path=f"{path}valid_to", what=one.code)
        periods[one.code].append((one.valid_from, one.valid_to))
    for code, held in periods.items():
        yield from _overlaps(code, held, "document_types")


def _overlaps(what: str, periods: Iterable[Period], path: str) -> Iterator[Problem]:
    for first, second in overlapping(periods):
        yield problem("dates_overlap", path=path, what=what, first=first, second=second)
