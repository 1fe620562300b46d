"""The rules whose series the watch measures itself, as it remembers them without PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from apps.core import clock
from apps.monitoring.choices import Comparison, RuleKind
from apps.monitoring.judging import Terms
from apps.monitoring.models import AlertRule, Silence
from apps.monitoring.starter_rules import RULES

POSTGRES_SILENCE, POSTGRES_ANSWER, REDIS_SILENCE = (
    "postgres.silence",
    "postgres.answer",
    "redis.silence",
)
OWN_SERIES = (POSTGRES_SILENCE, POSTGRES_ANSWER, REDIS_SILENCE)
GONE = POSTGRES_SILENCE
"""The series of which a rule can be told by nobody but the watch, and by no way but its own."""
WORDS = ("slug", "name", "name_en", "meaning", "meaning_en", "series", "severity", "audience",
         "runbook")  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnRule:
    """What of an alert rule is needed to judge it and to say it; ``silent_until`` is ISO or ""."""

    slug: str
    name: str
    name_en: str
    meaning: str
    meaning_en: str
    series: str
    severity: str
    audience: str
    runbook: str
    limit: float = 0.0
    ends_at: float | None = None
    for_seconds: float = 0.0
    calm_seconds: float = 30.0
    quiet: bool = False
    hidden_by: tuple[str, ...] = field(default=())
    silent_until: str = ""

    @property
    def terms(self) -> Terms:
        """The rule as the judge takes it."""
        return Terms(
            RuleKind.THRESHOLD,
            Comparison.ABOVE,
            limit=self.limit,
            ends_at=self.ends_at,
            for_seconds=self.for_seconds,
            calm_seconds=self.calm_seconds,
        )

    @property
    def is_silence(self) -> bool:
        """Whether its series counts the seconds of a silence, which began so long ago."""
        return self.series in {POSTGRES_SILENCE, REDIS_SILENCE}

    def is_told(self, at: dt.datetime) -> bool:
        """Whether anybody wants to hear of it now."""
        silent = bool(self.silent_until) and dt.datetime.fromisoformat(self.silent_until) > at
        return not self.quiet and not silent

    def as_values(self) -> dict[str, Any]:
        """Return it for a JSON file."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> OwnRule:
        """Return what `as_values` gave. Raises TypeError for anything else."""
        return cls(**{**values, "hidden_by": tuple(values.get("hidden_by", ()))})


def read_own_rules() -> tuple[OwnRule, ...]:
    """Return the enabled threshold rules over the watch's own series, causes first."""
    rows = list(
        AlertRule.objects.filter(
            series__in=OWN_SERIES,
            kind=RuleKind.THRESHOLD.value,
            comparison=Comparison.ABOVE.value,
            enabled=True,
        ).prefetch_related("depends_on")
    )
    silent = _silences(rows)
    return tuple(
        OwnRule(
            **{name: getattr(row, name) for name in WORDS},
            limit=row.limit or 0.0,
            ends_at=row.ends_at,
            for_seconds=row.for_seconds,
            calm_seconds=row.calm_seconds,
            quiet=row.quiet,
            hidden_by=tuple(sorted(cause.slug for cause in row.depends_on.all())),
            silent_until=silent.get(row.pk, ""),
        )
        for row in rows
    )


def starter_own_rules() -> tuple[OwnRule, ...]:
    """Return the starter set's, for a watch that has never seen the tables."""
    return tuple(
        OwnRule(
            **{name: row[name] for name in WORDS},
            limit=row["limit"],
            ends_at=row.get("ends_at"),
            for_seconds=row["for_seconds"],
            calm_seconds=row["calm_seconds"],
            hidden_by=tuple(row.get("depends_on", ())),
        )
        for row in RULES
        if row["series"] in OWN_SERIES
    )


def _silences(rows: Iterable[AlertRule]) -> dict[int, str]:
    now = clock.real_now()
    held = Silence.objects.filter(
        rule__in=[row.pk for row in rows], label="", until__gt=now, lifted_at__isnull=True
    )
    return {rule: until.isoformat() for rule, until in held.values_list("rule", "until")}
