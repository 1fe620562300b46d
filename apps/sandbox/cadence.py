"""When the platform looks and pushes (contract §2.1), in world time, as pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.codes import NEAR_THE_END
from apps.sandbox.hours import DAY, HOUR
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream

MINUTE = 60
FIRST_PUSH = (15 * MINUTE, 4 * HOUR)
USUAL_GAP = 4 * HOUR
LAST_MILE_GAP = 40 * MINUTE
NO_RECORD_AFTER = 3 * DAY
UNCHANGED_AFTER = 60 * DAY
RETRY_GAP = 30 * MINUTE
MAX_RETRIES = 3
QUERY_GAP = 30 * MINUTE
QUERIES_A_DAY = 48
LOCK_FOR = DAY
SUBSCRIPTIONS_A_MONTH = 4
RESUBSCRIBE_AFTER = 30 * MINUTE
IDEMPOTENT_FOR = 48 * HOUR


@dataclass(frozen=True, slots=True)
class NextLook:
    """The next thing the platform says: when (epoch seconds), and whether it gives up."""

    at: int
    abort: bool


def next_look(
    *,
    plan: Plan | None,
    seed: int,
    number: str,
    subscribed_at: int,
    pushed_at: int | None,
    pushed_nodes: int,
) -> NextLook:
    """When the next push of a subscription is due.

    The first look comes 15 minutes to 4 hours after subscribing; after that the platform
    looks about every 4 hours, every 40 minutes on the last mile, and pushes at the first
    look that finds something new. Without any record it gives up after 3 days, without
    change after 60.
    """
    first = subscribed_at + stream(seed, number, subscribed_at, "first-push").randint(*FIRST_PUSH)
    fresh = plan.nodes[pushed_nodes:] if plan is not None else ()
    since = pushed_at if pushed_at is not None else first
    gives_up = _give_up_at(plan, subscribed_at, pushed_nodes)
    if not fresh:
        return NextLook(gives_up, abort=True)
    start = since if pushed_at is None else since + _gap(seed, number, since, fresh[0].code)
    gap = _gap(seed, number, since, fresh[0].code)
    waits = max(0, -(-(fresh[0].at - start) // gap))
    found_at = start + waits * gap
    if found_at > gives_up:
        return NextLook(gives_up, abort=True)
    return NextLook(found_at, abort=False)


def _give_up_at(plan: Plan | None, subscribed_at: int, pushed_nodes: int) -> int:
    if plan is None or pushed_nodes == 0:
        return subscribed_at + NO_RECORD_AFTER
    return max(plan.nodes[pushed_nodes - 1].at, subscribed_at) + UNCHANGED_AFTER


def _gap(seed: int, number: str, since: int, code: str) -> int:
    usual = LAST_MILE_GAP if code in NEAR_THE_END else USUAL_GAP
    return int(usual * stream(seed, number, since, "gap").uniform(0.85, 1.15))


def retry_at(failed_at: int, attempts: int, *, floor: int = 0) -> int | None:
    """When a refused or unanswered push is sent again; None once three retries failed.

    ``attempts`` counts the sends so far; ``floor`` is the least distance in world seconds.
    """
    return failed_at + max(RETRY_GAP, floor) if attempts <= MAX_RETRIES else None
