"""Orders abroad under five hundred rules, in a process of its own on the bench's database.

``python -m config.bench.checking_actors orders`` prints one JSON value on the last line.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from dataclasses import replace
from typing import Any

import django

RULES, ROUNDS, ORDERS, WARM_UP = 500, 5, 40, 5
FIRING = 5
CODE = "bench"


def orders() -> list[dict[str, list[float]]]:
    """Place orders of twenty lines, abroad and at home in turn; milliseconds by round.

    ``checking`` is the whole check within the order's transaction: the stamp is read, sources are
    asked, the rules judge, check and findings are inserted and the consignment is marked.
    ``asking`` is of that only what the rules take: facts, judging, findings.
    """
    from apps.customs.services import compliance_storing, drafting
    from config.bench.declaring_actors import _place, _plant, _timed

    shop, home, abroad = _plant()
    _bind()
    checking: list[float] = []
    asking: list[float] = []
    drafting.check_locked = _timed(drafting.check_locked, checking)
    for name in ("compliance_facts", "judge", "found_of", "snapshot_of"):
        setattr(compliance_storing, name, _timed(getattr(compliance_storing, name), asking))
    rounds = []
    for number in range(ROUNDS + 1):
        took: dict[str, list[float]] = {"checking": [], "asking": [], "abroad": [], "home": []}
        for turn in range(ORDERS if number else WARM_UP):
            key = f"{time.time_ns()}-{turn}"
            took["home"].append(_place(shop, replace(home, number=f"H{key}")))
            checking.clear()
            asking.clear()
            took["abroad"].append(_place(shop, replace(abroad, number=f"A{key}")))
            took["checking"].append(sum(checking))
            took["asking"].append(sum(asking))
        if number:
            rounds.append(took)
    _check_that_it_fired()
    return rounds


def _bind() -> None:
    """Have a set of five hundred rules bind, once; most ask every line, few fire."""
    from apps.core import clock
    from apps.customs.choices import VersionState
    from apps.customs.compliance.content import SetContent, digest_of, to_json
    from apps.customs.models import RuleSet, RuleSetVersion

    rule_set, made = RuleSet.objects.get_or_create(
        code=CODE, defaults={"title_zh": "基准", "title_en": "Bench"}
    )
    if not made:
        return
    content = SetContent(CODE, tuple(_rule(number) for number in range(RULES)))
    RuleSetVersion.objects.create(
        rule_set=rule_set, number=1, content=to_json(content), digest=digest_of(content),
        state=VersionState.PUBLISHED.value, author="ann", approver="bob", editors=["ann"],
        binds_from=clock.now() - dt.timedelta(days=1),
    )  # fmt: skip


def _rule(number: int) -> Any:
    """A rule for where the order goes, as people write them: which goods, how dear; few fire."""
    from apps.customs.compliance.content import Condition, RuleContent

    goods = (
        Condition("hs", "starts_with", ("4202",))
        if number < FIRING
        else (
            Condition("hs", "starts_with", (f"{number % 97 + 1:02d}{number % 89:02d}",)),
            Condition("brand", "in", (f"brand {number}",)),
            Condition("line_value", "over", (str(1_000 + number),), currency="EUR"),
            Condition("papers", "in", (f"paper-{number % 30}",)),
        )[number % 4]
    )
    return RuleContent(
        key=f"bench_{number}", stage="order", action="warn", title_zh="规则", title_en="Rule",
        message_zh="请核对这件商品。", message_en="Look at these goods.", fix_zh="核对",
        fix_en="Compare", zone="Europe/Berlin",
        conditions=(
            Condition("destination", "in", ("DE",)),
            goods,
            Condition("goods_class", "not_in", ("document",)),
        ),
    )  # fmt: skip


def _check_that_it_fired() -> None:
    from apps.customs.models import ComplianceCheck

    last = ComplianceCheck.objects.order_by("-id")[0]
    if last.findings.filter(rule_key__startswith="bench_").count() != FIRING * 20:
        raise RuntimeError("the rules of the bench do not fire as they should")


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"orders": orders}[sys.argv[1]]()) + "\n")
