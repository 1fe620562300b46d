"""What reads cases: the worklist by the dearest, and how many there are without counting."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.models import ActionLog
from apps.core.paging import capped_count
from apps.exceptions.case_filters import COUNTED, EVERYTHING, ONLY, WITHOUT, CaseFilters
from apps.exceptions.choices import LIVE_CASE_STATES, CaseState
from apps.exceptions.models import Case, CaseTally
from apps.shipments.selectors import find_shipments

MOST_COUNTED = 1_000
PAGE = 50
SHOWN = ("shipment", "merchant", "rule", "group", "owner", "claimed_by", "incident")


class Place(NamedTuple):
    """Where a page of the worklist begins: behind this case."""

    rank: int
    id: int


class Counted(NamedTuple):
    """How many cases; ``more`` says there are others beyond."""

    cases: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many live cases there are by (group id, rule id, severity, state, merchant id)."""

    by_key: dict[tuple[int, int, str, str, int], int] = field(default_factory=dict)

    def total(self) -> int:
        """All live cases."""
        return sum(self.by_key.values())

    def by(self, position: int) -> dict[int | str, int]:
        """The sums by one part of the key: 0 group, 1 rule, 2 severity, 3 state, 4 merchant."""
        found: Counter[int | str] = Counter()
        for key, cases in self.by_key.items():
            found[key[position]] += cases
        return dict(found)


def cases_seen_by(user: User) -> QuerySet[Case]:
    """Return the cases somebody may see: the operator's staff all, a merchant's user none."""
    if not getattr(user, "is_authenticated", False) or merchant_of(user) is not None:
        return Case.objects.none()
    return Case.objects.all()


def live_cases(
    *, user: User, filters: CaseFilters = EVERYTHING, now: dt.datetime | None = None
) -> QuerySet[Case]:
    """Return the live cases of a view, the dearest first."""
    rows = cases_seen_by(user).filter(state__in=_states(filters))
    for wanted in _conditions(user, filters, now or clock.now()):
        rows = rows.filter(wanted)
    return rows.order_by("-rank", "id")


def list_cases(
    *,
    user: User,
    filters: CaseFilters = EVERYTHING,
    after: Place | None = None,
    limit: int = PAGE,
) -> list[Case]:
    """Return a page of the worklist with everything a line shows, in seven queries at most.

    One query would join eight tables, and planning it takes longer than reading them.
    """
    rows = live_cases(user=user, filters=filters)
    rows = rows.select_related(SHOWN[0]).prefetch_related(*SHOWN[1:])
    if after is not None:
        rows = rows.filter(rank__lte=after.rank).exclude(rank=after.rank, id__lte=after.id)
    return list(rows[:limit])


def closed_cases(
    *,
    user: User,
    filters: CaseFilters = EVERYTHING,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Case]:
    """Return cases that are over, the newest first; with ``before`` those older than that one.

    All filters count but those on the state of live cases.
    """
    rows = cases_seen_by(user).select_related(*SHOWN).exclude(state__in=LIVE_CASE_STATES)
    for wanted in _conditions(user, filters, clock.now()):
        rows = rows.filter(wanted)
    rows = rows if before is None else rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def case_for(*, user: User, case_id: int) -> Case | None:
    """Return one case, live or closed, with what its page shows; None if there is none for them."""
    return cases_seen_by(user).select_related(*SHOWN).filter(pk=case_id).first()


def case_counts() -> CaseCounts:
    """Return how many live cases there are, from the tallies: their cost is that of the keys."""
    keys = ("group_id", "rule_id", "severity", "state", "merchant_id")
    rows = CaseTally.objects.values_list(*keys).annotate(cases=Sum("count")).order_by()
    return CaseCounts({tuple(key): cases for *key, cases in rows if cases})


def count_view(*, user: User, filters: CaseFilters, counts: CaseCounts, codes: Codes) -> Counted:
    """Return how many cases a view holds.

    Exact and free where the tallies know its filters; otherwise counted up to 1,000.
    """
    if set(filters.kept()) <= COUNTED:
        return Counted(sum(_matching(filters, counts, codes)))
    cases = capped_count(live_cases(user=user, filters=filters), MOST_COUNTED)
    return Counted(min(cases, MOST_COUNTED), more=cases > MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class Codes:
    """The ids of rules and groups by their codes."""

    rules: dict[str, int]
    groups: dict[str, int]


def case_log(case_id: int, *, limit: int = 200) -> list[ActionLog]:
    """Return what was done to a case, the newest first, with before and after."""
    rows = ActionLog.objects.filter(subject_kind=Case._meta.label_lower, subject_id=str(case_id))
    return list(rows.order_by("-id")[:limit])


def _states(filters: CaseFilters) -> list[str]:
    states = [filters.state] if filters.state else list(LIVE_CASE_STATES)
    if filters.waiting == WITHOUT or filters.overdue:
        states = [one for one in states if one != CaseState.WAITING.value]
    elif filters.waiting == ONLY:
        states = [one for one in states if one == CaseState.WAITING.value]
    return states


def _conditions(user: User, filters: CaseFilters, now: dt.datetime) -> Iterable[Q]:
    plain = {
        "severity": filters.severity, "carrier": filters.carrier, "hub": filters.hub,
        "waiting_for": filters.waiting_for, "rule__code": filters.rule,
        "group__code": filters.group, "merchant_id": filters.merchant,
        "incident_id": filters.incident, "owner_id": filters.owner,
    }  # fmt: skip
    yield from (Q(**{name: value}) for name, value in plain.items() if value not in ("", None))
    if filters.mine:
        yield Q(owner_id=user.pk)
    if filters.my_groups:
        yield Q(group_id__in=list(user.owner_groups.values_list("pk", flat=True)))
    if filters.unowned:
        yield Q(owner__isnull=True)
    if filters.overdue:
        late = Q(state=CaseState.OPEN.value, acknowledge_by__lt=now)
        yield late | Q(resolve_by__lt=now)
    if filters.escalated:
        yield Q(escalated_at__isnull=False)
    if filters.complained:
        yield Q(complained_at__isnull=False)
    if filters.text:
        yield _found(filters.text)


def _found(text: str) -> Q:
    if text.startswith("cas_"):
        return Q(uid=text)
    found = find_shipments(merchant_id=None, ref=text).values_list("pk", flat=True)
    return Q(shipment_id__in=list(found[:200]))


def _matching(filters: CaseFilters, counts: CaseCounts, codes: Codes) -> Iterable[int]:
    rule = codes.rules.get(filters.rule, 0) if filters.rule else None
    group = codes.groups.get(filters.group, 0) if filters.group else None
    wanted = (group, rule, filters.severity or None, None, filters.merchant)
    states = _states(filters)
    for key, cases in counts.by_key.items():
        if key[3] in states and all(
            want is None or want == held for want, held in zip(wanted, key, strict=True)
        ):
            yield cases
