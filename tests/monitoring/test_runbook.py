"""Every alarm leads to a page that opens, in the reader's language, for staff alone."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.monitoring.runbook import folder_of, has_page
from apps.monitoring.starter_rules import RUNBOOKS
from tests.support.people import make_merchant, make_user


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_has_its_page_and_no_page_is_left_over(language: str) -> None:
    assert {path.stem for path in folder_of(language).glob("*.md")} == set(RUNBOOKS)


@pytest.mark.parametrize(
    "slug", ["../../README", "zh/postgres_gone", "postgres_gone.md", "", "x" * 99]
)
def test_what_is_no_name_of_a_page_is_none(slug: str) -> None:
    assert not has_page(slug)


@pytest.mark.django_db
def test_staff_read_a_page_in_their_language(client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    chinese = client.get("/admin/runbook/postgres_gone/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    english = client.get("/admin/runbook/postgres_gone/", HTTP_ACCEPT_LANGUAGE="en")
    assert "数据库连不上" in chinese.text
    assert "<h2>What to do</h2>" in english.text
    assert client.get("/admin/runbook/", HTTP_ACCEPT_LANGUAGE="en").status_code == 200


@pytest.mark.django_db
def test_others_do_not(client) -> None:
    assert client.get("/admin/runbook/postgres_gone/").status_code == 302
    client.force_login(make_user(Role.MERCHANT, merchant=make_merchant()))
    assert client.get("/admin/runbook/postgres_gone/").status_code == 404
    assert client.get("/admin/runbook/").status_code == 404
    client.force_login(make_user(Role.OPERATOR))
    assert client.get("/admin/runbook/no_such_page/").status_code == 404
