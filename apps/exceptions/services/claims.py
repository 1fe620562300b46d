"""Who looks at which flag: a lease for one person, so that two never hold the same one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of, scope_to
from apps.core import clock
from apps.exceptions.choices import FlagState
from apps.exceptions.errors import FlagTaken, FlagUnknown
from apps.exceptions.models import Flag, FlagSkip

LEASE = dt.timedelta(minutes=3)
MOST_AHEAD = 10
CLAIM = """
UPDATE exceptions_flag SET claimed_by_id = %(user)s, claimed_until = %(until)s
WHERE id = ANY(ARRAY(
    SELECT f.id FROM exceptions_flag f
    WHERE f.state = 'open'
      AND (f.claimed_until IS NULL OR f.claimed_until < %(now)s OR f.claimed_by_id = %(user)s)
      AND NOT EXISTS (SELECT 1 FROM exceptions_flagskip s
                      WHERE s.flag_id = f.id AND s.user_id = %(user)s AND s.until > %(now)s)
      {more}
    ORDER BY f.rank DESC, f.id LIMIT %(count)s FOR UPDATE OF f SKIP LOCKED
)) RETURNING id
"""


def claim_next(
    *,
    user: User,
    kinds: Collection[str] | None = None,
    device_id: int | None = None,
    exclude: Collection[int] = (),
) -> Flag | None:
    """Take the dearest flag nobody else holds for three real minutes; None when there is none.

    What this person skipped a while ago and the ids in ``exclude`` stay out; what they hold
    already counts as free for them. A merchant's user gets the merchant's own flags alone.
    """
    found = _claim(user, count=1, kinds=kinds, device_id=device_id, exclude=exclude)
    return found[0] if found else None


def peek_next(
    *,
    user: User,
    after_flag_id: int | None,
    count: int = 2,
    kinds: Collection[str] | None = None,
    device_id: int | None = None,
    exclude: Collection[int] = (),
) -> list[Flag]:
    """Take the flags that come after the one on the screen, so that they can be loaded now."""
    held = {*exclude, after_flag_id} if after_flag_id is not None else exclude
    return _claim(
        user, count=min(count, MOST_AHEAD), kinds=kinds, device_id=device_id, exclude=held
    )


def renew_claim(*, user: User, flag_id: int) -> dt.datetime:
    """Hold a flag for another three real minutes and return until when.

    A lease that ran out is taken up again while nobody else has it. Raises FlagUnknown,
    FlagTaken.
    """
    until = clock.real_now() + LEASE
    with transaction.atomic():
        flag = held_sample(user=user, flag_id=flag_id) or flag_to_decide(user=user, flag_id=flag_id)
        flag.claimed_by, flag.claimed_until = user, until
        flag.save(update_fields=["claimed_by", "claimed_until"])
    return until


def release_claim(*, user: User, flag_id: int | None = None) -> int:
    """Give one flag, or all this person holds, back to the queue; return how many."""
    rows = scope_to(user, Flag.objects.filter(claimed_by=user))
    if flag_id is not None:
        rows = rows.filter(pk=flag_id)
    return rows.update(claimed_by=None, claimed_until=None)


def skip_flag(*, user: User, flag_id: int, minutes: int = 30) -> None:
    """Put a flag behind the others for this person and give it back to the queue at once.

    Raises FlagUnknown, FlagTaken.
    """
    until = clock.real_now() + dt.timedelta(minutes=minutes)
    with transaction.atomic():
        flag = held_sample(user=user, flag_id=flag_id) or flag_to_decide(user=user, flag_id=flag_id)
        FlagSkip.objects.update_or_create(flag=flag, user=user, defaults={"until": until})
        flag.claimed_by = flag.claimed_until = None
        flag.save(update_fields=["claimed_by", "claimed_until"])


def held_sample(*, user: User, flag_id: int) -> Flag | None:
    """Return the decided flag, locked, that this person holds for a second look; else None."""
    rows = Flag.objects.select_for_update(of=("self",)).filter(
        pk=flag_id, is_sample=True, claimed_by=user
    )
    return scope_to(user, rows.exclude(state=FlagState.OPEN.value)).first()


def flag_to_decide(*, user: User, flag_id: int) -> Flag:
    """Return the open flag, locked, if this person may have it. Raises FlagUnknown, FlagTaken."""
    rows = scope_to(user, Flag.objects.select_for_update(of=("self",)).filter(pk=flag_id))
    flag = rows.select_related("shipment", "claimed_by").first()
    if flag is None:
        raise FlagUnknown(_("There is no such flag."))
    if flag.state != FlagState.OPEN.value:
        raise FlagTaken(_decided_words(flag))
    held_until = flag.claimed_until
    if held_until and held_until > clock.real_now() and flag.claimed_by_id != user.pk:
        raise FlagTaken(
            _("%(name)s holds this flag until %(time)s.")
            % {"name": flag.claimed_by, "time": clock_words(held_until)}
        )
    return flag


def clock_words(moment: dt.datetime) -> str:
    """Return hours and minutes in the portal's zone."""
    return timezone.localtime(moment).strftime("%H:%M")


def _decided_words(flag: Flag) -> str:
    state = FlagState(flag.state).label
    verdict = flag.verdicts.filter(undone_at=None, is_second_look=False).order_by("-id").first()
    if verdict is None or verdict.user is None:
        return _("This flag is no longer open: %(state)s.") % {"state": state}
    said = {"name": verdict.user, "time": clock_words(verdict.at), "state": state}
    return _("%(name)s decided this flag at %(time)s: %(state)s.") % said


def _claim(
    user: User,
    *,
    count: int,
    kinds: Collection[str] | None,
    device_id: int | None,
    exclude: Collection[int],
) -> list[Flag]:
    now = clock.real_now()
    given: dict[str, Any] = {"user": user.pk, "now": now, "until": now + LEASE, "count": count}
    more = ""
    wanted = {
        "f.merchant_id = %(merchant)s": ("merchant", merchant_of(user)),
        **_of_kinds(kinds),
        "f.device_id = %(device)s": ("device", device_id),
        "NOT f.id = ANY(%(exclude)s::bigint[])": ("exclude", list(exclude) or None),
    }
    for condition, (name, value) in wanted.items():
        if value is not None:
            more += f" AND {condition}"
            given[name] = value
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM.format(more=more), given)
        ids = [row[0] for row in cursor.fetchall()]
        return list(
            Flag.objects.filter(pk__in=ids)
            .select_related("shipment", "device", "merchant")
            .order_by("-rank", "id")
        )


def _of_kinds(kinds: Collection[str] | None) -> dict[str, tuple[str, Any]]:
    """Return the condition on the kind.

    One alone is asked for by equality: the index by kind then gives its flags in their order and
    nobody has to pass the dearer ones of other kinds.
    """
    if kinds is None or len(kinds) != 1:
        return {"f.kind = ANY(%(kinds)s)": ("kinds", None if kinds is None else list(kinds))}
    return {"f.kind = %(kind)s": ("kind", next(iter(kinds)))}
