"""Keeping how likely customers are to recommend the shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.exceptions.models import NpsAnswer
from apps.exceptions.services.voice_keeping import Kept, keep_said
from apps.exceptions.voice_rules import clean_words


@dataclass(frozen=True, slots=True)
class NpsDraft:
    """An answer to be kept: a score from 0 to 10. ``at`` None means now."""

    score: int
    parcel: str = ""
    words: str = ""
    at: dt.datetime | None = None
    external_id: str = ""
    shipment_id: int | None = None


def record_nps(
    *, merchant_id: int, drafts: Sequence[NpsDraft], mode: str, actor: Actor
) -> list[Kept[NpsAnswer]]:
    """Keep a merchant's answers in one transaction and answer in their order.

    See `keep_said` for what is found and what is kept once. Raises `VoiceRefused`.
    """

    def build(draft: NpsDraft) -> NpsAnswer:
        return NpsAnswer(score=draft.score, words=clean_words(draft.words))

    with transaction.atomic():
        kept = keep_said(
            model=NpsAnswer, merchant_id=merchant_id, drafts=drafts, mode=mode, build=build
        )
        for one in kept:
            if one.is_new:
                _log(one.row, actor)
    return kept


def _log(row: NpsAnswer, actor: Actor) -> None:
    record_action(
        action="exceptions.nps.recorded",
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        after={"score": row.score, "shipment": row.shipment_id},
    )
