"""What the world outside saw, written down where no fault reaches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader

BOOK = "CREATE TABLE chaos_seen (change_id bigint NOT NULL)"
NOTE = "INSERT INTO chaos_seen SELECT unnest(%s::bigint[])"
SEEN = """
SELECT change.id FROM chaos_seen JOIN shipments_shipmentchange AS change ON change.id = change_id
WHERE change.shipment_id BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class Acked:
    """A message the portal said it had: ``who`` is its token or ``poll:<shipment>``.

    ``yields``: whether its events must be stored; a poison one must be put away instead.
    """

    who: str
    param: str
    yields: bool = True


@dataclass(slots=True)
class Ledger:
    """One scenario as seen from outside: shipments ``first`` to ``last``, inbox ids from ``after``.

    ``seen`` are the change rows a reader was given, ``told`` id and hash of what a merchant's
    system was sent (nobody listens unless ``tells``). Every reader in ``readers`` must have passed
    the last change.
    """

    first: int
    last: int
    after: int = 0
    acked: list[Acked] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    told: Sequence[tuple[str, str]] = ()
    readers: tuple[str, ...] = ("chaos",)
    tells: bool = True

    def read(self, reader: str) -> None:
        """Take every change row there is through the reader's cursor; ``seen`` is all it was given.

        What a reader does with a change is in the transaction of its cursor's step: here it
        writes the change down.
        """
        while _read_some(reader):
            pass
        with connection.cursor() as cursor:
            cursor.execute(SEEN, [self.first, self.last])
            self.seen = [row[0] for row in cursor.fetchall()]


def _read_some(reader: str) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        changes = read_changes(reader=reader)
        if not changes:
            return False
        cursor.execute(NOTE, [[change.pk for change in changes]])
        advance_reader(reader=reader, change=changes[-1])
    return True


def last_inbox_id() -> int:
    """Return the greatest id in the inbox, 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM baidiyun_inboxrow")
        return int(cursor.fetchone()[0])
