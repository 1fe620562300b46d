"""Permutations: the same messages in another order, some twice, must come to the same end.

A world is one parcel's life and all that push and poll ever said about it. Its first parcel hears
it in the order it was received; hundreds of others hear it shuffled, reversed, repeated and late,
with forged ones among it. What is applied late keeps the moment it was received. Which of push and
poll told a node is not compared: an answer that says what is known already is not read again, so
whether it counts as a source depends on what came before it. Nor is when a leg was closed: once it
is, it stays so (`Leg.closed_at`), also when what ended the parcel for a moment turns out to be old.

Some worlds cross a border: their pushes carry the track of a second carrier, which becomes a leg of
its own, and their legs have to come out the same too.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from apps.baidiyun.services import drain_once
from apps.core import clock
from apps.webhooks.models import Endpoint
from config.bench.parcels import number_of, token_of
from config.chaos import bodies
from config.chaos.checker import check
from config.chaos.ground import MODE, database_url, ground, plant
from config.chaos.ledger import Acked, Ledger, last_inbox_id
from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.working import finish

DATABASE = "lastmile_chaos_shuffles"
WORLDS, ORDERS = 42, 240
CROSSING_EVERY = 10
PARTNER = "usps"
LATEST = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
BATCH = 500
COPY = (
    "COPY baidiyun_inboxrow (topic, source, token, subject, carrier, number, mode, body_hash,"
    " param, received_at, state, attempts, next_at, error) FROM STDIN"
)
STATES = """
SELECT shipment.id, shipment.status, shipment.substatus, shipment.status_at,
       shipment.last_event_at, shipment.picked_up_at, shipment.delivered_at, shipment.closed_at,
       shipment.unknown_codes, shipment.carrier, shipment.raw_state, array_agg(leg.kind || ' '
       || leg.carrier || ' ' || leg.zone || ' ' || leg.link_source ORDER BY leg.sequence),
       array_agg(leg.snapshot_newest_at ORDER BY leg.sequence),
       array_agg(leg.handed_over_at ORDER BY leg.sequence)
FROM shipments_shipment AS shipment JOIN shipments_leg AS leg ON leg.shipment_id = shipment.id
WHERE shipment.id BETWEEN %s AND %s GROUP BY shipment.id ORDER BY shipment.id
"""
EVENTS = """
SELECT event.shipment_id, occurred_at, original_time, event.zone, text, original_text, code,
       status, substatus, certainty, area_code, area_name, location, longitude, latitude,
       omitted_at IS NULL, leg.sequence
FROM shipments_event AS event JOIN shipments_leg AS leg ON leg.id = event.leg_id
WHERE event.shipment_id BETWEEN %s AND %s
ORDER BY event.shipment_id, occurred_at, original_time, text
"""


class Step(NamedTuple):
    """What a parcel hears next; ``again``: once more, in other bytes."""

    saying: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What was said of a world: ``nodes`` by push or poll, received in minute ``minute``.

    ``abroad`` are the nodes of the second carrier, None in a world that stays at home.
    """

    nodes: tuple[bodies.Node, ...]
    minute: int
    polled: bool = False
    status: str = "polling"
    said: str = ""
    forged: bool = False
    abroad: tuple[bodies.Node, ...] | None = None

    def param(self, parcel: int, *, again: bool = False) -> str:
        """Return what goes over the wire about a numbered parcel."""
        number = "YT999999999999" if self.forged else number_of(parcel)
        if self.polled:
            return bodies.poll(number, self.nodes)
        message = "60天无变化" if self.status == "abort" else ""
        said = "repeated" if again else self.said
        abroad = None
        if self.abroad is not None and not self.forged:
            abroad = bodies.track(f"US{number}", self.abroad, carrier=PARTNER)
        return bodies.push(
            number, self.nodes, status=self.status, said=said, message=message, abroad=abroad
        )


def crossing_world(rng: random.Random) -> list[Saying]:
    """Return what is said of a parcel whose last mile has a track of its own.

    The first push names the partner; older and fuller parts of both tracks follow.
    """
    home, there = bodies.life(rng)[:3], bodies.overseas(bodies.life(rng)[1:])
    said = []
    for minute in range(6):
        mine, theirs = rng.randrange(1, len(home) + 1), rng.randrange(len(there) + 1)
        part = list(there[:theirs])
        if len(part) > 2 and rng.random() < 0.3:
            part.pop(1)
        polled = minute in {2, 4} and rng.random() < 0.6
        abroad = None if polled else tuple(part)
        said.append(Saying(tuple(home[:mine]), minute, polled, said=f"n {minute}", abroad=abroad))
    said.append(Saying(tuple(home), 7, abroad=tuple(there), said="whole"))
    return _told_once(said)


def world(rng: random.Random) -> list[Saying]:
    """Return what is said of one parcel, in the order it is received."""
    codes = list(bodies.LIFE)
    if rng.random() < 0.3:
        codes.insert(rng.randrange(1, 5), "202")
    nodes = bodies.life(rng, codes[: rng.randrange(3, len(codes) + 1)])
    said = []
    for minute, size in enumerate(sorted(rng.choices(range(1, len(nodes) + 1), k=5))):
        part = nodes[:size]
        kind = rng.randrange(5)
        if kind == 0 and size > 2:
            part = part[:1] + part[2:]
        elif kind == 1:
            part = bodies.deeper(part)
        elif kind == 2:
            part = bodies.plain(part)
        said.append(Saying(tuple(part), minute, polled=rng.random() < 0.4, said=f"part {minute}"))
    first = said[0]
    said.append(Saying(first.nodes, 5, polled=not first.polled, said="part 5"))
    if rng.random() < 0.25:
        said.append(Saying(said[2].nodes, 6, status="abort"))
    said.append(Saying(tuple(bodies.life(rng)[:4]), 7, forged=True))
    return _told_once(said)


def _told_once(said: Sequence[Saying]) -> list[Saying]:
    """Leave out what is word for word what was said before: the door keeps that once."""
    known: dict[str, Saying] = {}
    for saying in said:
        known.setdefault(saying.param(0), saying)
    return list(known.values())


def order_of(rng: random.Random, said: Sequence[Saying]) -> tuple[Step, ...]:
    """Return a random order: shuffled, nearly reversed, or two of them late; some pushes twice."""
    order = list(range(len(said)))
    kind = rng.randrange(4)
    if kind == 0:
        order.reverse()
        order.insert(rng.randrange(len(said)), order.pop(rng.randrange(len(said))))
    elif kind == 1:
        order += [order.pop(rng.randrange(len(order))), order.pop(rng.randrange(len(order)))]
    else:
        rng.shuffle(order)
    steps = [Step(index) for index in order]
    pushed = [index for index in order if not said[index].polled]
    if pushed and rng.random() < 0.4:
        index = rng.choice(pushed)
        behind = order.index(index) + 1
        steps.insert(rng.randrange(behind, len(steps) + 1), Step(index, again=True))
    return tuple(steps)


class Shuffles:
    """All worlds side by side: round by round every parcel hears its next saying."""

    def __init__(self, plan: Plan) -> None:
        self.rng = random.Random(plan.seed)  # noqa: S311
        self.plan = plan
        self.worlds = [
            world(self.rng) if number % CROSSING_EVERY else crossing_world(self.rng)
            for number in range(WORLDS)
        ]
        self.ledger = Ledger(1, WORLDS * ORDERS, tells=False)
        self.counts: Counter[str] = Counter()

    def run(self) -> Outcome:
        """Apply everything in everybody's order and compare."""
        plant(1, WORLDS * ORDERS)
        Endpoint.objects.update(is_active=False)
        self.ledger.after = last_inbox_id()
        orders = [self._orders(each) for each in self.worlds]
        longest = max(len(order) for parcels in orders for order in parcels)
        with clock.frozen(LATEST):
            for turn in range(longest):
                self.plan.say(f"turn {turn + 1} of at most {longest}")
                self._fill(self._turn(orders, turn))
                while drain_once(limit=BATCH).claimed:
                    pass
            misses = self._compare()
        return Outcome(sum(len(each) - 1 for each in orders), dict(self.counts), tuple(misses))

    def _orders(self, said: list[Saying]) -> list[tuple[Step, ...]]:
        """The first parcel hears everything in order, every other one in an order of its own."""
        first = tuple(Step(index) for index in range(len(said)))
        orders = {first: None}
        while len(orders) < ORDERS:
            orders[order_of(self.rng, said)] = None
        return list(orders)

    def _turn(
        self, orders: list[list[tuple[Step, ...]]], turn: int
    ) -> Iterator[tuple[int, Saying, bool]]:
        """Yield who hears what now: one, two or three at once, as the parcel does."""
        for place, (said, parcels) in enumerate(zip(self.worlds, orders, strict=True)):
            for index, order in enumerate(parcels):
                at_once = index % 3 + 1
                for saying, again in order[turn * at_once : (turn + 1) * at_once]:
                    yield place * ORDERS + index + 1, said[saying], again

    def _fill(self, heard: Iterable[tuple[int, Saying, bool]]) -> None:
        with (
            psycopg.connect(database_url(), autocommit=True) as raw,
            raw.cursor().copy(COPY) as copy,
        ):
            for parcel, saying, again in heard:
                copy.write_row(self._row(parcel, saying, saying.param(parcel, again=again)))

    def _row(self, parcel: int, saying: Saying, param: str) -> Sequence[Any]:
        """Return an inbox row that is due at once, behind those of its parcel before it."""
        token = "" if saying.polled else token_of(parcel)
        who = token or f"poll:{parcel}"
        self.ledger.acked.append(Acked(who, param, yields=not saying.forged))
        self.counts["forged" if saying.forged else "polls" if saying.polled else "pushes"] += 1
        source, subject = ("poll", parcel) if saying.polled else ("push", None)
        carrier, number, mode = ("", "", "")
        if saying.polled:
            carrier, number, mode = "yuantong", number_of(parcel), MODE
        received = LATEST + dt.timedelta(minutes=saying.minute)
        digest = sha256(f"{who}\n{param}".encode()).digest()
        return (
            "tracking", source, token, subject, carrier, number, mode, digest, param, received,
            "pending", 0, LATEST, "",
        )  # fmt: skip

    def _compare(self) -> list[str]:
        """Compare every parcel with the first of its world, and everything by the checker."""
        misses = []
        for place in range(WORLDS):
            first = place * ORDERS + 1
            told = _told(first, first + ORDERS - 1)
            wanted = told[first]
            for parcel, end in told.items():
                if end != wanted:
                    misses.append(f"shipment {parcel} of world {place}: {_differ(wanted, end)}")
            self.counts["events"] += sum(len(events) for _, events in told.values())
        finish(self.ledger, patience=120.0)
        self.counts["changes"] = len(self.ledger.seen)
        return [*misses, *check(self.ledger)]


def _told(first: int, last: int) -> dict[int, tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Return state and events of every parcel, without what must differ: its own ids."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, [first, last])
        told: dict[int, tuple[tuple[Any, ...], list[tuple[Any, ...]]]] = {
            row[0]: (row[1:], []) for row in cursor.fetchall()
        }
        cursor.execute(EVENTS, [first, last])
        for row in cursor.fetchall():
            told[row[0]][1].append(row[1:])
    return told


def _differ(one: Any, other: Any) -> str:
    pairs = [(a, b) for a, b in zip(one[0], other[0], strict=True) if a != b]
    events = [(a, b) for a, b in zip(one[1], other[1], strict=False) if a != b]
    return f"{pairs} {len(one[1])} and {len(other[1])} events {events[:1]}"[:600]


def shuffle_everything(plan: Plan) -> Outcome:
    """Apply every order of every world."""
    with ground(DATABASE):
        try:
            return Shuffles(plan).run()
        finally:
            connection.close()


SCENARIOS = (
    Scenario(
        "shuffles",
        "the same messages shuffled, reversed, repeated, late, by push and poll, forged among them",
        10_000,
        shuffle_everything,
    ),
)
