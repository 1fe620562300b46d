"""The declaration page: what is missing is supplied where it stands, what is wrong corrected."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.core import clock
from apps.customs.models import Consignment, Declaration, HsConfirmation, RecordVersion
from apps.customs.record import from_json
from tests.customs.crossing import Crossing, send, shop
from tests.customs.factories import make_consignment, make_line, make_record, missing
from tests.orders.conftest import business, platform, wall
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.people import make_merchant

__all__ = ["business", "platform", "wall"]
CPF = "111.444.777-35"


@pytest.fixture
def brazil(business: None, wall: object, db: None) -> Consignment:
    """A parcel to Brazil whose recipient's tax number nobody gave."""
    return send(shop(), "BR").consignment


@pytest.fixture
def clerk(db: None) -> Client:
    return logged_in(Role.OPERATOR)


def page_of(row: Consignment) -> str:
    return f"/admin/customs/consignment/{row.pk}/"


def token_on(client: Client, row: Consignment) -> str:
    page = client.get(f"{page_of(row)}change/").content.decode()
    found = re.search(r'name="work" value="([^"]+)"', page)
    assert found
    return found[1]


def save(client: Client, row: Consignment, **given: Any) -> Any:
    fields = {f"f:{path}": value for path, value in given.pop("fields", {}).items()}
    values = {"version": row.record_version, "reason": "", **fields, **given}
    return client.post(f"{page_of(row)}save/", values)


def number_of(kind: str = "br_cpf", value: str = CPF) -> dict[str, str]:
    return {"recipient.identifiers.kind": kind, "recipient.identifiers.value": value}


def record_of(row: Consignment) -> Any:
    row.refresh_from_db()
    version = RecordVersion.objects.get(consignment=row, number=row.record_version)
    return from_json(version.record)


def test_what_is_missing_stands_at_the_top_and_leads_to_its_field(
    brazil: Consignment, clerk: Client
) -> None:
    page = clerk.get(f"{page_of(brazil)}change/").content.decode()
    assert 'href="#f-recipient-identifiers"' in page
    assert 'id="f-recipient-identifiers"' in page
    assert '<option value="br_cpf" selected>' in page


def test_a_number_that_was_missing_is_supplied_without_a_reason(
    brazil: Consignment, clerk: Client
) -> None:
    answer = save(clerk, brazil, fields=number_of())
    assert answer.status_code == 302
    assert record_of(brazil).recipient.identifier("br_cpf") == CPF
    assert brazil.is_complete
    version = RecordVersion.objects.get(consignment=brazil, number=2)
    assert (version.source, version.reason) == ("person", "")


def test_what_stands_there_is_replaced_only_with_a_reason(
    brazil: Consignment, clerk: Client
) -> None:
    refused = save(clerk, brazil, fields={"lines.1.material": "linen"})
    assert refused.status_code == 422
    assert 'value="linen"' in refused.content.decode()
    assert record_of(brazil).lines[0].material == "100% cotton"
    save(clerk, brazil, fields={"lines.1.material": "linen"}, reason="the label says so")
    assert record_of(brazil).lines[0].material == "linen"
    assert RecordVersion.objects.get(consignment=brazil, number=2).reason == "the label says so"


def test_what_cannot_be_declared_is_said_beside_its_field_and_stays_typed(
    brazil: Consignment, clerk: Client
) -> None:
    answer = save(clerk, brazil, fields={"lines.1.origin": "XX", "lines.1.batch": "B7"}, reason="x")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="B7"' in page
    assert 'value="sale" selected' in page
    assert "lm-bad" in page
    assert record_of(brazil).lines[0].batch == ""


def test_a_page_that_is_older_than_the_record_changes_nothing(
    brazil: Consignment, clerk: Client
) -> None:
    save(clerk, brazil, fields={"lines.1.batch": "A"})
    answer = save(clerk, brazil, version=1, fields={"lines.1.barcode": "690"})
    assert answer.status_code == 422
    assert "meanwhile" in text_of(answer)
    assert record_of(brazil).lines[0].barcode == ""


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "１"])
def test_a_version_nobody_wrote_is_refused(
    brazil: Consignment, clerk: Client, version: str
) -> None:
    answer = save(clerk, brazil, version=version, fields={"lines.1.batch": "A"})
    assert answer.status_code == 422
    assert record_of(brazil).lines[0].batch == ""


def test_nothing_changed_is_no_version(brazil: Consignment, clerk: Client) -> None:
    material = record_of(brazil).lines[0].material
    answer = save(clerk, brazil, fields={"lines.1.material": material})
    assert answer.status_code == 302
    brazil.refresh_from_db()
    assert brazil.record_version == 1


def test_personal_data_is_masked_and_cannot_be_written_over_unseen(
    brazil: Consignment, clerk: Client
) -> None:
    assert "Mustermann" not in clerk.get(f"{page_of(brazil)}change/").content.decode()
    save(clerk, brazil, fields={"recipient.name": "Somebody Else"}, reason="x")
    assert record_of(brazil).recipient.name == "Erika Mustermann"
    clerk.post(f"{page_of(brazil)}reveal/")
    assert "Mustermann" in clerk.get(f"{page_of(brazil)}change/").content.decode()
    save(clerk, brazil, fields={"recipient.name": "Erika Muster"}, reason="misspelt")
    assert record_of(brazil).recipient.name == "Erika Muster"


def test_what_was_written_last_is_taken_back(brazil: Consignment, clerk: Client) -> None:
    save(clerk, brazil, fields=number_of())
    save_again = logged_in(Role.OPERATOR).post(f"{page_of(brazil)}undo/")
    assert save_again.status_code == 302
    assert record_of(brazil).recipient.identifier("br_cpf") == CPF
    clerk.post(f"{page_of(brazil)}undo/")
    assert record_of(brazil).recipient.identifiers == ()
    assert (brazil.is_complete, brazil.record_version) == (False, 3)
    assert "nothing of yours" in said(clerk.post(f"{page_of(brazil)}undo/", follow=True))


def test_every_version_tells_what_it_changed_masked(brazil: Consignment, clerk: Client) -> None:
    save(clerk, brazil, fields=number_of() | {"lines.1.batch": "B7"})
    page = text_of(clerk.get(f"{page_of(brazil)}version/2/"))
    assert "B7" in page
    assert CPF not in page
    assert "***35" in page
    assert clerk.get(f"{page_of(brazil)}version/9/").status_code == 404


def test_saving_may_lead_to_what_the_next_parcel_misses(brazil: Consignment, clerk: Client) -> None:
    HsConfirmation.objects.all().delete()
    other = send(brazil.merchant, "DE").consignment
    answer = save(clerk, brazil, fields=number_of(), then="next")
    assert answer["Location"].startswith(f"{page_of(other)}change/")
    assert "#f-" in answer["Location"]


# People's minutes


def seconds(row: Consignment) -> int:
    return sum(Declaration.objects.filter(consignment=row).values_list("human_seconds", flat=True))


def test_the_time_from_opening_to_saving_counts_once(
    brazil: Consignment, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = token_on(clerk, brazil)
    later = clock.real_now() + dt.timedelta(seconds=90)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    save(clerk, brazil, fields={"lines.1.batch": "A"}, work=work)
    assert 89 <= seconds(brazil) <= 92
    save(clerk, brazil, fields={"lines.1.barcode": "690"}, work=work, version=2)
    assert seconds(brazil) <= 92


def test_a_page_left_open_over_lunch_is_a_quarter_of_an_hour(
    brazil: Consignment, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = token_on(clerk, brazil)
    later = clock.real_now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    save(clerk, brazil, fields={"lines.1.batch": "A"}, work=work)
    assert seconds(brazil) == 15 * 60


def test_a_token_of_somebody_else_or_of_nobody_is_no_time(
    brazil: Consignment, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = token_on(logged_in(Role.OPERATOR), brazil)
    later = clock.real_now() + dt.timedelta(seconds=90)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    save(clerk, brazil, fields={"lines.1.batch": "A"}, work=theirs)
    save(clerk, brazil, fields={"lines.1.barcode": "690"}, work="forged" * 100, version=2)
    assert seconds(brazil) == 0
    brazil.refresh_from_db()
    assert brazil.record_version == 3


# Who may


def test_a_shops_person_supplies_their_own_but_not_what_was_paid(brazil: Consignment) -> None:
    theirs = logged_in(Role.MERCHANT, brazil.merchant)
    assert theirs.get(f"{page_of(brazil)}change/").status_code == 200
    save(theirs, brazil, fields=number_of() | {"lines.1.unit_price": "1.00", "total": "2.00"})
    record = record_of(brazil)
    assert record.recipient.identifier("br_cpf") == CPF
    assert str(record.lines[0].unit_price) == "10.00"
    assert RecordVersion.objects.get(consignment=brazil, number=2).source == "storefront"


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_who_only_looks_sees_the_page_and_writes_nothing(brazil: Consignment, role: Role) -> None:
    client = logged_in(role)
    page = client.get(f"{page_of(brazil)}change/")
    assert page.status_code == 200
    assert "cu-save" not in page.content.decode()
    assert save(client, brazil, fields=number_of()).status_code == 403
    assert client.post(f"{page_of(brazil)}undo/").status_code == 403
    brazil.refresh_from_db()
    assert brazil.record_version == 1


def test_another_shops_person_finds_no_page_and_writes_nothing(brazil: Consignment) -> None:
    stranger = logged_in(Role.MERCHANT, make_merchant())
    for tail in ("change/", "version/1/"):
        assert stranger.get(f"{page_of(brazil)}{tail}").status_code == 404
    assert save(stranger, brazil, fields=number_of()).status_code == 404
    assert stranger.post(f"{page_of(brazil)}undo/").status_code == 404
    brazil.refresh_from_db()
    assert brazil.record_version == 1


def test_only_a_manager_lets_an_incomplete_parcel_go(brazil: Consignment, clerk: Client) -> None:
    address = f"{page_of(brazil)}do/override/"
    assert clerk.post(address, {"reason": "I want to"}).status_code == 403
    manager = logged_in(Role.MANAGER)
    assert manager.post(address, {"reason": " "}).status_code == 422
    assert manager.post(address, {"reason": "the customer signed"}).status_code == 302
    brazil.refresh_from_db()
    assert brazil.override_reason == "the customer signed"


def test_customs_is_answered_and_what_it_decided_is_written_down(clerk: Client) -> None:
    merchant = make_merchant()
    asked = {"state": "info_required", "asked": "Which material?"}
    border = make_consignment(merchant, borders=[asked]).declarations.get()
    address = f"/admin/customs/declaration/{border.pk}/do/"
    looking = logged_in(Role.CUSTOMER_SERVICE)
    assert looking.post(f"{address}answer/", {"words": "TPE"}).status_code == 403
    assert clerk.post(f"{address}answer/", {"words": "TPE"}).status_code == 302
    border.refresh_from_db()
    assert (border.state, border.asked) == ("processing", "")
    decided = {"state": "released", "words": "the broker wrote"}
    assert clerk.post(f"{address}move/", {**decided, "state": "draft"}).status_code == 422
    assert clerk.post(f"{address}move/", decided).status_code == 302
    border.refresh_from_db()
    assert (border.state, border.first_try) == ("released", False)


def test_what_has_ended_is_read_only(clerk: Client) -> None:
    row = make_consignment(make_merchant(), borders=[{"state": "released"}])
    page = clerk.get(f"{page_of(row)}change/").content.decode()
    assert 'name="f:' not in page
    assert save(clerk, row, fields={"lines.1.batch": "B7"}).status_code == 422
    row.refresh_from_db()
    assert row.record_version == 1


# Bad input


def test_markup_in_a_name_is_shown_as_text_everywhere(clerk: Client) -> None:
    evil = "<script>alert(1)</script>"
    record = make_record(lines=(make_line(1, title=evil, description_en=evil, sku="A&B\"'"),))
    row = make_consignment(make_merchant(name=evil), record=record, findings=[missing()])
    make_consignment(row.merchant, record=make_record(lines=record.lines), findings=[missing()])
    for page in (f"{page_of(row)}change/", f"{page_of(row)}version/1/",
                 "/admin/customs/consignment/desk/"):  # fmt: skip
        body = clerk.get(page).content.decode()
        assert evil not in body
        assert "&lt;script&gt;" in body


def test_five_thousand_lines_are_a_page_of_twenty(
    clerk: Client, django_assert_max_num_queries: Any
) -> None:
    lines = tuple(make_line(n, sku=f"S-{n}", hs_code="") for n in range(1, 5001))
    found = [missing(line=n) for n in range(1, 5001)]
    row = make_consignment(make_merchant(), record=make_record(lines=lines), findings=found)
    with django_assert_max_num_queries(25):
        page = clerk.get(f"{page_of(row)}change/?lines=250")
    assert page.status_code == 200
    assert 'id="f-lines-5000-hs_code"' in page.content.decode()
    assert len(page.content) < 1_500_000


def test_the_parcel_is_whole_again_after_one_confirmed_code(
    business: None, wall: object, clerk: Client, db: None
) -> None:
    merchant = shop()
    HsConfirmation.objects.filter(product__sku="TS-1").delete()
    crossing: Crossing = send(merchant, "BR")
    page = clerk.get(f"{page_of(crossing.consignment)}change/").content.decode()
    assert "data-cu-picker" in page
    assert "data-confirms" in page
