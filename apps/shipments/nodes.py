"""From a snapshot's nodes to rows ready to store. Pure: a snapshot in, rows out.

A :class:`Row` is a stored event as a flat tuple in the order of the table's columns; the hot
path handles nothing heavier. ``original_text`` is "" where cleaning changed nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple, Protocol

from apps.shipments import texts, times
from apps.shipments.choices import Certainty, EventSource, ShipmentStatus, Substatus
from apps.shipments.codes import MAX_CODE, Meaning, meaning_of, remembered
from apps.shipments.keys import node_key
from apps.shipments.merge import Facts, merge_facts

DELIVERED = ShipmentStatus.DELIVERED.value
IN_TRANSIT = ShipmentStatus.IN_TRANSIT.value
EXPIRED = ShipmentStatus.EXPIRED.value
WITHDRAWN = Substatus.SIGNATURE_WITHDRAWN.value
UNKNOWN = Meaning("", "", Certainty.NONE.value)


class NodeLike(Protocol):
    """What is read of a node: the platform's own words."""

    @property
    def time(self) -> str: ...
    @property
    def context(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def area_code(self) -> str: ...
    @property
    def area_name(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def longitude(self) -> float | None: ...
    @property
    def latitude(self) -> float | None: ...
    @property
    def text(self) -> str: ...


class Place(NamedTuple):
    """Where a node's row belongs: its leg, its partition, the carrier that decides the zone."""

    month: dt.date
    shipment_id: int
    leg_id: int
    carrier: str
    zone: str


class Row(NamedTuple):
    """One stored event, in the order of the columns."""

    shipment_month: dt.date
    shipment_id: int
    leg_id: int
    key: bytes
    occurred_at: dt.datetime
    original_time: str
    zone: str
    heard_at: dt.datetime
    text: str
    original_text: str
    code: str
    status: str
    substatus: str
    certainty: int
    area_code: str
    area_name: str
    location: str
    longitude: float | None
    latitude: float | None
    sources: int
    omitted_at: dt.datetime | None


class Dated(NamedTuple):
    """A node with its local time read."""

    local: dt.datetime
    node: NodeLike


_new_row = tuple.__new__


def date_nodes(nodes: Iterable[NodeLike]) -> tuple[list[Dated], int]:
    """Return the nodes whose time can be read, and how many cannot be."""
    dated = []
    unreadable = 0
    for node in nodes:
        local = times.read_local(node.time)
        if local is None:
            unreadable += 1
        else:
            dated.append(Dated(local, node))
    return dated, unreadable


def newest_index(dated: Sequence[Dated]) -> int:
    """Return the index of the newest node; among equals the one listed first. -1 if none."""
    best = -1
    for index, item in enumerate(dated):
        if best < 0 or item.local > dated[best].local:
            best = index
    return best


def content_hash(
    nodes: Sequence[NodeLike], *, state: str, is_signed: bool, marks: str = ""
) -> bytes:
    """Return 16 bytes over everything of a snapshot that is applied; ``marks``: what else was said.

    Push and poll with the same content have the same hash.
    """
    lines = [
        f"{n.time}\x1f{n.context}"
        + hashed_fields(n.code, n.area_code, n.area_name, n.location, n.longitude, n.latitude)
        for n in nodes
    ]
    whole = f"{state}\x1e{is_signed}\x1e{marks}\x1e" + "\x1e".join(lines)
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def state_meaning(state: str, *, is_signed: bool) -> tuple[str, Meaning] | None:
    """Return what a snapshot's overall state says about its newest node, with the code itself.

    Without a known state the platform's "signed" flag stands for a plain delivery.
    """
    known = meaning_of(state)
    if known is not None:
        return state, Meaning(known.status, known.substatus, Certainty.STATE.value)
    if is_signed:
        return "", Meaning(DELIVERED, "", Certainty.STATE.value)
    return None


def build_row(
    item: Dated,
    *,
    place: Place,
    heard_at: dt.datetime,
    source: int,
    overall: tuple[str, Meaning] | None = None,
) -> Row:
    """Return the row of one node; ``overall``: the snapshot's state, if this is its newest node."""
    local, node = item
    text = node.text
    facts = facts_of_fields(
        node.code,
        node.area_code,
        node.area_name,
        node.location,
        node.longitude,
        node.latitude,
        place.carrier,
        place.zone,
    )
    code, meaning = facts.code, facts.meaning
    if not node.code:
        code, meaning = _spoken(text, overall)
    if "签收" in text:
        meaning = withdrawn(text, meaning)
    return _new_row(
        Row,
        (
            place.month,
            place.shipment_id,
            place.leg_id,
            node_key(place.leg_id, node.time, node.context),
            times.to_utc(local, facts.zone),
            node.time.strip()[:40],
            facts.zone,
            heard_at,
            text,
            original_of(text, node.context),
            code,
            meaning.status,
            meaning.substatus,
            meaning.certainty,
            facts.area_code,
            facts.area_name,
            facts.location,
            facts.longitude,
            facts.latitude,
            source,
            None,
        ),
    )


def expiry_row(
    *, place: Place, newest: Row | None, opened_at: dt.datetime, heard_at: dt.datetime, text: str
) -> Row:
    """Return the event "the platform gave up" (push status abort), right after the newest node.

    It holds until a node that happened later is known; without any node (``newest`` is None) it
    is a guess that gives way to whatever is heard.
    """
    text = texts.cleaned(texts.storable(text))
    moment = newest.occurred_at if newest else opened_at
    return Row(
        place.month,
        place.shipment_id,
        place.leg_id,
        node_key(place.leg_id, newest.original_time if newest else "", f"\x00abort\x00{text}"),
        moment,
        newest.original_time if newest else "",
        newest.zone if newest else place.zone,
        heard_at,
        text,
        "",
        "",
        EXPIRED,
        "",
        Certainty.STATE.value if newest else Certainty.TEXT.value,
        "",
        "",
        "",
        None,
        None,
        EventSource.PUSH.value,
        None,
    )


def merge_rows(stored: Row, heard: Row, *, carrier: str, leg_zone: str) -> Row:
    """Return the join of two rows of the same key; the zone follows the merged place.

    ``omitted_at`` is not a fact about the node and stays as stored.
    """
    is_known = stored[10:19] == heard[10:19] and not heard.sources & ~stored.sources
    if is_known and stored.heard_at <= heard.heard_at:
        return stored
    merged = merge_facts(facts_of(stored), facts_of(heard))
    return rezone(_with_facts(stored, merged), carrier=carrier, leg_zone=leg_zone)


def rezone(row: Row, *, carrier: str, leg_zone: str) -> Row:
    """Return the row with the moment its original time means for that carrier and place."""
    zone = times.zone_for(
        carrier=carrier,
        area_code=row.area_code,
        area_name=row.area_name,
        location=row.location,
        leg_zone=leg_zone,
    )
    if zone == row.zone:
        return row
    local = times.read_local(row.original_time)
    if local is None:
        return row
    return row._replace(zone=zone, occurred_at=times.to_utc(local, zone))


def facts_of(row: Row) -> Facts:
    """Return what is known about a row's node besides its identity."""
    return Facts(row.heard_at, *row[10:20])


def _with_facts(row: Row, facts: Facts) -> Row:
    values = facts._asdict()
    return row._replace(**values)


class _Facts(NamedTuple):
    """What follows from a node's own fields, its words and moment apart: these repeat."""

    code: str
    meaning: Meaning
    area_code: str
    area_name: str
    location: str
    longitude: float | None
    latitude: float | None
    zone: str


@remembered(maxsize=16_384)
def facts_of_fields(  # noqa: PLR0917  (what is remembered is found by position)
    code: str,
    area_code: str,
    area_name: str,
    location: str,
    longitude: float | None,
    latitude: float | None,
    carrier: str,
    leg_zone: str,
) -> _Facts:
    """Return code, meaning, area, point and zone as they are stored."""
    area = _area(area_code, area_name, location)
    zone = times.zone_for(
        carrier=carrier,
        area_code=area[0],
        area_name=area[1],
        location=area[2],
        leg_zone=leg_zone,
    )
    meaning = meaning_of(code) or UNKNOWN
    return _Facts(
        texts.storable(code)[:MAX_CODE], meaning, *area, *_point(longitude, latitude), zone
    )


def _spoken(text: str, overall: tuple[str, Meaning] | None) -> tuple[str, Meaning]:
    """Return code and meaning of a node without a code: the overall state, else its words."""
    if overall is not None:
        return overall
    guess = texts.guess_status(text)
    return "", Meaning(guess, "", Certainty.TEXT.value) if guess else UNKNOWN


def withdrawn(text: str, meaning: Meaning) -> Meaning:
    """Return the meaning of a node that may take a signature back."""
    if not texts.withdraws_signature(text):
        return meaning
    status = meaning.status if meaning.status not in {"", DELIVERED} else IN_TRANSIT
    return Meaning(status, WITHDRAWN, max(meaning.certainty, Certainty.TEXT.value))


def original_of(text: str, context: str) -> str:
    """Return the words as given, at most 4000 characters, "" where cleaning changed nothing."""
    if text == context:
        return ""
    given = texts.storable(context)[:4000]
    return "" if text == given else given


def hashed_fields(  # noqa: PLR0917  (called for every node)
    code: str,
    area_code: str,
    area_name: str,
    location: str,
    longitude: float | None,
    latitude: float | None,
) -> str:
    """Return a node's part of a snapshot's hash, its moment and words apart."""
    return f"\x1f{code}\x1f{area_code}\x1f{area_name}\x1f{location}\x1f{longitude}\x1f{latitude}"


def _area(code: str, name: str, location: str) -> tuple[str, str, str]:
    return (
        texts.cleaned(texts.storable(code))[:20],
        texts.cleaned(texts.storable(name))[:120],
        texts.cleaned(texts.storable(location))[:200],
    )


def _point(longitude: float | None, latitude: float | None) -> tuple[float | None, float | None]:
    """Return a point on Earth or nothing; (0, 0) is a carrier's way of saying nothing."""
    if longitude is None or latitude is None or not (longitude or latitude):
        return None, None
    if abs(longitude) <= 180 and abs(latitude) <= 90:
        return longitude, latitude
    return None, None
