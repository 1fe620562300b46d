"""Every alarm leads to a page that opens, in the reader's language, for staff alone."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.monitoring import guide
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


@pytest.mark.parametrize("language", [("zh-CN,zh;q=0.9", "怎么办"), ("en-GB", "What to do")])
def test_a_messages_link_opens_without_log_in_session_or_database(client, language) -> None:
    """No database is allowed in this test: its page is read while PostgreSQL is gone."""
    client.cookies["sessionid"] = "of-somebody-logged-in"
    answer = client.get(guide.guide_path("platform_failing"), HTTP_ACCEPT_LANGUAGE=language[0])
    assert answer.status_code == 200
    assert language[1] in answer.text
    assert ".md" not in answer.text, "a link into the repository leads nowhere in a browser"


def test_a_link_that_is_too_old_or_none_of_ours_opens_nothing(client, monkeypatch) -> None:
    path = guide.guide_path("postgres_gone")
    assert client.get(path.replace("postgres_gone", "redis_gone")).status_code == 404
    assert client.get("/runbook/postgres_gone/").status_code == 404
    assert client.get(f"/runbook/{'x' * 500}/").status_code == 404
    assert client.post(path).status_code == 405
    monkeypatch.setattr(guide, "LIFE", guide.dt.timedelta(seconds=-1))
    assert client.get(path).status_code == 410
