"""Taking the world through a stretch of time in which everything that is due happens in order.

Slice by slice: the clock stands at the end of a slice, what is due in it is made, then sent
in the order of its time, each receiver of a subject (an order, a subscription, a ride) one
push after the other, and the answers are recorded before the next slice begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from apps.sandbox import selectors, services
from apps.sandbox.models import SandboxPush
from apps.sandbox.services.pushing import Answer, Send
from apps.sandbox.world import RunningClock

SLICE = dt.timedelta(minutes=30)
AT_ONCE = 1000
Settle = Callable[[dt.datetime], int]
Answered = tuple[SandboxPush, Answer]


def travel(
    *,
    running: RunningClock,
    to: dt.datetime,
    settle: Settle,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Bring the world to ``to`` (a later moment; an earlier one changes nothing).

    ``settle`` makes and sends what is due by a moment; ``stop`` ends the journey early, at a
    slice's end. Returns how many pushes were sent.
    """
    sent = 0
    while not stop():
        due = selectors.next_due_at()
        if due is None or due > to:
            running.jump(to)
            break
        running.jump(min(to, max(due, running.now()) + SLICE))
        sent += settle(min(to, running.now()))
    return sent


def settle(*, now: dt.datetime, send: Send, pool: Executor, retry_floor: int = 0) -> int:
    """Make and send everything due by ``now``; returns how many pushes were sent."""
    sent = 0
    while True:
        advance_everything(now=now)
        pushes = services.claim_pushes(now=now, limit=AT_ONCE)
        if not pushes:
            return sent
        groups = pool.map(lambda group: _send_all(group, send), by_subject(pushes))
        answers = [answer for group in groups for answer in group]
        services.record_answers(answers=answers, now=now, retry_floor=retry_floor)
        sent += len(pushes)


def advance_everything(*, now: dt.datetime) -> None:
    """Make every push that is due by ``now``."""
    while (due := selectors.next_made_at()) is not None and due <= now:
        services.advance_orders(now=now, limit=AT_ONCE)
        services.advance_subscriptions(now=now, limit=AT_ONCE)
        services.advance_rides(now=now)


def by_subject(pushes: Iterable[SandboxPush]) -> list[list[SandboxPush]]:
    """Pushes that must not overtake each other together, in the order of their time."""
    groups: dict[object, list[SandboxPush]] = {}
    for push in pushes:
        subject = (push.order_id, push.subscription_id, push.ride_id)
        groups.setdefault(subject if any(subject) else push.pk, []).append(push)
    return list(groups.values())


def _send_all(pushes: list[SandboxPush], send: Send) -> list[Answered]:
    return [(push, _sent(push, send)) for push in pushes]


def _sent(push: SandboxPush, send: Send) -> Answer:
    try:
        return send(push.url, services.push_fields(push))
    except (OSError, RuntimeError, ValueError) as error:
        return Answer(0, f"{type(error).__name__}: {error}")
