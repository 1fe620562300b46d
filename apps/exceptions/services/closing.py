"""Flags that close without a person: by their kind's rule, or because time ran out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from apps.core import clock
from apps.core.locks import lock_keys
from apps.exceptions.choices import Decider, FaultKind, FlagState, Repair
from apps.exceptions.errors import RepairImpossible
from apps.exceptions.models import Flag
from apps.exceptions.policies import current_rules, why_not_itself
from apps.exceptions.sampling import is_sample
from apps.exceptions.services.deciding import close_flag

REPAIRS = {
    FaultKind.GCJ.value: Repair.FROM_GCJ02.value,
    FaultKind.BD.value: Repair.FROM_BD09.value,
    FaultKind.SWAP.value: Repair.SWAP_AXES.value,
}
"""Kinds whose repair follows from the kind alone; the others are confirmed."""
QUIET_SECONDS = 120
ROWS_AFTER = 5
SETTLED = """
SELECT f.id FROM exceptions_flag f
JOIN shipments_shipment s ON s.id = f.shipment_id
JOIN shipments_track t ON t.shipment_id = f.shipment_id
WHERE f.state = 'open' AND f.kind = ANY(%(kinds)s)
  AND (f.claimed_until IS NULL OR f.claimed_until < %(real_now)s)
  AND (t.last_heard_at < %(quiet)s OR %(rows)s <= (SELECT count(*) FROM (
        SELECT 1 FROM shipments_position p
        WHERE p.shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
          AND p.shipment_id = f.shipment_id AND p.id > f.last_row LIMIT %(rows)s) AS later))
ORDER BY f.id LIMIT %(limit)s
"""


def decide_by_rule(*, limit: int = 200) -> dict[str, int]:
    """Decide settled flags of kinds that decide themselves; return how many, and the samples.

    A flag is settled when rows have followed it or nothing has come for two minutes: what still
    lasts is only held. A kind that is not right often enough any more decides nothing. The
    sample for a person is chosen by the flag's id, so that nobody can choose it.
    """
    policies = current_rules().policies
    kinds = [kind for kind, policy in policies.items() if policy.decides_itself]
    kinds = [kind for kind in kinds if not why_not_itself(kind)]
    done = {"decided": 0, "samples": 0}
    for flag_id in _settled(kinds, limit) if kinds else ():
        with transaction.atomic():
            flag = _locked(flag_id)
            if flag is None:
                continue
            flag.is_sample = is_sample(flag.uid, policies[flag.kind].sample_share)
            flag.save(update_fields=["is_sample"])
            _close_by_rule(flag)
        done["decided"] += 1
        done["samples"] += flag.is_sample
    return done


def expire_flags(*, limit: int = 500) -> int:
    """Let undecided flags fall into the safer view when their time is over; return how many.

    Their fixes are excluded. What somebody holds waits until their lease has run out.
    """
    ids = Flag.objects.filter(state=FlagState.OPEN.value, expires_at__lte=clock.now())
    done = 0
    for flag_id in list(ids.filter(_unheld()).order_by("expires_at").values_list("id")[:limit]):
        with transaction.atomic():
            flag = _locked(flag_id[0])
            if flag is None:
                continue
            close_flag(flag=flag, state=FlagState.EXPIRED.value, decider=Decider.TIME)
        done += 1
    return done


def _close_by_rule(flag: Flag) -> None:
    repair = REPAIRS.get(flag.kind, "")
    if repair:
        try:
            close_flag(
                flag=flag, state=FlagState.REPAIRED.value, decider=Decider.RULE, repair=repair
            )
        except RepairImpossible:
            repair = ""
    if not repair:
        close_flag(flag=flag, state=FlagState.CONFIRMED.value, decider=Decider.RULE)


def _settled(kinds: Collection[str], limit: int) -> list[int]:
    given: dict[str, Any] = {
        "kinds": list(kinds),
        "real_now": clock.real_now(),
        "quiet": clock.now() - dt.timedelta(seconds=QUIET_SECONDS),
        "rows": ROWS_AFTER,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, given)
        return [row[0] for row in cursor.fetchall()]


def _locked(flag_id: int) -> Flag | None:
    """Return a flag that is still open and held by nobody, locked with its shipment's looks."""
    shipment_id = Flag.objects.values_list("shipment_id", flat=True).get(pk=flag_id)
    lock_keys("look", [shipment_id])
    rows = Flag.objects.select_for_update(of=("self",)).select_related("shipment")
    return rows.filter(_unheld(), pk=flag_id, state=FlagState.OPEN.value).first()


def _unheld() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=clock.real_now())
