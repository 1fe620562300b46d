"""A rule set as its pages show it: its draft, what binds now, what differs, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.core import clock
from apps.customs.choices import VersionState
from apps.customs.compliance.content import SetContent
from apps.customs.compliance.differing import Kind, changed_keys
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance_live import content_of
from apps.customs.compliance_problems import draft_problems
from apps.customs.models import RuleSet, RuleSetVersion
from apps.customs.rule_names import names_of
from apps.customs.rule_words import RuleNames
from apps.customs.services.compliance_editing import draft_content


@dataclass
class Draft:
    """One rule set, read once for a page; what costs is asked where it is shown."""

    rule_set: RuleSet

    @cached_property
    def content(self) -> SetContent:
        """What the draft says."""
        return draft_content(self.rule_set)

    @cached_property
    def versions(self) -> list[RuleSetVersion]:
        """Published versions that were not taken back, the newest first."""
        rows = self.rule_set.versions.filter(state=VersionState.PUBLISHED.value)
        return list(rows.order_by("-binds_from", "-number")[:50])

    @cached_property
    def binding(self) -> RuleSetVersion | None:
        """The version that binds now."""
        now = clock.now()
        return next((one for one in self.versions if one.binds_from <= now), None)

    @cached_property
    def scheduled(self) -> list[RuleSetVersion]:
        """Versions that will bind by themselves, the next first."""
        now = clock.now()
        return [one for one in reversed(self.versions) if one.binds_from > now]

    @cached_property
    def base(self) -> SetContent | None:
        """What the draft is compared with: the version that binds now."""
        return content_of(self.binding) if self.binding else None

    @cached_property
    def changed(self) -> dict[str, Kind]:
        """The rules that differ from what binds, by key."""
        return changed_keys(self.base, self.content)

    @cached_property
    def names(self) -> RuleNames:
        """What names in conditions are called."""
        contents = [self.content] if self.base is None else [self.base, self.content]
        return names_of(contents)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft."""
        return problems_of(self.content)


def problems_of(content: SetContent) -> tuple[Problem, ...]:
    """Return what keeps a content from being published, or is worth a look."""
    return draft_problems(content, at=clock.now())


def draft_line(draft: Draft) -> dict[str, Any]:
    """Return what every page of a set shows at its top."""
    return {
        "set": draft.rule_set,
        "binding": draft.binding,
        "scheduled": draft.scheduled,
        "changed": len(draft.changed),
        "rules": len(draft.content.rules),
        "editors": draft.rule_set.draft_editors,
    }
