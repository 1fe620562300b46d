"""Why was this order allowed on that day: one page answers, by number and day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.core import clock
from apps.customs.models import ComplianceCheck, ComplianceFinding, Consignment, FindingOverride
from tests.customs.compliance.people import START
from tests.customs.factories import make_consignment
from tests.support.people import make_merchant, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/customs/compliancecheck/"
DAY = dt.timedelta(days=1)


def checked(row: Consignment, at: dt.datetime, result: str, **finding: Any) -> ComplianceCheck:
    """One look at a consignment, with what one rule said of it."""
    check = ComplianceCheck.objects.create(
        consignment=row, merchant_id=row.merchant_id, record_version=1, stage="order",
        cause="daily", versions={"own": {"number": 3, "digest": "d" * 64}}, snapshot={"value": "9"},
        input_digest="same", result=result, at=at,
    )  # fmt: skip
    said = {"title": {"zh": "笼统", "en": "Vague"}, "fix": {"zh": "写清", "en": "Say more"}}
    ComplianceFinding.objects.create(
        check_run=check, set_code="own", set_version=3, rule_key="eu_vague", action="block",
        evidence={"said": said, "why": [{"field": "words", "op": "on_list", "words": ["gift"]}]},
        **finding,
    )  # fmt: skip
    return check


@pytest.fixture
def row() -> Consignment:
    with clock.frozen(START):
        return make_consignment(make_merchant())


def ask(row: Consignment, on: str = "") -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(Role.AUDITOR))
    with clock.frozen(START + 9 * DAY):
        return client.get(PAGE, {"q": row.uid, "on": on})


def test_each_day_has_the_answer_that_counted_then(row: Consignment) -> None:
    checked(row, START, "held")
    FindingOverride.objects.create(
        consignment=row, rule_key="eu_vague", rule_digest="x", reason="proof was shown",
        by="user:li.na", role="manager", at=START + DAY,
    )  # fmt: skip
    checked(row, START + DAY, "let_go", is_overridden=True)
    first = ask(row, "2026-11-23").context["answer"]
    assert first["sentence"] == "Not allowed: a rule held it."
    assert [one["title"] for one in first["holding"]] == ["Vague"]
    page = ask(row, "2026-11-24").content.decode()
    assert "li.na let it go on" in page
    assert "proof was shown" in page
    assert "“gift”" in page
    assert "own v3" in page
    assert ask(row, "2026-11-20").context["answer"] is None


def test_equal_checks_are_one_entry_and_cost_no_queries(row: Consignment) -> None:
    checked(row, START, "held")
    ask(row)
    with CaptureQueriesContext(connection) as of_one:
        ask(row)
    for day in range(1, 8):
        checked(row, START + day * DAY, "held")
    with CaptureQueriesContext(connection) as of_eight:
        context = ask(row).context
    assert len(of_eight) == len(of_one)
    (entry,) = context["history"]
    assert (entry["again"], entry["again_until"]) == (7, START + 7 * DAY)


def test_a_reader_cannot_let_go_and_a_manager_needs_a_reason(row: Consignment) -> None:
    check = checked(row, START, "held")
    client = Client()
    for role, status in ((Role.AUDITOR, 403), (Role.MANAGER, 302)):
        client.force_login(make_user(role))
        answer = client.post(f"{PAGE}{check.pk}/let-go/", {"rule": "eu_vague", "reason": " "})
        assert answer.status_code == status
    assert not FindingOverride.objects.exists()
