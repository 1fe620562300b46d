"""The worklist: what could not be booked, and every way to mend it."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.orders.models import Booking
from tests.orders.builders import make_order
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import assert_query_count

WORKLIST = "/admin/orders/booking/"
BULK = f"{WORKLIST}work/"


def work(booking: Booking) -> str:
    return f"{WORKLIST}{booking.pk}/work/"


def latest(booking: Booking) -> Booking:
    return Booking.objects.filter(parcel=booking.parcel).latest("attempt")


def shown(response) -> list[str]:
    return [job["order"].number for job in response.context["jobs"]]


def test_the_worklist_takes_a_constant_number_of_queries(refused):
    client = logged_in()
    assert_query_count(
        "admin.worklist",
        make=lambda count: [refused() for _ in range(count)],
        visit=lambda: client.get(WORKLIST),
        shows=lambda response: len(response.context["jobs"]),
    )


def test_only_what_needs_somebody_is_shown_the_oldest_first(merchant, refused):
    make_order(merchant, number="FINE")
    refused(number="FIRST")
    refused(number="SECOND")
    assert shown(logged_in().get(WORKLIST)) == ["FIRST", "SECOND"]


def test_the_card_has_the_platforms_own_words_and_no_personal_data(refused):
    refused(message="收件人13800138000电话有误", to_name="诸葛小明", to_phone="13800138000")
    page = text_of(logged_in().get(WORKLIST))
    assert "电话有误" in page
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "诸葛小明" not in page


def test_a_problem_is_a_filter_with_its_number(refused):
    refused(number="A")
    refused("no_balance", number="B")
    response = logged_in().get(f"{WORKLIST}?problem=no_balance")
    assert shown(response) == ["B"]
    counts = {tab["value"]: tab["count"] for tab in response.context["tabs"]}
    assert counts == {"": 2, "refused": 1, "no_balance": 1}


def test_an_unknown_problem_shows_everything(refused):
    refused(number="A")
    assert shown(logged_in().get(f"{WORKLIST}?problem=nonsense")) == ["A"]


def test_an_empty_worklist_says_that_everything_is_booked(db):
    assert "Everything is booked" in text_of(logged_in().get(WORKLIST))


def test_booking_again_makes_a_new_attempt_for_the_person_asking(refused):
    booking = refused()
    client = logged_in()
    response = client.post(work(booking), {"do": "retry"}, follow=True)
    assert latest(booking).attempt == 2
    assert latest(booking).state == "ready"
    assert "booked again" in said(response)
    assert ActionLog.objects.get(action="orders.booking.retried").actor_name == client.user.username


def test_a_get_books_nothing(refused):
    booking = refused()
    assert logged_in().get(work(booking)).status_code == 405
    assert latest(booking).attempt == 1


def test_an_unknown_outcome_is_not_booked_again_blindly(unknown):
    response = logged_in().post(work(unknown), {"do": "retry"})
    assert response.status_code == 422
    assert "look there first" in text_of(response)
    assert latest(unknown).attempt == 1


def test_an_unknown_outcome_is_booked_again_on_somebodys_word(unknown):
    logged_in().post(work(unknown), {"do": "retry", "not_booked": "on"})
    assert latest(unknown).attempt == 2


def test_another_carrier_gets_the_parcel(refused):
    booking = refused()
    logged_in().post(work(booking), {"do": "carrier", "carrier": "shunfeng"})
    assert latest(booking).carrier == "shunfeng"


def test_a_carrier_that_does_not_exist_is_refused(refused):
    booking = refused()
    response = logged_in().post(work(booking), {"do": "carrier", "carrier": "pigeon"})
    assert response.status_code == 422
    assert latest(booking).attempt == 1


def test_a_contradictory_address_is_corrected_in_place_and_booked(held):
    fields = {"do": "correct", "province": "广东省", "city": "深圳市", "district": "南山区"}
    response = logged_in().post(work(held), fields, follow=True)
    held.refresh_from_db()
    assert "corrected" in said(response)
    assert held.state == "ready"
    assert held.parcel.order.province == "广东省"


def test_a_wrong_province_is_suggested_and_mended_with_one_click(held):
    client = logged_in()
    suggestion = client.get(WORKLIST).context["jobs"][0]["suggestion"]
    assert suggestion == {"province": "广东省", "city": "深圳市", "district": "南山区"}
    client.post(work(held), {"do": "correct", **suggestion})
    held.refresh_from_db()
    assert held.state == "ready"
    assert held.parcel.order.province == "广东省"


def test_an_address_without_contradiction_gets_no_suggestion(refused):
    refused("bad_address")
    assert logged_in().get(WORKLIST).context["jobs"][0]["suggestion"] is None


def test_what_is_left_empty_stays_as_it_is(refused):
    booking = refused("bad_address", to_phone="13800138000")
    fields = {"do": "correct", "province": "浙江省", "city": "杭州市", "district": "西湖区"}
    logged_in().post(work(booking), {**fields, "street": "", "phone": ""})
    order = booking.parcel.order
    order.refresh_from_db()
    assert order.district == "西湖区"
    assert order.recipient_phone == "13800138000"
    assert "科技园" in order.street
    assert latest(booking).attempt == 2


def test_a_bad_correction_keeps_what_was_typed_and_names_the_field(refused):
    booking = refused("bad_address")
    response = logged_in().post(work(booking), {"do": "correct", "phone": "12"})
    card = response.context["jobs"][0]
    assert response.status_code == 422
    assert card["form"].errors["phone"]
    assert 'value="12"' in response.content.decode()
    assert latest(booking).attempt == 1


def test_a_problem_somebody_looked_at_leaves_the_list(refused):
    booking = refused()
    client = logged_in()
    client.post(work(booking), {"do": "dismiss"})
    assert shown(client.get(WORKLIST)) == []
    assert latest(booking).attempt == 1


def test_several_are_booked_again_and_refusals_say_why(refused, unknown):
    first, second = refused(), refused()
    chosen = [first.pk, second.pk, unknown.pk]
    response = logged_in().post(BULK, {"booking": chosen}, follow=True)
    assert latest(first).attempt == latest(second).attempt == 2
    assert latest(unknown).attempt == 1
    assert "2 parcels are booked again" in said(response)
    assert unknown.parcel.order.number in said(response)


def test_nothing_chosen_changes_nothing(refused):
    booking = refused()
    assert "Nothing was chosen" in said(logged_in().post(BULK, {}, follow=True))
    assert latest(booking).attempt == 1


def test_what_was_booked_again_by_mistake_is_taken_back(refused):
    booking = refused()
    client = logged_in()
    page = client.post(BULK, {"booking": [booking.pk]}, follow=True)
    undo = page.context["undo"]
    assert undo == [latest(booking).pk]
    client.post(BULK, {"undo": "1", "booking": undo})
    assert latest(booking).state == "held"
    assert latest(booking).hold_reasons == ["staff"]


@pytest.mark.parametrize("doing", ["retry", "carrier", "dismiss", "correct"])
def test_an_auditor_may_look_but_not_touch(refused, doing):
    booking = refused()
    client = logged_in(Role.AUDITOR)
    assert client.post(work(booking), {"do": doing}).status_code == 403
    assert "Book again" not in text_of(client.get(WORKLIST))
    assert latest(booking).attempt == 1
    assert not latest(booking).settled


def test_a_merchants_user_sees_only_their_own_problems(refused, other):
    refused(number="THEIRS")
    refused(number="MINE", merchant=other)
    assert shown(logged_in(Role.MERCHANT, other).get(WORKLIST)) == ["MINE"]


@pytest.mark.parametrize("page", ["work/", "change/", "do/retry/", "do/carrier/", "reveal/"])
def test_another_merchants_booking_does_not_exist(refused, other, page):
    booking = refused()
    client = logged_in(Role.MERCHANT, other)
    assert client.post(f"{WORKLIST}{booking.pk}/{page}", {"do": "retry"}).status_code == 404
    assert latest(booking).attempt == 1


def test_bulk_and_undo_never_reach_another_merchant(refused, other):
    booking = refused()
    client = logged_in(Role.MERCHANT, other)
    assert client.post(BULK, {"booking": [booking.pk]}).status_code == 403
    assert latest(booking).attempt == 1


def test_a_booking_leads_to_the_page_of_its_order(refused):
    booking = refused()
    response = logged_in().get(f"{WORKLIST}{booking.pk}/change/")
    assert response.url == f"/admin/orders/order/{booking.parcel.order_id}/change/"
