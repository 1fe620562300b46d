"""The helper that guards every list: it fails when it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apps.accounts.models import Merchant
from tests.support import query_counts
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def own_baseline(tmp_path, monkeypatch):
    monkeypatch.setattr(query_counts, "BASELINE", tmp_path / "counts.json")
    monkeypatch.delenv("UPDATE_QUERY_COUNTS", raising=False)
    (tmp_path / "counts.json").write_text('{"list": 1}')
    return tmp_path / "counts.json"


def make(n: int) -> None:
    for _ in range(n):
        make_merchant()


def one_query() -> list[Merchant]:
    return list(Merchant.objects.all())


def a_query_a_row() -> list[bool]:
    return [Merchant.objects.filter(pk=row.pk).exists() for row in Merchant.objects.all()]


def test_a_constant_list_that_equals_its_baseline_passes():
    assert assert_query_count("list", make=make, visit=one_query, shows=len) == 1


def test_a_list_that_grows_fails_and_shows_the_queries():
    with pytest.raises(AssertionError, match=r"3 queries for 2 rows, 21 for 20"):
        assert_query_count("list", make=make, visit=a_query_a_row)


def test_a_list_that_differs_from_its_baseline_fails():
    with pytest.raises(AssertionError, match=r"2 queries, the baseline says 1"):
        assert_query_count("list", make=make, visit=lambda: (one_query(), one_query()))


def test_a_list_without_a_baseline_fails():
    with pytest.raises(AssertionError, match="has no baseline"):
        assert_query_count("another", make=make, visit=one_query)


def test_a_list_that_shows_nothing_fails():
    with pytest.raises(AssertionError, match="shows 0 rows instead of 2"):
        assert_query_count("list", make=make, visit=lambda: [], shows=len)


def test_updating_keeps_the_other_entries(own_baseline, monkeypatch):
    monkeypatch.setenv("UPDATE_QUERY_COUNTS", "1")
    assert_query_count("another", make=make, visit=one_query)
    assert json.loads(own_baseline.read_text()) == {"another": 1, "list": 1}


def test_every_committed_count_belongs_to_a_test():
    sources = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    committed = json.loads((TESTS / "query_counts.json").read_text())
    orphans = [name for name in committed if f'"{name}"' not in sources]
    assert orphans == []
