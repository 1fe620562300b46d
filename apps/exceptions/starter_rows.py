"""Writing the starter set: into a new database, and again where a test has emptied it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models

from apps.core import clock
from apps.exceptions.choices import RuleState
from apps.exceptions.starter_days import calendar_rows
from apps.exceptions.starter_rules import GROUPS, RULES, TARGETS

ModelOf = Callable[[str], type[models.Model]]
BY = "system"


def plant_starter_set(model_of: ModelOf) -> int:
    """Write groups, targets, calendar days and live rules that are not there yet.

    ``model_of`` gives the model of a name of this app, so that a migration may use its own.
    What is there already stays as somebody has edited it. Returns how many rules were written.
    """
    groups = {
        code: _manager(model_of("OwnerGroup")).get_or_create(
            code=code, defaults={"name": name, "name_en": name_en}
        )[0]
        for code, (name, name_en) in GROUPS.items()
    }
    for severity, (acknowledge, resolve, escalates, days) in TARGETS.items():
        _manager(model_of("CaseTarget")).get_or_create(
            severity=severity,
            defaults={
                "acknowledge_hours": Decimal(acknowledge),
                "resolve_hours": Decimal(resolve),
                "escalates_after_hours": Decimal(escalates),
                "days": days,
            },
        )
    day_model = model_of("CalendarDay")
    _manager(day_model).bulk_create(
        [
            day_model(region=region, day=day, is_working=worked, name=name)
            for region, day, worked, name in calendar_rows()
        ],
        ignore_conflicts=True,
    )
    return sum(
        _plant_rule(model_of, content, groups, position=10 * (index + 1))
        for index, content in enumerate(RULES)
    )


def _plant_rule(
    model_of: ModelOf, content: dict[str, Any], groups: dict[str, Any], *, position: int
) -> bool:
    fields = {name: value for name, value in content.items() if name not in ("code", "group")}
    now = clock.real_now()
    rule, made = _manager(model_of("Rule")).get_or_create(
        code=content["code"],
        defaults=fields
        | {
            "group": groups[content["group"]],
            "state": RuleState.LIVE.value,
            "position": position,
            "changed_at": now,
            "enabled_at": now,
        },
    )
    if made:
        said = {name: value for name, value in content.items() if name != "max_share"}
        _manager(model_of("RuleVersion")).create(
            rule=rule, version=1, content=said | {"limits": []}, at=now, by=BY
        )
    return bool(made)


def _manager(model: type[models.Model]) -> models.Manager[Any]:
    return model._default_manager
