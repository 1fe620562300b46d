"""What one content of a rule set changes of another, in words a lawyer reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.language import spoken
from apps.customs.choices import CertificateKind, IdentifierKind, RuleAction, RuleStage
from apps.customs.compliance.content import (
    DocumentTypeContent,
    NamedSet,
    RequirementContent,
    RuleContent,
    SetContent,
)
from apps.customs.compliance.differing import Difference, Kind, differences
from apps.customs.field_labels import field_label
from apps.customs.rule_words import (
    RuleNames,
    area_words,
    conditions_words,
    day_words,
    listed,
    need_words,
    rule_sentence,
    set_title,
    title_of,
)

RULE_FIELDS: dict[str, Any] = {
    "title_zh": gettext_lazy("Chinese title"),
    "title_en": gettext_lazy("English title"),
    "stage": gettext_lazy("when it is asked"),
    "action": gettext_lazy("what it does"),
    "need": gettext_lazy("what it asks for"),
    "conditions": gettext_lazy("conditions"),
    "message_zh": gettext_lazy("Chinese message"),
    "message_en": gettext_lazy("English message"),
    "fix_zh": gettext_lazy("what to do, Chinese"),
    "fix_en": gettext_lazy("what to do, English"),
    "legal_basis": gettext_lazy("legal basis"),
    "source_url": gettext_lazy("address of the source"),
    "source_checked_on": gettext_lazy("source checked on"),
    "effective_from": gettext_lazy("in force from"),
    "effective_to": gettext_lazy("in force until"),
    "zone": gettext_lazy("time zone of its days"),
    "priority": gettext_lazy("place in the order"),
    "enabled": gettext_lazy("switched on"),
    "owner": gettext_lazy("looked after by"),
    "review_by": gettext_lazy("to be reviewed by"),
    "members": gettext_lazy("countries"),
    "kinds": gettext_lazy("numbers that do"),
    "certificates": gettext_lazy("papers that do"),
    "mandatory": gettext_lazy("mandatory"),
    "valid_to": gettext_lazy("until"),
    "source": gettext_lazy("source"),
}
KIND_WORDS = {
    Kind.ADDED: (gettext_lazy("new"), "success"),
    Kind.CHANGED: (gettext_lazy("altered"), "info"),
    Kind.REMOVED: (gettext_lazy("removed"), "danger"),
}
PART_WORDS = {
    "rule": gettext_lazy("Rule"),
    "set": gettext_lazy("Named set"),
    "requirement": gettext_lazy("Requirement"),
    "document": gettext_lazy("Kind of document"),
}
MOST_TOLD = 200
BINDING = frozenset(
    {"conditions", "stage", "action", "need", "effective_from", "effective_to", "zone", "enabled"}
)
"""Fields that change whom a rule stops; the others change what is said about it."""


def changes_told(
    before: SetContent | None, after: SetContent, names: RuleNames
) -> list[dict[str, Any]]:
    """Return what changes, in words, at most :data:`MOST_TOLD`; what binds otherwise first."""
    found = sorted(differences(before, after), key=lambda one: not _weighs(one))
    return [_told(one, names) for one in found[:MOST_TOLD]]


def change_counts(before: SetContent | None, after: SetContent) -> dict[str, int]:
    """Return how many parts are new, changed and removed, and how many rules bind otherwise."""
    found = differences(before, after)
    counts = {kind.value: sum(one.kind is kind for one in found) for kind in Kind}
    return {**counts, "all": len(found), "weighing": sum(map(_weighs, found))}


def _weighs(one: Difference) -> bool:
    if one.part != "rule" or one.kind is not Kind.CHANGED:
        return True
    return bool(BINDING & set(one.fields))


def _told(one: Difference, names: RuleNames) -> dict[str, Any]:
    label, colour = KIND_WORDS[one.kind]
    subject = one.after if one.after is not None else one.before
    return {
        "part": PART_WORDS[one.part],
        "key": one.key if one.part == "rule" and one.kind is not Kind.REMOVED else "",
        "label": label,
        "colour": colour,
        "title": part_title(subject),
        "says": part_words(subject, names) if one.kind is not Kind.CHANGED else "",
        "weighs": _weighs(one),
        "fields": [
            {
                "label": RULE_FIELDS.get(name, name),
                "before": _said(name, getattr(one.before, name), names),
                "after": _said(name, getattr(one.after, name), names),
            }
            for name in one.fields
        ],
    }


def part_title(part: Any) -> str:
    """Return what a part of a set is called."""
    if isinstance(part, RuleContent):
        return title_of(part)
    if isinstance(part, NamedSet):
        return f"{set_title(part)} (@{part.code})"
    if isinstance(part, DocumentTypeContent):
        return document_title(part)
    return f"{area_words(part.country)}: {field_label(part.field)}"


def part_words(part: Any, names: RuleNames) -> str:
    """Return what a part of a set says, as one sentence."""
    if isinstance(part, RuleContent):
        return rule_sentence(part, names)
    if isinstance(part, NamedSet):
        return members_words(part.members, names)
    if isinstance(part, DocumentTypeContent):
        return document_words(part)
    return requirement_words(part)


def members_words(members: Sequence[str], names: RuleNames) -> str:
    """Return the members of a set by name; a set within it by its title."""
    return listed(
        names.sets.get(one[1:]) or area_words(one[1:]) if one.startswith("@") else area_words(one)
        for one in members
    )


def requirement_words(one: RequirementContent) -> str:
    """Return what a country wants to know: which numbers do, and from when to when."""
    kinds = listed(kind_words(kind) for kind in one.kinds)
    return " · ".join(
        part
        for part in (
            kinds,
            _("mandatory") if one.mandatory else _("asked for"),
            day_words(one.valid_from, one.valid_to),
        )
        if part
    )


def document_title(one: DocumentTypeContent) -> str:
    """Return what a kind of document is called in the reader's language."""
    own = one.title_zh if spoken() == "zh" else one.title_en
    return own or one.title_zh or one.code


def document_words(one: DocumentTypeContent) -> str:
    """Return which papers serve as a document, and from when to when."""
    papers = listed(_label(CertificateKind, kind) for kind in one.certificates)
    return " · ".join(part for part in (papers, day_words(one.valid_from, one.valid_to)) if part)


def kind_words(kind: str) -> str:
    """Return what a kind of registered number is called."""
    member = IdentifierKind.parse(kind)
    return str(member.label) if member else kind


def _said(name: str, value: Any, names: RuleNames) -> str:
    if value in ("", None, ()):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    shown = {
        "conditions": lambda: conditions_words(value, names),
        "stage": lambda: _label(RuleStage, value),
        "action": lambda: _label(RuleAction, value),
        "need": lambda: need_words(value, "", names),
        "members": lambda: members_words(value, names),
        "kinds": lambda: listed(map(kind_words, value)),
        "certificates": lambda: listed(_label(CertificateKind, one) for one in value),
    }.get(name)
    return str(shown() if shown else value)


def _label(words: Any, value: str) -> str:
    member = words.parse(value)
    return str(member.label) if member else value
