"""The pages of products and of their files: seen, saved, guarded."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from rest_framework.test import APIClient

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.customs.models import HsConfirmation, Product, ProductImport
from apps.customs.product_selectors import products_by_sku
from apps.customs.services import start_import, work_on_imports
from tests.customs.factories import make_product
from tests.customs.products.files import csv_of, xlsx_of
from tests.support.people import make_merchant, make_user, session_of
from tests.support.query_counts import assert_query_count

LIST, IMPORTS = "/admin/customs/product/", "/admin/customs/productimport/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(name="青木")


@pytest.fixture
def operator() -> APIClient:
    return session_of(make_user(Role.OPERATOR, username="amy"))


@pytest.fixture
def owner(merchant: Merchant) -> APIClient:
    return session_of(make_user(Role.MERCHANT, merchant=merchant))


def filled(row: Product | None = None, **given: Any) -> dict[str, Any]:
    """Return what the form of a product posts."""
    made = {"goods_class": "general", "unit": "PCS", "is_active": "on", **given}
    return made | ({"version": row.version} if row else {})


def test_the_list_of_products_takes_a_constant_number_of_queries(
    operator: APIClient, merchant: Merchant
) -> None:
    def make(count: int) -> None:
        for _ in range(count):
            number = Product.objects.count()
            make_product(merchant, f"S-{number}", code="850760")

    assert_query_count("admin.products", make=make, visit=lambda: operator.get(LIST))


def test_filters_and_search_find_what_is_left_to_do(
    operator: APIClient, merchant: Merchant
) -> None:
    make_product(merchant, "CODED", code="850760", name_en="Power bank 10000 mAh")
    make_product(merchant, "BARE", battery="un3480", name_en="Yoga mat")
    for query, sku in (
        ("code=none", "BARE"), ("code=confirmed", "CODED"), ("battery=any", "BARE"),
        ("battery=none", "CODED"), ("q=Power+bank+1", "CODED"), ("q=BA", "BARE"),
    ):  # fmt: skip
        rows = operator.get(f"{LIST}?{query}").context["cl"].result_list
        assert [row.sku for row in rows] == [sku], query


def test_a_person_makes_a_product_and_confirms_its_code(
    operator: APIClient, merchant: Merchant
) -> None:
    made = operator.post(
        f"{LIST}add/",
        filled(sku="PB-10", merchant=merchant.pk, name_cn="充电宝", net_grams="0.21kg"),
    )
    row = Product.objects.get()
    assert made["Location"] == f"{LIST}{row.pk}/change/"
    assert (row.name_cn, row.net_grams, row.merchant) == ("充电宝", 210, merchant)
    code = {"hs_code": "8507.60", "hs_country": "", "evidence": "broker's letter"}
    assert operator.post(f"{LIST}{row.pk}/do/confirm/", code).status_code == 302
    kept = HsConfirmation.objects.get()
    assert (kept.code, kept.confirmed_by, kept.evidence) == ("850760", "amy", "broker's letter")
    assert operator.post(f"{LIST}{row.pk}/do/withdraw/", {"code": kept.pk}).status_code == 302
    assert products_by_sku(merchant.pk, ["PB-10"])["PB-10"].codes == {}


def test_a_wrong_code_is_said_beside_its_field_and_not_kept(
    operator: APIClient, merchant: Merchant
) -> None:
    row = make_product(merchant)
    code = {"hs_code": "990000", "hs_country": "", "evidence": "x"}
    answer = operator.post(f"{LIST}{row.pk}/do/confirm/", code)
    assert answer.status_code == 422
    assert answer.context["code_form"].errors.keys() == {"hs_code"}
    assert not HsConfirmation.objects.exists()


def test_what_cannot_be_is_marked_in_the_form_and_what_was_typed_stays(
    operator: APIClient, merchant: Merchant
) -> None:
    row = make_product(merchant)
    typed = filled(row, name_en="<b>x</b>", net_grams="9", gross_grams="5")
    answer = operator.post(f"{LIST}{row.pk}/change/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"name_en", "net_grams"}
    assert b"&lt;b&gt;x&lt;/b&gt;" in answer.content
    assert Product.objects.get().name_en == row.name_en


def test_two_people_at_one_product_do_not_overwrite_each_other(
    operator: APIClient, merchant: Merchant
) -> None:
    row = make_product(merchant)
    operator.post(f"{LIST}{row.pk}/change/", filled(row, brand="first"))
    answer = operator.post(f"{LIST}{row.pk}/change/", filled(row, brand="second"))
    assert answer.status_code == 422
    assert Product.objects.get().brand == "first"


def test_a_sku_that_is_there_is_not_overwritten_by_a_new_product(
    owner: APIClient, merchant: Merchant
) -> None:
    make_product(merchant, brand="kept")
    answer = owner.post(f"{LIST}add/", filled(sku="YM-01", brand="new"))
    assert answer.context["form"].errors.keys() == {"sku"}
    assert Product.objects.get().brand == "kept"


def test_a_certificate_is_added_and_removed(owner: APIClient, merchant: Merchant) -> None:
    row = make_product(merchant)
    paper = {"kind": "un383", "number": "T-1", "valid_to": "2027-06-30"}
    owner.post(f"{LIST}{row.pk}/do/paper/", paper)
    kept = row.certificates.get()
    assert kept.number == "T-1"
    owner.post(f"{LIST}{row.pk}/do/paper_gone/", {"paper": kept.pk})
    assert not row.certificates.exists()


def test_a_merchants_user_makes_products_of_their_own_shop_whatever_they_post(
    owner: APIClient, merchant: Merchant
) -> None:
    other = make_merchant()
    owner.post(f"{LIST}add/", filled(sku="MINE", merchant=other.pk))
    assert Product.objects.get().merchant == merchant


def test_another_products_code_and_paper_cannot_be_reached_through_ones_own(
    owner: APIClient, merchant: Merchant
) -> None:
    mine = make_product(merchant)
    theirs = make_product(make_merchant(), code="850760")
    code = theirs.confirmations.get()
    paper = theirs.certificates.create(kind="msds")
    for doing, given in (("withdraw", {"code": code.pk}), ("paper_gone", {"paper": paper.pk})):
        assert owner.post(f"{LIST}{mine.pk}/do/{doing}/", given).status_code == 404
        assert owner.post(f"{LIST}{theirs.pk}/do/{doing}/", given).status_code == 404
    code.refresh_from_db()
    assert code.withdrawn_at is None
    assert theirs.certificates.exists()


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_who_may_only_read_sees_the_page_and_changes_nothing(
    merchant: Merchant, role: Role
) -> None:
    row, person = make_product(merchant), session_of(make_user(role))
    assert person.get(f"{LIST}{row.pk}/change/").status_code == 200
    for address in ("change", "do/confirm", "do/withdraw", "do/paper", "do/paper_gone"):
        assert person.post(f"{LIST}{row.pk}/{address}/", filled(row)).status_code == 403
    assert person.get(f"{LIST}add/").status_code == 403
    assert person.get(f"{IMPORTS}upload/").status_code == 403
    assert Product.objects.get().version == 1


def test_an_export_holds_what_the_list_shows_with_formulas_made_harmless(
    operator: APIClient, merchant: Merchant
) -> None:
    make_product(merchant, "A", code="850760", brand="=HYPERLINK(1)")
    make_product(merchant, "B")
    answer = operator.get(f"{LIST}export/csv/?code=confirmed")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["SKU"], row["HS code"], row["Brand"]) == ("A", "850760", "'=HYPERLINK(1)")
    book = load_workbook(
        io.BytesIO(b"".join(operator.get(f"{LIST}export/xlsx/").streaming_content))
    )
    assert [one.value for one in book.worksheets[0]["B"]] == ["SKU", "A", "B"]
    assert all(cell.data_type != "f" for line in book.worksheets[0].iter_rows() for cell in line)


@pytest.mark.parametrize(
    ("address", "status"),
    [("csv/?colour=red", 400), ("csv/?code=none%00", 200), ("exe/", 404), ("empty/", 200)],
)
def test_an_export_nobody_offers_is_no_failure_of_ours(
    operator: APIClient, address: str, status: int
) -> None:
    assert operator.get(f"{LIST}export/{address}").status_code == status


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_comes_back_as_nothing_new(
    owner: APIClient, merchant: Merchant, kind: str
) -> None:
    row = make_product(merchant, "A", code="850760", battery="un3480", watt_hours="37.00")
    row.certificates.create(kind="un383", number="T-1", valid_to="2027-06-30")
    make_product(merchant, "B", brand="-20C pack", is_active=False)
    content = b"".join(owner.get(f"{LIST}export/{kind}/").streaming_content)
    user = make_user(Role.MERCHANT, merchant=merchant)
    start_import(merchant_id=merchant.pk, name=f"p.{kind}", content=content, user=user)
    work_on_imports()
    job = ProductImport.objects.get()
    assert (job.state, job.rows, job.new_rows, job.changed_rows, job.bad_rows, job.ignored) == (
        "preview", 2, 0, 0, 0, [],
    )  # fmt: skip


def test_an_upload_is_previewed_confirmed_and_taken_back_by_its_buttons(owner: APIClient) -> None:
    rows = [["SKU", "name_cn", "HS code"], ["A-1", "充电宝", "850760"], ["", "x", ""]]
    file = SimpleUploadedFile("新品.xlsx", xlsx_of(rows))
    page = owner.post(f"{IMPORTS}upload/", {"file": file})["Location"]
    shown = owner.get(page)
    assert shown.context["state"] == "preview"
    assert not Product.objects.exists()
    address = page.removesuffix("change/")
    assert owner.get(f"{address}do/confirm/").status_code == 200
    owner.post(f"{address}do/confirm/", {"takes_codes": "on"})
    assert HsConfirmation.objects.get().code == "850760"
    wrong = load_workbook(io.BytesIO(b"".join(owner.get(f"{address}errors/").streaming_content)))
    assert [cell.value for cell in wrong.worksheets[0][2]][1:4] == ["x", None, "3"]
    owner.post(f"{address}do/undo/", {})
    assert not Product.objects.exists()
    assert ProductImport.objects.get().state == "undone"


def test_a_file_that_is_no_table_or_too_large_is_refused_in_the_form_or_on_its_page(
    operator: APIClient, merchant: Merchant
) -> None:
    big = SimpleUploadedFile("p.csv", b"x" * 20_000_001)
    answer = operator.post(f"{IMPORTS}upload/", {"merchant": merchant.pk, "file": big})
    assert answer.status_code == 422
    assert not ProductImport.objects.exists()
    picture = SimpleUploadedFile("p.xlsx", b"\x89PNG\r\n\x1a\n")
    page = operator.post(f"{IMPORTS}upload/", {"merchant": merchant.pk, "file": picture})[
        "Location"
    ]
    shown = operator.get(page)
    assert shown.context["state"] == "failed"
    assert "Only CSV and XLSX" in shown.content.decode()


def test_the_list_of_imports_takes_a_constant_number_of_queries(
    operator: APIClient, merchant: Merchant
) -> None:
    user = make_user(Role.OPERATOR)

    def make(count: int) -> None:
        ProductImport.objects.bulk_create(
            ProductImport(merchant=merchant, file_name="p.csv", uploaded_by=user)
            for _ in range(count)
        )

    assert_query_count("admin.product_imports", make=make, visit=lambda: operator.get(IMPORTS))


def test_the_page_of_an_import_costs_no_more_for_many_rows(
    operator: APIClient, merchant: Merchant
) -> None:
    user = make_user(Role.OPERATOR)
    jobs = []

    def make(count: int) -> None:
        rows = [["SKU"], *([f"S-{number}"] for number in range(count))]
        start_import(merchant_id=merchant.pk, name="p.csv", content=csv_of(rows), user=user)
        work_on_imports()
        jobs.append(ProductImport.objects.order_by("-pk")[0])

    assert_query_count(
        "admin.product_import",
        make=make,
        visit=lambda: operator.get(f"{IMPORTS}{jobs[-1].pk}/change/"),
    )
