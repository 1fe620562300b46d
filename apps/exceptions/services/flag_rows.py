"""Writing what a look found: new flags, moved ones, withdrawn ones; one statement a kind of row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from apps.core import clock
from apps.exceptions.choices import FlagState
from apps.exceptions.models import Flag
from apps.exceptions.policies import Rules
from apps.exceptions.ranking import Stakes, parts_of, rank_of
from apps.exceptions.stretches import Plan, Stretch
from apps.exceptions.windows import Window
from apps.orders.models import Parcel
from apps.shipments.models import Shipment

HOUR = dt.timedelta(hours=1)
MOVED = (
    "kind", "first_row", "last_row", "rows", "started_at", "ended_at", "score", "numbers",
    "thresholds_version", "rank", "rank_parts",
)  # fmt: skip


def write_plan(
    *, plans: Sequence[tuple[Window, Plan]], rules: Rules, since: Mapping[int, dt.datetime]
) -> None:
    """Write the flags of many tracks, in the caller's transaction that has locked them.

    ``since``: by shipment, the real time from which its newest fixes have waited.
    """
    withdrawn = [pk for _, made in plans for pk in made.withdrawn]
    if withdrawn:
        Flag.objects.filter(pk__in=withdrawn, state=FlagState.OPEN.value).update(
            state=FlagState.WITHDRAWN.value, decided_at=clock.now(),
            claimed_by=None, claimed_until=None,
        )  # fmt: skip
    touched = [window.shipment_id for window, made in plans if made.kept or made.raised]
    if not touched:
        return
    stakes = stakes_of(touched)
    _move(plans, rules, stakes)
    _raise(plans, rules, stakes, since)


def stakes_of(shipment_ids: Collection[int]) -> dict[int, Stakes]:
    """Return what hangs on shipments, two queries for all of them."""
    values = dict(
        Parcel.objects.filter(shipment_id__in=shipment_ids).values_list(
            "shipment_id", "order__value"
        )
    )
    rows = Shipment.objects.filter(pk__in=shipment_ids)
    return {
        pk: Stakes(status, promise_to, float(values.get(pk, 0)))
        for pk, status, promise_to in rows.values_list("pk", "status", "promise_to")
    }


def _move(plans: Sequence[tuple[Window, Plan]], rules: Rules, stakes: Mapping[int, Stakes]) -> None:
    wanted = {pk: (window, one) for window, made in plans for pk, one in made.kept}
    now = clock.real_now()
    changed = []
    for flag in Flag.objects.filter(pk__in=wanted, state=FlagState.OPEN.value):
        window, one = wanted[flag.pk]
        held = flag.claimed_until is not None and flag.claimed_until > now
        keeps = held or (window.before > 0 and flag.first_row < window.ids[window.trusted])
        old = {name: getattr(flag, name) for name in MOVED}
        for name, value in _described(window, one, rules).items():
            setattr(flag, name, value)
        if keeps:
            _widen(flag, old, window)
        _rank(flag, stakes[window.shipment_id])
        if any(getattr(flag, name) != old[name] for name in MOVED):
            changed.append(flag)
    Flag.objects.bulk_update(changed, MOVED)


def _widen(flag: Flag, old: Mapping[str, Any], window: Window) -> None:
    """Keep the beginning of a flag that lies before what was looked at, or before somebody."""
    rows_before = int(flag.numbers["row"] - old["numbers"].get("row", flag.numbers["row"]))
    flag.first_row = min(flag.first_row, old["first_row"])
    flag.started_at = min(flag.started_at, old["started_at"])
    flag.last_row = max(flag.last_row, old["last_row"])
    flag.ended_at = max(flag.ended_at, old["ended_at"])
    flag.rows = max(flag.rows + max(rows_before, 0), old["rows"])
    flag.score = max(flag.score, old["score"])
    flag.numbers["row"] = min(flag.numbers["row"], old["numbers"].get("row", np.inf))


def _raise(
    plans: Sequence[tuple[Window, Plan]],
    rules: Rules,
    stakes: Mapping[int, Stakes],
    since: Mapping[int, dt.datetime],
) -> None:
    now, real_now = clock.now(), clock.real_now()
    fresh = []
    for window, made in plans:
        heard = since.get(window.shipment_id)
        waited = int((real_now - heard) / dt.timedelta(milliseconds=1)) if heard else 0
        for one in made.raised:
            flag = Flag(
                merchant_id=window.merchant_id,
                shipment_id=window.shipment_id,
                device_id=window.device_id,
                raised_at=now,
                waited_ms=max(waited, 0),
                expires_at=now + rules.policies[one.kind].expires_after_hours * HOUR,
                **_described(window, one, rules),
            )
            _rank(flag, stakes[window.shipment_id])
            fresh.append(flag)
    Flag.objects.bulk_create(fresh)


def _described(window: Window, one: Stretch, rules: Rules) -> dict[str, Any]:
    rows = window.rows[one.first : one.last + 1]
    return {
        "kind": one.kind,
        "first_row": int(rows["id"][0]),
        "last_row": int(rows["id"][-1]),
        "rows": len(rows),
        "started_at": _moment(rows["t"].min()),
        "ended_at": _moment(rows["t"].max()),
        "score": one.score,
        "numbers": {**one.numbers, "row": window.before + one.first},
        "thresholds_version": rules.version,
    }


def _rank(flag: Flag, stakes: Stakes) -> None:
    flag.rank_parts = parts_of(stakes, now=clock.now())
    flag.rank = rank_of(flag.rank_parts, raised_at=flag.raised_at)


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(float(seconds), tz=dt.UTC)
