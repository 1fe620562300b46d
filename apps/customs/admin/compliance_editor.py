"""What the editor of rules offers to pick: fields, comparisons, countries, lists, HS codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.language import spoken
from apps.core.region_names import country_choices, country_name, english_country_name
from apps.core.regions import CURRENCY_DIGITS
from apps.customs.choices import CertificateKind, RuleAction, RuleStage
from apps.customs.compliance.binding import CAPITALS
from apps.customs.compliance.content import NamedSet, SetContent
from apps.customs.compliance.fields import FIELDS, OPERATORS, Field, Kind
from apps.customs.field_labels import field_label, known_fields
from apps.customs.hs import live
from apps.customs.hs.nomenclature import lines
from apps.customs.hs.query import Query
from apps.customs.hs.sources import chapter_names
from apps.customs.rule_words import (
    RuleNames,
    area_words,
    enum_of,
    field_words,
    need_words,
    op_words,
    pointed,
)
from apps.shipments.carriers import CARRIERS, carrier_name
from apps.shipments.zones import BY_COUNTRY, CHINA

Choices = list[tuple[str, str]]
USUAL_CURRENCIES = ("CNY", "EUR", "USD", "GBP", "JPY", "AUD", "CAD")
MOST_FOUND = 12
MOST_ASKED = 100
AMOUNTS = (Kind.MONEY, Kind.NUMBER)


def editor_tables(content: SetContent, names: RuleNames) -> dict[str, Any]:
    """Return everything the page's script needs to draw conditions, in the reader's language."""
    return {
        "fields": [_field_row(known, names) for known in FIELDS.values()],
        "countries": countries(content.named_sets),
        "currencies": [*USUAL_CURRENCIES, *sorted(CURRENCY_DIGITS.keys() - set(USUAL_CURRENCIES))],
        "stages": _pairs(RuleStage.choices()),
        "actions": _pairs(RuleAction.choices()),
        "zones": zones(),
        "needs": {
            "need_document": need_documents(content),
            "need_field": [*need_fields(), *_other_needs(content, names)],
        },
        "words": _script_words(),
    }


def _field_row(known: Field, names: RuleNames) -> dict[str, Any]:
    words = enum_of(known)
    choices = _pairs(words.choices()) if words else []
    if known.name == "carrier":
        choices = [(code, carrier_name(code, spoken())) for code in CARRIERS]
    if known.kind is Kind.TEXT:
        choices = [(f"${key}", title) for key, title in names.lists.items()]
    if known.kind in AMOUNTS:
        choices = [
            (f"#{key}", title) for key, title in names.thresholds.items() if _fits(known, title)
        ]
    return {
        "name": known.name,
        "label": field_words(known.name),
        "kind": known.kind.value,
        "line": known.of_line,
        "unit": "" if known.unit == "1" else known.unit,
        "ops": [(op.value, op_words(known, op.value)) for op in OPERATORS[known.kind]],
        "choices": choices,
        "free": known.kind is Kind.CODE,
    }


def _fits(known: Field, title: str) -> bool:
    """Amounts of money are compared with money, counts with counts."""
    has_currency = any(f" {code}" in title for code in CURRENCY_DIGITS)
    return has_currency is (known.kind is Kind.MONEY)


def countries(sets: tuple[NamedSet, ...]) -> Choices:
    """Return named sets, then countries, each findable in both languages and by its code."""
    named = [(f"@{one.code}", both(one.title_zh or one.code, one.title_en)) for one in sets]
    return [*named, *((code, both_names(code)) for code, _label in country_choices())]


def both(first_zh: str, second_en: str) -> str:
    """Return two titles, the reader's first."""
    zh_first = spoken() == "zh"
    one, other = (first_zh, second_en) if zh_first else (second_en or first_zh, first_zh)
    return f"{one} · {other}" if other and other != one else one


def both_names(code: str) -> str:
    """Return a country as "德国 · Germany (DE)", the reader's language first."""
    with translation.override("zh-hans"):
        zh = country_name(code)
    return f"{both(zh, english_country_name(code))} ({code})"


def both_areas(area: str) -> str:
    """Return an area of the law in both languages, the reader's first."""
    with translation.override("zh-hans"):
        zh = area_words(area)
    with translation.override("en"):
        english = area_words(area)
    return f"{both(zh, english)} ({area})"


def zones() -> Choices:
    """Return where a rule's days may begin: the zone of a law's capital, with whose law it is."""
    known: dict[str, list[str]] = {CHINA: [area_words("CN")]}
    for area, zone in {**BY_COUNTRY, **CAPITALS}.items():
        if area != "CN":
            known.setdefault(zone, []).append(area_words(area))
    rows = [(zone, f"{'、'.join(places)} · {zone}") for zone, places in known.items()]
    return [rows[0], *sorted(rows[1:], key=lambda row: row[1])]


def need_documents(content: SetContent) -> Choices:
    """Return the papers a rule can ask for: the set's own kinds, then certificates."""
    named = [(one.code, both(one.title_zh, one.title_en)) for one in content.document_types]
    known = {code for code, _title in named}
    return [*named, *((one.value, str(one.label)) for one in CertificateKind
                      if one.value not in known)]  # fmt: skip


def _other_needs(content: SetContent, names: RuleNames) -> Choices:
    """Return the fields that rules of the set ask for beside those conditions know."""
    known = {path for path, _label in need_fields()}
    action = RuleAction.NEED_FIELD.value
    asked = {one.need for one in content.rules if one.action == action and one.need} - known
    return [(need, need_words(need, action, names)) for need in sorted(asked)]


def need_fields() -> Choices:
    """Return the fields of a record a rule can ask for, as a finding points at them."""
    known = known_fields()
    found: dict[str, str] = {}
    for one in FIELDS.values():
        path = f"lines.{one.path}" if one.of_line else one.path
        found.setdefault(one.path, field_label(path) if path in known else field_words(one.name))
    return list(found.items())


def hs_choices(text: str) -> Choices:
    """Return HS codes for digits typed or goods described: chapters, headings and lines."""
    asked = text.strip()[:MOST_ASKED]
    digits = asked.replace(".", "").replace(" ", "")
    if not asked:
        return []
    if digits.isascii() and digits.isdecimal():
        return _by_digits(digits)
    query = Query(title=asked, title_cn=asked, material="", use="", category="", merchant_id=None)
    found = live.suggester().suggest(query, MOST_FOUND // 2)
    codes = [code for one in found for code in (one.hs6, one.hs6[:4])]
    return [(code, hs_title(code)) for code in dict.fromkeys(codes)]


def _by_digits(digits: str) -> Choices:
    found = dict.fromkeys(
        code[:length] for code in lines() for length in (2, 4, 6)
        if code.startswith(digits[:6]) and length >= min(len(digits), 6)
    )  # fmt: skip
    ordered = sorted(found, key=lambda code: (len(code), code))[:MOST_FOUND]
    if len(digits) > 6 and digits[:6] in lines():
        ordered = [digits[:10], digits[:6]]
    return [(code, hs_title(code)) for code in ordered]


def hs_title(code: str) -> str:
    """Return a code with the words of its chapter, heading or line."""
    line = next((one for key, one in lines().items() if key.startswith(code[:6])), None)
    if line is None:
        return pointed(code)
    chapter = chapter_names()[code[:2]] if spoken() == "zh" else line.chapter
    words = {2: chapter, 4: line.heading}.get(len(code), line.text)
    return f"{pointed(code)} {words}" if len(code) == 2 else f"{pointed(code)} {chapter} › {words}"


def hs_titles(codes: list[str]) -> Mapping[str, str]:
    """Return the titles of the codes a rule names already."""
    return {code: hs_title(code.replace(".", "")) for code in codes[:MOST_ASKED]}


def _pairs(choices: Any) -> Choices:
    return [(value, str(label)) for value, label in choices if value]


def _script_words() -> dict[str, str]:
    return {
        "and": _("AND"),
        "or": _("OR"),
        "add": _("add…"),
        "remove": _("Remove"),
        "search_hs": _("goods or digits…"),
        "type": _("type and press Enter"),
        "amount": _("amount"),
        "by_hand": _("an amount"),
        "condition": _("Another condition"),
        "copy": _("Copy"),
        "saving": _("Saving…"),
        "saved": _("Draft saved at"),
        "unsaved": _("Not saved: look at what is marked"),
        "offline": _("Not saved: no connection. It is tried again."),
        "loading": _("Looking…"),
        "nothing": _("Nothing found"),
        "of_parcel": _("The parcel"),
        "of_line": _("A line of goods"),
        "same_line": _("Conditions about goods hold for one and the same line."),
        "none": _("none"),
    }
