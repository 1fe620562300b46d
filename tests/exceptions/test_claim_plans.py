"""Who asks for a part of the queue does not pass all the dearer flags of the others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.exceptions.models import Flag
from apps.exceptions.services import claim_next
from tests.exceptions.flags import flag_rows, make_user
from tests.shipments.builders import make_merchant

OTHERS = """
INSERT INTO exceptions_flag (uid, merchant_id, shipment_id, device_id, kind, state, first_row,
    last_row, rows, started_at, ended_at, score, numbers, thresholds_version, rank, rank_parts,
    raised_at, waited_ms, is_sample)
SELECT uid || n, CASE WHEN n > 200 THEN %s ELSE merchant_id END, shipment_id, device_id,
    CASE WHEN n > 200 THEN 'jump' ELSE kind END, state, last_row + n, last_row + n, 1,
    started_at, ended_at, score, numbers, thresholds_version, rank + n - 201, rank_parts,
    raised_at, waited_ms, is_sample
FROM exceptions_flag, generate_series(1, 3000) AS n WHERE id = %s
"""


@pytest.fixture
def last(shipment) -> Flag:
    """The first drift of its merchant, behind 2,800 jumps of another's."""
    flag = flag_rows(shipment, 0, 1, rank=0)
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [make_merchant("other").pk, flag.pk])
        cursor.execute("ANALYZE exceptions_flag")
    return flag


@pytest.mark.parametrize(
    ("of_merchant", "kinds", "index"),
    [
        (False, ["drift"], "exceptions_flag_by_kind"),
        (True, None, "exceptions_flag_by_merchant"),
    ],
)
def test_a_part_of_the_queue_is_read_in_its_own_order(last, of_merchant, kinds, index) -> None:
    user = make_user("cai", last.merchant if of_merchant else None)
    with CaptureQueriesContext(connection) as asked:
        assert claim_next(user=user, kinds=kinds) == last
    claim = next(one["sql"] for one in asked.captured_queries if "SKIP LOCKED" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {claim}".replace("%", "%%"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
    assert "Sort" not in plan
