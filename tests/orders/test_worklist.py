"""What a person does about a booking on the worklist."""

from __future__ import annotations

import pytest

from apps.baidiyun.choices import BookingProblem as Word
from apps.core.models import ActionLog
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.models import Booking
from apps.orders.selectors import booking_worklist, worklist_counts
from apps.orders.services import (
    cancel_order,
    change_booking_carrier,
    correct_order_address,
    dismiss_problem,
    hold_booking,
    release_booking,
    retry_booking,
    send_ready_bookings,
)
from tests.orders.builders import (
    ACTOR,
    LOST,
    booking_of,
    everything_live,
    make_merchant,
    make_order,
    refused,
)

pytestmark = pytest.mark.usefixtures("business")
CONTRADICTION = "浙江省深圳市南山区科技园1号"


@pytest.fixture
def failed(merchant, wall, platform):
    order = make_order(merchant)
    platform.answers = [refused(Word.BAD_ADDRESS, "地址不详")]
    send_ready_bookings()
    return booking_of(order)


@pytest.fixture
def held(merchant, wall):
    return booking_of(make_order(merchant, to_address=CONTRADICTION))


@pytest.fixture
def unknown(merchant, wall, platform):
    order = make_order(merchant)
    Booking.objects.update(state="unknown", problem="unknown", maybe_sent=True)
    return booking_of(order)


def test_a_retry_is_a_new_attempt_with_a_new_reference(failed, platform):
    after = retry_booking(booking_id=failed.pk, actor=ACTOR)
    send_ready_bookings()
    after.refresh_from_db()
    failed.refresh_from_db()
    assert (after.attempt, after.state) == (2, "booked")
    assert after.third_order_id != failed.third_order_id
    assert (failed.state, failed.settled) == ("failed", True)
    assert not booking_worklist().exists()


def test_an_unknown_outcome_is_not_retried_blindly(unknown):
    with pytest.raises(NotAllowedNow) as caught:
        retry_booking(booking_id=unknown.pk, actor=ACTOR)
    assert caught.value.code == "outcome_unknown"
    assert Booking.objects.count() == 1


def test_an_unknown_outcome_is_retried_on_a_persons_word(unknown):
    assert retry_booking(booking_id=unknown.pk, actor=ACTOR, not_booked=True).attempt == 2


def test_a_booked_parcel_is_not_booked_again(merchant, wall, platform):
    order = make_order(merchant)
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        retry_booking(booking_id=booking_of(order).pk, actor=ACTOR)
    assert Booking.objects.count() == 1


def test_an_old_attempt_is_not_retried_twice(failed):
    retry_booking(booking_id=failed.pk, actor=ACTOR)
    with pytest.raises(NotAllowedNow):
        retry_booking(booking_id=failed.pk, actor=ACTOR)
    assert Booking.objects.count() == 2


def test_a_released_booking_is_sent(held, platform):
    release_booking(booking_id=held.pk, actor=ACTOR, note="客户确认")
    assert send_ready_bookings() == 1
    logged = ActionLog.objects.get(action="orders.booking.released")
    assert logged.note == "客户确认"


def test_a_live_booking_is_not_released_without_credentials(db, wall, settings):
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": {}}
    everything_live()
    booking = booking_of(make_order(make_merchant(is_test=False), mode="live"))
    with pytest.raises(NotAllowedNow):
        release_booking(booking_id=booking.pk, actor=ACTOR)
    assert booking_of(booking.parcel.order).state == "held"


def test_a_held_booking_is_not_sent(merchant, wall, platform):
    booking = booking_of(make_order(merchant))
    hold_booking(booking_id=booking.pk, actor=ACTOR)
    assert send_ready_bookings() == 0
    assert platform.booked == []


def test_before_sending_the_carrier_changes_in_place(held):
    after = change_booking_carrier(booking_id=held.pk, carrier=" ZhongTong ", actor=ACTOR)
    assert (after.pk, after.carrier) == (held.pk, "zhongtong")


def test_after_a_refusal_another_carrier_is_another_attempt(failed, platform):
    after = change_booking_carrier(booking_id=failed.pk, carrier="ems", actor=ACTOR)
    send_ready_bookings()
    assert (after.attempt, platform.booked[-1].carrier) == (2, "ems")
    logged = ActionLog.objects.get(action="orders.booking.carrier_changed")
    assert (logged.before["carrier"], logged.after["carrier"]) == ("yuantong", "ems")


def test_a_carrier_that_does_not_exist_is_refused(failed):
    with pytest.raises(InvalidOrder):
        change_booking_carrier(booking_id=failed.pk, carrier="owlpost", actor=ACTOR)


def test_a_problem_that_was_looked_at_leaves_the_worklist(failed):
    dismiss_problem(booking_id=failed.pk, actor=ACTOR, note="已电话处理")
    assert not booking_worklist().exists()
    failed.refresh_from_db()
    assert failed.problem == "bad_address"


def test_a_held_booking_cannot_be_dismissed(held):
    with pytest.raises(NotAllowedNow):
        dismiss_problem(booking_id=held.pk, actor=ACTOR)


def test_a_cancelled_order_leaves_the_worklist(failed):
    cancel_order(order_id=failed.parcel.order_id, actor=ACTOR)
    assert not booking_worklist().exists()
    with pytest.raises(NotAllowedNow):
        retry_booking(booking_id=failed.pk, actor=ACTOR)


def test_a_corrected_address_is_cleaned_stored_and_sent_again(failed, platform):
    order = correct_order_address(
        order_id=failed.parcel.order_id,
        fields={"address": "北京市朝阳区建国路　８８号。"},
        actor=ACTOR,
    )
    send_ready_bookings()
    assert (order.city, order.district, order.street) == ("北京市", "朝阳区", "建国路88号")
    assert platform.booked[-1].recipient.address == "北京市朝阳区建国路88号"
    assert order.originals["recipient.address"] == "北京市朝阳区建国路　８８号。"
    assert order.parcels.get().shipment.destination_code == "110105000000"


def test_a_correction_frees_a_held_booking_and_takes_the_warning_away(held, platform):
    order = correct_order_address(
        order_id=held.parcel.order_id, fields={"province": "广东省"}, actor=ACTOR
    )
    held.refresh_from_db()
    assert (held.state, held.problem, held.hold_reasons) == ("ready", "", [])
    assert (order.warnings, order.address_code) == ([], "440305000000")
    assert order.status == "booking"


def test_a_correction_that_contradicts_itself_stays_held(held):
    order = correct_order_address(
        order_id=held.parcel.order_id, fields={"province": "江苏省"}, actor=ACTOR
    )
    held.refresh_from_db()
    assert (held.state, held.problem, order.status) == ("held", "bad_address", "blocked")


def test_an_impossible_correction_names_the_field_and_changes_nothing(failed):
    with pytest.raises(InvalidOrder) as caught:
        correct_order_address(order_id=failed.parcel.order_id, fields={"phone": "12"}, actor=ACTOR)
    assert [problem.field for problem in caught.value.problems] == ["recipient.phone"]
    assert not ActionLog.objects.filter(action="orders.address_corrected").exists()


def test_the_address_of_a_booked_order_is_fixed(merchant, wall, platform):
    order = make_order(merchant)
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        correct_order_address(order_id=order.pk, fields={"name": "李四"}, actor=ACTOR)


def test_the_address_of_a_booking_in_doubt_is_fixed(merchant, wall, platform):
    order = make_order(merchant)
    platform.answers = [LOST]
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        correct_order_address(order_id=order.pk, fields={"name": "李四"}, actor=ACTOR)


def test_the_action_log_holds_no_personal_data(failed):
    correct_order_address(
        order_id=failed.parcel.order_id,
        fields={"name": "李四光", "phone": "13900139001", "address": "北京市朝阳区建国路88号"},
        actor=ACTOR,
    )
    logged = ActionLog.objects.get(action="orders.address_corrected")
    text = f"{logged.before} {logged.after}"
    for secret in ("李四光", "13900139001", "建国路", "王小明", "科技园"):
        assert secret not in text


def test_the_worklist_is_counted_by_problem_and_merchant(failed, held):
    counts = worklist_counts()
    assert (counts["bad_address"], counts["no_balance"]) == (2, 0)
    stranger = type("Viewer", (), {"merchant_id": make_merchant().pk, "is_authenticated": True})()
    assert worklist_counts(viewer=stranger)["bad_address"] == 0
    assert booking_worklist("bad_address").count() == 2


def test_a_phone_abroad_is_corrected_beside_an_address_in_one_line(merchant, wall):
    order = make_order(
        merchant,
        to_country="US",
        to_phone="+14155552671",
        to_address="1 First St, San Jose, CA",
        to_postcode="95113",
    )
    after = correct_order_address(
        order_id=order.pk, fields={"phone": "+1 415 555 2672"}, actor=ACTOR
    )
    assert (after.recipient_phone, after.street) == ("+14155552672", "1 First St, San Jose, CA")
