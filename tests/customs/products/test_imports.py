"""A file of products: previewed, confirmed, stored, interrupted, taken back."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import ImportState
from apps.customs.models import (
    HsConfirmation,
    Product,
    ProductImport,
    ProductImportFile,
    ProductImportRow,
)
from apps.customs.product_errors import ImportRefused
from apps.customs.product_selectors import products_by_sku
from apps.customs.services import (
    clean_up_imports,
    confirm_hs,
    confirm_import,
    discard_import,
    import_reading,
    import_storing,
    import_undoing,
    import_work,
    save_product,
    start_import,
    undo_import,
    work_on_imports,
)
from tests.customs.products.files import csv_of, xlsx_of
from tests.support.people import make_merchant, make_user

pytestmark = pytest.mark.django_db
HEADING = ["SKU", "name_cn", "brand", "net_grams", "HS code", "certificates", "colour"]
ROWS = [
    HEADING,
    ["A-1", "充电宝", "Aoki", "210", "850760", "un383|T-1|2027-06-30", "red"],
    ["A-2", "瑜伽垫", "", "900", "", "", ""],
    ["A-3", "=HYPERLINK(1)", "", "-1", "99", "", ""],
    ["A-1", "again", "", "", "", "", ""],
    ["A-4", "手机壳", "", "30", "392690", "", ""],
]
LIN = Actor("user", "7", "lin")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (import_reading, import_storing, import_undoing):
        monkeypatch.setattr(module, "CHUNK", 2)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


@pytest.fixture
def user() -> User:
    return make_user(Role.OPERATOR, username="amy")


def started(merchant: Merchant, user: User, rows: Any = ROWS, name: str = "p.csv") -> ProductImport:
    """Take in a file and read it."""
    content = xlsx_of(rows) if name.endswith("xlsx") else csv_of(rows)
    job = start_import(merchant_id=merchant.pk, name=name, content=content, user=user)
    work_on_imports()
    job.refresh_from_db()
    return job


def stored(merchant: Merchant, user: User, *, takes_codes: bool = True) -> ProductImport:
    """Import the file whole."""
    job = started(merchant, user)
    confirm_import(job=job, takes_codes=takes_codes, user=user)
    work_on_imports()
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
def test_a_preview_says_what_each_row_would_do_and_stores_nothing(
    merchant: Merchant, user: User, name: str
) -> None:
    save_product(merchant_id=merchant.pk, sku="A-2", values={"name_cn": "垫"}, actor=LIN)
    job = started(merchant, user, name=name)
    assert (job.state, job.rows, job.new_rows, job.changed_rows, job.bad_rows) == (
        "preview", 5, 2, 1, 2,
    )  # fmt: skip
    assert job.ignored == ["colour"]
    assert Product.objects.count() == 1
    bad = {row.number: row.problems for row in job.lines.filter(verdict="bad")}
    assert [one["code"] for one in bad[4]] == ["formula", "not_a_number", "hs_shape"]
    assert [(one["field"], one["code"]) for one in bad[5]] == [("sku", "repeated")]
    assert not ProductImportFile.objects.exists()


def test_a_confirmed_import_stores_the_good_rows_and_leaves_the_wrong_ones(
    merchant: Merchant, user: User
) -> None:
    job = stored(merchant, user)
    assert (job.state, job.done_rows, job.created_products) == ("done", 3, 3)
    facts = products_by_sku(merchant.pk, ["A-1", "A-2", "A-3", "A-4"])
    assert sorted(facts) == ["A-1", "A-2", "A-4"]
    code = facts["A-1"].hs6
    assert code is not None
    assert (code.code, code.confirmed_by, code.evidence) == ("850760", "amy", "p.csv #2")
    assert facts["A-1"].certificates[0].valid_to == dt.date(2027, 6, 30)


def test_codes_of_a_file_count_only_where_a_person_gave_their_word(
    merchant: Merchant, user: User
) -> None:
    stored(merchant, user, takes_codes=False)
    assert Product.objects.count() == 3
    assert not HsConfirmation.objects.exists()


def test_the_same_file_again_says_nothing_new_and_cannot_be_confirmed(
    merchant: Merchant, user: User
) -> None:
    stored(merchant, user)
    job = started(merchant, user, rows=[*ROWS[:3], ROWS[5]])
    assert (job.new_rows, job.changed_rows, job.bad_rows) == (0, 0, 0)
    with pytest.raises(ImportRefused):
        confirm_import(job=job, takes_codes=True, user=user)


def test_a_worker_that_died_in_the_middle_is_followed_by_one_that_goes_on(
    merchant: Merchant, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start_import(merchant_id=merchant.pk, name="p.csv", content=csv_of(ROWS), user=user)
    real, calls = ProductImportRow.objects.bulk_create, []

    def dies(rows: list[ProductImportRow]) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(rows)

    with monkeypatch.context() as patch:
        patch.setattr(type(ProductImportRow.objects), "bulk_create", lambda _self, rows: dies(rows))
        with pytest.raises(KeyboardInterrupt):
            work_on_imports()
    assert ProductImport.objects.get().rows == 2
    work_on_imports()
    confirm_import(job=job, takes_codes=True, user=user)
    assert work_on_imports(seconds=0) == 2
    assert ProductImport.objects.get().done_rows == 2
    work_on_imports()
    done = ProductImport.objects.get()
    assert (done.state, done.rows, done.done_rows, done.created_products) == ("done", 5, 3, 3)


def test_an_import_that_another_worker_holds_is_left_alone(
    merchant: Merchant, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_import(merchant_id=merchant.pk, name="p.csv", content=csv_of(ROWS), user=user)
    monkeypatch.setattr(import_work, "try_lock", lambda _name: nullcontext(False))
    assert work_on_imports() == 0
    assert ProductImport.objects.get().state == "reading"


def test_taking_back_removes_what_was_made_and_restores_what_was_changed(
    merchant: Merchant, user: User
) -> None:
    values = {"name_cn": "旧名", "brand": "Old", "value": "5.00", "currency": "EUR"}
    row = save_product(merchant_id=merchant.pk, sku="A-1", values=values, actor=LIN).product
    confirm_hs(product=row, code="850440", actor=LIN, evidence="letter")
    job = stored(merchant, user)
    assert products_by_sku(merchant.pk, ["A-1"])["A-1"].brand == "Aoki"
    undo_import(job=job, user=user)
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, job.undone_rows, job.kept_products) == ("undone", 3, 0)
    assert list(Product.objects.values_list("sku", flat=True)) == ["A-1"]
    facts = products_by_sku(merchant.pk, ["A-1"])["A-1"]
    assert (facts.name_cn, facts.brand, str(facts.value), facts.certificates) == (
        "旧名", "Old", "5.00", (),
    )  # fmt: skip
    assert facts.hs6 is not None
    assert (facts.hs6.code, facts.hs6.confirmed_by, facts.hs6.evidence) == (
        "850440", "lin", "letter",
    )  # fmt: skip


def test_what_somebody_changed_since_stays_when_an_import_is_taken_back(
    merchant: Merchant, user: User
) -> None:
    job = stored(merchant, user)
    save_product(merchant_id=merchant.pk, sku="A-2", values={"material": "TPE"}, actor=LIN)
    undo_import(job=job, user=user)
    work_on_imports()
    job.refresh_from_db()
    assert (job.undone_rows, job.kept_products) == (2, 1)
    assert Product.objects.get().material == "TPE"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [([["name"], ["x"]], "no_sku|"), ([HEADING], "no_rows|"), ([], "empty|")],
)
def test_a_file_without_products_fails_with_its_reason(
    merchant: Merchant, user: User, rows: Any, problem: str
) -> None:
    job = start_import(
        merchant_id=merchant.pk, name="p.csv", content=csv_of(rows) or b"\n", user=user
    )
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", problem)


def test_too_many_rows_leave_nothing_behind(
    merchant: Merchant, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_reading, "MOST_ROWS", 3)
    job = started(merchant, user)
    assert (job.state, job.problem) == ("failed", "too_many_rows|")
    assert not job.lines.exists()


def test_a_row_that_became_wrong_since_the_preview_is_left_out(
    merchant: Merchant, user: User
) -> None:
    job = started(merchant, user)
    save_product(merchant_id=merchant.pk, sku="A-2", values={"gross_grams": 500}, actor=LIN)
    confirm_import(job=job, takes_codes=False, user=user)
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, job.done_rows, job.bad_rows) == ("done", 2, 3)
    assert Product.objects.get(sku="A-2").net_grams is None


def test_a_discarded_preview_is_never_stored(merchant: Merchant, user: User) -> None:
    job = started(merchant, user)
    discard_import(job=job, user=user)
    with pytest.raises(ImportRefused):
        confirm_import(job=job, takes_codes=True, user=user)
    assert work_on_imports() == 0
    assert not Product.objects.exists()


def test_a_fourth_file_at_once_waits_and_an_empty_or_huge_one_is_refused(
    merchant: Merchant, user: User
) -> None:
    for content in (b"", b"x" * 20_000_001):
        with pytest.raises(ImportRefused):
            start_import(merchant_id=merchant.pk, name="p.csv", content=content, user=user)
    for _ in range(3):
        start_import(merchant_id=merchant.pk, name="p.csv", content=csv_of(ROWS), user=user)
    with pytest.raises(ImportRefused) as refused:
        start_import(merchant_id=merchant.pk, name="p.csv", content=csv_of(ROWS), user=user)
    assert refused.value.code == "busy"


def test_old_previews_are_dropped_and_the_rows_of_old_imports_forgotten(
    merchant: Merchant, user: User
) -> None:
    done, waiting = stored(merchant, user), started(merchant, user)
    with clock.frozen(clock.now() + dt.timedelta(days=31)):
        assert clean_up_imports()["dropped"] == 1
    waiting.refresh_from_db()
    assert waiting.state == ImportState.DISCARDED.value
    assert not done.lines.exists()
    with pytest.raises(ImportRefused):
        undo_import(job=done, user=user)
    assert Product.objects.count() == 3
