"""The page of one order: masked until revealed, tasks that ask first, nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.orders.models import Booking, Order
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import queries_of


def page_of(order: Order) -> str:
    return f"/admin/orders/order/{order.pk}/change/"


def task_of(order: Order, name: str) -> str:
    return f"/admin/orders/order/{order.pk}/do/{name}/"


def reveal(client, order: Order, **data):
    return client.post(f"/admin/orders/order/{order.pk}/reveal/", data, follow=True)


def test_the_page_shows_parcels_goods_and_status_but_no_personal_data(order):
    page = text_of(logged_in().get(page_of(order)))
    assert order.number in page
    assert "龙井茶" in page
    assert booking_of(order).third_order_id in page
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "诸葛小明" not in page


def test_revealing_shows_the_record_and_is_written_down(order):
    client = logged_in()
    page = text_of(reveal(client, order))
    assert "诸葛小明" in page
    assert "13800138000" in page
    entry = ActionLog.objects.get(action="personal_data.revealed")
    assert entry.subject_id == str(order.pk)
    assert entry.actor_name == client.user.username
    assert entry.merchant_id == order.merchant_id


def test_opening_the_address_of_revealing_reveals_nothing(order):
    client = logged_in()
    response = client.get(f"/admin/orders/order/{order.pk}/reveal/", follow=True)
    assert "13800138000" not in text_of(response)
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()


def test_a_phone_in_the_note_is_masked_too(merchant):
    order = make_order(merchant, note="请先打 13911112222 再送")
    client = logged_in()
    assert "13911112222" not in text_of(client.get(page_of(order)))
    assert "13911112222" in text_of(reveal(client, order))


def test_what_came_before_cleaning_is_masked_too(merchant):
    order = make_order(merchant, to_phone="139－1111－2222", to_name="诸葛小明\u200b")
    client = logged_in()
    page = text_of(client.get(page_of(order)))
    assert "before cleaning" in page
    assert "1111" not in page
    assert "诸葛小明" not in page
    assert "139－1111－2222" in text_of(reveal(client, order))


def test_one_record_revealed_leaves_the_others_masked(order, merchant):
    second = make_order(merchant, to_phone="13911112222")
    client = logged_in()
    reveal(client, order)
    assert "13911112222" not in text_of(client.get(page_of(second)))


def test_what_was_revealed_is_masked_again_after_five_minutes(order):
    client = logged_in()
    with time_machine.travel(dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC), tick=False) as now:
        reveal(client, order)
        now.shift(299)
        assert "13800138000" in text_of(client.get(page_of(order)))
        now.shift(2)
        assert "13800138000" not in text_of(client.get(page_of(order)))


def test_another_persons_session_sees_nothing_of_it(order):
    reveal(logged_in(), order)
    assert "13800138000" not in text_of(logged_in().get(page_of(order)))


def test_an_auditor_cannot_reveal(order):
    client = logged_in(Role.AUDITOR)
    response = reveal(client, order)
    assert response.status_code == 403
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()
    assert "Show in clear" not in text_of(client.get(page_of(order)))


def test_a_merchants_user_may_reveal_their_own_and_it_is_recorded(order, merchant):
    client = logged_in(Role.MERCHANT, merchant)
    assert "13800138000" in text_of(reveal(client, order))
    assert ActionLog.objects.filter(action="personal_data.revealed").count() == 1


@pytest.mark.parametrize(
    "page", ["change/", "reveal/", "do/cancel/", "do/address/", "history/", ""]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_merchants_order_does_not_exist(order, other, page, method):
    client = logged_in(Role.MERCHANT, other)
    response = getattr(client, method)(f"/admin/orders/order/{order.pk}/{page}")
    if page == "":
        response = (
            getattr(client, method)(response.url) if response.status_code == 302 else response
        )
    assert response.status_code == 404
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()


def test_an_order_that_is_not_there_is_a_404_and_no_redirect(db):
    assert logged_in().get("/admin/orders/order/999999/change/").status_code == 404


def test_nothing_is_deleted_by_hand(order):
    response = logged_in(Role.MANAGER).post(
        f"/admin/orders/order/{order.pk}/delete/", {"post": "yes"}
    )
    assert response.status_code == 404
    assert Order.objects.filter(pk=order.pk).exists()


def test_asking_to_cancel_only_asks(order):
    response = logged_in().get(task_of(order, "cancel"))
    order.refresh_from_db()
    assert response.status_code == 200
    assert order.cancelled_at is None


def test_an_order_is_cancelled_with_a_reason(order):
    client = logged_in()
    response = client.post(task_of(order, "cancel"), {"reason": "changed their mind"}, follow=True)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.cancel_reason == "changed their mind"
    assert "is cancelled" in said(response)
    assert ActionLog.objects.get(action="orders.cancelled").actor_name == client.user.username


def test_cancelling_without_a_reason_changes_nothing(order):
    response = logged_in().post(task_of(order, "cancel"), {"reason": ""})
    order.refresh_from_db()
    assert response.status_code == 422
    assert order.cancelled_at is None


def test_an_auditor_cancels_nothing(order):
    client = logged_in(Role.AUDITOR)
    assert client.post(task_of(order, "cancel"), {"reason": "x"}).status_code == 403
    assert "Cancel the order" not in text_of(client.get(page_of(order)))
    order.refresh_from_db()
    assert order.cancelled_at is None


def test_a_refusal_of_the_service_is_shown_with_what_was_typed(order):
    Booking.objects.filter(parcel__order=order).update(state="booked", platform_state="10")
    response = logged_in().post(task_of(order, "cancel"), {"reason": "too late"})
    assert response.status_code == 422
    assert "picked up" in text_of(response)
    assert "too late" in response.content.decode()


def test_the_address_form_stays_empty_until_the_record_is_revealed(order):
    client = logged_in()
    hidden = client.get(task_of(order, "address")).content.decode()
    assert "科技园" not in hidden
    reveal(client, order)
    assert "科技园" in client.get(task_of(order, "address")).content.decode()


def test_a_corrected_address_is_cleaned_and_stored(order):
    client = logged_in()
    reveal(client, order)
    fields = {
        "name": "诸葛小明",
        "phone": "13800138000",
        "country": "CN",
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "street": "文三路 ９０ 号",
    }
    response = client.post(task_of(order, "address"), fields, follow=True)
    order.refresh_from_db()
    assert "is corrected" in said(response)
    assert (order.city, order.district) == ("杭州市", "西湖区")
    assert "90" in order.street


def test_an_impossible_phone_is_named_beside_its_field(order):
    client = logged_in()
    reveal(client, order)
    fields = {"name": "x", "phone": "12", "country": "CN", "city": "杭州市", "street": "文三路90号"}
    response = client.post(task_of(order, "address"), fields)
    assert response.status_code == 422
    assert response.context["form"].errors["phone"]


def test_after_a_task_nobody_is_sent_to_another_site(order):
    response = logged_in().post(
        task_of(order, "cancel"), {"reason": "x", "next": "https://evil.example/"}
    )
    assert response.url == page_of(order)


def test_the_page_takes_the_same_queries_however_many_attempts_there_were(order, merchant):
    client = logged_in()

    def cost() -> int:
        client.get(page_of(order))
        return len(queries_of(lambda: client.get(page_of(order)))[0])

    before = cost()
    first = booking_of(order)
    Booking.objects.filter(pk=first.pk).update(state="failed", problem="refused", settled=True)
    for attempt in range(2, 8):
        Booking.objects.create(
            parcel=first.parcel,
            attempt=attempt,
            state="failed",
            problem="refused",
            carrier="yuantong",
            third_order_id=f"{first.third_order_id[:20]}-{attempt}",
        )
    assert cost() == before
