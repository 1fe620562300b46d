"""Kinds of batches: what is in the inbox when a process dies over it.

A kind is a list of messages about a few parcels, first those applied beforehand, then those the
killed process works on. Everything follows from the seed and the number of the first parcel.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.bench.parcels import number_of, token_of
from config.chaos import bodies
from config.chaos.bodies import poll, push


@dataclass(frozen=True, slots=True)
class Message:
    """A push about a numbered parcel, or the answer to a poll; ``yields`` as in `Acked`."""

    parcel: int
    param: str
    polled: bool = False
    yields: bool = True

    @property
    def who(self) -> str:
        """Whose message it is, as its hash says."""
        return f"poll:{self.parcel}" if self.polled else token_of(self.parcel)


@dataclass(slots=True)
class Batch:
    """``before`` is applied in peace; ``killed`` is what the process dies over."""

    before: list[Message] = field(default_factory=list)
    killed: list[Message] = field(default_factory=list)


EXPLODES = "explodes"
"""What an exploding push says beside its track; `kills.explosive` looks for it."""
Kind = Callable[[random.Random, Sequence[int]], Batch]


def fresh(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """First pushes; every status moves, every message goes out."""
    return Batch(killed=[_push(n, bodies.life(rng)[: 2 + n % 5]) for n in parcels])


def growing(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Pushes that add nodes to known tracks, several about one parcel in one batch."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:2]))
        batch.killed += [_push(n, nodes[:3]), _push(n, nodes[:5])]
    return batch


def duplicates(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """What is known, in other bytes."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)[:4]
        batch.before.append(_push(n, nodes))
        batch.killed += [_push(n, nodes, said="again"), _push(n, nodes, said="and again")]
    return batch


def mixed(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Push and poll about the same nodes, with places one of them does not know."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:3]))
        batch.killed += [_poll(n, bodies.deeper(nodes[:4])), _push(n, nodes[:5])]
        batch.killed.append(_poll(n, bodies.plain(nodes[:2])))
    return batch


def healing(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Reconciliation: only the poll knows how it went on."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:2]))
        batch.killed.append(_poll(n, nodes))
    return batch


def withdrawn(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """A later snapshot leaves out a node an earlier one had."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:4]))
        batch.killed.append(_push(n, [*nodes[:2], *nodes[4:6]]))
    return batch


def corrected(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """The platform finds another carrier."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:2]))
        param = push(number_of(n), nodes[:4], moved=("yuantong", "zhongtong"), carrier="zhongtong")
        batch.killed.append(Message(n, param))
    return batch


def aborted(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """The platform gives up; half of the parcels are heard of again."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng)
        batch.before.append(_push(n, nodes[:2]))
        param = push(number_of(n), nodes[:3], status="abort", message="60天无变化")
        batch.killed.append(Message(n, param))
        if n % 2:
            batch.killed.append(_push(n, nodes[:4]))
    return batch


def poisoned(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Among good pushes one whose nodes cannot be read, and one about another number."""
    batch = fresh(rng, parcels)
    broken = push(number_of(parcels[0]), []).replace('"data":[]', '"data":[7]')
    batch.killed.insert(1, Message(parcels[0], broken, yields=False))
    stray = push("YT999999999999", bodies.life(rng)[:2])
    batch.killed.append(Message(parcels[-1], stray, yields=False))
    return batch


def exploding(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Among good pushes one over which the applier fails by itself; the batch is halved."""
    batch = fresh(rng, parcels)
    batch.killed.insert(2, _push(parcels[0], bodies.life(rng)[:2], said=EXPLODES, yields=False))
    return batch


def ended(rng: random.Random, parcels: Sequence[int]) -> Batch:
    """Signatures and exceptions: shipments end, legs close."""
    batch = Batch()
    for n in parcels:
        nodes = bodies.life(rng, ("103", "1002", "202") if n % 2 else bodies.LIFE)
        batch.before.append(_push(n, nodes[:2]))
        batch.killed += [_push(n, nodes), _poll(n, nodes)]
    return batch


KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        fresh, growing, duplicates, mixed, healing, withdrawn, corrected, aborted, poisoned,
        exploding, ended,
    )
}  # fmt: skip


def _push(
    parcel: int, nodes: Sequence[bodies.Node], *, said: str = "", yields: bool = True
) -> Message:
    return Message(parcel, push(number_of(parcel), nodes, said=said), yields=yields)


def _poll(parcel: int, nodes: Sequence[bodies.Node]) -> Message:
    return Message(parcel, poll(number_of(parcel), nodes), polled=True)
