"""Who may open the pages of flags and decide there; what the script's questions are answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.exceptions.models import Flag, Verdict
from apps.exceptions.services import claim_next
from tests.exceptions.flags import drive, flag_rows, send, uses_of
from tests.shipments.builders import at, make_shipment
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

LIST = "/admin/exceptions/flag/"
REVIEW = "/admin/exceptions/flag/review/"
DECIDES = (Role.OPERATOR, Role.MANAGER)
LOOKS = (Role.CUSTOMER_SERVICE, Role.AUDITOR)


@pytest.fixture
def flag(shipment) -> Flag:
    """An open flag over five of thirty fixes."""
    return flag_rows(shipment, 10, 14)


def ask(client: Client, name: str, **values: Any) -> Any:
    """Ask as the script of the page does."""
    return client.post(f"{REVIEW}{name}/", json.dumps(values), content_type="application/json")


@pytest.mark.parametrize("role", DECIDES)
def test_who_decides_gets_the_page_and_the_next_flag(flag, role) -> None:
    client = logged_in(role)
    assert "Track review" in text_of(client.get(REVIEW))
    [told] = ask(client, "next").json()["flags"]
    assert (told["id"], told["kind"], len(told["points"])) == (flag.pk, "drift", 30)
    assert "480 m" in told["sentence"]


@pytest.mark.parametrize("role", [*LOOKS, Role.MERCHANT])
def test_who_does_not_decide_is_refused_and_nothing_is_held(flag, role) -> None:
    merchant = flag.merchant if role is Role.MERCHANT else None
    client = logged_in(role, merchant)
    assert client.get(REVIEW).status_code == 403
    for name, values in (("next", {}), ("decide", {"flag": flag.pk, "state": "confirmed"})):
        assert ask(client, name, **values).status_code == 403
    flag.refresh_from_db()
    assert (flag.state, flag.claimed_by) == ("open", None)


@pytest.mark.parametrize("role", [*DECIDES, *LOOKS])
def test_staff_look_at_list_and_page(flag, role) -> None:
    client = logged_in(role)
    assert flag.shipment.number in text_of(client.get(LIST))
    page = text_of(client.get(f"{LIST}{flag.pk}/change/"))
    assert "480 m" in page
    assert ("Decide" in page) == (role in DECIDES)


def test_a_merchant_looks_at_its_own_flags_alone(flag) -> None:
    own = logged_in(Role.MERCHANT, flag.merchant)
    assert own.get(f"{LIST}{flag.pk}/change/").status_code == 200
    stranger = logged_in(Role.MERCHANT, make_merchant())
    assert stranger.get(f"{LIST}{flag.pk}/change/").status_code == 404
    assert flag.shipment.number not in text_of(stranger.get(LIST))


def test_a_decision_and_its_undoing(flag, shipment) -> None:
    client = logged_in()
    told = ask(client, "decide", flag=flag.pk, state="confirmed", took_ms=1200).json()
    assert uses_of(shipment)[10:15] == ["excluded"] * 5
    assert Verdict.objects.get(pk=told["verdict"]).took_ms == 1200
    assert ask(client, "undo", verdict=told["verdict"]).json() == {"flag": flag.pk}
    assert uses_of(shipment)[10:15] == ["held"] * 5
    page = text_of(client.get(f"{LIST}{flag.pk}/change/"))
    assert "undone by" in page


def test_a_conflict_says_who_was_first(flag, ann) -> None:
    claim_next(user=ann)
    answer = ask(logged_in(), "decide", flag=flag.pk, state="dismissed")
    assert answer.status_code == 409
    assert "ann" in answer.json()["error"]
    flag.refresh_from_db()
    assert flag.state == "open"


def test_a_preview_changes_nothing(flag, shipment) -> None:
    before = uses_of(shipment)
    answer = ask(logged_in(), "preview", flag=flag.pk, repair="from_gcj02")
    assert len(answer.json()["points"]) == 5
    assert uses_of(shipment) == before
    assert ask(logged_in(), "preview", flag=flag.pk, repair="snap_to_route").status_code == 422


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("decide", "[]"), ("decide", "{"), ("decide", '{"flag": "1", "state": "confirmed"}'),
        ("decide", '{"flag": true, "state": "confirmed"}'), ("decide", '{"flag": -1}'),
        ("decide", '{"flag": 1, "state": "expired"}'), ("next", '{"exclude": {}}'),
        ("next", '{"count": 1.5}'), ("next", '{"kind": "x"}'), ("renew", '{"flags": ["a"]}'),
        ("decide", '{"flag": 99999999999999999999, "state": "confirmed"}'),
        ("next", "9" * 30_000), ("decide_many", json.dumps({"flags": list(range(500))})),
    ],
)  # fmt: skip
def test_what_the_script_never_sends_is_refused(flag, name, body) -> None:
    answer = logged_in().post(f"{REVIEW}{name}/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not Verdict.objects.exists()


def test_questions_need_the_token_of_the_page(flag) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(logged_in().user)
    assert ask(client, "decide", flag=flag.pk, state="confirmed").status_code == 403
    assert client.get(f"{REVIEW}decide/").status_code in {403, 405}


def test_all_of_a_cause_are_decided_and_taken_back(shipment) -> None:
    flags = [flag_rows(shipment, n, n) for n in range(0, 12, 3)]
    other = flag_rows(shipment, 20, 20, kind="jump")
    client = logged_in()
    told = ask(client, "cause", flag=flags[0].pk).json()
    assert told["flags"] == [flag.pk for flag in flags]
    done = ask(client, "decide_many", flags=told["flags"], state="confirmed").json()
    assert (len(done["verdicts"]), done["refused"]) == (4, 0)
    other.refresh_from_db()
    assert other.state == "open"
    assert ask(client, "undo_many", verdicts=done["verdicts"]).json()["undone"] == 4
    assert set(uses_of(shipment)[0:12:3]) == {"held"}
    assert not Flag.objects.exclude(claimed_by=None).exists()


def test_the_chosen_of_the_list_are_decided_after_a_look_at_their_number(flag, shipment) -> None:
    client = logged_in()
    chosen = {"action": "exclude_chosen", "_selected_action": [flag.pk]}
    assert "1 open flags become" in text_of(client.post(LIST, chosen))
    assert not Verdict.objects.exists()
    client.post(LIST, chosen | {"confirmed": "1", "reason": "tunnel"})
    assert Verdict.objects.get().reason == "tunnel"
    assert uses_of(shipment)[10:15] == ["excluded"] * 5


@pytest.mark.parametrize("role", [*DECIDES, *LOOKS])
def test_verdicts_teach_how_often_a_kind_is_right(flag, shipment, role) -> None:
    client = logged_in()
    wrong = flag_rows(shipment, 20, 20)
    ask(client, "decide", flag=flag.pk, state="confirmed")
    ask(client, "decide", flag=wrong.pk, state="dismissed")
    page = text_of(logged_in(role).get(f"{LIST}learning/"))
    assert "50.0 % 1 of 2" in page
    assert "Only 2 of 200 verdicts of persons so far." in page


def test_what_verdicts_teach_is_no_business_of_merchants(flag) -> None:
    own = logged_in(Role.MERCHANT, flag.merchant)
    assert own.get(f"{LIST}learning/").status_code == 404


def test_places_come_in_the_system_of_the_tiles(flag, settings) -> None:
    plain = ask(logged_in(), "show", flag=flag.pk).json()["flag"]["points"][0]["place"]
    settings.REVIEW_TILES = {"url": "x", "system": "gcj02", "attribution": ""}
    moved = ask(logged_in(), "show", flag=flag.pk).json()["flag"]["points"][0]["place"]
    assert 0.001 < abs(plain[1] - moved[1]) < 0.01


def test_the_list_takes_a_constant_number_of_queries(merchant, midday) -> None:
    client = logged_in()

    def make(count: int) -> None:
        for _n in range(count):
            number = f"YT66{Flag.objects.count():09d}"
            parcel = make_shipment(merchant, number=number, created_at=at(0))
            send(parcel, drive(3), device=number)
            flag_rows(parcel, 1, 1)

    assert_query_count("admin.flags", make=make, visit=lambda: client.get(LIST))
