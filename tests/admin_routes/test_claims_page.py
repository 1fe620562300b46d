"""Claims: quote beside settlement, the evidence, and the note they are closed with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.choices import Role
from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.workorder import WorkOrder
from apps.core.models import ActionLog
from apps.orders.models import Claim, Quote, Settlement
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import assert_query_count

CLAIMS = "/admin/orders/claim/"


def make_claim(merchant, *, kind: str = "freight", quoted: bool = True) -> Claim:
    booking = booking_of(make_order(merchant))
    if quoted:
        Quote.objects.create(
            booking=booking, carrier="yuantong", weight_grams=600, price=Decimal("10.00")
        )
    row = Settlement.objects.create(
        booking=booking,
        kind="settled",
        weight_grams=2400,
        freight=Decimal("15.50"),
        fees=[{"kind": "1", "description": "保价费", "amount": "1.50"}],
        inbox_id=77,
    )
    amounts = {"freight": ("10.00", "15.50"), "weight": ("600", "2400")}[kind]
    return Claim.objects.create(
        booking=booking,
        kind=kind,
        expected=Decimal(amounts[0]),
        charged=Decimal(amounts[1]),
        evidence={"settlement": {"id": row.pk}},
    )


def page_of(claim: Claim) -> str:
    return f"{CLAIMS}{claim.pk}/change/"


def post(client, claim: Claim, **values):
    return client.post(f"{CLAIMS}{claim.pk}/do/close/", values, follow=True)


def test_the_list_shows_expected_charged_and_the_difference(merchant):
    make_claim(merchant)
    make_claim(merchant, kind="weight")
    page = text_of(logged_in().get(CLAIMS))
    assert "10.00 CNY 15.50 CNY +5.50 CNY" in page
    assert "600 g 2,400 g +1,800 g" in page


def test_the_list_of_claims_takes_a_constant_number_of_queries(merchant):
    client = logged_in()
    assert_query_count(
        "admin.claims",
        make=lambda count: [make_claim(merchant) for _ in range(count)],
        visit=lambda: client.get(CLAIMS),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_a_claim_is_found_by_its_order(merchant):
    wanted, _other = make_claim(merchant), make_claim(merchant)
    response = logged_in().get(f"{CLAIMS}?q={wanted.booking.parcel.order.number}")
    assert list(response.context["cl"].result_list) == [wanted]


def test_quote_settlement_and_evidence_stand_beside_each_other(merchant):
    claim = make_claim(merchant)
    response = logged_in().get(page_of(claim))
    page = text_of(response)
    for part in ("10.00 CNY", "15.50 CNY", "+5.50 CNY", "600 g", "2400 g", "保价费 1.50"):
        assert part in page
    assert "/admin/baidiyun/inboxrow/77/change/" in response.content.decode()


def test_a_claim_without_a_quote_says_that_nobody_asked(merchant):
    page = text_of(logged_in().get(page_of(make_claim(merchant, kind="weight", quoted=False))))
    assert "not asked" in page


@pytest.mark.parametrize("state", ["granted", "refused", "withdrawn"])
def test_a_claim_is_closed_with_a_note(merchant, state):
    claim = make_claim(merchant)
    response = post(logged_in(), claim, state=state, note="they sent a photo")
    assert said(response) == "The claim is closed."
    claim.refresh_from_db()
    assert (claim.state, claim.note) == (state, "they sent a photo")
    assert "they sent a photo" in text_of(response)
    assert ActionLog.objects.filter(action="orders.claim.closed").count() == 1


@pytest.mark.parametrize("values", [{"state": "granted"}, {"state": "open", "note": "x"}])
def test_no_claim_is_closed_without_a_note_or_left_open(merchant, values):
    claim = make_claim(merchant)
    assert post(logged_in(), claim, **values).status_code == 422
    claim.refresh_from_db()
    assert claim.state == "open"


def test_a_claim_is_closed_once(merchant):
    claim = make_claim(merchant)
    client = logged_in()
    post(client, claim, state="granted", note="first")
    assert post(client, claim, state="refused", note="second").status_code == 422
    claim.refresh_from_db()
    assert (claim.state, claim.note) == ("granted", "first")


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_others_read_claims_and_close_none(merchant, role):
    claim = make_claim(merchant)
    client = logged_in(role)
    page = client.get(page_of(claim))
    assert page.status_code == 200
    assert "/do/close/" not in page.content.decode()
    assert post(client, claim, state="granted", note="x").status_code == 403
    claim.refresh_from_db()
    assert claim.state == "open"


def test_for_a_merchant_there_are_no_claims_not_even_its_own(merchant):
    claim = make_claim(merchant)
    client = logged_in(Role.MERCHANT, merchant)
    assert client.get(CLAIMS).status_code == 404
    assert client.get(page_of(claim)).status_code == 404
    assert post(client, claim, state="granted", note="x").status_code == 404


def answering(monkeypatch, outcome: ReplyOutcome, **given):
    asked = []

    def ask(**question):
        asked.append(question)
        return Reply(outcome, **given)

    monkeypatch.setattr(gateway, "open_work_order", ask)
    return asked


def told(client, claim: Claim, **values):
    return client.post(f"{CLAIMS}{claim.pk}/do/work_order/", values, follow=True)


@pytest.fixture
def claim(merchant) -> Claim:
    made = make_claim(merchant)
    shipment = made.booking.parcel.shipment
    type(shipment).objects.filter(pk=shipment.pk).update(number="YT1", carrier="yuantong")
    return made


def test_a_work_order_is_opened_from_the_page_once(claim, monkeypatch):
    asked = answering(monkeypatch, ReplyOutcome.DONE, data=WorkOrder("C77", "0", ""))
    client = logged_in()
    response = told(client, claim)
    assert said(response) == "The work order C77 is open."
    assert "C77" in text_of(response)
    assert "/do/work_order/" not in response.content.decode()
    assert told(client, claim).status_code == 422
    assert len(asked) == 1


def test_after_a_lost_answer_somebody_must_have_looked(claim, monkeypatch):
    asked = answering(monkeypatch, ReplyOutcome.UNKNOWN, code="timeout")
    client = logged_in()
    assert "No work order is known to be open" in said(told(client, claim))
    assert told(client, claim).status_code == 422
    assert len(asked) == 1
    told(client, claim, not_opened="on")
    assert len(asked) == 2


def test_an_auditor_opens_no_work_order(claim, monkeypatch):
    asked = answering(monkeypatch, ReplyOutcome.DONE, data=WorkOrder("C77", "0", ""))
    assert told(logged_in(Role.AUDITOR), claim).status_code == 403
    assert asked == []
