"""The page of figures keeps what was not measured this time."""

from __future__ import annotations

import json

from config.bench.page import figures_of, write_page
from config.bench.rows import Figure, Row

FAST = Row("fast", "how fast", "ms", 5.0, lambda: Figure(0, 0))
SMALL = Row("small", "how small", "×", 2.0, lambda: Figure(0, 0))


def test_a_row_measured_alone_leaves_the_others_and_their_order(tmp_path):
    page = tmp_path / "page.md"
    write_page([(FAST, Figure(4, 4.5)), (SMALL, Figure(1, 1))], order=["fast", "small"], page=page)
    before = page.read_text().splitlines()

    write_page([(FAST, Figure(6, 7))], order=["fast", "small"], page=page)
    after = page.read_text().splitlines()

    assert after[-1] == before[-1]
    assert after[-2].startswith("| fast | how fast | 6.00 ms | 7.00 | ≤ 5 | **no** |")
    assert len(after) == len(before)


def test_a_row_there_is_no_longer_leaves_the_page(tmp_path):
    page = tmp_path / "page.md"
    write_page([(FAST, Figure(4, 4)), (SMALL, Figure(1, 1))], order=["fast", "small"], page=page)

    write_page([], order=["small"], page=page)

    assert "| fast |" not in page.read_text()
    assert "| small |" in page.read_text()


def test_figures_of_an_earlier_run_are_those_of_its_last_line():
    printed = "fast 4 ms\n" + json.dumps({"fast": {"value": 4, "worst": 4.5}})

    assert figures_of([FAST, SMALL], printed) == [(FAST, Figure(4.0, 4.5))]
