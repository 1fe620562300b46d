"""The one checker: what the world saw against what the portal kept. It derives by itself.

Nothing here uses the applier: nodes are read out of the stored JSON with ``json`` alone, and only
the status of a shipment is computed by the portal's own fold, from scratch.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import orjson
from django.db import connection, transaction

from apps.core import clock
from apps.shipments.choices import ShipmentStatus
from apps.shipments.services import store
from apps.shipments.services.recompute import resettle
from config.chaos.ledger import Ledger

INBOX = """
SELECT source, token, subject, number, state, param FROM baidiyun_inboxrow WHERE id > %s
"""
EVENTS = """
SELECT leg.number, event.original_time,
       CASE WHEN event.original_text = '' THEN event.text ELSE event.original_text END,
       event.status
FROM shipments_event AS event JOIN shipments_leg AS leg ON leg.id = event.leg_id
WHERE event.shipment_id BETWEEN %s AND %s
"""
CHANGES = """
SELECT shipment_id, id, from_status, from_substatus, to_status, to_substatus
FROM shipments_shipmentchange WHERE shipment_id BETWEEN %s AND %s ORDER BY shipment_id, id
"""
SHIPMENTS = """
SELECT id, status, substatus, version, uid FROM shipments_shipment WHERE id BETWEEN %s AND %s
"""
MESSAGES = """
SELECT message.uid, message.subject, message.payload::text,
       array_agg(delivery.state) FILTER (WHERE delivery.id IS NOT NULL)
FROM webhooks_message AS message
JOIN shipments_shipment AS shipment ON shipment.uid = message.subject
LEFT JOIN webhooks_delivery AS delivery ON delivery.message_id = message.id
WHERE shipment.id BETWEEN %s AND %s GROUP BY message.id
"""
BEHIND = """
SELECT wanted.reader FROM unnest(%s::text[]) AS wanted (reader)
LEFT JOIN shipments_readercursor AS held ON held.reader = wanted.reader
WHERE EXISTS (SELECT 1 FROM shipments_shipmentchange AS change
              WHERE change.shipment_id BETWEEN %s AND %s
                AND (held.txid IS NULL OR (change.txid, change.id) > (held.txid, held.last_id)))
"""
SETTLED = frozenset({"applied", "skipped"})
PUT_AWAY = frozenset({"parked", "aside"})
FIRST = (ShipmentStatus.AWAITING_PICKUP.value, "")
EXPIRED = ShipmentStatus.EXPIRED.value
AT_ONCE = 500
Rows = list[tuple[Any, ...]]


def check(ledger: Ledger) -> list[str]:
    """Return every miss, in words; an empty list says that all is well.

    Call it when everything is drained, read and sent.
    """
    inbox = _rows(INBOX, [ledger.after])
    scope = [ledger.first, ledger.last]
    changes = _rows(CHANGES, scope)
    shipments = _rows(SHIPMENTS, scope)
    return [
        *_check_inbox(ledger, inbox),
        *_check_events(inbox, _rows(EVENTS, scope)),
        *_check_states(ledger),
        *_check_changes(ledger, shipments, changes),
        *_check_messages(ledger, shipments, changes),
    ]


def _check_inbox(ledger: Ledger, inbox: Rows) -> Iterator[str]:
    """Every acknowledged message is there exactly once, and became what it must."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, token, subject, _number, state, param in inbox:
        found[token if source == "push" else f"poll:{subject}", param].append(state)
    for each in ledger.acked:
        states = found[each.who, each.param]
        wanted = SETTLED if each.yields else PUT_AWAY
        if len(states) != 1:
            yield f"acknowledged, {len(states)} times in the inbox: {each.who}"
        elif states[0] not in wanted:
            yield f"acknowledged, but {states[0]}: {each.who}"
    waiting = sum(state == "pending" for *_, state, _param in inbox)
    if waiting:
        yield f"{waiting} rows were never applied"


def _check_events(inbox: Rows, events: Rows) -> Iterator[str]:
    """What settled messages say is stored, each node exactly once, and nothing else."""
    derived: set[tuple[str, str, str]] = set()
    given_up: set[str] = set()
    for source, _token, _subject, number, state, param in inbox:
        if state in SETTLED:
            value = json.loads(param)
            derived.update(_nodes(value, source, number))
            if value.get("status") == "abort":
                given_up.add(number)
    stored = Counter((number, time, words) for number, time, words, _ in events)
    for node in derived - stored.keys():
        yield f"lost event: {node}"
    for node, count in stored.items():
        if count > 1:
            yield f"event stored {count} times: {node}"
    for number, time, words, status in events:
        is_ours = status == EXPIRED and number in given_up
        if (number, time, words) not in derived and not is_ours:
            yield f"event nobody told: {(number, time, words)}"


def _nodes(value: dict[str, Any], source: str, number: str) -> Iterator[tuple[str, str, str]]:
    result = value["lastResult"] if source == "push" else value
    abroad = value.get("destResult") or {}
    for whose, track in ((number, result), (abroad.get("nu", ""), abroad)):
        for node in track.get("data") or ():
            yield whose, str(node["time"]), str(node["context"])


def _check_states(ledger: Ledger) -> Iterator[str]:
    """Every shipment equals a computation from all its events."""
    for start in range(ledger.first, ledger.last + 1, AT_ONCE):
        stop = min(start + AT_ONCE, ledger.last + 1)
        with transaction.atomic():
            found = store.lock_shipments(range(start, stop))
            store.load_events(found.values())
        for shipment in found.values():
            if differences := resettle(shipment, now=clock.now()):
                yield f"wrong state of shipment {shipment.id}: {differences}"


def _check_changes(ledger: Ledger, shipments: Rows, changes: Rows) -> Iterator[str]:
    """The change rows of a shipment make one chain to what it is, and readers saw all of it."""
    chains: dict[int, Rows] = defaultdict(list)
    for change in changes:
        chains[change[0]].append(change)
    for pk, status, substatus, version, _uid in shipments:
        chain = [(FIRST, FIRST), *(((c[2], c[3]), (c[4], c[5])) for c in chains[pk])]
        if len(chain) != version:
            yield f"shipment {pk} is at version {version} with {len(chain) - 1} change rows"
        if chain[-1][1] != (status, substatus) or any(a[1] != b[0] for a, b in pairwise(chain)):
            yield f"the change rows of shipment {pk} do not lead to {status} {substatus}"
    seen = Counter(ledger.seen)
    for shipment, pk, *_ in changes:
        if seen[pk] != 1:
            yield f"change {pk} of shipment {shipment} was seen {seen[pk]} times"
    for (reader,) in _rows(BEHIND, [list(ledger.readers), ledger.first, ledger.last]):
        yield f"reader {reader} is behind"


def _check_messages(ledger: Ledger, shipments: Rows, changes: Rows) -> Iterator[str]:
    """Every changed status was told at least once, each under one id, and nothing else was."""
    uids = {row[0]: row[4] for row in shipments}
    wanted = Counter(
        (uids[pk], *moved) for pk, _id, *moved in changes if tuple(moved[:2]) != tuple(moved[2:])
    )
    written: Counter[tuple[Any, ...]] = Counter()
    told: dict[str, set[str]] = defaultdict(set)
    for uid, body in ledger.told:
        told[uid].add(body)
    known = set()
    for uid, subject, payload, states in _rows(MESSAGES, [ledger.first, ledger.last]):
        known.add(uid)
        value = json.loads(payload)
        written[subject, *_moved(value["data"])] += 1
        if not ledger.tells:
            continue
        if told[uid] != {hashlib.sha256(orjson.dumps(value)).hexdigest()}:
            yield f"message {uid} was told in {len(told[uid])} versions, not in the one stored"
        if set(states or ()) != {"sent"}:
            yield f"message {uid} is {states}"
    yield from (f"a changed status was not written down: {each}" for each in wanted - written)
    yield from (f"a message about no change, or twice: {each}" for each in written - wanted)
    yield from (f"told what is not stored: {uid}" for uid in told.keys() - known)


def _moved(data: dict[str, str]) -> Iterable[str]:
    names = ("previous_status", "previous_substatus", "status", "substatus")
    return tuple(data[name] for name in names)


def _rows(sql: str, values: list[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
