"""What can be wrong with a draft, as sentences in both languages. Pure."""

from __future__ import annotations

from typing import Any

from apps.customs.compliance.drafting_problem import Problem

SENTENCES: dict[str, tuple[str, str]] = {
    "unreadable": ("条件无法判断：{what}", "This condition cannot be asked: {what}"),
    "wrong_type": ("{path} 的内容不是{kind}。", "{path} is no {kind}."),
    "too_many": ("{what}最多 {most} 条。", "There may be at most {most} {what_en}."),
    "rule_twice": ("规则键 {what} 出现了两次。", "The rule key {what} is there twice."),
    "bad_key": (
        "规则键只能用小写字母、数字和下划线，最长 60 个字符：{what}",
        "A rule key has lower-case letters, digits and underscores, 60 at most: {what}",
    ),
    "no_rules": ("规则集里没有规则。", "There is no rule in this set."),
    "unknown_stage": ("没有这个检查时机：{what}", "There is no such stage: {what}"),
    "unknown_action": ("没有这个处理方式：{what}", "There is no such action: {what}"),
    "no_text": ("缺少{language}的{what}。", "The {what_en} is missing in {language_en}."),
    "long_text": ("{what}超过 {most} 个字符。", "The {what_en} has more than {most} characters."),
    "no_fix": (
        "会拦下包裹的规则必须写明{language}的处理办法。",
        "A rule that stops parcels says in {language_en} what to do.",
    ),
    "no_need": (
        "请选择这条规则要求的字段或单证。",
        "Name the field or the paper this rule asks for.",
    ),
    "unknown_need": ("没有这个字段或单证：{what}", "There is no such field or paper: {what}"),
    "no_source": (
        "缺少依据：写明法规条款或“公司规定”，有网址的附上网址。",
        "The source is missing: name the law or “our own policy”, and its address if it has one.",
    ),
    "bad_source": (
        "来源网址必须以 http:// 或 https:// 开头：{what}",
        "A source's address begins with http:// or https://: {what}",
    ),
    "not_checked": ("缺少来源核对日期。", "When was the source last checked?"),
    "checked_later": ("来源核对日期在将来：{what}", "The source was checked in the future: {what}"),
    "days_reversed": ("{what}的结束日期早于开始日期。", "{what} ends before it begins."),
    "over": ("这条规则已于 {what} 失效。", "This rule ended on {what}."),
    "review_due": ("这条规则应在 {what} 前复核。", "This rule was to be reviewed by {what}."),
    "unknown_zone": ("没有这个时区：{what}", "There is no such time zone: {what}"),
    "no_zone": (
        "规则有生效日期，请选择以哪里的零点为准。",
        "A rule with dates says at whose midnight it begins.",
    ),
    "no_conditions": (
        "没有条件的规则会拦下所有包裹。",
        "A rule without conditions would hold for every parcel.",
    ),
    "empty_group": (
        "第 {what} 组没有条件，这一组永远不会用到。",
        "Group {what} has no condition: it never counts.",
    ),
    "unknown_field": ("没有这个条件字段：{what}", "There is no such field to ask about: {what}"),
    "unknown_op": (
        "字段 {field} 不能用“{what}”比较。",
        "The field {field} cannot be compared by “{what}”.",
    ),
    "values_count": (
        "字段 {field} 的“{op}”需要 {what} 个值。",
        "“{op}” of the field {field} takes {what_en}.",
    ),
    "bad_value": ("字段 {field} 不接受“{what}”。", "The field {field} does not take “{what}”."),
    "bad_currency": ("金额缺少币种或币种未知：{what}", "The amount needs a known currency: {what}"),
    "between_reversed": ("范围的下限高于上限。", "The range begins above its end."),
    "unknown_list": ("没有已发布的词表：{what}", "There is no published list of words: {what}"),
    "unknown_threshold": (
        "没有这个门槛：{what}，无法判断的包裹会转人工。",
        "There is no such threshold: {what}; parcels would go to a person.",
    ),
    "unknown_set": ("没有这个国家组：{what}", "There is no such set of countries: {what}"),
    "set_twice": ("国家组 {what} 出现了两次。", "The set of countries {what} is there twice."),
    "circular_set": ("国家组互相包含：{what}", "Sets of countries contain each other: {what}"),
    "empty_set": ("国家组 {what} 里没有国家。", "There is no country in the set {what}."),
    "unknown_country": ("没有这个国家代码：{what}", "There is no such country code: {what}"),
    "unknown_kind": ("没有这种号码或单证：{what}", "There is no such number or paper: {what}"),
    "dates_overlap": (
        "{what} 的有效期重叠：{first} 起和 {second} 起。",
        "{what} holds twice at a time: from {first} and from {second}.",
    ),
    "no_code": ("单证类型没有代码。", "A type of document has no code."),
}
"""code → (Chinese, English); every place in braces is filled by :func:`problem`."""

LANGUAGES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}


def problem(
    code: str, *, rule_key: str = "", path: str = "", stops: bool = True, **words: Any
) -> Problem:
    """Return a problem with its sentences filled in."""
    chinese, english = SENTENCES[code]
    words["path"] = path
    return Problem(code, chinese.format(**words), english.format(**words), rule_key, path, stops)
