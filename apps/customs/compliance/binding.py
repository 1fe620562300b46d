"""When a rule binds: from midnight at the place it applies to. Pure."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from apps.customs.compliance.content import RuleContent
from apps.shipments.zones import CHINA, zone_of_country

CAPITALS = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City",
    "RU": "Europe/Moscow",
    "ID": "Asia/Jakarta",
    "CL": "America/Santiago",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "EU": "Europe/Brussels",
}
"""Where a country with several zones makes its law."""


def zone_of_law(area: str) -> str:
    """Return the zone of the capital of a country or named set, China's where none is known."""
    area = area.removeprefix("@").upper()
    return CAPITALS.get(area) or zone_of_country(area) or CHINA


def day_at(zone: str, at: dt.datetime) -> dt.date:
    """Return the calendar day it is in a zone; ``at`` is aware."""
    return at.astimezone(_zone(zone)).date()


def binds(rule: RuleContent, at: dt.datetime) -> bool:
    """Whether a rule binds at a moment: its first and last day are whole days of its zone."""
    if not rule.enabled:
        return False
    day = day_at(rule.zone or CHINA, at)
    begun = rule.effective_from is None or rule.effective_from <= day
    return begun and (rule.effective_to is None or day <= rule.effective_to)


def starts_at(rule: RuleContent) -> dt.datetime | None:
    """Return the moment a rule begins to bind, None where it always did."""
    if rule.effective_from is None:
        return None
    return dt.datetime.combine(rule.effective_from, dt.time(), _zone(rule.zone or CHINA))


@lru_cache(maxsize=128)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
