"""People who write rules and people who publish them, and a rule set to work on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from apps.core import clock
from apps.customs.compliance.content import Condition, NamedSet, RuleContent, SetContent
from apps.customs.models import RuleSet, RuleSetVersion
from apps.customs.services.compliance_publishing import publish_rule_set, save_draft

START = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
EU = NamedSet("EU", ("DE", "FR"), "欧盟", "European Union")
WRITES = ("change_ruleset", "change_keywordlist")
PUBLISHES = (*WRITES, "publish_ruleset")


def person(name: str, *codenames: str) -> Any:
    """Return somebody with permissions of customs."""
    user = get_user_model().objects.create_user(name, password="x")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="customs", codename__in=codenames)
    )
    return user


def sound_rule(key: str = "eu_vague", **changes: Any) -> RuleContent:
    """Return a rule with everything a published one has to have."""
    given: dict[str, Any] = {
        "key": key,
        "stage": "order",
        "action": "block",
        "title_zh": "欧盟 品名笼统",
        "title_en": "EU vague name",
        "message_zh": "品名太笼统。",
        "message_en": "The name says nothing.",
        "fix_zh": "写清材质和用途。",
        "fix_en": "Name what it is made of and what for.",
        "legal_basis": "Reg. 2015/2446",
        "source_url": "https://ensadviser.com",
        "source_checked_on": dt.date(2026, 11, 22),
        "zone": "Europe/Brussels",
        "owner": "compliance",
        "conditions": (Condition("destination", "in", ("@EU",)), Condition("vague", "true")),
    }
    return RuleContent(**(given | changes))


def content(*rules: RuleContent, code: str = "own") -> SetContent:
    """Return a set of rules with a named set of two countries."""
    return SetContent(code, rules or (sound_rule(),), (EU,))


def a_set(code: str = "own") -> RuleSet:
    """Return an empty rule set."""
    return RuleSet.objects.create(code=code, title_zh="自有规则", title_en="Our rules")


def published(
    rule_set: RuleSet,
    said: SetContent,
    *,
    author: Any,
    approver: Any,
    at: dt.datetime = START,
    **more: Any,
) -> RuleSetVersion:
    """Return the version somebody drafted and somebody else published at a moment."""
    with clock.frozen(at):
        rule_set.refresh_from_db()
        save_draft(
            rule_set=rule_set,
            content=said,
            expected_version=rule_set.draft_version,
            user=author,
        )
        return publish_rule_set(rule_set=rule_set, approver=approver, note="law", **more)
