"""How old a list of denied parties may be, as dated figures that managers keep."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import migrations

FROM = dt.date(2020, 1, 1)
ROWS = [
    ("screening_max_age_days", 7, "Older lists clear nobody: customs.md 5, house rule"),
    ("screening_hold_days", 30, "House rule: parcels wait for a list of this age"),
]


def add(apps: Any, schema_editor: Any) -> None:
    threshold = apps.get_model("customs", "Threshold")
    for kind, days, source in ROWS:
        threshold.objects.get_or_create(
            area="*",
            kind=kind,
            valid_from=FROM,
            defaults={"amount": Decimal(days), "currency": "XXX", "source": source},
        )


def remove(apps: Any, schema_editor: Any) -> None:
    kinds = [kind for kind, _days, _source in ROWS]
    apps.get_model("customs", "Threshold").objects.filter(
        area="*", kind__in=kinds, valid_from=FROM
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("customs", "0014_denied_parties")]
    operations = [migrations.RunPython(add, remove)]
