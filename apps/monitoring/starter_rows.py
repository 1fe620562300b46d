"""Writing the starter set: into a new database, and again where a test has emptied it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from apps.core import clock
from apps.monitoring.starter_objectives import OBJECTIVES
from apps.monitoring.starter_rules import RULES

ModelOf = Callable[[str], type[models.Model]]


def plant_starter_set(model_of: ModelOf) -> int:
    """Write the objectives and rules that are not there yet; return how many rules were written.

    ``model_of`` gives the model of a name of this app, so that a migration may use its own. What
    is there already stays as somebody has edited it.
    """
    objectives = {
        row["key"]: _manager(model_of("Objective")).get_or_create(
            key=row["key"], defaults={**row, "position": 10 * (index + 1)}
        )[0]
        for index, row in enumerate(OBJECTIVES)
    }
    rules: dict[str, Any] = {}
    written = 0
    for index, content in enumerate(RULES):
        row, is_new = _rule(model_of("AlertRule"), content, objectives, 10 * (index + 1))
        rules[row.slug] = row
        if is_new:
            row.depends_on.set([rules[slug] for slug in content.get("depends_on", ())])
            written += 1
    return written


def _rule(
    model: type[models.Model], content: dict[str, Any], objectives: dict[str, Any], position: int
) -> tuple[Any, bool]:
    fields = {name: value for name, value in content.items() if name != "depends_on"}
    if "objective" in fields:
        fields["objective"] = objectives[fields["objective"]]
    now = clock.real_now()
    found: tuple[Any, bool] = _manager(model).get_or_create(
        slug=fields["slug"], defaults={**fields, "position": position, "changed_at": now}
    )
    return found


def _manager(model: type[models.Model]) -> Any:
    return model._default_manager
