"""What customers of the past said: kept as their storefronts would have told it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from apps.accounts.choices import KeyMode
from apps.core.actions import Actor
from apps.exceptions.services import ContactDraft, NpsDraft, record_contacts, record_nps
from apps.sandbox.sayings import CONTACT, Saying
from apps.sandbox.services.sayings import past_sayings
from apps.shipments.models import Shipment

ACTOR = Actor.system("seed")
SANDBOX = KeyMode.SANDBOX.value


def speak_past(*, now: dt.datetime) -> int:
    """Keep what customers had said by now; returns how many sayings."""
    said = list(past_sayings(now=now))
    known = {number: (pk, merchant) for pk, number, merchant in _shipments(said)}
    contacts: defaultdict[int, list[ContactDraft]] = defaultdict(list)
    answers: defaultdict[int, list[NpsDraft]] = defaultdict(list)
    for number, one in said:
        if number not in known:
            continue
        shipment_id, merchant_id = known[number]
        shared: dict[str, Any] = {
            "parcel": number,
            "at": dt.datetime.fromtimestamp(one.at, dt.UTC),
            "external_id": f"{number}-{one.key}",
            "shipment_id": shipment_id,
        }
        if one.kind == CONTACT:
            told: dict[str, Any] = {
                "reason": one.reason,
                "channel": one.channel,
                "words": one.words,
            }
            contacts[merchant_id].append(ContactDraft(**shared, **told))
        else:
            answers[merchant_id].append(NpsDraft(**shared, score=one.score))
    for merchant_id, drafts in contacts.items():
        record_contacts(merchant_id=merchant_id, drafts=drafts, mode=SANDBOX, actor=ACTOR)
    for merchant_id, scores in answers.items():
        record_nps(merchant_id=merchant_id, drafts=scores, mode=SANDBOX, actor=ACTOR)
    return sum(map(len, contacts.values())) + sum(map(len, answers.values()))


def _shipments(said: list[tuple[str, Saying]]) -> list[tuple[int, str, int]]:
    numbers = sorted({number for number, _ in said})
    rows = Shipment.objects.filter(number__in=numbers).order_by("pk")
    return list(rows.values_list("pk", "number", "merchant_id"))
