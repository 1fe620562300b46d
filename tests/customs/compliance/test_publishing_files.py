"""Rule sets go out to files and come back as they were; what is no rule set is refused."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.customs.compliance.content import Condition, RuleContent, to_json
from apps.customs.compliance.rule_table import BadTable, read_rules, rule_lines
from apps.customs.models import RuleSet
from tests.customs.compliance.people import (
    PUBLISHES,
    a_set,
    content,
    person,
    published,
    sound_rule,
)

WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
CONDITIONS = st.builds(
    Condition,
    WORDS.filter(bool),
    WORDS,
    st.lists(WORDS, max_size=3).map(tuple),
    st.integers(1, 9),
    st.sampled_from(["", "EUR"]),
)
RULES = st.builds(
    sound_rule,
    title_zh=WORDS,
    message_en=WORDS,
    owner=WORDS,
    priority=st.integers(-5, 500),
    enabled=st.booleans(),
    effective_from=st.none() | st.dates(),
    conditions=st.lists(CONDITIONS, max_size=3).map(tuple),
)


@given(st.lists(RULES, max_size=3), st.lists(WORDS.filter(bool), min_size=3, unique=True))
def test_rules_that_go_out_as_a_table_come_back_the_same(
    rules: list[RuleContent], keys: list[str]
) -> None:
    named = [RuleContent(**_given(rule, key)) for rule, key in zip(rules, keys, strict=False)]
    text = "".join(rule_lines(named))
    assert list(read_rules(StringIO(text, newline=""))) == named


def _given(rule: RuleContent, key: str) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in RuleContent.__slots__} | {"key": key}


def test_no_cell_of_a_table_is_a_formula() -> None:
    text = "".join(rule_lines([sound_rule(title_zh="=HYPERLINK(1)", owner="@SUM(A1)")]))
    assert "'=HYPERLINK(1)" in text
    assert "'@SUM(A1)" in text


@pytest.mark.parametrize(
    "table",
    ["", "key,__class__\na,b", "key,priority\na,high", "key,enabled\na,perhaps",
     "key,group,field\na,x,y"],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_with_its_row(table: str) -> None:
    with pytest.raises(BadTable, match=r"^\d+: "):
        read_rules(StringIO(table, newline=""))


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_published_set_goes_to_a_file_and_into_another_draft(ending: str, tmp_path: Path) -> None:
    ann, bob = person("ann", *PUBLISHES), person("bob", *PUBLISHES)
    source, target = a_set("source"), a_set("target")
    said = content(sound_rule(), sound_rule("second", effective_from=dt.date(2027, 1, 1)))
    published(source, said, author=ann, approver=bob)
    file = tmp_path / f"rules.{ending}"
    call_command("compliance", "source", "--number=1", f"--export={file}", stdout=StringIO())
    call_command("compliance", "target", f"--import={file}", "--user=bob", stdout=StringIO())
    target.refresh_from_db()
    assert target.draft["rules"] == to_json(said)["rules"]
    assert (target.draft["code"], target.draft_editors) == ("target", ["bob"])
    assert not target.versions.exists()


@pytest.mark.django_db
def test_every_version_there_is_says_what_it_was_published_with() -> None:
    out = StringIO()
    call_command("compliance", "--verify", stdout=out)
    assert "say what they were published with" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"code": "x", "eval": "1"}), "\xff"])
def test_a_file_that_is_no_rule_set_leaves_the_draft_alone(text: str, tmp_path: Path) -> None:
    person("ann", *PUBLISHES)
    own, file = a_set(), tmp_path / "rules.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError):
        call_command("compliance", "own", f"--import={file}", "--user=ann", stdout=StringIO())
    assert RuleSet.objects.get(pk=own.pk).draft == {}
