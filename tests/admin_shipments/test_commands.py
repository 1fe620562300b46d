"""The buttons of the shipment page."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.models import NumberQuery
from apps.baidiyun.outcomes import QueryOutcome
from apps.core import clock
from apps.core.models import ActionLog
from apps.shipments.admin import commands
from tests.admin_shipments.conftest import TRACK, address, travelled
from tests.shipments.builders import at, make_shipment, node


@pytest.fixture
def asked(monkeypatch):
    """Answers in place of the platform, and what it was asked."""
    questions = []
    answers = {"next": QueryOutcome(QueryResult.STORED, row_id=1, code="200")}

    def answer(**question):
        questions.append(question)
        return answers["next"]

    monkeypatch.setattr(commands, "query_tracking", answer)
    questions.append(answers)
    return questions


def poll(client, shipment):
    response = client.post(address(shipment, "poll"), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_polling_asks_once_and_is_written_down(log_in, shipment, asked):
    text = poll(log_in(), shipment)

    assert "The answer is here" in text
    (question,) = asked[1:]
    assert (question["number"], question["carrier"], question["mode"]) == (
        "YT1000000001",
        "yuantong",
        "sandbox",
    )
    shipment.refresh_from_db()
    assert shipment.last_polled_at == clock.now()
    assert ActionLog.objects.get(action="shipments.polled").after == {"result": "stored"}


def test_polling_uses_the_merchants_own_account(log_in, merchant, shipment, asked, monkeypatch):
    accounts = []

    def answer(**question):
        accounts.append(acting_merchant())
        return asked[0]["next"]

    monkeypatch.setattr(commands, "query_tracking", answer)
    poll(log_in(), shipment)
    assert (accounts, acting_merchant()) == ([merchant.pk], None)


def test_polling_too_soon_says_how_long_to_wait_and_changes_nothing(log_in, shipment, asked):
    NumberQuery.objects.create(
        mode="sandbox",
        carrier="yuantong",
        number=shipment.number,
        last_at=at(30 - (18 * 60 + 10) / 3600),
    )
    asked[0]["next"] = QueryOutcome(QueryResult.TOO_SOON)

    text = poll(log_in(), shipment)

    assert "Try again in 12 minutes." in text
    shipment.refresh_from_db()
    assert shipment.last_polled_at is None
    assert not ActionLog.objects.filter(action="shipments.polled").exists()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (QueryOutcome(QueryResult.UNCHANGED, code="200"), "says what we know already"),
        (QueryOutcome(QueryResult.NO_RESULT, code="500"), "has no track of this number yet"),
        (QueryOutcome(QueryResult.REFUSED, code="601", message="key过期"), "key过期 (601)"),
        (QueryOutcome(QueryResult.UNREACHABLE, message="timed out"), "did not answer: timed out"),
    ],
)
def test_every_answer_is_said_in_words(log_in, shipment, asked, outcome, said):
    asked[0]["next"] = outcome

    assert said in poll(log_in(), shipment)


def test_looking_at_the_address_asks_nobody(log_in, shipment, asked):
    assert log_in().get(address(shipment, "poll")).status_code == 405
    assert asked[1:] == []


def test_customer_service_asks_for_the_caller_but_does_not_cancel(log_in, shipment, asked):
    client = log_in(Role.CUSTOMER_SERVICE)

    assert client.post(address(shipment, "poll")).status_code == 302
    assert len(asked[1:]) == 1
    assert client.post(address(shipment, "do/cancel"), {"reason": "x"}).status_code == 403
    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"


def test_an_auditor_only_reads(log_in, shipment, asked):
    client = log_in(Role.AUDITOR)

    assert client.post(address(shipment, "poll")).status_code == 403
    assert client.post(address(shipment, "do/cancel"), {"reason": "x"}).status_code == 403
    assert asked[1:] == []
    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"


def test_a_merchants_own_user_does_not_poll(log_in, merchant, shipment, asked):
    client = log_in(Role.MERCHANT, merchant)

    assert client.post(address(shipment, "poll")).status_code == 403
    assert asked[1:] == []


def test_a_finished_parcel_is_not_polled(log_in, merchant, asked):
    done = travelled(make_shipment(merchant), (*TRACK, node(26, "已签收", "301")))

    assert log_in().post(address(done, "poll")).status_code == 403
    assert asked[1:] == []


def test_cancelling_asks_for_a_reason_and_keeps_it(log_in, shipment):
    client = log_in()

    assert client.post(address(shipment, "do/cancel"), {"reason": ""}).status_code == 422
    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"

    client.post(address(shipment, "do/cancel"), {"reason": "ordered twice"})
    shipment.refresh_from_db()
    assert shipment.status == "cancelled"
    log = ActionLog.objects.get(action="shipments.cancelled")
    assert (log.note, log.before, log.after) == (
        "ordered twice",
        {"status": "out_for_delivery"},
        {"status": "cancelled"},
    )


def test_opening_the_page_that_cancels_cancels_nothing(log_in, shipment):
    assert log_in().get(address(shipment, "do/cancel")).status_code == 200

    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"


def test_a_delivered_parcel_cannot_be_cancelled(log_in, merchant):
    done = travelled(make_shipment(merchant), (*TRACK, node(26, "已签收", "301")))

    response = log_in().post(address(done, "do/cancel"), {"reason": "too late"})

    assert response.status_code == 422
    assert "cannot be cancelled" in response.content.decode()
    assert not ActionLog.objects.filter(action="shipments.cancelled").exists()
