"""The words of keyword lists as they count at a moment, each version read once per process."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from apps.customs.compliance.binding import day_at
from apps.customs.compliance.changing import Span, midnights, span_at
from apps.customs.compliance.words import Terms, compile_terms
from apps.customs.models import KeywordListVersion, KeywordTerm
from apps.shipments.zones import CHINA

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class ListState:
    """The version of a list that counts; ``moments`` are when it or its words begin or end.

    Days of words are China's: there the parcel is packed, and it is ahead of where it goes.
    """

    key: str
    version_id: int
    number: int
    digest: str
    moments: frozenset[dt.datetime]


_read: dict[str, tuple[int, Span, Terms]] = {}
_moments: dict[int, frozenset[dt.datetime]] = {}
_lock = threading.Lock()


def list_states(keys: Collection[str], at: dt.datetime) -> tuple[ListState, ...]:
    """Return the version of each list that counts at a moment, by key; unknown keys are left out.

    The first version counts for the time before it as well: no day is judged without words.
    """
    if not keys:
        return ()
    rows = KeywordListVersion.objects.filter(
        keyword_list__key__in=keys, published_at__isnull=False
    ).order_by("keyword_list__key", "published_at", "number")
    found: dict[str, tuple[int, int, str]] = {}
    begins: dict[str, set[dt.datetime]] = {}
    for key, pk, number, digest, since in rows.values_list(
        "keyword_list__key", "pk", "number", "digest", "published_at"
    ):
        assert since is not None  # noqa: S101 - filtered above
        begins.setdefault(key, set()).add(since)
        if key not in found or since <= at:
            found[key] = (pk, number, digest)
    return tuple(
        ListState(key, *one, frozenset(begins[key] | moments_of_terms(one[0])))
        for key, one in found.items()
    )


def terms_of(state: ListState, at: dt.datetime) -> Terms:
    """Return the words of a version that count at a moment, ready to be asked."""
    with _lock:
        known = _read.get(state.key)
    if known is not None and known[0] == state.version_id and at in known[1]:
        return known[2]
    day = day_at(CHINA, at)
    rows = KeywordTerm.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        version_id=state.version_id,
    ).values_list("term", "match")
    terms = compile_terms(rows.iterator(chunk_size=CHUNK))
    with _lock:
        _read[state.key] = (
            state.version_id,
            span_at(moments_of_terms(state.version_id), at),
            terms,
        )
    return terms


def moments_of_terms(version_id: int) -> frozenset[dt.datetime]:
    """Return when words of a published version begin or end."""
    known = _moments.get(version_id)
    if known is None:
        dated = KeywordTerm.objects.filter(version_id=version_id)
        days = dated.exclude(valid_from=None, valid_to=None).values_list("valid_from", "valid_to")
        found: set[dt.datetime] = set()
        for first, last in days.distinct().order_by():
            found |= midnights(CHINA, first, last)
        known = _moments[version_id] = frozenset(found)
    return known
