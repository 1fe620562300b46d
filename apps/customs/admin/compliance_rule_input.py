"""What the editor of a rule sends, read strictly: a rule, or what is wrong beside which field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from apps.customs.choices import RuleAction, RuleStage
from apps.customs.compliance.content import Condition, RuleContent

TEXTS: dict[str, int] = {
    "title_zh": 120,
    "title_en": 120,
    "message_zh": 600,
    "message_en": 600,
    "fix_zh": 600,
    "fix_en": 600,
    "need": 60,
    "legal_basis": 300,
    "source_url": 500,
    "owner": 80,
}
DAYS = ("source_checked_on", "effective_from", "effective_to", "review_by")
MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 60, 300, 60
MOST_GROUPS = 20
MOST_PRIORITY = 9999
EARLIEST = dt.date(1990, 1, 1)
Problems = dict[str, str]


class Unreadable(ValueError):
    """``problems`` maps the path of a field to a sentence."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_rule(key: str, data: Any) -> RuleContent:
    """Return the rule the editor sent. Raises Unreadable with a sentence for each field."""
    if not isinstance(data, Mapping):
        raise Unreadable({"": _("This is no rule.")})
    wrong: Problems = {}
    texts = {name: _text(data, name, most, wrong) for name, most in TEXTS.items()}
    days = {name: _day(data, name, wrong) for name in DAYS}
    stage = _one_of(data, "stage", RuleStage.values(), wrong)
    action = _one_of(data, "action", RuleAction.values(), wrong)
    zone = _text(data, "zone", 40, wrong)
    if zone and zone not in available_timezones():
        wrong["zone"] = _("There is no such time zone.")
    url = texts["source_url"]
    if url and not url.startswith(("http://", "https://")):
        wrong["source_url"] = _("An address begins with https://")
    first, last = days["effective_from"], days["effective_to"]
    if first and last and last < first:
        wrong["effective_to"] = _("It ends before it begins.")
    made: dict[str, Any] = {
        **texts, **days, "key": key, "stage": stage, "action": action, "zone": zone,
        "priority": _priority(data, wrong), "enabled": bool(data.get("enabled", True)),
        "conditions": _conditions(data.get("conditions", []), wrong),
    }  # fmt: skip
    if wrong:
        raise Unreadable(wrong)
    return RuleContent(**made)


def _text(data: Mapping[str, Any], name: str, most: int, wrong: Problems) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or "\x00" in value:
        wrong[name] = _("This is no text.")
        return ""
    said = value.strip()
    if len(said) > most:
        wrong[name] = _("At most %(most)d characters.") % {"most": most}
    return said


def _day(data: Mapping[str, Any], name: str, wrong: Problems) -> dt.date | None:
    value = data.get(name)
    if value in (None, ""):
        return None
    try:
        day = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        wrong[name] = _("This is no date; write it as 2027-01-31.")
        return None
    if day < EARLIEST:
        wrong[name] = _("This is no date; write it as 2027-01-31.")
    return day


def _one_of(data: Mapping[str, Any], name: str, known: list[str], wrong: Problems) -> str:
    value = data.get(name)
    if value not in known:
        wrong[name] = _("Choose one of the list.")
        return ""
    return str(value)


def _priority(data: Mapping[str, Any], wrong: Problems) -> int:
    value = str(data.get("priority", 100)).strip()
    if not (value.isascii() and value.isdecimal() and int(value[:9]) <= MOST_PRIORITY):
        wrong["priority"] = _("A whole number from 0 to 9999; the smallest comes first.")
        return 100
    return int(value)


def _conditions(given: Any, wrong: Problems) -> tuple[Condition, ...]:
    if not isinstance(given, list) or len(given) > MOST_CONDITIONS:
        wrong["conditions"] = _("At most %(most)d conditions.") % {"most": MOST_CONDITIONS}
        return ()
    return tuple(_condition(one, f"conditions.{n}", wrong) for n, one in enumerate(given))


def _condition(given: Any, path: str, wrong: Problems) -> Condition:
    if not isinstance(given, Mapping):
        wrong[path] = _("This condition cannot be read.")
        return Condition("", "")
    values, group = given.get("values", []), given.get("group", 1)
    fits = isinstance(values, list) and len(values) <= MOST_VALUES
    if not fits or not all(isinstance(one, str) and len(one) <= LONGEST_VALUE for one in values):
        wrong[path] = _("These values cannot be read.")
        values = []
    if not isinstance(group, int) or not 1 <= group <= MOST_GROUPS:
        wrong[path] = _("At most %(most)d groups.") % {"most": MOST_GROUPS}
        group = 1
    names = {name: str(given.get(name, ""))[:40] for name in ("field", "op")}
    return Condition(
        **names,
        values=tuple(dict.fromkeys(one.strip() for one in values if one.strip())),
        group=group,
        currency=str(given.get("currency", ""))[:3].upper(),
    )
