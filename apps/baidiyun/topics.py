"""Who applies which topic: apps register here in ``ready()``, the drain looks here.

An applier gets inbox rows of its topic, oldest first, inside the drain's transaction, with
``subject``, ``carrier``, ``number`` and ``mode`` filled in, and answers one :class:`Applied` for
each row. It may raise: the batch is then halved until the poison row stands alone, which is
tried again with growing delay and parked in the end. Use :func:`snapshot_of` and
:func:`booking_update_of` to read a row: they parse once and share the result with the drain.

The drain has examined what it hands over: it can be read and is about the number it should be. An
applier registered with ``examines`` gets rows nobody has read and calls :func:`examine` itself,
for all but those it knows by their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, cast

import orjson

from apps.baidiyun.choices import InboxState, Source, Topic
from apps.baidiyun.cleaning import Originals
from apps.baidiyun.drift import Finding, observe
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products import pickup, tracking
from apps.baidiyun.reading import load_object
from apps.baidiyun.tracks import read_track

if TYPE_CHECKING:
    from apps.baidiyun.models import InboxRow


class Applied(NamedTuple):
    """What became of one row: ``state`` is applied, aside, skipped or (unreadable) parked.

    ``note`` says why.
    """

    row_id: int
    state: str = InboxState.APPLIED.value
    subject: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hygiene:
    """What reading one row showed: how many texts were cleaned, what deviates from the contract."""

    cleaned: int
    findings: list[Finding]


ROUTINE_START = re.compile(rb'\{"status":"(?:polling|updateall)",(?:"billstatus":"[^"\\]*",)?')
"""What differs between a routine push and its repetition; an end (shutdown, abort) is news."""
FINGERPRINT_BYTES = 16


class HasOriginals(Protocol):
    """A report that says what cleaning changed."""

    @property
    def originals(self) -> Originals:
        """Field → text as it came."""


Cleanable = TypeVar("Cleanable", bound=HasOriginals)
Applier = Callable[[Sequence["InboxRow"]], list[Applied]]
_appliers: dict[str, Applier] = {}
_examining: set[str] = set()


def register(topic: str, applier: Applier, *, examines: bool = False) -> None:
    """Make ``applier`` the owner of a topic; the last registration wins.

    With ``examines`` it calls :func:`examine` itself for the rows it has to read.
    """
    unregister(topic)
    _appliers[str(topic)] = applier
    if examines:
        _examining.add(str(topic))


def unregister(topic: str) -> None:
    """Forget the owner of a topic; its rows then wait."""
    _appliers.pop(str(topic), None)
    _examining.discard(str(topic))


def examines(topic: str) -> bool:
    """Whether the owner of a topic examines its rows itself."""
    return str(topic) in _examining


def applier_for(topic: str) -> Applier | None:
    """Return the owner of a topic, or None."""
    return _appliers.get(str(topic))


def registered_topics() -> list[str]:
    """Return the topics that have an owner."""
    return sorted(_appliers)


def examine(row: InboxRow) -> Applied | None:
    """Return what becomes of a bound row that cannot be applied, None for one that can.

    What cannot be read is parked, what is about another number than it should be is kept aside.
    """
    try:
        if row.topic == Topic.BOOKING.value:
            booking_update_of(row)
            return None
        if row.topic != Topic.TRACKING.value:
            return None
        said = number_of(row)
    except MalformedPayload as error:
        return Applied(row.id, InboxState.PARKED.value, row.subject, f"malformed: {error}")
    if said and said != row.number and said.strip().upper() != row.number.strip().upper():
        note = f"about another number: {said[:64]}"
        return Applied(row.id, InboxState.ASIDE.value, row.subject, note)
    return None


def snapshot_of(row: InboxRow) -> tracking.Snapshot:
    """Return the track in a row of topic tracking, push or poll.

    Raises MalformedPayload.
    """
    kept = row.__dict__.get("_snapshot")
    if isinstance(kept, tracking.Snapshot):
        return kept
    value = _object_of(row)
    if row.source == Source.PUSH.value:
        snapshot = tracking.read_push(value)
        findings = observe("tracking.push", value)
    else:
        snapshot, findings = read_track(value)
    row.__dict__["_snapshot"] = snapshot
    row.__dict__["_hygiene"] = Hygiene(snapshot.cleaned, findings)
    return snapshot


def number_of(row: InboxRow) -> str:
    """Return the number a row of topic tracking is about, "" if it does not say.

    Raises MalformedPayload exactly when :func:`snapshot_of` would.
    """
    return snapshot_of(row).number


def fingerprint_of(row: InboxRow) -> bytes:
    """Return 16 bytes that two pushes share only if they say the same; b"" for a poll.

    They are taken from the bytes as they came, so that nothing has to be read: a repetition
    whose bytes differ elsewhere than in :data:`ROUTINE_START` has others.
    """
    if row.source != Source.PUSH.value:
        return b""
    kept = row.__dict__.get("_fingerprint")
    if kept is None:
        raw = _raw_of(row)
        start = ROUTINE_START.match(raw)
        said = raw[start.end() :] if start else raw
        kept = row.__dict__["_fingerprint"] = sha256(said).digest()[:FINGERPRINT_BYTES]
    return cast("bytes", kept)


def mentions(row: InboxRow, *words: bytes) -> bool:
    """Whether any of some words stands in the bytes of a row; nothing is read for it."""
    raw = _raw_of(row)
    return any(word in raw for word in words)


def carry_raw(row: InboxRow, raw: bytes) -> None:
    """Give a row its content as the bytes it is stored in, which is all that most readers need."""
    row.__dict__["_raw"] = raw


def param_of(row: InboxRow) -> str:
    """Return the content of a row as text."""
    if "param" not in row.__dict__ and "_raw" in row.__dict__:
        row.param = row.__dict__["_raw"].decode()
    return row.param


def _raw_of(row: InboxRow) -> bytes:
    kept = row.__dict__.get("_raw")
    return row.param.encode("utf-8", "surrogatepass") if kept is None else cast("bytes", kept)


def _object_of(row: InboxRow) -> dict[str, Any]:
    """Return the JSON object in a row. Raises MalformedPayload."""
    raw = row.__dict__.get("_raw")
    if raw is not None:
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError:
            value = None
        if value.__class__ is dict:
            return cast("dict[str, Any]", value)
    return load_object(param_of(row))


def booking_update_of(row: InboxRow) -> pickup.PickupPush:
    """Return the pickup report in a row of topic booking. Raises MalformedPayload."""
    kept = row.__dict__.get("_booking_update")
    if isinstance(kept, pickup.PickupPush):
        return kept
    value = load_object(param_of(row))
    update = pickup.read_order_push(value)
    row.__dict__["_booking_update"] = update
    row.__dict__["_hygiene"] = Hygiene(len(update.originals), observe("pickup.push", value))
    return update


def pushed_of(
    row: InboxRow, read: Callable[[Mapping[str, Any]], Cleanable], *, message: str
) -> Cleanable:
    """Return the report in a row as ``read`` of its product reads it, and note its hygiene.

    ``message`` names the contract's table. Raises MalformedPayload.
    """
    value = load_object(param_of(row))
    found = read(value)
    row.__dict__["_hygiene"] = Hygiene(len(found.originals), observe(message, value))
    return found


def hygiene_of(row: InboxRow) -> Hygiene:
    """Return what reading the row showed, nothing if it was not (or could not be) read."""
    kept = row.__dict__.get("_hygiene")
    return kept if isinstance(kept, Hygiene) else Hygiene(0, [])
