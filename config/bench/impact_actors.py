"""A draft of ten changed rules over 100,000 consignments, in a process of its own.

``python -m config.bench.impact_actors impact`` prints one JSON value on the last line.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from dataclasses import replace
from typing import Any

import django
from django.db import connection

CONSIGNMENTS, CHANGED, KEPT, ROUNDS = 100_000, 10, 40, 3
PLACES = ("DE", "FR", "US", "GB", "BR", "AU")
CODE = "bench-impact"
COPY = """
INSERT INTO {table} ({names}) SELECT {values} FROM {table} m, generate_series(1, %s) i
WHERE m.id = %s
"""


def impact() -> list[dict[str, float]]:
    """Work the draft out several times over every consignment; seconds of each and what it found.

    Every record is stored, read and judged; the destinations differ and most rules ask every line.
    """
    from apps.customs.models import Consignment, RuleImpact
    from apps.customs.services.compliance_impact import run_impacts, start_impact

    if Consignment.objects.count() < CONSIGNMENTS:
        _build()
    rule_set = _bind()
    rounds = []
    for _number in range(ROUNDS):
        started = time.perf_counter()
        run = start_impact(rule_set=rule_set)
        while run_impacts():
            pass
        took = time.perf_counter() - started
        run.refresh_from_db()
        if run.state != "done" or run.done < CONSIGNMENTS or not run.blocked:
            raise RuntimeError(f"{run.state} {run.done} {run.blocked} {run.error}")
        rounds.append({"s": took, "done": run.done, "blocked": run.blocked, "freed": run.freed})
        RuleImpact.objects.all().delete()
    return rounds


def _build() -> None:
    """Place one order of two lines abroad and store it a hundred thousand times over 29 days."""
    from apps.customs.models import Consignment, RecordVersion
    from apps.customs.models import Consignment as Row
    from apps.shipments.models import Shipment
    from config.bench.declaring_actors import _place, _plant

    shop, _home, abroad = _plant()
    lines = abroad.lines[:2]
    _place(shop, replace(abroad, number=f"I{time.time_ns()}", lines=lines))
    one = Consignment.objects.order_by("-id")[0]
    version = RecordVersion.objects.get(consignment=one, number=one.record_version)
    place = f"(array{list(PLACES)})[1 + mod(i, {len(PLACES)})]"
    days = "now() - mod(i, 29) * interval '1 day'"
    base = 10_000_000
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _copy(
            cursor,
            Shipment,
            one.shipment_id,
            id=f"{base} + i",
            uid="'shp_impact' || i",
            reference="'I' || i",
            number="''",
        )
        _copy(
            cursor,
            Row,
            one.pk,
            id=f"{base} + i",
            uid="'con_impact' || i",
            subject="'impact' || i",
            reference="'I' || i",
            shipment_id=f"{base} + i",
            destination=place,
            created_at=days,
            snapshot="'{}'",
        )
        _copy(
            cursor,
            RecordVersion,
            version.pk,
            id=f"{base} + i",
            consignment_id=f"{base} + i",
            record="jsonb_set(jsonb_set(jsonb_set(record, '{recipient,address,country}',"
            f" to_jsonb({place})), '{{reference}}', to_jsonb('I' || i)), '{{lines,0,title}}',"
            " to_jsonb('Cotton tote bag no. ' || i))",
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE customs_consignment; ANALYZE customs_recordversion")


def _copy(cursor: Any, model: Any, pk: int, **changed: str) -> None:
    fields = [one.column for one in model._meta.concrete_fields]
    cursor.execute(
        COPY.format(
            table=model._meta.db_table, names=", ".join(f'"{one}"' for one in fields),
            values=", ".join(changed.get(one, f'm."{one}"') for one in fields),
        ),
        [CONSIGNMENTS, pk],
    )  # fmt: skip


def _bind() -> Any:
    """Have fifty rules bind, and a draft in which ten of them say something else."""
    from apps.core import clock
    from apps.customs.choices import VersionState
    from apps.customs.compliance.content import SetContent, digest_of, to_json
    from apps.customs.models import RuleSet, RuleSetVersion

    rules = tuple(_rule(number) for number in range(CHANGED + KEPT))
    draft = tuple(_rule(number, drafted=number < CHANGED) for number in range(CHANGED + KEPT))
    rule_set, made = RuleSet.objects.get_or_create(
        code=CODE, defaults={"title_zh": "影响", "title_en": "Impact"}
    )
    rule_set.draft = to_json(SetContent(CODE, draft))
    rule_set.save()
    if made:
        content = SetContent(CODE, rules)
        RuleSetVersion.objects.create(
            rule_set=rule_set, number=1, content=to_json(content), digest=digest_of(content),
            state=VersionState.PUBLISHED.value, author="ann", approver="bob", editors=["ann"],
            binds_from=clock.now() - dt.timedelta(days=1),
        )  # fmt: skip
    return rule_set


def _rule(number: int, *, drafted: bool = False) -> Any:
    """Rules as people write them; drafted, the first asks for less and the others for more."""
    from apps.customs.compliance.content import Condition, RuleContent

    limit = str(5 if drafted and number < 3 else 5_000 + number + drafted)
    goods = (
        Condition("line_value", "over", (limit,), currency="EUR"),
        Condition("vague", "true"),
        Condition("hs", "starts_with", (f"{number % 97 + 1:02d}{10 + drafted}",)),
        Condition("papers", "in", (f"paper-{number + drafted}",)),
    )[number % 4]
    return RuleContent(
        key=f"impact_{number}", stage="order", action="block", title_zh="规则", title_en="Rule",
        message_zh="请核对。", message_en=f"Look{drafted}.", fix_zh="核对", fix_en="Compare",
        conditions=(goods, Condition("goods_class", "not_in", ("document",))),
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"impact": impact}[sys.argv[1]]()) + "\n")
