"""What a person changes about alert rules."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.monitoring.errors import AlertRuleInvalid
from apps.monitoring.models import AlertRule
from apps.monitoring.rule_checking import problems_of

FIELDS = (
    "slug", "name", "name_en", "meaning", "meaning_en", "kind", "series", "objective", "where",
    "group_by", "window_seconds", "comparison", "limit", "ends_at", "factor", "against", "least",
    "for_seconds", "calm_seconds", "severity", "audience", "quiet", "escalate_minutes", "runbook",
    "enabled",
)  # fmt: skip
LAST = 10_000


def save_rule(*, content: dict[str, Any], actor: Actor, rule_id: int | None = None) -> AlertRule:
    """Write a new rule, or a saved one anew; it holds from the next look on.

    ``content`` has the fields of `AlertRule` and ``depends_on`` as a list of rules. The slug of a
    saved rule stays. Raises AlertRuleInvalid, which names every field that is wrong.
    """
    with transaction.atomic():
        rule = None
        if rule_id is not None:
            rule = AlertRule.objects.select_for_update(of=("self",)).get(pk=rule_id)
            content = {**content, "slug": rule.slug}
        if problems := problems_of(content, rule=rule):
            raise AlertRuleInvalid(problems)
        before = said(rule) if rule is not None else {}
        made = draft_of(content, rule=rule)
        made.save()
        made.depends_on.set(content.get("depends_on") or [])
        after = said(made)
        record_action(
            action=f"monitoring.alertrule.{'changed' if rule_id else 'created'}",
            actor=actor,
            subject=made,
            before={name: value for name, value in before.items() if after[name] != value},
            after={name: value for name, value in after.items() if before.get(name) != value},
        )
    return made


def switch_alert_rule(*, rule_id: int, enabled: bool, actor: Actor) -> AlertRule:
    """Switch a rule on or off; its open alarms end with the next look."""
    with transaction.atomic():
        rule = AlertRule.objects.select_for_update(of=("self",)).get(pk=rule_id)
        if rule.enabled != enabled:
            rule.enabled, rule.changed_at = enabled, clock.real_now()
            rule.save(update_fields=["enabled", "changed_at"])
            record_action(
                action=f"monitoring.alertrule.{'switched_on' if enabled else 'switched_off'}",
                actor=actor, subject=rule,
            )  # fmt: skip
    return rule


def draft_of(content: dict[str, Any], *, rule: AlertRule | None = None) -> AlertRule:
    """Return a rule with this content, not saved: what a preview judges."""
    made = rule or AlertRule(position=LAST)
    for name in FIELDS:
        if name in content:
            setattr(made, name, content[name])
    if made.is_burn:
        made.series, made.where, made.group_by = "", {}, ""
    else:
        made.objective = None
    made.against = made.against or ""
    made.changed_at = clock.real_now()
    return made


def said(rule: AlertRule) -> dict[str, Any]:
    """Return what a rule says as the log keeps it."""
    plain = {name: getattr(rule, name) for name in FIELDS if name != "objective"}
    causes = sorted(rule.depends_on.values_list("slug", flat=True))
    objective = rule.objective.key if rule.objective is not None else ""
    return {**plain, "objective": objective, "depends_on": causes}
