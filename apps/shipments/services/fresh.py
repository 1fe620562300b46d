"""The short way for a parcel's first snapshot: nothing is stored, so nothing has to be merged.

Most pushes of a busy hour are the first word about their parcel. For those one loop over the
nodes gives everything: the lines COPY takes, the snapshot's hash, the status. It does exactly
what the general way does (`applying.py`, `nodes.py`, `status.py`; a property test compares them)
and hands back whatever is not plain: `read_first` then answers None and nothing has happened.

Plain means: every time is "yyyy-mm-dd hh:mm:ss" of China within the leg's tenure, every code is
known, no signature is withdrawn, no node is listed twice. Texts of China's time sort as the
moments they mean, so no moment is built that is not stored with the shipment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, cast

from apps.baidiyun.products.tracking import Node, Snapshot
from apps.core.bulk import escaped
from apps.shipments import nodes, texts, times
from apps.shipments.codes import remembered
from apps.shipments.keys import KEY_BYTES
from apps.shipments.nodes import Place
from apps.shipments.status import EXPIRED, RANK, Happening, Outcome, fold
from apps.shipments.zones import CHINA

FIRST_TIME = f"{times.FIRST_YEAR}-01-01 00:00:00"
LAST_TIME = f"{times.LAST_YEAR}-01-01 00:00:00"
MOST_NODES = 200
_read_time = dt.datetime.fromisoformat


class First(NamedTuple):
    """What a first snapshot comes to: the lines of its events, its hash, the shipment's status."""

    lines: list[str]
    hash: bytes
    outcome: Outcome
    newest: dt.datetime


_Turn = tuple[str, str, int]
"""What an event says of the status: status, substatus, certainty."""


class _Tail(NamedTuple):
    """What follows from a node's fields, its words and moment apart: these repeat.

    ``line`` ends its line of COPY, ``hashed`` its part of the snapshot's hash.
    """

    line: str
    hashed: str
    rank: int
    turn: _Turn


_Item = tuple[str, int, str, _Tail, str]
"""An event: time, rank of its status, key, what its fields say, its line."""


def read_first(
    snapshot: Snapshot,
    *,
    place: Place,
    source: int,
    heard_at: dt.datetime,
    since: dt.datetime,
    base: str,
    marks: str,
) -> First | None:
    """Return what the first snapshot of a leg comes to, None where it has to go the general way.

    ``since`` is the moment from which nodes belong to the leg, ``base`` the status before
    anything happened, ``marks`` what else the snapshot says (`nodes.content_hash`).
    """
    given = snapshot.nodes
    if not 0 < len(given) <= MOST_NODES or place.zone != CHINA or snapshot.destination:
        return None
    read = _read_nodes(given, place, source, heard_at)
    if read is None:
        return None
    items, hashed = read
    if len({item[2] for item in items}) != len(items):
        return None
    items.sort()
    if _moment_of(items[0][0]) < since:
        return None
    whole = f"{snapshot.state}\x1e{snapshot.is_signed}\x1e{marks}\x1e" + "\x1e".join(hashed)
    digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
    newest = _moment_of(items[-1][0])
    return First(
        [item[4] for item in items], digest, _outcome(items, base, heard_at, newest), newest
    )


def _read_nodes(
    given: Sequence[Node], place: Place, source: int, heard_at: dt.datetime
) -> tuple[list[_Item], list[str]] | None:
    """Return the events of nodes and their parts of the hash, None where one is not plain.

    One loop does it all: it runs for every node of a busy hour.
    """
    month, shipment_id, leg_id, carrier, _ = place
    who = f"{month}\x1e{shipment_id}\x1e{leg_id}\x1e\\\\x"
    heard = f"\x1e{CHINA}\x1e{_moment(heard_at)}\x1e"
    items: list[_Item] = []
    hashed: list[str] = []
    try:
        for time, context, _, code, area_code, area_name, _, location, x, y, text in given:
            tail = _tail(code, area_code, area_name, location, x, y, carrier, source)
            if (
                tail is None
                or not _is_plain(time)
                or ("签收" in text and (texts.withdraws_signature(text)))
            ):
                return None
            _read_time(time)
            said = f"{leg_id}\x1f{time}\x1f{context}".encode("utf-8", "surrogatepass")
            key = blake2b(said, digest_size=KEY_BYTES).hexdigest()
            words = _words(text, context) if text != context or "\\" in text else f"{text}\x1e"
            line = f"{who}{key}\x1e{time}+08\x1e{time}{heard}{words}{tail.line}"
            items.append((time, tail.rank, key, tail, line))
            hashed.append(f"{time}\x1f{context}{tail.hashed}")
    except ValueError:
        return None
    return items, hashed


def _outcome(items: list[_Item], base: str, heard_at: dt.datetime, newest: dt.datetime) -> Outcome:
    """Return the status of events in order; of neighbours that say the same the first decides."""
    turns: list[_Turn] = []
    times: list[str] = []
    before: _Turn | None = None
    for time, _, _, tail, _ in items:
        if tail.turn != before:
            before = tail.turn
            turns.append(before)
            times.append(time)
    status, substatus, since, pickup, delivery = _decide(tuple(turns), base)
    return Outcome(
        status,
        substatus,
        None if since is None else _moment_of(times[since]),
        None if since is None else heard_at,
        newest,
        None if pickup is None else _moment_of(times[pickup]),
        None if delivery is None else _moment_of(times[delivery]),
    )


@lru_cache(maxsize=8_192)
def _decide(
    turns: tuple[_Turn, ...], base: str
) -> tuple[str, str, int | None, int | None, int | None]:
    """Return status and substatus of such turns, and which of them decided, picked up, delivered.

    Lives of parcels repeat. The rules (`status.fold`) only ask what came before what, so that the
    turns are numbered instead of dated.
    """
    happenings = [
        Happening(cast("dt.datetime", number), b"", *turn) for number, turn in enumerate(turns)
    ]
    outcome = fold(happenings, base=base)
    numbers = (outcome.status_at, outcome.picked_up_at, outcome.delivered_at)
    since, pickup, delivery = cast("tuple[int | None, int | None, int | None]", numbers)
    return outcome.status, outcome.substatus, since, pickup, delivery


@remembered(maxsize=16_384)
def _tail(  # noqa: PLR0917  (what is remembered is found by position)
    code: str,
    area_code: str,
    area_name: str,
    location: str,
    longitude: float | None,
    latitude: float | None,
    carrier: str,
    source: int,
) -> _Tail | None:
    """Return what follows from a node's fields, None for those that are not plain."""
    facts = nodes.facts_of_fields(
        code, area_code, area_name, location, longitude, latitude, carrier, CHINA
    )
    said = facts.meaning
    if not code or not said.status or said.status == EXPIRED or facts.zone != CHINA:
        return None
    if 0 in {longitude, latitude}:  # 0.0 and -0.0 are found as one and written as two.
        return None
    point = "\x1d\x1e\x1d" if facts.longitude is None else f"{facts.longitude}\x1e{facts.latitude}"
    line = escaped(
        f"\x1e{facts.code}\x1e{said.status}\x1e{said.substatus}\x1e{said.certainty}\x1e{facts.area_code}"
        f"\x1e{facts.area_name}\x1e{facts.location}\x1e{point}\x1e{source}\x1e\x1d"
    )
    hashed = nodes.hashed_fields(code, area_code, area_name, location, longitude, latitude)
    turn = (said.status, said.substatus, said.certainty)
    return _Tail(line + "\n", hashed, RANK[said.status], turn)


def _is_plain(time: str) -> bool:
    """Whether a text can only be read as date and time the way it is stored."""
    return len(time) == 19 and time[4::3] == "-- ::" and FIRST_TIME <= time < LAST_TIME


def _words(text: str, context: str) -> str:
    """Return text and original as fields of a line; the original is "" where nothing changed."""
    original = nodes.original_of(text, context)
    return escaped(f"{text}\x1e{original}")


def _moment_of(time: str) -> dt.datetime:
    return times.to_utc(_read_time(time), CHINA)


@lru_cache(maxsize=64)
def _moment(value: dt.datetime) -> str:
    """The moment of hearing is one for a whole batch."""
    return str(value)
