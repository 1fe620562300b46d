"""Labels: printed, reprinted, in bulk."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import ActionLog
from apps.orders.errors import NotAllowedNow
from apps.orders.labels import LabelAnswer
from apps.orders.models import Label
from apps.orders.services import print_label, reprint_labels, send_ready_bookings
from tests.orders.builders import ACTOR, done, make_order


class Printer:
    """A source of labels that remembers what it was asked."""

    def __init__(self, answer: LabelAnswer | None = None) -> None:
        self.asked = []
        self.answer = answer or LabelAnswer(ok=True, url="https://label/1", task_id="T1")

    def __call__(self, question):
        self.asked.append(question)
        return self.answer


@pytest.fixture
def parcel(merchant, business, wall, platform):
    order = make_order(merchant)
    send_ready_bookings()
    return order.parcels.get()


def test_a_label_is_printed_counted_and_logged(parcel):
    printer = Printer()
    label = print_label(parcel_id=parcel.pk, actor=ACTOR, ask=printer)
    assert (label.url, label.printed_count, label.number) == (
        "https://label/1", 1, "YT6180000000001",
    )  # fmt: skip
    assert label.last_printed_at is not None
    assert ActionLog.objects.filter(action="orders.label.printed").count() == 1


def test_a_reprint_names_the_first_print(parcel):
    printer = Printer()
    for _ in range(2):
        label = print_label(parcel_id=parcel.pk, actor=ACTOR, ask=printer)
    assert [question.task_id for question in printer.asked] == ["", "T1"]
    assert (label.printed_count, Label.objects.count()) == (2, 1)


def test_a_refused_label_is_not_counted(parcel):
    printer = Printer(LabelAnswer(ok=False, code="30005", message="面单余额不足"))
    with pytest.raises(NotAllowedNow, match="面单余额不足"):
        print_label(parcel_id=parcel.pk, actor=ACTOR, ask=printer)
    assert not Label.objects.exists()


def test_a_parcel_without_a_number_has_no_label(merchant, wall):
    printer = Printer()
    with pytest.raises(NotAllowedNow):
        print_label(parcel_id=make_order(merchant).parcels.get().pk, actor=ACTOR, ask=printer)
    assert printer.asked == []


def test_without_a_source_nothing_is_printed(parcel):
    with pytest.raises(NotAllowedNow):
        print_label(parcel_id=parcel.pk, actor=ACTOR)


def test_many_are_printed_and_one_refusal_stops_no_other(merchant, parcel, platform):
    second = make_order(merchant).parcels.get()
    platform.answers = [done(number="YT6180000000002")]
    send_ready_bookings()
    bare = make_order(merchant).parcels.get()
    batch = reprint_labels(
        parcel_ids=[parcel.pk, bare.pk, second.pk, parcel.pk, 0], actor=ACTOR, ask=Printer()
    )
    assert [label.parcel_id for label in batch.printed] == [parcel.pk, second.pk]
    assert batch.refused == ((bare.pk, "no_number"), (0, "not_found"))


def test_too_many_at_once_are_refused(db):
    printer = Printer()
    with pytest.raises(NotAllowedNow):
        reprint_labels(parcel_ids=range(201), actor=ACTOR, ask=printer)
    assert printer.asked == []


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "odd"}, "orders_label_kind"),
        ({"number": ""}, "orders_label_has_number"),
        ({"printed_count": 1}, "orders_label_printed_has_time"),
    ],
)
def test_a_label_that_makes_no_sense_is_refused(parcel, values, constraint):
    given = {"kind": "image", "carrier": "yuantong", "number": "X", **values}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Label.objects.create(parcel=parcel, **given)
