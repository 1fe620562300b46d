"""Second looks: decided flags shown once more to somebody else, who does not see the first verdict.

They tell how often reviewers agree, and how often a rule is right. They change no fix. Where two
disagree somebody settles it, and only that may change what holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of, scope_to
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.choices import Decider, FlagState
from apps.exceptions.errors import FlagTaken, FlagUnknown, VerdictStands
from apps.exceptions.learning import judgement
from apps.exceptions.models import Flag, Verdict
from apps.exceptions.services.claims import LEASE, held_sample, peek_next
from apps.exceptions.services.deciding import (
    MOST_WORDS,
    decide_flag,
    last_decision,
    undo_verdict,
)

TURN_EVERY = 20
CLAIM_SAMPLE = """
UPDATE exceptions_flag SET claimed_by_id = %(user)s, claimed_until = %(until)s
WHERE id = ANY(ARRAY(
    SELECT f.id FROM exceptions_flag f
    WHERE f.is_sample AND f.state <> 'open'
      AND (f.claimed_until IS NULL OR f.claimed_until < %(now)s OR f.claimed_by_id = %(user)s)
      AND NOT EXISTS (SELECT 1 FROM exceptions_verdict v
                      WHERE v.flag_id = f.id AND v.user_id = %(user)s)
      AND NOT EXISTS (SELECT 1 FROM exceptions_flagskip s
                      WHERE s.flag_id = f.id AND s.user_id = %(user)s AND s.until > %(now)s)
      AND NOT f.id = ANY(%(exclude)s::bigint[])
      AND (%(merchant)s::bigint IS NULL OR f.merchant_id = %(merchant)s)
      AND (%(kinds)s::text[] IS NULL OR f.kind = ANY(%(kinds)s::text[]))
    ORDER BY f.id LIMIT 1 FOR UPDATE OF f SKIP LOCKED
)) RETURNING id
"""


def claim_second_look(
    *, user: User, kinds: Collection[str] | None = None, exclude: Collection[int] = ()
) -> Flag | None:
    """Take the oldest flag that wants a second look for three real minutes, None without one.

    Whoever has ever judged the flag does not get it.
    """
    now = clock.real_now()
    given: dict[str, Any] = {
        "user": user.pk, "now": now, "until": now + LEASE, "merchant": merchant_of(user),
        "exclude": list(exclude), "kinds": list(kinds) if kinds is not None else None,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM_SAMPLE, given)
        found = cursor.fetchone()
    if found is None:
        return None
    return Flag.objects.select_related("shipment", "device", "merchant").get(pk=found[0])


def is_turn(user: User) -> bool:
    """Tell whether this person's next flag may be a second look: after every twentieth verdict.

    Drawn from their last verdict, so that asking again changes nothing.
    """
    last = Verdict.objects.filter(user=user).order_by("-id").values_list("id", flat=True).first()
    drawn = int.from_bytes(blake2b(str(last).encode(), digest_size=6).digest(), "big")
    return last is not None and drawn % TURN_EVERY == 0


def take_second_look(
    *,
    flag_id: int,
    user: User,
    state: str,
    reason: str = "",
    repair: str = "",
    numbers: Mapping[str, Any] | None = None,
    took_ms: int = 0,
) -> Verdict:
    """Store what somebody says who did not see the first verdict; no fix and no flag changes.

    Raises FlagUnknown, and FlagTaken where this person does not hold the flag for that.
    """
    with transaction.atomic():
        flag = held_sample(user=user, flag_id=flag_id)
        if flag is None:
            raise FlagTaken(_("This flag is no longer yours to look at."))
        first = flag.verdicts.filter(undone_at=None, is_second_look=False).latest("id")
        flag.is_sample, flag.claimed_by, flag.claimed_until = False, None, None
        flag.save(update_fields=["is_sample", "claimed_by", "claimed_until"])
        return Verdict.objects.create(
            flag=flag, state=state, decider=Decider.PERSON.value, user=user,
            took_ms=max(took_ms, 0), reason=reason[:MOST_WORDS], kind=flag.kind,
            source=first.source, carrier=first.carrier, score=flag.score,
            thresholds_version=flag.thresholds_version, repair=repair,
            repair_numbers=dict(numbers or {}), is_second_look=True, repeats=first,
            agrees=judgement(state) == judgement(first.state),
        )  # fmt: skip


def flags_to_show(
    *, user: User, count: int, kinds: Collection[str] | None = None, exclude: Collection[int] = ()
) -> list[Flag]:
    """Return the next flags for one person, all held for three minutes.

    Open ones by rank; now and then, and when none is open, one that wants a second look. Nothing
    tells which is which.
    """
    found: list[Flag] = []
    if is_turn(user):
        found += filter(None, [claim_second_look(user=user, kinds=kinds, exclude=exclude)])
    found += peek_next(
        user=user, after_flag_id=None, count=count - len(found), kinds=kinds, exclude=exclude
    )
    while len(found) < count:
        shown = {*exclude, *(flag.pk for flag in found)}
        more = claim_second_look(user=user, kinds=kinds, exclude=shown)
        if more is None:
            break
        found.append(more)
    return found


def decide_shown(*, flag_id: int, user: User, state: str, **said: Any) -> Verdict:
    """Decide what the review page shows: an open flag, or a decided one shown once more.

    A decision sent again because its answer was lost is the one that was made. Raises as
    :func:`decide_flag` does.
    """
    shown_again = Flag.objects.filter(pk=flag_id, is_sample=True, claimed_by=user)
    try:
        if shown_again.exclude(state=FlagState.OPEN.value).exists():
            return take_second_look(flag_id=flag_id, user=user, state=state, **said)
        return decide_flag(flag_id=flag_id, user=user, state=state, **said)
    except FlagTaken:
        own = last_decision(user=user, flag_id=flag_id)
        if own is None or own.state != state:
            raise
        return own


def settle_disagreement(*, verdict_id: int, user: User, second_holds: bool, note: str) -> Verdict:
    """Say which of two verdicts holds; return the second look, settled.

    Where the second holds, the first is undone and this person decides as the second said: only
    now do fixes change. Raises FlagUnknown, and VerdictStands where it is settled already, where
    this person gave one of the two, or where the first cannot be undone any more.
    """
    with transaction.atomic():
        second = _unsettled(verdict_id, user)
        first = second.repeats
        if first is None or first.undone_at is not None:
            raise VerdictStands(_("The first verdict was undone meanwhile; nothing is left to do."))
        if user.pk in (first.user_id, second.user_id):
            raise VerdictStands(_("You gave one of the two verdicts; let somebody else settle it."))
        held = second if second_holds else first
        if second_holds:
            undo_verdict(verdict_id=first.pk, user=user)
            decide_flag(
                flag_id=second.flag_id, user=user, state=second.state, reason=note,
                repair=second.repair, numbers=second.repair_numbers or None,
            )  # fmt: skip
        second.settled_at, second.settled_by = clock.now(), user
        second.settled_state = held.state
        second.save(update_fields=["settled_at", "settled_by", "settled_state"])
        record_action(
            action="exceptions.disagreement.settled", actor=Actor.user(user), subject=second,
            merchant_id=second.flag.merchant_id,
            before={"first": first.state, "second": second.state},
            after={"holds": held.state}, note=note[:MOST_WORDS],
        )  # fmt: skip
    return second


def _unsettled(verdict_id: int, user: User) -> Verdict:
    rows = scope_to(user, Verdict.objects.filter(pk=verdict_id), path="flag__merchant")
    shipment_id = rows.values_list("flag__shipment_id", flat=True).first()
    if shipment_id is None:
        raise FlagUnknown(_("There is no such verdict."))
    lock_keys("look", [shipment_id])
    second = rows.select_related("flag", "repeats").select_for_update(of=("self",)).get()
    if second.agrees is not False or second.undone_at is not None:
        raise VerdictStands(_("Nobody disagrees here."))
    if second.settled_at is not None:
        raise VerdictStands(_("This was settled already."))
    return second
