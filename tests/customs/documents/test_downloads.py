"""Downloads: who gets what, what is written down, what a stranger gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role, Scope
from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.customs.choices import DocumentKind, Regime
from apps.customs.documents.built import DocumentRefused
from apps.customs.models import Consignment
from apps.customs.services.documents import MADE, make_document
from tests.customs.documents.pages import pages_of
from tests.customs.factories import MOMENT, make_consignment, missing
from tests.customs.rules.records import record_of, without
from tests.support.people import client_of, make_merchant, make_user, session_of

CLERK = Actor.system("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


def h7(merchant: Merchant, **given: Any) -> Consignment:
    return make_consignment(merchant, record=record_of(Regime.EU_H7), **given)


def admin(row: Consignment, kind: str = "invoice") -> str:
    return f"/admin/customs/documents/{row.pk}/{kind}/"


def api(row: Consignment, kind: str = "") -> str:
    uid = row.declarations.get().uid
    return f"/api/v1/declarations/{uid}/documents" + (f"/{kind}" if kind else "")


def test_a_document_is_made_from_the_version_that_counts_and_written_down(
    merchant: Merchant,
) -> None:
    row = h7(merchant)
    made = make_document(consignment=row, kind=DocumentKind.INVOICE, actor=CLERK)
    again = make_document(consignment=row, kind=DocumentKind.INVOICE, actor=CLERK)
    assert made == again
    assert made.name == "invoice-A-1-v1.pdf"
    logged = ActionLog.objects.filter(action=MADE).latest("id")
    assert logged.after == {
        "kind": "invoice", "version": 1, "sha256": made.digest, "draft": False, "masked": False,
    }  # fmt: skip
    assert "Mustermann" not in str(logged.after)


def test_what_a_border_lacks_keeps_its_forms_back_until_a_manager_answers_for_it(
    merchant: Merchant,
) -> None:
    lack = missing("lines.origin", borders=("export:CN",))
    row = h7(merchant, findings=[lack])
    for kind in (DocumentKind.CEB_LIST, DocumentKind.INVOICE):
        with pytest.raises(DocumentRefused) as refused:
            make_document(consignment=row, kind=kind, actor=CLERK)
        assert [one.field for one in refused.value.findings] == ["lines.origin"]
    make_document(consignment=row, kind=DocumentKind.H7, actor=CLERK)
    row.overridden_at, row.override_reason = MOMENT, "the broker has it"
    row.save()
    make_document(consignment=row, kind=DocumentKind.CEB_LIST, actor=CLERK)


def test_a_refused_document_writes_nothing_down(merchant: Merchant) -> None:
    row = make_consignment(merchant, record=without(record_of(Regime.EU_H7), "ioss"))
    with pytest.raises(DocumentRefused):
        make_document(consignment=row, kind=DocumentKind.H7, actor=CLERK, draft=True)
    assert not ActionLog.objects.filter(action=MADE).exists()


def test_a_clerk_downloads_and_an_auditor_gets_a_masked_paper_and_no_data(
    merchant: Merchant, client: Client
) -> None:
    row = h7(merchant)
    client.force_login(make_user(Role.OPERATOR))
    clear = client.get(admin(row))
    assert clear["Content-Type"] == "application/pdf"
    assert clear["X-Content-Type-Options"] == "nosniff"
    assert "Mustermann" in " ".join(pages_of(clear.content))
    assert client.get(admin(row, "h7"))["Content-Type"] == "application/json"
    client.force_login(make_user(Role.AUDITOR))
    masked = client.get(admin(row))
    assert masked.status_code == 200
    assert "Mustermann" not in " ".join(pages_of(masked.content))
    assert client.get(admin(row, "h7")).status_code == 403


def test_what_cannot_be_made_is_told_on_a_page_that_escapes_it(
    merchant: Merchant, client: Client
) -> None:
    record = record_of(Regime.EU_H7)
    line = without(record.lines[0], "description_en")
    bad = make_consignment(
        merchant, record=type(record)(**{**_parts(record), "lines": (line, record.lines[1])})
    )
    client.force_login(make_user(Role.OPERATOR))
    page = client.get(admin(bad))
    assert page.status_code == 422
    assert "?draft=1" in page.content.decode()
    draft = client.get(admin(bad) + "?draft=1")
    assert "DRAFT" in " ".join(pages_of(draft.content))
    assert draft["Content-Disposition"].endswith('-draft.pdf"')


def _parts(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_strangers_other_shops_and_unknown_kinds_find_nothing(
    merchant: Merchant, client: Client
) -> None:
    row = h7(merchant)
    assert client.get(admin(row)).status_code == 302
    stranger = make_merchant(slug="stranger")
    client.force_login(make_user(Role.MERCHANT, merchant=stranger))
    assert client.get(admin(row)).status_code == 404
    other = client_of(stranger)
    assert other.get(api(row)).status_code == 404
    assert other.get(api(row, "invoice")).status_code == 404
    own = client_of(merchant)
    for kind in ("passport", "../invoice", "invoice%00", "x" * 300):
        assert own.get(api(row, kind)).status_code == 404
    assert own.get("/api/v1/declarations/" + "d" * 300 + "/documents").status_code == 404
    assert not ActionLog.objects.filter(action=MADE).exists()


def test_a_shop_lists_and_fetches_its_documents(merchant: Merchant) -> None:
    row = h7(merchant)
    own = client_of(merchant)
    listed = {one["kind"]: one for one in own.get(api(row)).json()}
    assert set(listed) == {
        "invoice", "packing_list", "ceb303", "ceb403", "ceb505", "ceb603", "h7", "ewaybill",
    }  # fmt: skip
    assert all(one["ready"] for one in listed.values())
    assert own.get(api(row, "invoice"), HTTP_ACCEPT="application/pdf").content[:5] == b"%PDF-"
    assert own.get(api(row, "ceb603"), HTTP_ACCEPT="application/xml").status_code == 200
    assert own.get(api(row, "h7")).json()["declaration"] == "H7"


def test_a_refused_document_tells_the_shop_what_is_missing(merchant: Merchant) -> None:
    row = make_consignment(merchant, record=without(record_of(Regime.EU_H7), "ioss"))
    answer = client_of(merchant).get(api(row, "h7"), HTTP_ACCEPT="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "document_refused"
    assert [one["field"] for one in answer.json()["missing"]] == ["ioss"]


def test_a_key_without_the_scope_and_staff_asking_for_data_are_turned_away(
    merchant: Merchant,
) -> None:
    row = h7(merchant)
    key = client_of(merchant, scopes=[Scope.PRODUCTS_READ.value])
    assert key.get(api(row, "invoice")).status_code == 403
    staff = session_of(make_user(Role.AUDITOR))
    assert staff.get(api(row, "h7")).status_code == 403
