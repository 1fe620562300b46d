"""Running a draft over history, chunk by chunk: a preview that writes nothing, then for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import connection, transaction

from apps.core import clock
from apps.shipments import codes
from apps.shipments.choices import ChangeKind, ReplayState
from apps.shipments.models import MappingReplay
from apps.shipments.remapping import remap_row
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.services.mapping import meaning_for, refresh_mappings
from apps.shipments.services.store import ShipmentState

log = structlog.get_logger(__name__)
CHUNK = 200
SAMPLES = 5
AT_WORK = (ReplayState.PREVIEWING.value, ReplayState.APPLYING.value)
WITH_CODE = """
SELECT DISTINCT shipment_id FROM shipments_event
WHERE shipment_month >= %s AND code = %s AND shipment_id > %s ORDER BY shipment_id
"""
Move = tuple[str, str, str, str]


def run_replays(*, chunks: int = 25) -> dict[str, int]:
    """Work on the oldest draft at work, at most ``chunks`` chunks; returns shipments worked out.

    Every chunk is a transaction that writes how far it came: a worker that dies loses one chunk
    and doubles nothing.
    """
    rows = MappingReplay.objects.filter(state__in=AT_WORK).order_by("id")
    draft = rows.first()
    if draft is None:
        return {}
    ids = _shipments_with(draft)
    if not draft.total:
        MappingReplay.objects.filter(pk=draft.pk).update(total=len(ids))
    worked = 0
    for start in range(0, min(len(ids), chunks * CHUNK), CHUNK):
        worked += _work(draft.pk, ids[start : start + CHUNK])
    if len(ids) <= chunks * CHUNK:
        _finish(draft.pk)
    return {"replay": draft.pk, "shipments": worked}


def _shipments_with(draft: MappingReplay) -> list[int]:
    with connection.cursor() as cursor:
        code = codes.stored_code(draft.code, draft.source)
        cursor.execute(WITH_CODE, [draft.since, code, draft.after_shipment])
        return [row[0] for row in cursor.fetchall()]


def _work(replay_id: int, ids: list[int]) -> int:
    """Work out one chunk under the draft's lock and add it to the draft's result."""
    with transaction.atomic():
        draft = MappingReplay.objects.select_for_update().get(pk=replay_id)
        if draft.state not in AT_WORK or draft.after_shipment >= ids[-1]:
            return 0
        with _meaning(draft):
            events, moves, samples = _replay(draft, ids)
        draft.result = _added(draft, events, moves, samples)
        draft.done += len(ids)
        draft.after_shipment = ids[-1]
        draft.save(update_fields=["result", "done", "after_shipment"])
    return len(ids)


def _replay(
    draft: MappingReplay, ids: list[int]
) -> tuple[int, Counter[Move], dict[Move, list[int]]]:
    now = clock.now()
    locked = store.lock_shipments(ids)
    store.load_events(locked.values())
    events, moves = 0, Counter[Move]()
    samples: dict[Move, list[int]] = {}
    changed, before = [], {}
    for shipment in locked.values():
        was = (shipment.status, shipment.substatus)
        touched = _remap(shipment)
        if not touched:
            continue
        events += touched
        settle(shipment, now=now)
        shipment.kinds.add(ChangeKind.EVENTS.value)
        shipment.version += 1
        before[shipment.id] = was
        changed.append(shipment)
        move = (*was, shipment.status, shipment.substatus)
        if was != move[2:]:
            moves[move] += 1
            samples.setdefault(move, []).append(shipment.id)
    if draft.state == ReplayState.APPLYING.value:
        store.write_all(changed, before=before, now=now)
    return events, moves, samples


def _remap(shipment: ShipmentState) -> int:
    """Give every node what its code means now; returns how many changed."""
    changed = [(row, new) for row in shipment.events.values() if (new := remap_row(row)) != row]
    for _row, new in changed:
        shipment.put(new)
    return len(changed)


@contextmanager
def _meaning(draft: MappingReplay) -> Iterator[None]:
    """What codes mean while a draft is worked out: what is saved, and the draft itself."""
    refresh_mappings()
    saved = codes.added_meanings()
    tried = {key: said for key, said in saved.items() if key != (draft.source, draft.code)}
    if draft.status:
        tried[draft.source, draft.code] = meaning_for(draft)
    codes.add_meanings(tried)
    try:
        yield
    finally:
        codes.add_meanings(saved)


def _added(
    draft: MappingReplay, events: int, moves: Counter[Move], samples: dict[Move, list[int]]
) -> dict[str, object]:
    if draft.state == ReplayState.APPLYING.value:
        return {**draft.result, "applied_events": draft.result.get("applied_events", 0) + events}
    total = Counter({tuple(row[:4]): row[4] for row in draft.result.get("moves", [])}) + moves
    kept = {tuple(row[0]): row[1] for row in draft.result.get("samples", [])}
    for move, ids in samples.items():
        kept[move] = (kept.get(move, []) + ids)[:SAMPLES]
    return {
        "events": draft.result.get("events", 0) + events,
        "moves": [[*move, count] for move, count in total.most_common()],
        "samples": [[list(move), ids] for move, ids in kept.items()],
    }


def _finish(replay_id: int) -> None:
    with transaction.atomic():
        draft = MappingReplay.objects.select_for_update().get(pk=replay_id)
        if draft.state == ReplayState.PREVIEWING.value:
            draft.state = ReplayState.PREVIEWED.value
        elif draft.state == ReplayState.APPLYING.value:
            draft.state, draft.finished_at = ReplayState.DONE.value, clock.now()
        draft.save(update_fields=["state", "finished_at"])
    log.info("shipments.replay_worked_out", replay=replay_id, state=draft.state)
