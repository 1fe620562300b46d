"""The listings of HSCodeComp's public part as questions (Apache-2.0, see data/NOTICE)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from apps.customs.hs.learned import Confirmed
from apps.customs.hs.query import Query, read_attributes
from apps.customs.hs.ranking import Suggester

FILE = Path(__file__).parent / "data" / "hscodecomp_dev.jsonl"


@cache
def listings() -> tuple[Confirmed, ...]:
    """Every listing with the six digits its labellers gave it."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Confirmed(
            Query(
                title=row["product_name"],
                category=" > ".join(
                    str(row.get(f"cate_lv{level}_desc") or "") for level in range(1, 6)
                ),
                attributes=read_attributes(row["product_attributes"] or ""),
            ),
            str(row["hs_code"]).zfill(10)[:6],
        )
        for row in rows
    )


def share_in_five(suggester: Suggester, asked: tuple[Confirmed, ...]) -> float:
    """How often the right code is among the first five."""
    found = sum(one.hs6 in {c.hs6 for c in suggester.suggest(one.query)} for one in asked)
    return found / len(asked)
