"""When a subscription is looked at next, written into its row."""

from __future__ import annotations

from apps.sandbox import world
from apps.sandbox.cadence import next_look
from apps.sandbox.models import SandboxSubscription
from apps.sandbox.plan import Plan


def schedule(subscription: SandboxSubscription, plan: Plan | None) -> bool:
    """Set when the platform looks next; returns whether that look gives up (abort)."""
    pushed_at = subscription.pushed_at
    look = next_look(
        plan=None if subscription.is_blind else plan,
        seed=world.seed(),
        number=subscription.number,
        subscribed_at=world.epoch(subscription.subscribed_at),
        pushed_at=world.epoch(pushed_at) if pushed_at else None,
        pushed_nodes=subscription.pushed_nodes,
    )
    subscription.due_at = world.moment(look.at)
    return look.abort
