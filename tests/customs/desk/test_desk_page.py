"""The customs desk as people see it: lists, one fix for many, figures, tables for elsewhere."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core import clock
from apps.customs.choices import Supplier
from tests.customs.desk.world import at_customs, incomplete_parcel
from tests.customs.factories import (
    HOUR,
    make_consignment,
    make_declaration,
    make_exporter,
    make_product,
    make_record,
    missing,
)
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

DESK = "/admin/customs/consignment/desk/"


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant()


@pytest.fixture
def clerk(db: None) -> Client:
    return logged_in(Role.OPERATOR)


def rows_on(page: Any) -> int:
    return int(page.content.decode().count("data-cu-row"))


def test_a_desk_without_work_says_so_in_every_list(clerk: Client) -> None:
    assert "Everything that leaves is complete" in text_of(clerk.get(DESK))
    for view in ("asked", "held", "silent", "let_go", "%00", "nonsense"):
        page = clerk.get(f"{DESK}?view={view}")
        assert page.status_code in {200, 400}
        assert rows_on(page) == 0


@pytest.mark.parametrize(
    ("view", "name", "make"),
    [
        (
            "incomplete",
            "admin.customs_desk.incomplete",
            lambda m, n: incomplete_parcel(m, 2 * n, now=clock.now()),
        ),
        ("asked", "admin.customs_desk.asked", lambda m, n: at_customs(m, n, "info_required")),
        ("silent", "admin.customs_desk.silent", lambda m, n: at_customs(m, n + 5, "processing")),
    ],
)
def test_a_list_of_the_desk_takes_a_constant_number_of_queries(
    merchant: Merchant, clerk: Client, view: str, name: str, make: Any
) -> None:
    made = iter(range(1, 100))
    assert_query_count(
        name,
        make=lambda count: [make(merchant, next(made)) for _n in range(count)],
        visit=lambda: clerk.get(f"{DESK}?view={view}"),
        shows=rows_on,
    )


def test_the_declaration_page_takes_a_constant_number_of_queries(
    merchant: Merchant, clerk: Client
) -> None:
    row = make_consignment(merchant, findings=[missing()], borders=())
    borders = iter(["DE", "FR", "NL", "US", "GB", "JP", "AU", "BR", "CA", "MX", "KR", "CL", "AR",
                    "CO", "EC", "ID", "TR", "IN", "CH", "NO"])  # fmt: skip

    def add(count: int) -> None:
        for _n in range(count):
            make_declaration(row, country=next(borders))

    assert_query_count(
        "admin.customs_declaration",
        make=add,
        visit=lambda: clerk.get(f"/admin/customs/consignment/{row.pk}/change/"),
    )


def test_the_first_thing_missing_is_one_click_away(merchant: Merchant, clerk: Client) -> None:
    row = incomplete_parcel(merchant, 1, now=clock.now())
    page = clerk.get(DESK).content.decode()
    assert f'href="/admin/customs/consignment/{row.pk}/change/#f-lines-1-hs_code"' in page


def test_a_code_for_many_is_chosen_on_the_desk_by_who_may(
    merchant: Merchant, clerk: Client
) -> None:
    for sku in ("PB-10", "KN-03"):
        make_product(merchant, sku)
    for n in (2, 4, 6):
        incomplete_parcel(merchant, n, now=clock.now())
    assert "data-cu-pick" in clerk.get(DESK).content.decode()
    watching = logged_in(Role.CUSTOMER_SERVICE).get(DESK).content.decode()
    assert "data-cu-pick " not in watching
    assert "One fix for many" in watching


def test_what_the_exporter_lacks_leads_to_its_field(merchant: Merchant, clerk: Client) -> None:
    exporter = make_exporter(merchant)
    lack = missing("exporter.identifiers", None, supplier=Supplier.EXPORTER,
                   detail={"kinds": "cn_customs"})  # fmt: skip
    for _n in range(2):
        make_consignment(merchant, findings=[lack])
    page = clerk.get(DESK).content.decode()
    assert f"/admin/customs/exporter/{exporter.pk}/change/#id_number_cn_customs" in page


def test_customs_is_answered_from_the_desk(merchant: Merchant, clerk: Client) -> None:
    row = at_customs(merchant, 0, "info_required", asked="Which material?")
    border = row.declarations.get(direction="import")
    page = clerk.get(f"{DESK}?view=asked").content.decode()
    assert "Which material?" in page
    address = f"/admin/customs/declaration/{border.pk}/do/answer/"
    assert address in page
    answer = clerk.post(address, {"words": "TPE foam", "next": f"{DESK}?view=asked"})
    assert answer["Location"] == f"{DESK}?view=asked"
    border.refresh_from_db()
    assert border.state == "processing"
    looking = logged_in(Role.CUSTOMER_SERVICE).get(f"{DESK}?view=asked").content.decode()
    assert address not in looking


def test_a_shops_person_sees_their_own_desk_and_figures(merchant: Merchant) -> None:
    incomplete_parcel(merchant, 1, now=clock.now())
    incomplete_parcel(make_merchant(name="Rival"), 2, now=clock.now())
    theirs = logged_in(Role.MERCHANT, merchant)
    page = theirs.get(DESK)
    assert rows_on(page) == 1
    assert "Rival" not in page.content.decode()
    table = theirs.get(f"{DESK}export/").content.decode()
    assert "A-1001" in table
    assert "A-1002" not in table
    assert "n = " not in theirs.get(f"{DESK}figures/?mode=sandbox&format=csv").content.decode()


def test_who_may_not_see_consignments_sees_no_desk(db: None) -> None:
    client = Client()
    for page in ("", "export/", "figures/"):
        assert client.get(f"{DESK}{page}").status_code == 302


def test_the_table_of_what_is_missing_holds_no_formula(clerk: Client) -> None:
    evil = make_merchant(name="=HYPERLINK(1)")
    record = make_record(reference="@SUM(1)")
    make_consignment(evil, record=record, findings=[missing(until=clock.now() + HOUR)])
    answer = clerk.get(f"{DESK}export/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"].startswith("attachment")
    assert rows[1][0] == "'@SUM(1)"
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert rows[1][5] == "line 1: HS code"


def test_figures_say_how_few_they_are(merchant: Merchant, clerk: Client) -> None:
    now = clock.now()
    for days in (1, 2):
        border = {"state": "released", "state_at": now, "entered_at": now - days * 24 * HOUR}
        make_consignment(
            merchant, record=make_record("BR"), created_at=now - 72 * HOUR, borders=[border]
        )
    page = text_of(clerk.get(f"{DESK}figures/?mode=sandbox"))
    assert "China → Brazil" in page
    assert "1.0–2.0" in page
    assert "few, so not certain" in page
    table = clerk.get(f"{DESK}figures/?mode=sandbox&format=csv").content.decode()
    assert "CN,BR,import,2,2,1.50" in table
    assert "Nothing to count yet" in text_of(clerk.get(f"{DESK}figures/?mode=live"))
