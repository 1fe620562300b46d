"""The clocks of customs a portal begins with (customs.md §4.3), as they were first planted.

Start values of the field notes, not statistics. Country and service are limits of a rule, goods
classes its conditions: operators edit both. Sensitive goods turn amber and red four hours before
the table says so, because the clock of a portal may be late. Hours count on the wall.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

ModelOf = Callable[[str], Any]
CLOCKS: tuple[dict[str, Any], ...] = (
    {
        "code": "customs_answer",
        "name": "海关待答复",
        "name_en": "Customs waits for an answer",
        "sentence": "海关要求补充资料或扣留，已{since}，{country}方向。",
        "sentence_en": "Customs asks for something or holds it for {since}, bound for {country}.",
        "group": "customs",
        "anchor": "customs_waits",
        "hours": 0,
        "red_hours": 24,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]}
        ],
        "severity": "amber",
        "suppressed_by": ["customs_problem"],
        "clears_itself": True,
    },
    {
        "code": "customs_sensitive",
        "name": "敏感货清关",
        "name_en": "Sensitive goods in customs",
        "sentence": "敏感货在{area}清关已{since}，标准是{limit}。",
        "sentence_en": "Sensitive goods in customs at {area} for {since}; the limit is {limit}.",
        "group": "customs",
        "anchor": "customs_since",
        "hours": 20,
        "red_hours": 44,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]},
            {"field": "status", "op": "is", "value": ["customs"]},
            {
                "field": "goods",
                "op": "has",
                "value": [
                    "food",
                    "supplement",
                    "cosmetics",
                    "fragrance",
                    "medicine",
                    "medical_device",
                    "battery",
                ],
            },
        ],
        "severity": "amber",
        "suppressed_by": ["customs_answer", "customs_problem", "customs_food"],
        "clears_itself": True,
    },
    {
        "code": "customs_import_express",
        "name": "进口清关（快递）",
        "name_en": "Import customs, express",
        "sentence": "快递进口清关已{since}，标准是{limit}，{country}方向。",
        "sentence_en": "Express in import customs for {since}, limit {limit}, bound for {country}.",
        "group": "customs",
        "anchor": "import_since",
        "hours": 24,
        "red_hours": 48,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]},
            {"field": "is_express", "op": "is", "value": True},
        ],
        "severity": "amber",
        "suppressed_by": ["customs_answer", "customs_problem", "customs_food", "customs_sensitive"],
        "clears_itself": True,
    },
    {
        "code": "customs_import",
        "name": "进口清关（邮政、专线）",
        "name_en": "Import customs, post or line",
        "sentence": "进口清关已{since}，标准是{limit}，{country}方向。",
        "sentence_en": "In import customs for {since}, limit {limit}, bound for {country}.",
        "group": "customs",
        "anchor": "import_since",
        "hours": 72,
        "red_hours": 120,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]},
            {"field": "is_express", "op": "is", "value": False},
        ],
        "severity": "amber",
        "suppressed_by": ["customs_answer", "customs_problem", "customs_food", "customs_sensitive"],
        "clears_itself": True,
    },
    {
        "code": "customs_export",
        "name": "出口清关",
        "name_en": "Export customs",
        "sentence": "出口清关已{since}，标准是{limit}，{country}方向。",
        "sentence_en": "In export customs for {since}, limit {limit}, bound for {country}.",
        "group": "customs",
        "anchor": "export_since",
        "hours": 24,
        "red_hours": 48,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]}
        ],
        "severity": "amber",
        "suppressed_by": ["customs_answer", "customs_problem", "customs_food", "customs_sensitive"],
        "clears_itself": True,
    },
    {
        "code": "customs_papers",
        "name": "申报资料不全",
        "name_en": "Declaration incomplete",
        "sentence": "离截单不到 12 小时或已过截单，申报资料仍不全，{country}方向。",
        "sentence_en": "Under 12 hours to the cut-off or past it, papers incomplete, bound for "
        "{country}.",
        "group": "customs",
        "anchor": "papers_by",
        "hours": -12,
        "red_hours": 0,
        "days": "wall",
        "conditions": [
            {"field": "status", "op": "is_not", "value": ["delivered", "returned", "cancelled"]}
        ],
        "severity": "amber",
        "suppressed_by": [],
        "clears_itself": True,
    },
)
"""Content as `RuleVersion` has it, in the order of asking."""
REMINDED = ("customs_answer", "customs_sensitive", "customs_food", "customs_problem")
"""Told again every day once red, a manager after five days."""
SILENCED_BY = ("customs_answer", "customs_sensitive", "customs_import_express", "customs_import")
"""Say what the older clock of customs would say."""


def plant_customs_clocks(model_of: ModelOf, *, at: Any) -> None:
    """Write the clocks and reminders that are not there yet; what somebody edited stays."""
    rules, group_model = model_of("Rule").objects, model_of("OwnerGroup").objects
    group, _ = group_model.get_or_create(
        code="customs", defaults={"name": "清关", "name_en": "Customs"}
    )
    for index, content in enumerate(CLOCKS):
        fields = {name: value for name, value in content.items() if name not in ("code", "group")}
        given = {"group": group, "state": "live", "position": 400 + 10 * index,
                 "changed_at": at, "enabled_at": at}  # fmt: skip
        rule, made = rules.get_or_create(code=content["code"], defaults=fields | given)
        if made:
            model_of("RuleVersion").objects.create(
                rule=rule, version=1, content=content | {"limits": []}, at=at, by="system"
            )
    _silence_older(model_of, at)
    for code in REMINDED:
        for rule in rules.filter(code=code):
            model_of("RuleReminder").objects.get_or_create(
                rule=rule,
                defaults={"again_hours": Decimal(24), "manager_hours": Decimal(120)},
            )


def _silence_older(model_of: ModelOf, at: Any) -> None:
    for rule in model_of("Rule").objects.filter(code="customs_held", version=1):
        first = model_of("RuleVersion").objects.filter(rule=rule, version=1).first()
        rule.suppressed_by = [*rule.suppressed_by, *SILENCED_BY]
        rule.version, rule.changed_at = 2, at
        rule.save()
        model_of("RuleVersion").objects.create(
            rule=rule, version=2, at=at, by="system",
            content=(first.content if first else {}) | {"suppressed_by": rule.suppressed_by},
        )  # fmt: skip


def unplant_customs_clocks(model_of: ModelOf, *, at: Any) -> None:
    """Take the clocks out that opened no case; switch the others off, their cases stay."""
    codes = [content["code"] for content in CLOCKS]
    clocks = model_of("Rule").objects.filter(code__in=codes)
    held = model_of("Case").objects.filter(rule__in=clocks).values("rule")
    unused = list(clocks.exclude(pk__in=held).values_list("pk", flat=True))
    model_of("RuleReminder").objects.all().delete()
    model_of("RuleVersion").objects.filter(rule__in=unused).delete()
    clocks.filter(pk__in=unused).delete()
    clocks.update(state="off", anchor="customs_since", changed_at=at)
