"""Change rows are read without a gap, whatever the order of commits."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from apps.accounts.models import Merchant
from apps.core import clock
from apps.shipments.models import ReaderCursor, Shipment, ShipmentChange
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, purge_changes, register_reader
from tests.shipments.builders import at, make_merchant, make_shipment
from tests.support.waiting import wait_for

INSERT = (
    "INSERT INTO shipments_shipmentchange (shipment_id, merchant_id, from_status, to_status,"
    " from_substatus, to_substatus, kinds, at)"
    " VALUES (%s, %s, '', 'in_transit', '', '', '{events}', now()) RETURNING id"
)


@pytest.fixture
def shipment(transactional_db: None) -> Shipment:
    shipment = make_shipment(make_merchant(), subscribe=False)
    ShipmentChange.objects.all().delete()
    return shipment


@pytest.fixture
def other(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A second connection, whose transaction ends when the test says so."""
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{key: params[key] for key in wanted if key in params}) as second:
        yield second
        second.rollback()


@pytest.fixture
def neighbour(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A transaction with an id of its own in another database of the server."""
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password")
    given = {key: params[key] for key in wanted if key in params}
    with psycopg.connect(**given, dbname="postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        yield elsewhere
        elsewhere.rollback()


def test_a_long_transaction_in_a_neighbouring_database_delays_no_reader(
    neighbour: psycopg.Connection, shipment: Shipment
) -> None:
    written = write(shipment)

    assert [change.pk for change in read_changes(reader="orders")] == [written]


def test_a_long_transaction_here_still_holds_readers_up(
    other: psycopg.Connection, shipment: Shipment
) -> None:
    late = write(shipment, other)
    early = write(shipment)

    assert read_changes(reader="orders") == []
    other.commit()
    assert [change.pk for change in read_changes(reader="orders")] == [late, early]


def write(shipment: Shipment, connected: psycopg.Connection | None = None) -> int:
    params = [shipment.pk, shipment.merchant_id]
    if connected is not None:
        return connected.execute(INSERT, params).fetchone()[0]  # type: ignore[index]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, params)
        return int(cursor.fetchone()[0])


def settle(*ids: int) -> None:
    """Wait until no transaction of the whole server is older than these rows.

    The horizon is the server's, not the database's: another test process may hold it.
    """

    def is_past() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM shipments_shipmentchange"
                " WHERE id = ANY(%s) AND txid < pg_snapshot_xmin(pg_current_snapshot())",
                [list(ids)],
            )
            return bool(cursor.fetchone()[0] == len(ids))

    wait_for(is_past, what="the horizon to pass the test's rows")


def read(reader: str = "orders") -> list[int]:
    changes = read_changes(reader=reader)
    if changes:
        advance_reader(reader=reader, change=changes[-1])
    return [change.pk for change in changes]


def test_an_earlier_open_transaction_hides_later_rows_until_it_commits(
    shipment: Shipment, other: psycopg.Connection
) -> None:
    before = write(shipment)
    open_one = write(shipment, other)
    committed_meanwhile = write(shipment)
    settle(before)

    first = read()
    still_hidden = read()
    other.commit()
    settle(open_one, committed_meanwhile)
    rest = read()

    assert first == [before]
    assert still_hidden == []
    assert rest == [open_one, committed_meanwhile]
    assert read() == []


def test_a_rolled_back_transaction_leaves_no_gap_and_hides_nothing(
    shipment: Shipment, other: psycopg.Connection
) -> None:
    write(shipment, other)
    mine = write(shipment)
    other.rollback()
    settle(mine)
    assert read() == [mine]


def test_rows_of_an_older_transaction_with_higher_ids_are_not_skipped(
    shipment: Shipment, other: psycopg.Connection
) -> None:
    other.execute("SELECT pg_current_xact_id()")
    mine = write(shipment)
    late = write(shipment, other)
    assert read() == []
    other.commit()
    settle(late, mine)
    assert read() == [late, mine]


def test_readers_do_not_disturb_each_other(shipment: Shipment) -> None:
    mine = write(shipment)
    settle(mine)
    assert read("orders") == [mine]
    assert read("exceptions") == [mine]


def test_a_reader_never_goes_back(shipment: Shipment) -> None:
    first, second = (write(shipment), write(shipment))
    settle(first, second)
    changes = read_changes(reader="orders")
    advance_reader(reader="orders", change=changes[1])
    advance_reader(reader="orders", change=changes[0])
    assert ReaderCursor.objects.get(reader="orders").last_id == second
    assert first < second
    assert read() == []


def test_only_what_every_reader_has_passed_is_purged(shipment: Shipment) -> None:
    settle(write(shipment))
    register_reader(reader="slow")
    read("orders")
    with clock.frozen(clock.real_now() + (at(24 * 31) - at(0))):
        held = purge_changes()
        read("slow")
        purged = purge_changes()
    assert (held, purged) == (0, 1)
    assert not ShipmentChange.objects.exists()


def test_nothing_is_purged_while_nobody_reads(shipment: Shipment) -> None:
    write(shipment)
    with clock.frozen(clock.real_now() + (at(24 * 31) - at(0))):
        assert purge_changes() == 0
    assert ShipmentChange.objects.exists()


def test_the_hint_is_sent_after_the_commit(
    merchant: Merchant, django_capture_on_commit_callbacks: object
) -> None:
    from apps.shipments.signals import shipments_changed

    heard: list[list[int]] = []

    def listen(sender: object, shipment_ids: list[int], **_: object) -> None:
        heard.append(shipment_ids)

    shipments_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            shipment = make_shipment(merchant)
            assert heard == []
    finally:
        shipments_changed.disconnect(listen)
    assert heard == [[shipment.pk], [shipment.pk]]
