"""What the customers of the world say of their parcels: complaints after trouble, and answers.

A customer knows what really happened to a parcel (its plan), not what the portal believes. The
same seed and plan give the same sayings; whoever keeps them may ask again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from apps.sandbox.hours import DAY, HOUR
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream, weighted

SILENT_S = 60 * HOUR
"""After so long without news a customer begins to wonder."""
ANSWER_RATE = 0.15
IDLE_RATE = 0.012
# Outcome → reason, share of customers who write, hours after the last node seen.
TROUBLES: dict[str, tuple[str, float, tuple[float, float]]] = {
    "phantom": ("not_received", 0.8, (2.0, 40.0)),
    "damaged": ("damaged", 0.6, (1.0, 20.0)),
    "lost": ("lost", 0.8, (4.0, 72.0)),
    "overdue": ("late", 0.65, (4.0, 48.0)),
    "detained": ("where_is_it", 0.25, (1.0, 30.0)),
    "held": ("customs", 0.35, (4.0, 60.0)),
    "asked": ("customs", 0.35, (4.0, 60.0)),
    "barred": ("customs", 0.6, (4.0, 60.0)),
    "retried": ("courier", 0.06, (1.0, 20.0)),
    "uncollected": ("courier", 0.15, (4.0, 40.0)),
}
IDLE = (("where_is_it", 40), ("address", 25), ("return", 25), ("other", 10))
CHANNELS = (("storefront", 50), ("chat", 25), ("platform", 15), ("mail", 10))
WORDS: dict[str, tuple[str, ...]] = {
    "where_is_it": ("我的包裹到哪里了？", "几天没更新了，怎么回事", "Where is my parcel?"),
    "late": ("怎么还没送到，急用", "说好前天到的", "太慢了，要退款"),
    "not_received": ("显示已签收，但我没有收到", "家里没人签收啊", "谁签的？我没拿到"),
    "damaged": ("盒子压坏了", "收到是破的，里面碎了"),
    "lost": ("是不是弄丢了", "一直没动静，丢件了吧"),
    "courier": ("快递员没打电话就放驿站了", "派送态度太差"),
    "customs": ("海关为什么还没放行", "Why is it still in customs?"),
    "address": ("想改一下地址",),
    "return": ("不想要了，怎么退",),
    "other": ("请问可以开发票吗",),
}
HAPPY = ((10, 38), (9, 26), (8, 18), (7, 9), (6, 4), (5, 3), (3, 2))
ANGRY = ((0, 35), (1, 15), (2, 15), (3, 12), (5, 10), (6, 8), (8, 5))
CONTACT, ANSWER = "contact", "answer"


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing a customer says: a ``contact`` with its reason, or an ``answer`` with a score.

    ``at`` is epoch seconds; ``key`` tells it from the others of the same parcel.
    """

    kind: str
    at: int
    key: str
    reason: str = ""
    channel: str = ""
    words: str = ""
    score: int = 0


def sayings_of(plan: Plan, *, seed: int) -> list[Saying]:
    """Return what the customer of a parcel says, in the order of time; nothing before pickup."""
    if plan.picked_up_at is None or not plan.nodes:
        return []
    rng = stream(seed, plan.number, "customer")
    said = _complaints(plan, rng)
    answered = _answer(plan, rng, is_angry=bool(said))
    return sorted([*said, *answered], key=lambda one: one.at)


def _complaints(plan: Plan, rng: Random) -> list[Saying]:
    """At most one complaint, or an idle question of a few."""
    draw, later, idle = rng.random(), rng.random(), rng.random()
    reason, share, (least, most) = TROUBLES.get(plan.outcome, ("", 0.0, (0.0, 0.0)))
    if reason and draw < share:
        at = _trouble_at(plan) + int((least + (most - least) * later) * HOUR)
        return [_contact(reason, at, rng)]
    gap = next((a.at for a, b in pairwise(plan.nodes) if b.at - a.at > SILENT_S), None)
    if gap is not None and draw < 0.35:
        return [_contact("where_is_it", gap + SILENT_S + int(later * 20 * HOUR), rng)]
    if idle < IDLE_RATE:
        at = plan.nodes[0].at + int(later * 3 * DAY)
        return [_contact(weighted(rng, IDLE), at, rng)]
    return []


def _trouble_at(plan: Plan) -> int:
    """When the customer can first see what is wrong."""
    if plan.outcome == "damaged":
        return next((node.at for node in plan.nodes if node.code == "209"), plan.last_at)
    if plan.outcome in {"detained", "held", "asked", "barred"}:
        told = (node.at for node in plan.nodes if node.code in {"208", "13"})
        return next(told, plan.nodes[0].at + DAY)
    if plan.outcome == "lost":
        last = [node.at for node in plan.nodes][-2:]
        return last[0] + 2 * DAY
    return plan.signed_at or plan.last_at


def _contact(reason: str, at: int, rng: Random) -> Saying:
    words = rng.choice(WORDS[reason])
    return Saying(CONTACT, at, "c", reason=reason, channel=weighted(rng, CHANNELS), words=words)


def _answer(plan: Plan, rng: Random, *, is_angry: bool) -> list[Saying]:
    if plan.signed_at is None or rng.random() >= ANSWER_RATE:
        return []
    at = plan.signed_at + int(rng.uniform(3, 60) * HOUR)
    angry = is_angry or plan.outcome == "phantom"
    return [Saying(ANSWER, at, "n", score=weighted(rng, ANGRY if angry else HAPPY))]
