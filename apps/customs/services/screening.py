"""Names of a parcel screened, and what people decide about them."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.customs.choices import CheckCause, NameRole, RuleStage, ScreeningState
from apps.customs.models import Consignment, DeniedName, Screening, ScreeningDecision
from apps.customs.record import Party, Record
from apps.customs.screening.index import Near
from apps.customs.screening.normalising import read_name
from apps.customs.screening.scoring import HIT
from apps.customs.screening_lists import ListState, name_index
from apps.customs.selectors import current_record

MOST_HITS = 10
LONGEST_NAME = 300
LONGEST_REASON = 300
OUTCOMES = frozenset({ScreeningState.CLEARED.value, ScreeningState.BLOCKED.value})
WRITTEN = (
    "name", "person", "denied_list", "state", "score", "hits", "screened_at", "decided_by",
    "decided_at", "decision_reason",
)  # fmt: skip
Hit = dict[str, Any]


class DecisionRefused(PortalError):
    """The screening cannot be decided, or its decision not be taken back."""

    code = "decision_refused"
    permanent = True


def screen_record(*, consignment: Consignment, record: Record, lists: ListState) -> list[Screening]:
    """Return what the names of a parcel came near to, kept as rows; only hits are returned.

    Old lists are asked too: what they name is held, but they clear nobody. A name decided about
    before, by the same person and an entry that is still the same, comes back decided. Joins the
    caller's transaction, with the consignment locked.
    """
    kept = {row.role: row for row in Screening.objects.filter(consignment=consignment)}
    found = []
    for role, party in parties_of(record):
        hits = hits_of(party, lists)
        row = kept.pop(role.value, None)
        if hits:
            found.append(_keep(row or Screening(consignment=consignment, role=role.value),
                               party, hits, lists))  # fmt: skip
        elif row is not None:
            _let_be(row, lists)
    for row in kept.values():
        _let_be(row, lists)
    return found


def parties_of(record: Record) -> Iterator[tuple[NameRole, Party]]:
    """Yield everybody with a name once: the recipient first."""
    seen: set[tuple[str, str]] = set()
    for role in NameRole:
        party: Party | None = getattr(record, role.value)
        if party is None or not (party.name or party.local_name):
            continue
        if (party.name, party.local_name) not in seen:
            seen.add((party.name, party.local_name))
            yield role, party


def hits_of(party: Party, lists: ListState) -> list[Hit]:
    """Return the entries a party's names come near to, the nearest first, each told whole."""
    if not lists.lists:
        return []
    index = name_index(lists.lists)
    names = [one for one in (party.name, party.local_name) if one.strip()]
    near = [one for name in names for one in index.search(name[:LONGEST_NAME], HIT)]
    rows = DeniedName.objects.in_bulk([one.id for one in near]) if near else {}
    sources = {one.pk: one.source for one in lists.lists}
    best: dict[tuple[int, str], Hit] = {}
    for one in sorted(near, key=lambda one: -one.comparison.score):
        row = rows[one.id]
        best.setdefault((row.denied_list_id, row.entry), _told(one, row, sources))
    return list(best.values())[:MOST_HITS]


def person_of(party: Party) -> str:
    """Return the digest a decision is remembered by: name as compared, country, postcode."""
    names = sorted({read_name(one).normal for one in (party.name, party.local_name) if one})
    postcode = "".join(party.address.postcode.split()).upper()
    text = "|".join([*names, party.address.country, postcode])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def decide_screening(*, screening: Screening, outcome: str, reason: str, actor: Actor) -> Screening:
    """Decide that somebody is, or is not, the denied party; the parcel is checked again.

    It holds for every entry shown, for this person's other parcels too (those soon), until the
    list changes an entry. Raises DecisionRefused where nothing waits for a decision, for an
    outcome that is none, and without a reason.
    """
    why = reason.strip()[:LONGEST_REASON]
    if outcome not in OUTCOMES or not why:
        raise DecisionRefused(_("Say who it is and why."), code="no_reason")
    with transaction.atomic():
        row = _locked(screening, ScreeningState.HIT)
        now = clock.now()
        known = _decisions(row.person)
        ScreeningDecision.objects.bulk_create(
            ScreeningDecision(
                person=row.person, source=hit["source"], entry=hit["entry"],
                entry_digest=hit["digest"], outcome=outcome, reason=why,
                decided_by=actor.name[:80], decided_at=now, screening=row,
            )
            for hit in row.hits
            if _key(hit) not in known
        )  # fmt: skip
        _log("customs.screening.decided", row, actor, outcome=outcome, note=why)
        _look_again(row, actor)
        row.refresh_from_db()
    return row


def withdraw_decision(*, screening: Screening, actor: Actor) -> Screening:
    """Take back what was decided about a person's entries: they wait for a decision again.

    Raises DecisionRefused where nothing was decided.
    """
    with transaction.atomic():
        row = _locked(screening, ScreeningState.CLEARED, ScreeningState.BLOCKED)
        keys = {_key(hit) for hit in row.hits}
        for key, decision in _decisions(row.person).items():
            if key in keys:
                decision.withdrawn_at, decision.withdrawn_by = clock.now(), actor.name[:80]
                decision.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _log("customs.screening.withdrawn", row, actor, outcome=row.state)
        _look_again(row, actor)
        row.refresh_from_db()
    return row


def _locked(screening: Screening, *states: ScreeningState) -> Screening:
    Consignment.objects.select_for_update(no_key=True).get(pk=screening.consignment_id)
    row = Screening.objects.select_for_update().get(pk=screening.pk)
    if row.state not in {one.value for one in states}:
        label = ScreeningState(row.state).label
        raise DecisionRefused(_("This cannot be done now: %(state)s.") % {"state": label})
    return row


def _look_again(row: Screening, actor: Actor) -> None:
    """Check this parcel now and let the person's other parcels be checked soon."""
    from apps.customs.services.compliance_checking import check_consignment

    others = Screening.objects.filter(person=row.person).exclude(pk=row.pk)
    Consignment.objects.filter(screenings__in=others, has_left=False).update(checked_key="")
    parcel = Consignment.objects.get(pk=row.consignment_id)
    if parcel.has_left:
        _settle(row, _decisions(row.person))
        row.save(update_fields=list(WRITTEN))
        return
    check_consignment(
        consignment=parcel,
        record=current_record(parcel),
        record_version=parcel.record_version,
        stage=RuleStage.ORDER,
        cause=CheckCause.LISTS,
        actor=actor,
    )


def _keep(row: Screening, party: Party, hits: Sequence[Hit], lists: ListState) -> Screening:
    before = {name: getattr(row, name) for name in WRITTEN}
    row.name = (party.name or party.local_name)[:LONGEST_NAME]
    row.person = person_of(party)
    row.hits, row.score = list(hits), hits[0]["score"]
    row.denied_list = next(one for one in lists.lists if one.pk == hits[0]["list"])
    _settle(row, _decisions(row.person))
    _save(row, before)
    return row


def _let_be(row: Screening, lists: ListState) -> None:
    """A name that comes near to nothing any more; an old list does not say so."""
    before = {name: getattr(row, name) for name in WRITTEN}
    row.state = (ScreeningState.CLEAR if lists.is_fresh else ScreeningState.UNSCREENED).value
    row.hits, row.score = [], 0
    row.decided_by, row.decided_at, row.decision_reason = "", None, ""
    _save(row, before)


def _save(row: Screening, before: Mapping[str, Any]) -> None:
    now = {name: getattr(row, name) for name in WRITTEN}
    if row.pk is None or now != before:
        row.screened_at = clock.now()
        row.save()


def _settle(row: Screening, known: Mapping[tuple[str, str, str], ScreeningDecision]) -> None:
    """Blocked where one entry is, waiting while one is open, else cleared."""
    decided = [known.get(_key(hit)) for hit in row.hits]
    blocked = [one for one in decided if one and one.outcome == ScreeningState.BLOCKED.value]
    if not blocked and None in decided:
        row.state = ScreeningState.HIT.value
        row.decided_by, row.decided_at, row.decision_reason = "", None, ""
        return
    said = next(one for one in blocked or decided if one is not None)
    row.state = said.outcome
    row.decided_by, row.decided_at = said.decided_by, said.decided_at
    row.decision_reason = said.reason


def _decisions(person: str) -> dict[tuple[str, str, str], ScreeningDecision]:
    rows = ScreeningDecision.objects.filter(person=person, withdrawn_at__isnull=True)
    return {(row.source, row.entry, row.entry_digest): row for row in rows}


def _key(hit: Hit) -> tuple[str, str, str]:
    return hit["source"], hit["entry"], hit["digest"]


def _told(near: Near, row: DeniedName, sources: Mapping[int, str]) -> Hit:
    return {
        "list": row.denied_list_id,
        "source": sources[row.denied_list_id],
        "entry": row.entry,
        "digest": row.entry_digest,
        "name": row.name,
        "is_alias": row.is_alias,
        "kind": row.kind,
        "country": row.country,
        "programme": row.programme,
        **_plain(dataclasses.asdict(near.comparison)),
    }


def _plain(comparison: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in comparison.items()
    }


def _log(action: str, row: Screening, actor: Actor, *, outcome: str, note: str = "") -> None:
    record_action(
        action=action,
        actor=actor,
        subject=row,
        merchant_id=row.consignment.merchant_id,
        after={"outcome": outcome, "role": row.role, "entries": _entries(row.hits)},
        note=note,
    )


def _entries(hits: Iterable[Hit]) -> list[str]:
    return [f"{hit['source']} {hit['entry']}" for hit in hits]
