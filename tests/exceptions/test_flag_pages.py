"""What a page of a flag shows, at a bounded cost, and how the queue stands."""

from __future__ import annotations

import pytest

from apps.exceptions.flag_selectors import AROUND, MOST_POINTS, flag_page
from apps.exceptions.models import Flag
from apps.exceptions.selectors import MOST_COUNTED, capacity, precision_of, queue_counts
from apps.exceptions.services import decide_flag, undo_verdict
from apps.shipments.services import plan_route
from tests.exceptions.flags import drive, flag_rows, make_user, send
from tests.shipments.builders import make_merchant, make_shipment


def test_a_page_needs_six_queries_and_has_the_evidence(
    shipment, ann, django_assert_max_num_queries
) -> None:
    plan_route(shipment=shipment, latitudes=[30.2, 30.3], longitudes=[120.15] * 2)
    other = flag_rows(shipment, 2, 3, kind="gcj")
    flag = flag_rows(shipment, 10, 14)
    bare = Flag.objects.get(pk=flag.pk)
    with django_assert_max_num_queries(6):
        page = flag_page(bare)
    assert [point.row for point in page.points] == list(range(1, 31))
    assert [point.row for point in page.points if point.flagged] == [11, 12, 13, 14, 15]
    assert page.points[5].speed_mps == pytest.approx(8.0, rel=1e-3)
    assert {"11", "15", "480"} <= set(page.sentence["en"].replace(":", "").split())
    assert "480 米" in page.sentence["zh"]
    assert (page.others, page.siblings, len(page.route)) == ((other,), 1, 2)


def test_a_long_stretch_is_thinned_and_keeps_its_ends(merchant, midday) -> None:
    shipment = make_shipment(merchant, number="YT1000000055")
    send(shipment, drive(1500))
    page = flag_page(flag_rows(shipment, 60, 1399))
    numbers = [point.row for point in page.points]
    flagged = [point.row for point in page.points if point.flagged]
    assert (flagged[0], flagged[-1]) == (61, 1400)
    assert len(flagged) <= MOST_POINTS + 1
    assert numbers == sorted(set(numbers))
    assert len(numbers) - len(flagged) == 2 * AROUND
    assert page.thinned


def test_precision_counts_what_persons_said_and_did_not_take_back(shipment, ann) -> None:
    flags = [flag_rows(shipment, n, n) for n in range(4)]
    for flag, state in zip(
        flags, ("confirmed", "confirmed", "dismissed", "escalated"), strict=True
    ):
        verdict = decide_flag(flag_id=flag.pk, user=ann, state=state)
    assert (precision_of("drift").judged, precision_of("drift").right) == (3, 2)
    undo_verdict(verdict_id=verdict.pk, user=ann)
    assert precision_of("drift").share == pytest.approx(2 / 3)
    assert precision_of("gcj").share is None


def test_the_queue_is_counted_by_kind_and_merchant(shipment, ann) -> None:
    flag_rows(shipment, 0, 1)
    flag_rows(shipment, 4, 5)
    decided = flag_rows(shipment, 8, 9, kind="gcj")
    decide_flag(flag_id=decided.pk, user=ann, state="confirmed")
    assert [(c.kind, c.waiting, c.more) for c in queue_counts(ann)] == [("drift", 2, False)]
    now = capacity(ann)
    assert (now.waiting, now.raised_an_hour, now.decided_an_hour) == (2, 3.0, 1.0)
    stranger = make_user("eve", make_merchant("bob"))
    assert queue_counts(stranger) == []
    none = capacity(stranger)
    assert (none.waiting, none.decided_an_hour, none.oldest_raised_at) == (0, 0.0, None)


def test_counting_stops_where_it_costs(shipment, ann) -> None:
    flag = flag_rows(shipment, 0, 1)
    copies = {f.attname: getattr(flag, f.attname) for f in Flag._meta.concrete_fields}
    for name in ("id", "uid", "first_row", "last_row"):
        copies.pop(name)
    many = [Flag(**copies, first_row=10**6 + n, last_row=10**6 + n) for n in range(MOST_COUNTED)]
    Flag.objects.bulk_create(many)
    [count] = queue_counts(ann)
    assert (count.waiting, count.more) == (MOST_COUNTED, True)
