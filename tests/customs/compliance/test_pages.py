"""The pages of compliance rules: who may do what, what an edit keeps, what a page tells."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.core import clock
from apps.customs.admin.compliance_rules import full_json
from apps.customs.compliance.content import Condition, NamedSet, SetContent, to_json
from apps.customs.models import KeywordList, KeywordTerm, RuleSet, RuleSetVersion
from apps.customs.services.compliance_editing import draft_content, mark_of, rule_of
from tests.customs.compliance.people import EU, START, a_set, published, sound_rule
from tests.support.people import make_merchant, make_user
from tests.support.starter import plant_starter

pytestmark = pytest.mark.django_db
LIST = "/admin/customs/ruleset/"


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with clock.frozen(START):
        yield


@pytest.fixture
def writer() -> Any:
    return make_user(Role.OPERATOR)


@pytest.fixture
def manager() -> Any:
    return make_user(Role.MANAGER)


def client_of(user: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def drafted(*rules: Any, code: str = "own") -> RuleSet:
    row = a_set(code)
    row.draft = to_json(SetContent(code, rules or (sound_rule(),), (EU,)))
    row.save()
    return row


def keep(client: Client, row: RuleSet, rule: Any, was: str, **changes: Any) -> Any:
    body = {"rule": {**full_json(rule), **changes}, "was": was}
    address = f"{LIST}{row.pk}/rule/{rule.key}/keep/"
    return client.post(address, json.dumps(body), content_type="application/json")


def test_an_edit_is_kept_in_the_draft_and_read_back_as_a_sentence(writer: Any) -> None:
    row, rule = drafted(), sound_rule()
    answer = keep(client_of(writer), row, rule, mark_of(rule), action="manual_review")
    told = answer.json()
    assert answer.status_code == 200, told
    assert told["sentences"]["en"] == (
        "When destination is any of European Union and description says too little: "
        "a person decides, when ordered."
    )
    assert "欧盟" in told["sentences"]["zh"]
    row.refresh_from_db()
    kept = rule_of(draft_content(row), rule.key)
    assert kept is not None
    assert (kept.action, row.draft_editors) == ("manual_review", [writer.username])
    assert told["was"] == mark_of(kept)


def test_two_people_edit_different_rules_and_only_the_same_rule_is_a_conflict(
    writer: Any, manager: Any
) -> None:
    one, other = sound_rule("one"), sound_rule("other")
    row = drafted(one, other)
    assert keep(client_of(writer), row, one, mark_of(one), title_en="Mine").status_code == 200
    assert keep(client_of(manager), row, other, mark_of(other), title_en="B").status_code == 200
    late = keep(client_of(manager), row, one, mark_of(one), title_en="Theirs")
    assert late.status_code == 409
    assert (late.json()["conflict"], late.json()["rule"]["title_en"]) == (True, "Mine")
    row.refresh_from_db()
    assert [rule.title_en for rule in draft_content(row).rules] == ["Mine", "B"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"stage": "lunch"}, "stage"),
        ({"effective_from": "2027-02-01", "effective_to": "2027-01-01"}, "effective_to"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"title_zh": "x" * 200}, "title_zh"),
        ({"priority": "soon"}, "priority"),
        ({"conditions": [{"field": "value", "op": "over", "values": [1]}]}, "conditions.0"),
        ({"conditions": "all"}, "conditions"),
        ({"message_en": 7}, "message_en"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field_and_nothing_is_kept(
    writer: Any, changes: dict[str, Any], path: str
) -> None:
    row, rule = drafted(), sound_rule()
    answer = keep(client_of(writer), row, rule, mark_of(rule), **changes)
    assert answer.status_code == 422
    assert path in {one["path"] for one in answer.json()["problems"]}
    assert RuleSet.objects.get(pk=row.pk).draft_version == row.draft_version


def test_a_body_that_is_no_rule_is_refused(writer: Any) -> None:
    row = drafted()
    client = client_of(writer)
    address = f"{LIST}{row.pk}/rule/eu_vague/keep/"
    for body in ("[]", "{", '"x"', "null"):
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code in {400, 422}, body
    assert client.post(address, "x" * 200_000, content_type="text/plain").status_code == 422


def test_readers_see_everything_and_change_nothing() -> None:
    row, rule = drafted(), sound_rule()
    client = client_of(make_user(Role.AUDITOR))
    page = client.get(f"{LIST}{row.pk}/change/")
    assert page.status_code == 200
    assert "EU vague name" in page.content.decode()
    assert client.get(f"{LIST}{row.pk}/rule/eu_vague/").status_code == 200
    assert keep(client, row, rule, mark_of(rule)).status_code == 403
    for address in ("rule/new/", "rule/eu_vague/switch/", "rule/eu_vague/remove/", "discard/"):
        assert client.post(f"{LIST}{row.pk}/{address}").status_code == 403
    assert client.post(f"{LIST}{row.pk}/parts/", {"part": "named_sets"}).status_code == 403
    assert client.post(f"{LIST}{row.pk}/publish/", {}).status_code == 403
    assert RuleSet.objects.get(pk=row.pk).draft_version == row.draft_version


def test_a_merchants_people_do_not_meet_the_pages(writer: Any) -> None:
    row = drafted()
    client = client_of(make_user(Role.MERCHANT, merchant=make_merchant()))
    pages = ["", f"{row.pk}/change/", f"{row.pk}/rule/eu_vague/", f"{row.pk}/publish/", "hs/?q=1"]
    assert {client.get(LIST + page).status_code for page in pages} == {404}
    assert client.get("/admin/customs/compliancecheck/?q=x").status_code == 404


def test_a_removed_rule_comes_back_with_one_click(writer: Any) -> None:
    row, client = drafted(sound_rule("one"), sound_rule("other")), client_of(writer)
    client.post(f"{LIST}{row.pk}/rule/one/remove/")
    row.refresh_from_db()
    assert [rule.key for rule in draft_content(row).rules] == ["other"]
    assert "Bring it back" in client.get(f"{LIST}{row.pk}/change/").content.decode()
    client.post(f"{LIST}{row.pk}/rule/one/remove/", {"undo": "1"})
    row.refresh_from_db()
    assert rule_of(draft_content(row), "one") == sound_rule("one")


def test_whoever_wrote_a_draft_is_told_who_may_publish_it(manager: Any) -> None:
    row, rule = drafted(), sound_rule()
    other = make_user(Role.MANAGER)
    mine = client_of(manager)
    keep(mine, row, rule, mark_of(rule), title_en="Vaguer")
    page = mine.get(f"{LIST}{row.pk}/publish/").content.decode()
    assert other.username in page
    assert 'id="cp-publish"' not in page
    row.refresh_from_db()
    form = {"when": "now", "note": "law", "expected": row.draft_version}
    refused = mine.post(f"{LIST}{row.pk}/publish/", form)
    assert refused.status_code == 422
    assert not RuleSetVersion.objects.filter(rule_set=row).exists()
    done = client_of(other).post(f"{LIST}{row.pk}/publish/", form)
    assert done.status_code == 302, done.context["form"].errors
    version = RuleSetVersion.objects.get(rule_set=row)
    assert (version.author, version.approver) == (manager.username, other.username)


def test_a_version_of_a_day_to_come_begins_at_midnight_of_the_place(writer: Any) -> None:
    row, rule = drafted(), sound_rule()
    keep(client_of(writer), row, rule, mark_of(rule), title_en="Vaguer")
    row.refresh_from_db()
    form = {"when": "later", "day": "2026-12-01", "hour": "00:00", "zone": "America/New_York",
            "note": "law", "expected": row.draft_version}  # fmt: skip
    client = client_of(make_user(Role.MANAGER))
    assert client.post(f"{LIST}{row.pk}/publish/", form).status_code == 302
    version = RuleSetVersion.objects.get(rule_set=row)
    assert version.binds_from.isoformat() == "2026-12-01T05:00:00+00:00"
    client.post(f"{LIST}{row.pk}/versions/{version.number}/retire/")
    version.refresh_from_db()
    assert version.state == "retired"


def test_a_version_comes_back_with_one_click_and_the_page_tells_what_changed(
    writer: Any, manager: Any
) -> None:
    row = a_set()
    first = SetContent("own", (sound_rule(),), (EU,))
    second = dataclasses.replace(first, rules=(sound_rule(action="warn"),))
    published(row, first, author=writer, approver=manager)
    published(row, second, author=writer, approver=manager)
    client = client_of(manager)
    page = client.get(f"{LIST}{row.pk}/versions/").content.decode()
    assert "<del>Stop</del> <ins>Warn</ins>" in page
    client.post(f"{LIST}{row.pk}/versions/1/restore/", {"note": "too mild"})
    newest = RuleSetVersion.objects.filter(rule_set=row).latest("number")
    assert newest.restores is not None
    assert (newest.number, newest.restores.number, newest.note) == (3, 1, "too mild")
    told = client.get(f"{LIST}{row.pk}/versions/3/").content.decode()
    assert newest.digest in told


def test_a_table_of_countries_is_kept_and_a_wrong_row_is_marked(writer: Any) -> None:
    row, client = drafted(), client_of(writer)
    address = f"{LIST}{row.pk}/parts/"
    was = mark_of((EU,))
    rows = [to_json(EU), {"code": "GULF", "title_zh": "海湾", "title_en": "Gulf",
                          "members": ["AE", "SA"]}]  # fmt: skip
    form = {"part": "named_sets", "was": was, "rows": json.dumps(rows)}
    assert client.post(address, form).status_code == 302
    row.refresh_from_db()
    assert draft_content(row).named_sets == (EU, NamedSet("GULF", ("AE", "SA"), "海湾", "Gulf"))
    bad = {"part": "requirements", "was": "", "rows": json.dumps([{"country": "XX", "kinds": []}])}
    answer = client.post(address, bad)
    assert answer.status_code == 422
    wrong = answer.context["editor"]["wrong"]["requirements"]
    assert {"0.country", "0.kinds", "0.valid_from"} <= set(wrong)
    assert client.post(address, {"part": "rules", "rows": "[]"}).status_code == 422


def test_codes_are_found_by_digits_and_by_goods(writer: Any) -> None:
    client = client_of(writer)
    digits = client.get(f"{LIST}hs/?q=8507.6").json()["found"]
    assert digits[0][0] == "850760"
    goods = client.get(f"{LIST}hs/?q=power bank").json()["found"]
    assert any(code.startswith("8507") for code, _title in goods)
    assert client.get(f"{LIST}hs/?q=%00").json() == {"found": []}


def test_five_hundred_rules_are_one_page_of_few_queries(
    writer: Any, django_assert_max_num_queries: Any
) -> None:
    rules = tuple(
        sound_rule(f"r{n}", title_en=f"Rule {n}",
                   conditions=(Condition("destination", "in", ("DE",)), Condition("vague", "true")))
        for n in range(500)
    )  # fmt: skip
    row, client = drafted(*rules), client_of(writer)
    client.get(f"{LIST}{row.pk}/change/")
    with django_assert_max_num_queries(25):
        page = client.get(f"{LIST}{row.pk}/change/")
    assert page.content.decode().count("data-cp-rule") == 500


def test_words_are_added_waited_for_published_and_exported(writer: Any, manager: Any) -> None:
    row = KeywordList.objects.create(key="own_words", title_zh="停用词", title_en="Stop words")
    page = f"/admin/customs/keywordlist/{row.pk}/"
    hers = client_of(writer)
    hers.post(f"{page}words/", {"words": 'gift\n礼品, "大"', "match": "whole"})
    version = row.versions.get()
    assert (version.written_by, version.published_at) == (writer.username, None)
    terms = KeywordTerm.objects.filter(version=version).values_list("term", "language")
    assert set(terms) == {("gift", "en"), ('礼品, "大"', "zh")}
    assert hers.post(f"{page}versions/{version.number}/publish/").status_code == 403
    client_of(manager).post(f"{page}versions/{version.number}/publish/")
    version.refresh_from_db()
    assert version.approver == manager.username
    export: Any = hers.get(f"{page}versions/{version.number}/export/")
    sent = b"".join(export.streaming_content)
    assert "gift,en,whole" in sent.decode()
    assert hers.get(f"{page}change/?q=gif").content.decode().count('name="remove"') == 1
    assert hers.get(f"{page}progress/").json() == {"stored": None}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_empty_and_full_in_both_languages(
    writer: Any, manager: Any, language: str
) -> None:
    client = client_of(manager, language)
    assert client.get(LIST).status_code == 200
    row = a_set()
    for page in ("change/", "parts/", "publish/", "versions/"):
        assert client.get(f"{LIST}{row.pk}/{page}").status_code == 200, page
    published(row, SetContent("own", (sound_rule(),), (EU,)), author=writer, approver=manager)
    pages = ["", *(f"{row.pk}/{one}" for one in ("change/", "parts/", "publish/", "versions/",
             "versions/1/", "rule/eu_vague/"))]  # fmt: skip
    for page in pages:
        assert client.get(f"{LIST}{page}").status_code == 200, page
    for page in ("compliancecheck/", "compliancecheck/?q=none&on=2026-11-01", "findingoverride/",
                 "keywordlist/", "keywordlist/add/", "ruleset/add/"):  # fmt: skip
        assert client.get(f"/admin/customs/{page}").status_code == 200, page


def test_the_starter_set_reads_as_sentences_and_nothing_of_it_is_raw(manager: Any) -> None:
    plant_starter()
    for row in RuleSet.objects.exclude(draft={}):
        page = client_of(manager, "zh-hans").get(f"{LIST}{row.pk}/change/")
        said = " ".join(one["when"] for one in page.context["rows"])
        assert page.context["rows"]
        assert not set("@#$") & set(said), said
        assert not [one["title"] for one in page.context["rows"] if one["stops"]]
