"""Rules in the order of causes: what hides others is judged before them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from apps.monitoring.models import AlertRule


def in_order(rules: Iterable[AlertRule]) -> list[AlertRule]:
    """Return the rules so that each comes after those it depends on, else in their own order."""
    by_pk = {rule.pk: rule for rule in rules}
    placed: dict[int, AlertRule] = {}

    def place(rule: AlertRule, above: frozenset[int]) -> None:
        if rule.pk in placed or rule.pk in above:
            return
        for cause in rule.depends_on.all():
            if cause.pk in by_pk:
                place(by_pk[cause.pk], above | {rule.pk})
        placed[rule.pk] = rule

    for rule in by_pk.values():
        place(rule, frozenset())
    return list(placed.values())


def closes_a_circle(rule_pk: int, causes: Iterable[AlertRule]) -> bool:
    """Tell whether a rule would come to hide itself through these causes."""
    waiting, seen = list(causes), set()
    while waiting:
        cause = waiting.pop()
        if cause.pk == rule_pk:
            return True
        if cause.pk not in seen:
            seen.add(cause.pk)
            waiting += list(cause.depends_on.all())
    return False
