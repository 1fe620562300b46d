"""Whoever takes rows of a queue takes as many as they asked for, whatever the planner thinks."""

from __future__ import annotations

import re

from config.env import BASE_DIR

RESCANNED = re.compile(r"\bIN\s*\(\s*SELECT\b(?:(?!;|\"\"\").)*?\bSKIP\s+LOCKED", re.I | re.S)
"""A subquery behind IN may be run once for each row of the table: each run passes over the rows
the last one locked and takes further ones. ``= ANY(ARRAY(SELECT ...))`` is run once."""


def test_the_pattern_finds_what_it_is_for():
    assert RESCANNED.search("WHERE id IN (\n SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED)")
    assert not RESCANNED.search("WHERE id = ANY(ARRAY(SELECT id FROM t FOR UPDATE SKIP LOCKED))")


def test_no_claim_is_a_subquery_that_may_be_run_again():
    sources = [path for root in ("apps", "config") for path in (BASE_DIR / root).rglob("*.py")]
    claims = [path for path in sources if "SKIP LOCKED" in path.read_text(encoding="utf-8")]
    assert len(claims) >= 8
    assert [path for path in claims if RESCANNED.search(path.read_text(encoding="utf-8"))] == []
