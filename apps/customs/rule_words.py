"""Rules of compliance as people say them: every rule is one sentence in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.choices import LabelledEnum
from apps.core.language import spoken
from apps.core.region_names import country_name
from apps.customs import choices
from apps.customs.choices import RuleAction, RuleStage
from apps.customs.compliance.content import Condition, NamedSet, RuleContent
from apps.customs.compliance.fields import FIELDS, Field, Kind, Op
from apps.customs.field_labels import field_label, known_fields
from apps.shipments.carriers import carrier_name

KILO = 1000
NAMED = ("@", "#", "$")
FIELD_WORDS: dict[str, Any] = {
    "destination": gettext_lazy("destination"),
    "leaves_from": gettext_lazy("country it leaves from"),
    "service": gettext_lazy("way of transport"),
    "carrier": gettext_lazy("carrier"),
    "incoterm": gettext_lazy("incoterm"),
    "reason": gettext_lazy("reason for sending"),
    "export_mode": gettext_lazy("export mode"),
    "platform": gettext_lazy("platform"),
    "recipient_kind": gettext_lazy("kind of recipient"),
    "sender_kind": gettext_lazy("kind of sender"),
    "value": gettext_lazy("value of the parcel"),
    "gross_weight": gettext_lazy("gross weight"),
    "lines": gettext_lazy("number of lines"),
    "distinct_hs6": gettext_lazy("number of different HS codes (six digits)"),
    "ioss": gettext_lazy("IOSS number"),
    "recipient_numbers": gettext_lazy("recipient's registered numbers"),
    "seller_numbers": gettext_lazy("seller's registered numbers"),
    "responsible": gettext_lazy("responsible person in the EU"),
    "hazards": gettext_lazy("goods classes in the parcel"),
    "hs": gettext_lazy("HS code"),
    "words": gettext_lazy("description"),
    "vague": gettext_lazy("description says too little"),
    "material": gettext_lazy("material"),
    "use": gettext_lazy("use"),
    "brand": gettext_lazy("brand"),
    "made_in": gettext_lazy("country of origin"),
    "goods_class": gettext_lazy("goods class"),
    "battery": gettext_lazy("kind of battery"),
    "watt_hours": gettext_lazy("watt-hours of the battery"),
    "unit_value": gettext_lazy("price of a piece"),
    "line_value": gettext_lazy("line total"),
    "net_weight": gettext_lazy("net weight"),
    "pieces": gettext_lazy("number of pieces"),
    "papers": gettext_lazy("valid papers"),
    "expired_papers": gettext_lazy("expired papers"),
    "fda_product_code": gettext_lazy("FDA product code"),
    "fda_facility": gettext_lazy("FDA facility registration"),
    "prior_notice": gettext_lazy("FDA prior notice"),
}
OP_WORDS: dict[str, Any] = {
    Op.IN: gettext_lazy("is any of"),
    Op.NOT_IN: gettext_lazy("is not any of"),
    Op.STARTS_WITH: gettext_lazy("begins with"),
    Op.NOT_STARTS_WITH: gettext_lazy("does not begin with"),
    Op.ON_LIST: gettext_lazy("has words of"),
    Op.OVER: gettext_lazy("is more than"),
    Op.AT_LEAST: gettext_lazy("is no less than"),
    Op.UNDER: gettext_lazy("is under"),
    Op.AT_MOST: gettext_lazy("is no more than"),
    Op.BETWEEN: gettext_lazy("is from … to …"),
    Op.EMPTY: gettext_lazy("is missing"),
    Op.GIVEN: gettext_lazy("is given"),
    Op.TRUE: gettext_lazy("applies"),
    Op.FALSE: gettext_lazy("does not apply"),
}
OP_WORDS_OF_MANY: dict[str, Any] = {
    Op.IN: gettext_lazy("include any of"),
    Op.NOT_IN: gettext_lazy("include none of"),
}
AREA_WORDS: dict[str, Any] = {
    "EU": gettext_lazy("European Union"),
    "*": gettext_lazy("everywhere"),
}
KIND_WORDS: dict[str, Any] = {
    "low_value": gettext_lazy("low-value limit"),
    "h7_limit": gettext_lazy("limit of H7"),
    "item_duty": gettext_lazy("duty for each kind of goods"),
    "tax_free": gettext_lazy("tax-free limit"),
    "duty_free": gettext_lazy("duty-free limit"),
    "list_limit": gettext_lazy("limit of the export list"),
    "cn22_limit": gettext_lazy("limit of CN22"),
    "cn22_lines": gettext_lazy("lines of CN22"),
    "lines_limit": gettext_lazy("most lines"),
    "ioss_limit": gettext_lazy("limit of IOSS"),
    "cost_floor": gettext_lazy("lowest value believed"),
}
_ENDS = "、", ", "


@dataclass(frozen=True)
class RuleNames:
    """What names in rules are called; ``thresholds`` maps "EU.h7_limit" to today's words."""

    sets: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


def rule_sentence(rule: RuleContent, names: RuleNames) -> str:
    """Return a whole rule as one sentence: "When destination is … : stop when ordered"."""
    said = {
        "conditions": conditions_words(rule.conditions, names) or _("nothing is asked yet"),
        "stage": within(stage_words(rule.stage)),
        "action": within(action_words(rule, names)),
    }
    return _("When %(conditions)s: %(action)s, %(stage)s.") % said


def conditions_words(conditions: Sequence[Condition], names: RuleNames) -> str:
    """Return conditions in words: "and" within a group, "or" between groups."""
    groups = dict.fromkeys(one.group for one in conditions)
    joined = [
        _(" and ").join(condition_words(one, names) for one in conditions if one.group == group)
        for group in groups
    ]
    if len(joined) == 1:
        return joined[0]
    return _("; or ").join(f"({one})" if spoken() == "en" else f"（{one}）" for one in joined)


def condition_words(condition: Condition, names: RuleNames) -> str:
    """Return one condition in words; what no field or operator is stands as it is written."""
    known = FIELDS.get(condition.field)
    if known is None or condition.op not in OP_WORDS:
        return " ".join((condition.field, condition.op, *condition.values)).strip()
    said = {"field": field_words(condition.field), "op": op_words(known, condition.op)}
    if condition.op == Op.TRUE:
        return said["field"]
    if condition.op == Op.FALSE:
        return _("not so: %(field)s") % said
    if condition.op in (Op.EMPTY, Op.GIVEN):
        return _("%(field)s %(op)s") % said
    values = [value_words(known, one, names, condition.currency) for one in condition.values]
    if condition.op == Op.BETWEEN and len(values) == 2:
        said |= {"low": values[0], "high": values[1]}
        return _("%(field)s is from %(low)s to %(high)s") % said
    return _("%(field)s %(op)s %(values)s") % {**said, "values": listed(values) or "…"}


def field_words(name: str) -> str:
    """Return what a field of conditions is called."""
    return str(FIELD_WORDS.get(name, name))


def op_words(known: Field, op: str) -> str:
    """Return what an operator of a field is called."""
    if known.kind is Kind.MANY and op in OP_WORDS_OF_MANY:
        return str(OP_WORDS_OF_MANY[op])
    return str(OP_WORDS.get(op, op))


def value_words(known: Field, value: str, names: RuleNames, currency: str = "") -> str:
    """Return a condition's value in words: a country's name, a list's title, an amount."""
    if value[:1] in NAMED:
        return _named_words(value[0], value[1:], names)
    if known.kind is Kind.COUNTRY:
        return country_name(value)
    if known.kind is Kind.HS:
        return pointed(value)
    if known.kind in (Kind.NUMBER, Kind.MONEY):
        return number_words(value, currency if known.kind is Kind.MONEY else known.unit)
    return _word_of(known, value)


def _word_of(known: Field, value: str) -> str:
    if known.name == "carrier":
        return carrier_name(value, spoken())
    words = enum_of(known)
    member = words.parse(value) if words else None
    return str(member.label) if member is not None else value


def _named_words(sign: str, name: str, names: RuleNames) -> str:
    if sign == "@":
        return names.sets.get(name) or area_words(name)
    if sign == "#":
        return names.thresholds.get(name) or threshold_words(name)
    return names.lists.get(name, name)


def held_words(why: Mapping[str, Any]) -> str:
    """Return why a condition held, of {"field", "op", "fact", "words"} as a finding keeps it."""
    known = FIELDS.get(str(why.get("field", "")))
    if known is None:
        return str(why.get("field", ""))
    words = [f"“{word}”" for word in why.get("words", ())]
    shown = listed(words) or fact_words(known, str(why.get("fact", "")))
    label = field_words(known.name)
    if known.kind is Kind.TRUTH and why.get("op") == Op.TRUE:
        return label
    if shown:
        return _("%(field)s: %(fact)s") % {"field": label, "fact": shown}
    return _("%(field)s %(op)s") % {"field": label, "op": op_words(known, str(why.get("op", "")))}


def fact_words(known: Field, fact: str) -> str:
    """Return what a parcel has of a field in words; amounts are CNY."""
    if known.kind is Kind.TRUTH or not fact:
        return ""
    parts = [part.strip() for part in fact.split(",")] if known.kind is Kind.MANY else [fact]
    currency = "CNY" if known.kind is Kind.MONEY else ""
    return listed(value_words(known, part, RuleNames(), currency) for part in parts)


def enum_of(known: Field) -> type[LabelledEnum] | None:
    """Return the enumeration a field's values are of, None where they are free."""
    found = getattr(choices, known.options, None) if known.options else None
    return found if isinstance(found, type) and issubclass(found, LabelledEnum) else None


def number_words(value: str, unit: str) -> str:
    """Return an amount or a count with its unit; grams from a kilogram on are kilograms."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return f"{value} {unit}".strip()
    if not number.is_finite():
        return value
    if unit == "g" and number >= KILO and number % 10 == 0:
        number, unit = number / KILO, "kg"
    shown = f"{number.normalize():,f}"
    return shown if unit in ("", "1") else f"{shown} {unit}"


def threshold_words(name: str) -> str:
    """Return what a threshold is called: "European Union: low-value limit"."""
    area, _dot, kind = name.partition(".")
    said = {"area": area_words(area), "kind": KIND_WORDS.get(kind, kind.replace("_", " "))}
    return _("%(area)s: %(kind)s") % said


def area_words(area: str) -> str:
    """Return the name of a country or of an area of the law."""
    return str(AREA_WORDS[area]) if area in AREA_WORDS else country_name(area)


def set_title(one: NamedSet) -> str:
    """Return a named set's title in the reader's language."""
    own = one.title_zh if spoken() == "zh" else one.title_en
    return own or one.title_zh or one.title_en or area_words(one.code)


def within(label: str) -> str:
    """Return a label as it stands within a sentence: English begins small, names stay."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def stage_words(stage: str) -> str:
    """Return when a rule is asked."""
    member = RuleStage.parse(stage)
    return str(member.label) if member else stage


def action_words(rule: RuleContent, names: RuleNames) -> str:
    """Return what a rule does, with the paper or field it asks for."""
    member = RuleAction.parse(rule.action)
    said = str(member.label) if member else rule.action
    if not rule.need:
        return said
    need = need_words(rule.need, rule.action, names)
    return f"{said} ({need})" if spoken() == "en" else f"{said}（{need}）"


def need_words(need: str, action: str, names: RuleNames) -> str:
    """Return the paper or the field a rule asks for in words; fields and papers share names."""
    paper = choices.CertificateKind.parse(need)
    if action != RuleAction.NEED_FIELD.value and (need in names.documents or paper):
        return names.documents.get(need) or str(paper.label if paper else need)
    known = known_fields()
    path = next((one for one in (need, f"lines.{need}") if one in known), need)
    return field_label(path)


def title_of(rule: RuleContent) -> str:
    """Return a rule's title in the reader's language, else the other's, else its key."""
    own, other = (
        (rule.title_zh, rule.title_en) if spoken() == "zh" else (rule.title_en, rule.title_zh)
    )
    return own or other or rule.key


def pointed(code: str) -> str:
    """Return an HS code with its points: 8507.60."""
    digits = code.replace(".", "")
    return ".".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)


def listed(values: Iterable[str]) -> str:
    """Return values one after another as the language does."""
    return _ENDS[spoken() == "en"].join(values)


def day_words(first: dt.date | None, last: dt.date | None) -> str:
    """Return from when to when something holds; "" where it always does."""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""
