"""Keeping a batch of what customers said: each once, linked to the parcel it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from apps.core import clock
from apps.core.locks import lock_keys
from apps.exceptions.errors import VoiceRefused
from apps.exceptions.models import Contact, NpsAnswer
from apps.exceptions.services.voice_links import (
    Linked,
    link_references,
    link_shipments,
    unlinked,
)
from apps.exceptions.voice_rules import clean_reference, moment_problem


class Said(Protocol):
    """What a draft of a contact and of an answer have in common."""

    @property
    def parcel(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def at(self) -> dt.datetime | None: ...
    @property
    def shipment_id(self) -> int | None: ...


Draft = TypeVar("Draft", bound=Said)
Row = TypeVar("Row", Contact, NpsAnswer)


@dataclass(frozen=True, slots=True)
class Kept(Generic[Row]):
    """A row as it stands, the public id of its shipment ("" for none), and whether it is new;
    if not, it was there under the storefront's id and stays as it was."""

    row: Row
    shipment: str
    is_new: bool


def keep_said(
    *,
    model: type[Row],
    merchant_id: int,
    drafts: Sequence[Draft],
    mode: str,
    build: Callable[[Draft], Row],
) -> list[Kept[Row]]:
    """Insert a merchant's drafts and answer in their order, inside the caller's transaction.

    ``build`` makes the row; merchant, parcel, lane, mode and moment are filled in here. A parcel
    of another merchant or of another mode does not exist: the row keeps what was said and has no
    shipment. An external id is kept once per merchant and mode. Raises `VoiceRefused` for a
    moment nobody can have written at.
    """
    now = clock.now()
    for draft in drafts:
        if draft.at and (problem := moment_problem(draft.at, now=now)):
            raise VoiceRefused(problem)
    names = [draft.external_id for draft in drafts if draft.external_id]
    lock_keys(model._meta.label_lower, [f"{merchant_id}:{mode}:{name}" for name in names])
    kept = _known(model, merchant_id, mode, names)
    links = _links(merchant_id, drafts, mode)
    answers, made = [], []
    for draft in drafts:
        there = kept.get(draft.external_id) if draft.external_id else None
        if there is None:
            link = links[_key(draft)]
            row = _filled(build(draft), draft, link, now)
            made.append(row)
            answers.append(Kept(row, link.uid, is_new=True))
            if draft.external_id:
                kept[draft.external_id] = Kept(row, link.uid, is_new=False)
        else:
            answers.append(there)
    objects: Any = model._default_manager
    objects.bulk_create(made)
    return answers


def _known(
    model: type[Row], merchant_id: int, mode: str, names: Sequence[str]
) -> dict[str, Kept[Row]]:
    if not names:
        return {}
    objects: Any = model._default_manager
    rows = objects.filter(merchant_id=merchant_id, mode=mode, external_id__in=names)
    return {
        row.external_id: Kept(row, row.shipment.uid if row.shipment else "", is_new=False)
        for row in rows.select_related("shipment")
    }


def _key(draft: Said) -> int | str:
    return clean_reference(draft.parcel) if draft.shipment_id is None else draft.shipment_id


def _links(merchant_id: int, drafts: Sequence[Said], mode: str) -> dict[int | str, Linked]:
    """Return what each draft is about, by the shipment's key or what was said of it."""
    ids = {draft.shipment_id for draft in drafts if draft.shipment_id is not None}
    names = {clean_reference(draft.parcel) for draft in drafts if draft.shipment_id is None}
    found = link_references(merchant_id=merchant_id, references=names, mode=mode)
    links: dict[int | str, Linked] = dict.fromkeys(names, unlinked(merchant_id, mode))
    return links | found | (link_shipments(ids) if ids else {})


def _filled(row: Row, draft: Said, link: Linked, now: dt.datetime) -> Row:
    row.merchant_id, row.shipment_id = link.merchant_id, link.shipment_id
    row.parcel_said, row.external_id = clean_reference(draft.parcel), draft.external_id
    row.at, row.created_at = min(draft.at or now, now), now
    row.carrier, row.mode = link.carrier, link.mode
    row.lane_from, row.lane_to = link.lane_from, link.lane_to
    return row
