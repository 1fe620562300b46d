"""Rows that change all day carry no index nobody reads."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ["shipments_shipment", "shipments_leg", "baidiyun_subscription", "webhooks_message"]
)
def test_a_unique_text_has_one_index(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        names = [name for (name,) in cursor.fetchall()]

    assert f"{table}_pkey" in names
    assert not [name for name in names if name.endswith("_like")]
