"""Who applies which topic: apps register here in ``ready()``, the drain looks here.

An applier gets inbox rows of its topic, oldest first, inside the drain's transaction, with
``subject``, ``carrier``, ``number`` and ``mode`` filled in, and answers one :class:`Applied` for
each row. It may raise: the batch is then halved until the poison row stands alone, which is
tried again with growing delay and parked in the end. Use :func:`snapshot_of` and
:func:`booking_update_of` to read a row: they parse once and share the result with the drain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, cast

import orjson

from apps.baidiyun.choices import InboxState, Source
from apps.baidiyun.cleaning import Originals
from apps.baidiyun.drift import Finding, observe
from apps.baidiyun.products import pickup, tracking
from apps.baidiyun.reading import load_object, text
from apps.baidiyun.tracks import read_track

if TYPE_CHECKING:
    from apps.baidiyun.models import InboxRow


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one row: ``state`` is applied, aside or skipped; ``note`` says why."""

    row_id: int
    state: str = InboxState.APPLIED.value
    subject: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hygiene:
    """What reading one row showed: how many texts were cleaned, what deviates from the contract."""

    cleaned: int
    findings: list[Finding]


class Head(NamedTuple):
    """The number a report is about, and bytes equal only for equal content (b"": no telling)."""

    number: str
    fingerprint: bytes


PASSING = frozenset({"billstatus", "status", "message"})
PASSING_AT_THE_END = frozenset({"billstatus"})
ROUTINE = frozenset({"polling", "updateall"})
"""A routine push and its repetition say the same; an end (shutdown, abort) is news."""


class HasOriginals(Protocol):
    """A report that says what cleaning changed."""

    @property
    def originals(self) -> Originals:
        """Field → text as it came."""


Cleanable = TypeVar("Cleanable", bound=HasOriginals)
Applier = Callable[[Sequence["InboxRow"]], list[Applied]]
_appliers: dict[str, Applier] = {}


def register(topic: str, applier: Applier) -> None:
    """Make ``applier`` the owner of a topic; the last registration wins."""
    _appliers[str(topic)] = applier


def unregister(topic: str) -> None:
    """Forget the owner of a topic; its rows then wait."""
    _appliers.pop(str(topic), None)


def applier_for(topic: str) -> Applier | None:
    """Return the owner of a topic, or None."""
    return _appliers.get(str(topic))


def registered_topics() -> list[str]:
    """Return the topics that have an owner."""
    return sorted(_appliers)


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


def head_of(row: InboxRow) -> Head:
    """Return number and fingerprint of a row of topic tracking without reading its nodes.

    Raises MalformedPayload exactly when :func:`snapshot_of` would.
    """
    kept = row.__dict__.get("_head")
    if isinstance(kept, Head):
        return kept
    value = _object_of(row)
    if row.source == Source.PUSH.value and tracking.is_plain(value):
        head = Head(text(value["lastResult"], "nu"), _fingerprint(value))
    else:
        head = Head(snapshot_of(row).number, b"")
    row.__dict__["_head"] = head
    return head


def _object_of(row: InboxRow) -> dict[str, Any]:
    """Return the JSON object in a row, decoded once. Raises MalformedPayload."""
    kept = row.__dict__.get("_object")
    if kept is None:
        kept = row.__dict__["_object"] = load_object(row.param)
    return cast("dict[str, Any]", kept)


def _fingerprint(value: Mapping[str, Any]) -> bytes:
    """Return 16 bytes over all that a push says, but for what changes while its track does not."""
    passing = PASSING if value.get("status") in ROUTINE else PASSING_AT_THE_END
    said = [item for item in value.items() if item[0] not in passing]
    try:
        return blake2b(orjson.dumps(said), digest_size=16).digest()
    except (orjson.JSONEncodeError, RecursionError):
        return b""


def booking_update_of(row: InboxRow) -> pickup.PickupPush:
    """Return the pickup report in a row of topic booking. Raises MalformedPayload."""
    kept = row.__dict__.get("_booking_update")
    if isinstance(kept, pickup.PickupPush):
        return kept
    value = load_object(row.param)
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
    value = load_object(row.param)
    found = read(value)
    row.__dict__["_hygiene"] = Hygiene(len(found.originals), observe(message, value))
    return found


def hygiene_of(row: InboxRow) -> Hygiene:
    """Return what reading the row showed, nothing if it was not (or could not be) read."""
    kept = row.__dict__.get("_hygiene")
    return kept if isinstance(kept, Hygiene) else Hygiene(0, [])
