"""What somebody decides about a flag, what that does to its fixes, and how it is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import scope_to
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.choices import Decider, FlagState
from apps.exceptions.errors import FlagUnknown, VerdictStands
from apps.exceptions.models import Flag, KindPolicy, Verdict
from apps.exceptions.sampling import is_sample
from apps.exceptions.services.claims import LEASE, clock_words, flag_to_decide
from apps.exceptions.services.repairing import RepairedFix, repaired, stretch_positions
from apps.exceptions.uses import AFTER, HOLDING, Covering, use_after
from apps.shipments.choices import PositionUse
from apps.shipments.models import Position
from apps.shipments.services import write_uses
from apps.shipments.services.looking import FixUse

DECISIONS = frozenset(AFTER)
BY_PERSONS = (Decider.PERSON, Decider.BULK)
MOST_WORDS = 200


def decide_flag(
    *,
    flag_id: int,
    user: User,
    state: str,
    reason: str = "",
    repair: str = "",
    numbers: Mapping[str, Any] | None = None,
    took_ms: int = 0,
    decider: Decider = Decider.PERSON,
) -> Verdict:
    """Decide an open flag and set what its fixes are used for; return the verdict.

    Confirmed: its fixes are excluded. Dismissed: accepted, unless another flag still covers
    them. Repaired: corrected as :func:`preview_repair` says. Escalated: they stay held and the
    flag waits in that state for a case. Raises FlagUnknown, FlagTaken, RepairImpossible.
    """
    if state not in DECISIONS:
        raise ValueError(f"{state} is no decision of a person")
    with transaction.atomic():
        lock_keys("look", [lock_shipment(user=user, flag_id=flag_id)])
        flag = flag_to_decide(user=user, flag_id=flag_id)
        verdict = close_flag(
            flag=flag, state=state, decider=decider, user=user, reason=reason,
            repair=repair, numbers=numbers, took_ms=took_ms,
        )  # fmt: skip
        record_action(
            action=f"exceptions.flag.{state}",
            actor=Actor.user(user),
            subject=flag,
            merchant_id=flag.merchant_id,
            after={"kind": flag.kind, "repair": repair} if repair else {"kind": flag.kind},
            note=reason[:MOST_WORDS],
        )
    return verdict


def close_flag(
    *,
    flag: Flag,
    state: str,
    decider: Decider,
    user: User | None = None,
    reason: str = "",
    repair: str = "",
    numbers: Mapping[str, Any] | None = None,
    took_ms: int = 0,
) -> Verdict:
    """Close an open flag that the caller has locked, in the caller's transaction."""
    rows = stretch_positions(flag)
    fixes: list[RepairedFix] = []
    said: dict[str, float] = {}
    if state == FlagState.REPAIRED.value:
        fixes, said = repaired(flag=flag, rows=rows, repair=repair, numbers=numbers)
    before = [_kept(row) for row in rows]
    changed = _changes(flag, rows, state, fixes)
    write_uses(uses=changed)
    touched = {use.position_id for use in changed}
    flag.state, flag.decided_at = state, clock.now()
    flag.claimed_by = flag.claimed_until = None
    if decider in BY_PERSONS:
        shares = KindPolicy.objects.filter(kind=flag.kind).values_list("second_look_share")
        flag.is_sample = any(is_sample(flag.uid, share) for (share,) in shares)
    flag.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until", "is_sample"])
    return Verdict.objects.create(
        flag=flag, state=state, decider=decider.value, user=user, took_ms=max(took_ms, 0),
        reason=reason[:MOST_WORDS], kind=flag.kind, source=rows[0].source if rows else "",
        carrier=flag.shipment.carrier, score=flag.score,
        thresholds_version=flag.thresholds_version, repair=repair, repair_numbers=said,
        before=[kept for kept in before if kept[0] in touched],
    )  # fmt: skip


def undo_verdict(*, verdict_id: int, user: User) -> Flag:
    """Take a verdict back: each fix is used as before, the flag is open and this person's.

    A second look that is taken back is wanted again, from this person first. Raises
    FlagUnknown, and VerdictStands where it was undone already or where a later verdict touches
    the same fixes.
    """
    with transaction.atomic():
        mine = scope_to(user, Verdict.objects.filter(pk=verdict_id), path="flag__merchant")
        shipment_id = mine.values_list("flag__shipment_id", flat=True).first()
        if shipment_id is None:
            raise FlagUnknown(_("There is no such verdict."))
        lock_keys("look", [shipment_id])
        verdict = mine.select_related("flag__shipment").select_for_update(of=("self",)).get()
        _refuse_undo(verdict)
        flag = verdict.flag
        write_uses(uses=[_restored(flag, kept) for kept in verdict.before])
        verdict.undone_at, verdict.undone_by = clock.now(), user
        verdict.save(update_fields=["undone_at", "undone_by"])
        if verdict.is_second_look:
            _want_second_look(flag, user)
            return flag
        _reopen(flag, user)
        record_action(
            action="exceptions.verdict.undone", actor=Actor.user(user), subject=flag,
            merchant_id=flag.merchant_id, before={"state": verdict.state},
        )  # fmt: skip
    return flag


def last_decision(*, user: User, flag_id: int | None = None) -> Verdict | None:
    """Return this person's newest standing decision about one flag (of any, without one).

    What was decided for many at once is left out: it is taken back as a whole.
    """
    rows = Verdict.objects.filter(user=user, undone_at=None, decider=Decider.PERSON.value)
    if flag_id is not None:
        rows = rows.filter(flag_id=flag_id)
    rows = scope_to(user, rows, path="flag__merchant").select_related("flag__shipment")
    return rows.defer("before").order_by("-id").first()


def lock_shipment(*, user: User, flag_id: int) -> int:
    """Return the shipment of a flag this person may see. Raises FlagUnknown."""
    rows = scope_to(user, Flag.objects.filter(pk=flag_id))
    shipment_id = rows.values_list("shipment_id", flat=True).first()
    if shipment_id is None:
        raise FlagUnknown(_("There is no such flag."))
    return shipment_id


def covering(flag: Flag) -> list[Covering]:
    """Return the other flags of the shipment that hold or exclude fixes of this stretch."""
    others = Flag.objects.filter(
        shipment_id=flag.shipment_id,
        state__in=HOLDING,
        first_row__lte=flag.last_row,
        last_row__gte=flag.first_row,
    ).exclude(pk=flag.pk)
    return [Covering(*row) for row in others.values_list("first_row", "last_row", "state")]


def _changes(
    flag: Flag, rows: list[Position], state: str, fixes: list[RepairedFix]
) -> list[FixUse]:
    """Return what the decision changes, fix by fix."""
    others = covering(flag) if rows else []
    put_right = {fix.position_id: fix for fix in fixes}
    found = []
    for row in rows:
        use = use_after(row.pk, row.use, state, others)
        if use == row.use and use != PositionUse.CORRECTED.value:
            continue
        if use == PositionUse.CORRECTED.value and row.pk not in put_right:
            continue
        fix = put_right.get(row.pk) if use == PositionUse.CORRECTED.value else None
        values = (fix.at, fix.latitude, fix.longitude) if fix else (None, None, None)
        found.append(FixUse(row.shipment_month, row.shipment_id, row.pk, use, *values))
    return found


def _kept(row: Position) -> list[Any]:
    at = row.corrected_at.isoformat() if row.corrected_at else None
    return [row.pk, row.use, at, row.corrected_latitude, row.corrected_longitude]


def _restored(flag: Flag, kept: Iterable[Any]) -> FixUse:
    position_id, use, at, latitude, longitude = kept
    moment = dt.datetime.fromisoformat(at) if at else None
    month = flag.shipment.month
    return FixUse(month, flag.shipment_id, position_id, use, moment, latitude, longitude)


def _refuse_undo(verdict: Verdict) -> None:
    if verdict.undone_at is not None:
        raise VerdictStands(_("This verdict was undone already."))
    if verdict.is_second_look:
        if verdict.settled_at is not None:
            raise VerdictStands(_("Somebody has settled this already."))
        return
    flag = verdict.flag
    later = Verdict.objects.filter(
        Q(flag=flag)
        | Q(
            flag__shipment_id=flag.shipment_id,
            flag__first_row__lte=flag.last_row,
            flag__last_row__gte=flag.first_row,
        ),
        pk__gt=verdict.pk, undone_at=None, is_second_look=False,
    )  # fmt: skip
    first = later.select_related("user").order_by("pk").first()
    if first is not None:
        who = first.user or _("A rule")
        said = {"name": who, "time": clock_words(first.at)}
        raise VerdictStands(_("%(name)s has decided about the same fixes since, %(time)s.") % said)


def _want_second_look(flag: Flag, user: User) -> None:
    """Let a flag be looked at a second time again, first by whoever took their word back."""
    if flag.state == FlagState.OPEN.value:
        return
    flag.is_sample = True
    flag.claimed_by, flag.claimed_until = user, clock.real_now() + LEASE
    flag.save(update_fields=["is_sample", "claimed_by", "claimed_until"])


def _reopen(flag: Flag, user: User) -> None:
    flag.state, flag.decided_at = FlagState.OPEN.value, None
    flag.claimed_by, flag.claimed_until = user, clock.real_now() + LEASE
    if flag.expires_at is not None and flag.expires_at <= clock.now():
        flag.expires_at = clock.now() + dt.timedelta(hours=1)
    flag.is_sample = False
    flag.save(
        update_fields=[
            "state", "decided_at", "claimed_by", "claimed_until", "expires_at", "is_sample",
        ]
    )  # fmt: skip
