"""One rule, one part of a draft at a time: two people may edit different rules of one set at once.

`save_draft` keeps a whole draft by its number. Here an edit names what its part was when it was
read (``was``, a digest): the rest of the draft may have moved on meanwhile, that part may not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.customs.compliance.content import RuleContent, SetContent, set_from_json, to_json
from apps.customs.compliance_errors import RulesRefused
from apps.customs.errors import VersionChanged
from apps.customs.models import RuleSet
from apps.customs.services.compliance_publishing import save_draft

MOST_RULES = 2_000
TRIES = 3
KEY_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_LENGTH = 6
NOTHING = ""
PARTS = ("named_sets", "requirements", "document_types")


class PartChanged(RulesRefused):
    """Somebody changed the very same rule meanwhile: ``by`` and ``at`` say who and when."""

    code = "part_changed"

    def __init__(self, by: str, at: dt.datetime) -> None:
        super().__init__(_("Somebody else changed this meanwhile."))
        self.by, self.at = by, at


def draft_content(rule_set: RuleSet) -> SetContent:
    """Return what a set's draft says; a set nobody wrote has no rules."""
    return set_from_json({"rules": [], **rule_set.draft, "code": rule_set.code})


def mark_of(part: Any) -> str:
    """Return the digest of a part of a draft, "" for one that is not there."""
    if part is None or part == ():
        return NOTHING
    text = json.dumps(to_json(part), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def rule_of(content: SetContent, key: str) -> RuleContent | None:
    """Return a rule of a content by its key."""
    return next((rule for rule in content.rules if rule.key == key), None)


def new_rule_key() -> str:
    """Return a key no rule had: what was let go or happened under a key is never a new rule's."""
    return "r" + "".join(secrets.choice(KEY_SIGNS) for _sign in range(KEY_LENGTH))


def keep_rule(*, rule_set: RuleSet, rule: RuleContent, was: str, user: Any) -> RuleSet:
    """Put a rule into the draft; ``was`` is `mark_of` what it was, "" for a new one.

    Raises PartChanged, NotYours, DraftRefused, RulesRefused for more than :data:`MOST_RULES`.
    """

    def put(content: SetContent) -> SetContent:
        rules = tuple(rule if one.key == rule.key else one for one in content.rules)
        if rule_of(content, rule.key) is None:
            rules = (*rules, rule)
        if len(rules) > MOST_RULES:
            raise RulesRefused(_("A rule set may have at most 2,000 rules."), code="too_many")
        return dataclasses.replace(content, rules=rules)

    return _edit(rule_set, lambda content: rule_of(content, rule.key), was, put, user)


def remove_rule(*, rule_set: RuleSet, key: str, was: str, user: Any) -> RuleSet:
    """Take a rule out of the draft. Raises PartChanged, NotYours, DraftRefused."""

    def cut(content: SetContent) -> SetContent:
        rules = tuple(one for one in content.rules if one.key != key)
        return dataclasses.replace(content, rules=rules)

    return _edit(rule_set, lambda content: rule_of(content, key), was, cut, user)


def keep_part(*, rule_set: RuleSet, part: str, rows: Sequence[Any], was: str, user: Any) -> RuleSet:
    """Replace a table of the draft: ``part`` is one of :data:`PARTS`, ``rows`` of its kind.

    Raises PartChanged, NotYours, DraftRefused.
    """
    if part not in PARTS:
        raise ValueError(part)
    kept: dict[str, Any] = {part: tuple(rows)}
    return _edit(
        rule_set,
        lambda content: getattr(content, part),
        was,
        lambda content: dataclasses.replace(content, **kept),
        user,
    )


def _edit(
    rule_set: RuleSet,
    part: Callable[[SetContent], Any],
    was: str,
    change: Callable[[SetContent], SetContent],
    user: Any,
) -> RuleSet:
    """Change a part of the newest draft; tried again where somebody saved another part just now."""
    for left in reversed(range(TRIES)):
        fresh = RuleSet.objects.select_related("draft_by").get(pk=rule_set.pk)
        content = draft_content(fresh)
        if mark_of(part(content)) != was:
            raise PartChanged(str(fresh.draft_by or ""), fresh.draft_at)
        try:
            return save_draft(
                rule_set=fresh,
                content=change(content),
                expected_version=fresh.draft_version,
                user=user,
            )
        except VersionChanged:
            if not left:
                raise
    raise AssertionError("unreachable")
