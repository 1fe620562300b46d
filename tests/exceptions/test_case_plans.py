"""What is counted of cases on every page is not looked for among those that are closed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.case_position import case_position
from apps.exceptions.models import Case
from tests.exceptions.cases import OPENED, make_case
from tests.exceptions.watched import HOUR

CLOSED = {"state": "resolved", "closer": "itself", "close_reason": "moved_on", "closed_at": OPENED}


@pytest.mark.django_db
def test_overdue_cases_are_counted_by_their_index(merchant: Merchant) -> None:
    late = make_case(merchant, changes={"resolve_by": OPENED})
    own = [field.attname for field in Case._meta.concrete_fields if field.name not in ("id", "uid")]
    copied = {name: getattr(late, name) for name in own} | CLOSED
    Case.objects.bulk_create(Case(**copied) for _ in range(2_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exceptions_case")
    with clock.frozen(OPENED + HOUR), CaptureQueriesContext(connection) as asked:
        assert case_position().overdue == 1
    counted = next(one["sql"] for one in asked.captured_queries if "resolve_by" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {counted}".replace("%", "%%"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "exceptions_case_overdue" in plan
