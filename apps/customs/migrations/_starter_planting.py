"""How the migrations of the starter set write its rows. Frozen: nothing of the app is imported."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

PORTAL = "portal"
PUBLISHED = dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)
BINDS_FROM = dt.datetime(2019, 12, 31, 16, tzinfo=dt.UTC)
"""The day the portal counts from, as the first thresholds: 2020-01-01 in China."""
READ_ON = "2026-11-22"
OWNER = "compliance"
EU = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
Row = dict[str, Any]


def when(field: str, op: str, *values: str, group: int = 1, currency: str = "") -> Row:
    """Return a condition."""
    row: Row = {"field": field, "op": op}
    rest = {"values": list(values), "currency": currency}
    if group != 1:
        row["group"] = group
    return row | {name: value for name, value in rest.items() if value}


def rule(
    key: str,
    stage: str,
    action: str,
    *conditions: Row,
    title: tuple[str, str],
    message: tuple[str, str],
    fix: tuple[str, str],
    basis: str,
    review_by: str,
    **more: Any,
) -> Row:
    """Return a rule; texts are (Chinese, English). ``checked`` is left out for what is from memory.

    ``more`` are ``checked``, ``url``, ``zone``, ``since``, ``until``, ``need`` and ``priority``.
    """
    names = {
        "checked": "source_checked_on",
        "url": "source_url",
        "since": "effective_from",
        "until": "effective_to",
    }
    row: Row = {"key": key, "stage": stage, "action": action}
    for name, both in (("title", title), ("message", message), ("fix", fix)):
        row |= {f"{name}_zh": both[0], f"{name}_en": both[1]}
    row |= {"conditions": list(conditions), "legal_basis": basis}
    row |= {"owner": OWNER, "review_by": review_by, "zone": "Asia/Shanghai"}
    return row | {names.get(name, name): value for name, value in more.items()}


def digest(content: Row) -> str:
    """Return SHA-256 of the canonical JSON, as the portal counts it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plant_list(apps: Any, key: str, titles: tuple[str, str], source: str, words: list[str]) -> None:
    """Write a list and publish its first version; each of ``words`` is ``term|language|match``.

    A list that is there stays as it is.
    """
    model = apps.get_model("customs", "KeywordList")
    if model.objects.filter(key=key).exists():
        return
    row = model.objects.create(key=key, title_zh=titles[0], title_en=titles[1], source=source)
    version = row.versions.create(number=1, written_by=PORTAL)
    terms = sorted(tuple(word.split("|")) for word in words)
    version.terms.bulk_create(
        apps.get_model("customs", "KeywordTerm")(
            version=version, term=term, language=language, match=match
        )
        for term, language, match in terms
    )
    said = hashlib.sha256()
    for one in terms:
        said.update(json.dumps((*one, "", ""), ensure_ascii=False).encode() + b"\n")
    version.terms_count, version.digest = len(terms), said.hexdigest()
    version.ready_at = version.published_at = PUBLISHED
    version.approver = PORTAL
    version.save()


def plant_set(
    apps: Any, code: str, titles: tuple[str, str], note: str, rules: list[Row], **more: Any
) -> None:
    """Write a rule set and publish its first version; a set that is there stays as it is.

    ``more`` are the named sets and document types; lists count in the version they have now.
    """
    model = apps.get_model("customs", "RuleSet")
    if model.objects.filter(code=code).exists():
        return
    content = {"code": code, "rules": rules, "lists": _lists(apps, rules), **more}
    content = {name: value for name, value in content.items() if value}
    row = model.objects.create(
        code=code,
        title_zh=titles[0],
        title_en=titles[1],
        note=note,
        draft=content,
        draft_at=PUBLISHED,
    )
    row.versions.create(
        number=1,
        content=content,
        digest=digest(content),
        state="published",
        binds_from=BINDS_FROM,
        author=PORTAL,
        approver=PORTAL,
        published_at=PUBLISHED,
        note=note,
    )


def _lists(apps: Any, rules: list[Row]) -> list[Row]:
    named = {
        value.removeprefix("$")
        for one in rules
        for condition in one["conditions"]
        if condition["op"] == "on_list"
        for value in condition["values"]
    }
    rows = apps.get_model("customs", "KeywordListVersion").objects.filter(
        keyword_list__key__in=named, number=1
    )
    return [
        {"key": one.keyword_list.key, "version": one.number, "digest": one.digest}
        for one in rows.select_related("keyword_list").order_by("keyword_list__key")
    ]
