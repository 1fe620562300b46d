"""Findings of a check written in one statement with one parameter, however many there are.

An order of twenty lines may have a hundred; inserted through the models that took longer than
judging five hundred rules (two thirds of it was the driver's quoting of arrays of JSON).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.db import connection

from apps.customs.compliance.outcome import Found
from apps.customs.models import ComplianceCheck

_INSERT = """
INSERT INTO customs_compliancefinding
    (check_run_id, set_code, set_version, rule_key, action, line, field, evidence,
     is_unjudged, is_overridden)
SELECT %s, set_code, set_version, rule_key, action, line, field, evidence,
       is_unjudged, is_overridden
FROM ROWS FROM (
    jsonb_to_recordset(%s::jsonb) AS (
        set_code text, set_version integer, rule_key text, action text, line integer,
        field text, evidence jsonb, is_unjudged boolean, is_overridden boolean
    )
) WITH ORDINALITY
ORDER BY ordinality
"""
FIELD_LENGTH = 60


def insert_findings(
    check: ComplianceCheck, found: Iterable[Found], digests: Mapping[str, str]
) -> None:
    """Insert findings in their order; ``digests`` are what an override would hold for, by rule."""
    rows = [_row(one, digests[one.rule_key]) for one in found]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [check.pk, orjson.dumps(rows).decode()])


def _row(one: Found, digest: str) -> dict[str, Any]:
    evidence: dict[str, Any] = {"why": one.why, "said": dict(one.said), "digest": digest}
    if one.is_final:
        evidence["final"] = True
    return {
        "set_code": one.set_code,
        "set_version": one.set_version,
        "rule_key": one.rule_key,
        "action": one.action,
        "line": one.line,
        "field": one.field[:FIELD_LENGTH],
        "evidence": evidence,
        "is_unjudged": one.is_unjudged,
        "is_overridden": one.is_overridden,
    }
