"""Who sees the cases and works on them; what the scripts of the worklist are answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.exceptions.models import CannedReply, Case, CaseFile, CaseNote, WorklistView
from apps.exceptions.services import (
    ContactDraft,
    add_file,
    record_contact,
    resolve_case,
    withdraw_contact,
)
from tests.exceptions.cases import OPENED, make_case
from tests.exceptions.watched import HOUR
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

LIST = "/admin/exceptions/case/"
WORKS = (Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.MANAGER)
SYSTEM = Actor.system("test")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _opened():
    """Business time stands still, an hour after the case was opened."""
    with clock.frozen(OPENED + HOUR):
        yield


@pytest.fixture
def case(merchant) -> Case:
    """An open case of a parcel that stands still."""
    return make_case(merchant, number="YT8800000001")


def ask(client: Client, doing: str, /, **values: Any) -> Any:
    """Ask as the script of the page does."""
    return client.post(f"{LIST}do/{doing}/", json.dumps(values), content_type="application/json")


def seen(case: Case) -> dict[str, int]:
    """The case as somebody has just seen it."""
    return {"case": case.pk, "version": Case.objects.get(pk=case.pk).version}


def numbers(answer: Any) -> list[str]:
    """The parcels an answer lists."""
    return [row["number"] for row in answer.json()["rows"]]


@pytest.mark.parametrize("role", WORKS)
def test_staff_work_on_cases(case, role) -> None:
    client = logged_in(role)
    assert client.get(LIST).context["setup"]["told"]["rows"][0]["number"] == case.shipment.number
    told = ask(client, "acknowledge", **seen(case)).json()
    assert (told["row"]["state"], told["row"]["mine"], told["undo"]) == ("acknowledged", True, True)


def test_an_auditor_looks_on(case) -> None:
    client = logged_in(Role.AUDITOR)
    assert client.get(LIST).context["setup"]["mayWork"] is False
    assert "Acknowledge" not in ask(client, "panels", cases=[case.pk]).json()["panels"][0]["html"]
    answer = ask(client, "acknowledge", **seen(case))
    assert (answer.status_code, answer.json()["code"]) == (422, "case_forbidden")
    for post in (f"{LIST}{case.pk}/file/",):
        assert client.post(post, {"file": SimpleUploadedFile("a.png", PNG)}).status_code == 403
    case.refresh_from_db()
    assert (case.state, case.version, CaseFile.objects.count()) == ("open", 1, 0)


def test_cases_are_no_business_of_merchants(case, ann) -> None:
    held = add_file(case_id=case.pk, user=logged_in().user, name="a.png", content=PNG)
    client = logged_in(Role.MERCHANT, case.merchant)
    page = f"{LIST}{case.pk}/"
    for address in (LIST, f"{page}change/", f"{page}file/{held.pk}/"):
        assert client.get(address).status_code == 404
    for name in ("rows", "acknowledge", "bulk_start", "panels"):
        assert ask(client, name, **seen(case)).status_code == 404
    assert (
        client.post(f"{page}file/", {"file": SimpleUploadedFile("b.png", PNG)}).status_code == 404
    )
    assert client.post(f"{page}reveal/").status_code == 404


def test_whoever_is_second_hears_who_was_first_and_sees_the_case_as_it_stands(case) -> None:
    before = seen(case)
    first = logged_in(Role.CUSTOMER_SERVICE)
    assert ask(first, "resolve", **before, choice="delivered").status_code == 200
    answer = ask(logged_in(), "wait", **before, choice="carrier", until="")
    assert answer.status_code == 409
    assert first.user.username in answer.json()["error"]
    assert answer.json()["row"]["state"] == "resolved"
    case.refresh_from_db()
    assert (case.state, case.waiting_for) == ("resolved", "")


def test_what_was_done_is_taken_back(case) -> None:
    client = logged_in()
    told = ask(client, "wait", **seen(case), choice="customs", until="morning").json()
    assert told["row"]["clock"]["text"] == "waits for Customs, 0 min"
    assert "until 11-06 09:00" in told["said"]
    told = ask(client, "undo", case=case.pk).json()
    assert told["row"]["state"] == "open"
    assert ask(client, "undo", case=case.pk).status_code == 409


def test_the_next_page_begins_behind_the_last_case(merchant) -> None:
    ranks = {f"YT880000000{n}": 100 - n for n in range(5)}
    for number, rank in ranks.items():
        make_case(merchant, number=number, changes={"rank": rank})
    client = logged_in()
    first = ask(client, "rows", view="all", count=2)
    assert numbers(first) == ["YT8800000000", "YT8800000001"]
    second = ask(client, "rows", view="all", count=2, after=first.json()["after"])
    assert numbers(second) == ["YT8800000002", "YT8800000003"]
    assert "counts" not in second.json()
    last = ask(client, "rows", view="all", count=2, after=second.json()["after"])
    assert (numbers(last), last.json()["after"]) == (["YT8800000004"], None)


def test_views_and_filters_narrow_the_list_and_are_counted(merchant) -> None:
    red = make_case(merchant, number="YT8800000001", changes={"severity": "red"})
    late = make_case(merchant, number="YT8800000002", changes={"resolve_by": OPENED})
    client = logged_in()
    ask(client, "acknowledge", **seen(late))
    for view, found in (
        ("red", [red]), ("overdue", [late]), ("mine", [late]), ("unacknowledged", [red]),
        ("waiting", []), ("closed", []),
    ):  # fmt: skip
        answer = ask(client, "rows", view=view)
        assert numbers(answer) == [case.shipment.number for case in found], view
    views = answer.json()["counts"]["views"]
    assert (views["all"], views["mine"], views["unacknowledged"]) == ("2", "1", "1")
    narrowed = {"severity": "red", "rule": red.rule.code, "merchant": str(merchant.pk)}
    assert numbers(ask(client, "rows", view="all", filters=narrowed)) == [red.shipment.number]
    assert numbers(ask(client, "rows", view="all", filters={"carrier": "nobody"})) == []


def test_closed_cases_are_narrowed_by_every_filter_too(merchant) -> None:
    client, hubs = logged_in(), ("3301", "4403")
    cases = [make_case(merchant, changes={"hub": hub}) for hub in hubs]
    for case in cases:
        resolve_case(case_id=case.pk, user=client.user, version=1, reason="delivered")
    for case, hub in zip(cases, hubs, strict=True):
        found = ask(client, "rows", view="closed", filters={"hub": hub})
        assert numbers(found) == [case.shipment.number]
    assert numbers(ask(client, "rows", view="closed", filters={"complained": "1"})) == []
    first = ask(client, "rows", view="closed", count=1)
    rest = ask(client, "rows", view="closed", count=1, after=first.json()["after"])
    assert numbers(first) + numbers(rest) == [case.shipment.number for case in cases[::-1]]


def test_a_search_finds_closed_cases_in_any_view(case) -> None:
    client = logged_in()
    resolve_case(case_id=case.pk, user=client.user, version=1, reason="delivered")
    for term in (case.shipment.number, case.shipment.number[-6:], case.uid, case.uid.upper()):
        assert numbers(ask(client, "rows", view="red", q=term)) == [case.shipment.number], term
    assert numbers(ask(client, "rows", view="all")) == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("acknowledge", "[]"), ("acknowledge", "{"), ("acknowledge", '{"case": 1}'),
        ("acknowledge", '{"case": "1", "version": 1}'), ("nothing", "{}"),
        ("wait", '{"case": 1, "version": 1, "choice": "carrier", "until": "never"}'),
        ("rows", '{"after": [1, "x"]}'), ("rows", '{"filters": []}'), ("rows", '{"q": 7}'),
        ("panels", '{"cases": [1, 2, 3, 4, 5, 6]}'), ("panels", '{"cases": [-1]}'),
        ("bulk_preview", '{"move": "step", "cases": []}'), ("keep_view", '{"name": 1}'),
        ("bulk_start", '{"move": "acknowledge", "cases": [[1]]}'),
        ("note", json.dumps({"case": 1, "note": "x" * 4_001})), ("rows", "9" * 30_000),
        ("step", '{"case": 1, "version": 1, "kind": "burn"}'), ("drop_view", '{"view": "red"}'),
    ],
)  # fmt: skip
def test_what_the_script_never_sends_is_refused(case, name, body) -> None:
    answer = logged_in().post(f"{LIST}do/{name}/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]
    case.refresh_from_db()
    assert case.version == 1


def test_questions_need_the_token_of_the_page(case) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(logged_in().user)
    assert ask(client, "acknowledge", **seen(case)).status_code == 403
    assert client.get(f"{LIST}do/acknowledge/").status_code == 405
    case.refresh_from_db()
    assert case.state == "open"


def test_many_are_previewed_done_bit_by_bit_and_taken_back(merchant) -> None:
    cases = [make_case(merchant, number=f"YT880000000{n}") for n in range(4)]
    client = logged_in()
    ask(client, "acknowledge", **seen(cases[3]))
    picked = [[case.pk, case.version] for case in cases]
    told = ask(client, "bulk_preview", move="acknowledge", cases=picked).json()
    assert (told["count"], told["total"], told["excluded"]) == (3, 4, [[1, "Acknowledged"]])
    ask(logged_in(), "note", case=cases[0].pk, note="nothing that changes the case")
    other = logged_in()
    ask(other, "assign", **seen(cases[1]), owner=other.user.pk)

    bulk = ask(client, "bulk_start", move="acknowledge", cases=picked).json()["bulk"]
    done = ask(client, "bulk_work", bulk=bulk).json()
    assert (done["underway"], done["changed"], done["refused"]) == (False, 2, 1)
    assert other.user.username in done["why"][0][1]
    assert ask(logged_in(), "bulk_work", bulk=bulk).status_code == 404
    ask(client, "bulk_undo", bulk=bulk)
    assert ask(client, "bulk_work", bulk=bulk).json()["state"] == "undone"
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == [
        "open", "open", "open", "acknowledged",
    ]  # fmt: skip


def test_a_whole_view_is_chosen_without_naming_its_cases(merchant) -> None:
    for n in range(3):
        make_case(merchant, number=f"YT880000000{n}", changes={"severity": "red"} if n else {})
    told = ask(logged_in(), "bulk_preview", move="dismiss", whole=True, view="red").json()
    assert (told["count"], told["total"]) == (2, 2)


def test_views_are_kept_for_oneself_or_by_managers_for_everybody(case) -> None:
    client, boss = logged_in(), logged_in(Role.MANAGER)
    kept = ask(client, "keep_view", name=" 圆通 红 ", view="red", filters={"carrier": "yuantong"})
    view = WorklistView.objects.get(pk=kept.json()["view"])
    assert (view.name, view.user) == ("圆通 红", client.user)
    assert view.filters == {"severity": "red", "carrier": "yuantong"}
    shared = {"name": "停滞", "view": "all", "filters": {"rule": case.rule.code}}
    assert ask(client, "keep_view", **shared, everybody=True).status_code == 422
    assert ask(boss, "keep_view", **shared, everybody=True).status_code == 200
    names = [one["label"] for one in boss.get(LIST).context["setup"]["views"]]
    assert ("停滞" in names, "圆通 红" in names) == (True, False)
    assert ask(boss, "drop_view", view=str(view.pk)).status_code == 422
    assert ask(client, "keep_view", name="alles", view="all").status_code == 422
    assert ask(client, "drop_view", view=str(view.pk)).status_code == 200
    assert WorklistView.objects.count() == 1


def test_a_reply_is_filled_in_both_languages_and_kept(case) -> None:
    CannedReply.objects.create(
        code="late", title="延误", title_en="Late", text="{number}在路上", text_en="{number} comes"
    )
    client = logged_in()
    [reply] = ask(client, "replies", case=case.pk).json()["replies"]
    assert (reply["zh"], reply["en"]) == ("YT8800000001在路上", "YT8800000001 comes")
    ask(client, "reply", case=case.pk, note=reply["zh"], reply=reply["id"])
    note = CaseNote.objects.get()
    assert (note.kind, note.text, note.reply_id) == ("reply", reply["zh"], reply["id"])
    assert ask(client, "reply", case=case.pk, note="  ").status_code == 422


def test_many_replies_take_as_many_queries_as_one(case) -> None:
    client = logged_in()

    def make(count: int) -> None:
        for _n in range(count):
            code = f"r{CannedReply.objects.count()}"
            CannedReply.objects.create(code=code, title=code, title_en=code, text="a", text_en="a")

    assert_query_count(
        "admin.case.replies",
        make=make,
        visit=lambda: ask(client, "replies", case=case.pk),
        shows=lambda answer: len(answer.json()["replies"]),
    )


def test_a_contact_that_was_withdrawn_is_not_on_the_page_of_a_case(case) -> None:
    client = logged_in()
    for words in ("where is it", "a mistake"):
        draft = ContactDraft(reason="late", channel="phone", words=words)
        row = record_contact(shipment_id=case.shipment_id, draft=draft, actor=SYSTEM)
    withdraw_contact(contact_id=row.pk, actor=SYSTEM)
    page = text_of(client.get(f"{LIST}{case.pk}/change/"))
    assert ("where is it" in page, "a mistake" in page) == (True, False)


def test_files_are_only_ever_downloaded_and_belong_to_their_case(case, merchant) -> None:
    client = logged_in()
    address = f"{LIST}{case.pk}/file/"
    script = SimpleUploadedFile("a.png", b"<script>alert(1)</script>", content_type="image/png")
    assert client.post(address, {"file": script}).status_code == 422
    assert client.post(address).status_code == 422
    assert client.post(address, {"file": SimpleUploadedFile("面单.png", PNG)}).status_code == 201
    held = CaseFile.objects.get()
    answer = client.get(f"{address}{held.pk}/")
    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E9%9D%A2")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/png")
    other = make_case(merchant, number="YT8800000002")
    assert client.get(f"{LIST}{other.pk}/file/{held.pk}/").status_code == 404
    assert "面单.png" in text_of(client.get(f"{LIST}{case.pk}/change/"))


def test_personal_data_is_masked_until_somebody_reveals_it_and_that_is_written_down() -> None:
    merchant = make_merchant()
    order = make_order(merchant)
    shipment = booking_of(order).parcel.shipment
    case = make_case(merchant, number="YT8800000009")
    Case.objects.filter(pk=case.pk).update(shipment=shipment)
    client, page = logged_in(), f"{LIST}{case.pk}/change/"
    panel = ask(client, "panels", cases=[case.pk]).json()["panels"][0]["html"]
    assert order.recipient_phone not in panel
    assert order.recipient_phone not in text_of(client.get(page))
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()
    client.post(f"{LIST}{case.pk}/reveal/")
    assert order.recipient_phone in text_of(client.get(page))
    row = ActionLog.objects.get(action="personal_data.revealed")
    assert (row.subject_id, row.merchant_id) == (str(case.pk), merchant.pk)
    auditor = logged_in(Role.AUDITOR)
    assert auditor.post(f"{LIST}{case.pk}/reveal/").status_code == 403


def test_the_page_of_a_case_says_what_was_done_before_and_after(case) -> None:
    client = logged_in()
    ask(client, "wait", **seen(case), choice="carrier", until="", note="asked by phone")
    page = text_of(client.get(f"{LIST}{case.pk}/change/"))
    assert "state: Open → Waiting" in page
    assert "asked by phone" in page
    assert "2 days after “Last sign of life”; red after 3 days" in page


def test_cases_are_linked_by_their_id_and_the_link_is_taken_away(case, merchant) -> None:
    other = make_case(merchant, number="YT8800000002")
    client, page = logged_in(), f"{LIST}{case.pk}/change/"
    assert ask(client, "link", case=case.pk, note="cas_nobody").status_code == 404
    ask(client, "link", case=case.pk, note=f" {other.uid} ")
    assert "YT8800000002" in text_of(client.get(page))
    ask(client, "unlink", case=case.pk, other=other.pk)
    assert "YT8800000002" not in text_of(client.get(page))


def test_the_worklist_and_the_panel_take_a_constant_number_of_queries(merchant) -> None:
    client = logged_in()

    def make(count: int) -> None:
        for _n in range(count):
            made = make_case(merchant, number=f"YT66{Case.objects.count():09d}")
            ask(client, "note", case=made.pk, note="seen")

    assert_query_count(
        "admin.cases",
        make=make,
        visit=lambda: client.get(LIST),
        shows=lambda answer: len(answer.context_data["setup"]["told"]["rows"]),
    )
    first = Case.objects.first()

    def talk(count: int) -> None:
        for n in range(count):
            ask(client, "note", case=first.pk, note=f"note {n}")

    page = f"{LIST}{first.pk}/change/"
    assert_query_count("admin.case", make=talk, visit=lambda: client.get(page))
