"""Labels: printed from the order, reprinted in bulk, with the result of every parcel."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.orders.labels import LabelAnswer
from apps.orders.models import Label, Order
from apps.orders.services import send_ready_bookings
from apps.orders.sources import label_source, register_label_source
from tests.orders.builders import done, make_order
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import assert_query_count

ORDERS = "/admin/orders/order/"


class Printer:
    """A source of labels that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list = []
        self.refuse: set[str] = set()
        self.url = "https://label.example/1"

    def __call__(self, question):
        self.asked.append(question)
        if question.number in self.refuse:
            return LabelAnswer(ok=False, code="30005", message="面单余额不足")
        return LabelAnswer(ok=True, url=self.url, task_id="T1")


@pytest.fixture
def printer():
    before, found = label_source(), Printer()
    register_label_source(found)
    yield found
    register_label_source(before)


@pytest.fixture
def booked(merchant, platform, wall):
    """Make orders whose parcel has a number."""

    def make(count: int = 1) -> list[Order]:
        made = [make_order(merchant) for _ in range(count)]
        first = Order.objects.count()
        platform.answers = [done(number=f"YT{first + n:08d}") for n in range(count)]
        send_ready_bookings(limit=count)
        return made

    return make


def page_of(order: Order) -> str:
    return f"{ORDERS}{order.pk}/change/"


def reprint(client, orders, **more):
    ids = [order.pk for order in orders]
    values = {"action": "reprint_labels", "_selected_action": ids, **more}
    return client.post(ORDERS, values, follow=True)


def test_a_label_is_printed_and_printed_again_from_the_order(booked, printer):
    (order,) = booked()
    client = logged_in()
    parcel = order.parcels.get()
    assert "Print the label" in text_of(client.get(page_of(order)))
    for times in (1, 2):
        response = client.post(
            f"{ORDERS}{order.pk}/do/labels/",
            {"parcels": [parcel.pk], "kind": "image"},
            follow=True,
        )
        assert said(response) == "1 labels printed."
        assert f"printed {times} times, last 11-22" in text_of(response)
    assert "https://label.example/1" in response.content.decode()
    assert [question.task_id for question in printer.asked] == ["", "T1"]


def test_another_orders_parcel_is_not_printed_here(booked, printer):
    order, other = booked(2)
    response = logged_in().post(
        f"{ORDERS}{order.pk}/do/labels/",
        {"parcels": [other.parcels.get().pk], "kind": "image"},
    )
    assert response.status_code == 422
    assert printer.asked == []


def test_a_refused_label_says_why_and_is_not_counted(booked, printer):
    (order,) = booked()
    parcel = order.parcels.select_related("shipment").get()
    printer.refuse = {parcel.shipment.number}
    response = logged_in().post(
        f"{ORDERS}{order.pk}/do/labels/", {"parcels": [parcel.pk], "kind": "image"}
    )
    assert response.status_code == 422
    assert "30005" in text_of(response)
    assert not Label.objects.exists()


def test_an_order_without_a_number_offers_no_label(merchant, printer):
    order = make_order(merchant)
    page = logged_in().get(page_of(order)).content.decode()
    assert "/do/labels/" not in page


def test_an_address_that_is_not_of_the_web_is_no_link(booked, printer):
    printer.url = "javascript:alert(1)"
    (order,) = booked()
    client = logged_in()
    reprint(client, [order])
    assert "javascript:" not in client.get(page_of(order)).content.decode()


def test_many_are_reprinted_and_every_parcel_has_its_result(booked, printer, merchant):
    good, bad = booked(2)
    bare = make_order(merchant)
    printer.refuse = {bad.parcels.select_related("shipment").get().shipment.number}
    response = reprint(logged_in(), [good, bad, bare])
    assert (response.context["printed"], response.context["refused"]) == (1, 2)
    page = text_of(response)
    for text in (good.number, bad.number, bare.number, "30005", "no carrier number yet"):
        assert text in page
    assert Label.objects.get().printed_count == 1


def test_looking_at_the_result_again_prints_nothing(booked, printer):
    client = logged_in()
    reprint(client, booked())
    client.get(f"{ORDERS}labels/")
    assert Label.objects.get().printed_count == 1


def test_more_than_two_hundred_orders_are_refused(merchant, printer, monkeypatch):
    monkeypatch.setattr("apps.orders.admin.orders.BULK", 1)
    response = reprint(logged_in(), [make_order(merchant), make_order(merchant)])
    assert "At most 1 orders" in said(response)
    assert printer.asked == []


def test_an_auditor_prints_nothing(booked, printer):
    (order,) = booked()
    client = logged_in(Role.AUDITOR)
    assert "reprint_labels" not in client.get(ORDERS).content.decode()
    reprint(client, [order])
    values = {"parcels": [order.parcels.get().pk], "kind": "image"}
    assert client.post(f"{ORDERS}{order.pk}/do/labels/", values).status_code == 403
    assert client.get(f"{ORDERS}labels/").status_code == 403
    assert printer.asked == []


def test_the_result_takes_a_constant_number_of_queries(booked, printer):
    client = logged_in()

    def make(count: int) -> None:
        booked(count)
        reprint(client, Order.objects.all())

    assert_query_count(
        "admin.labels_printed",
        make=make,
        visit=lambda: client.get(f"{ORDERS}labels/"),
        shows=lambda response: len(response.context["rows"]),
    )
