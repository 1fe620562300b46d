"""What a keyword list's page shows: a page of its words, its versions, the rules that use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from apps.customs.choices import ListMatch
from apps.customs.models import KeywordList, KeywordTerm, RuleSet
from apps.customs.rule_words import title_of
from apps.customs.services.compliance_editing import draft_content

TERMS_A_PAGE = 100
MOST_VERSIONS = 30
MOST_SEARCHED = 120


def term_page(row: KeywordList, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of the newest whole version's words, those after ``after`` that hold ``q``."""
    newest = row.versions.filter(ready_at__isnull=False).order_by("-number").first()
    asked = query.get("q", "").replace("\x00", "").strip()[:MOST_SEARCHED]
    after = query.get("after", "").replace("\x00", "")[:MOST_SEARCHED]
    terms: list[KeywordTerm] = []
    if newest is not None:
        found = KeywordTerm.objects.filter(version=newest)
        found = found.filter(term__icontains=asked) if asked else found
        found = found.filter(term__gt=after) if after else found
        terms = list(found.order_by("term", "match")[: TERMS_A_PAGE + 1])
    return {
        "newest": newest,
        "terms": [(one, ListMatch.parse(one.match)) for one in terms[:TERMS_A_PAGE]],
        "q": asked,
        "after": after,
        "next": terms[TERMS_A_PAGE - 1].term if len(terms) > TERMS_A_PAGE else "",
    }


def versions_of(row: KeywordList) -> list[dict[str, Any]]:
    """Return the newest versions and which of them counts."""
    versions = list(row.versions.order_by("-number")[:MOST_VERSIONS])
    counting = next((one.pk for one in by_publication(versions)), None)
    return [
        {
            "version": one,
            "counts": one.pk == counting,
            "waits": one.ready_at is not None and one.published_at is None,
            "is_unfinished": one.ready_at is None,
        }
        for one in versions
    ]


def by_publication(versions: list[Any]) -> list[Any]:
    """Return the published ones, the last to be published first."""
    published = [one for one in versions if one.published_at is not None]
    return sorted(published, key=lambda one: (one.published_at, one.number), reverse=True)


def list_users(key: str) -> list[dict[str, str]]:
    """Return the rules of all drafts that name a list, with the address of each."""
    found = []
    for rule_set in RuleSet.objects.order_by("code"):
        for rule in draft_content(rule_set).rules:
            if any(f"${key}" in one.values for one in rule.conditions):
                address = reverse("admin:customs_ruleset_rule", args=[rule_set.pk, rule.key])
                found.append({"title": title_of(rule), "url": address})
    return found
