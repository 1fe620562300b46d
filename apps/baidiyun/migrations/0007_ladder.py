"""The published rates as rows, the ladder's one row, and moves that nobody can change.

Live: 1 query and 20 subscriptions a second were published (contract §1.6); all other values are
guards of our own, because the platform's are per contract. The sandbox's world may run faster than
the clock on the wall, so its rates are wide.
"""

from __future__ import annotations

import datetime as dt

from django.db import migrations

PUBLISHED = "published by the platform (contract §1.6)"
OURS = "our own guard; the contract with the platform decides"
RATES = [
    ("live", "all", 40.0, 40, OURS),
    ("live", "query", 1.0, 2, PUBLISHED),
    ("live", "subscribe", 20.0, 20, PUBLISHED),
    ("live", "detect", 5.0, 10, OURS),
    ("live", "book", 10.0, 20, OURS),
    ("live", "cancel", 10.0, 20, OURS),
    ("live", "detail", 5.0, 10, OURS),
    ("sandbox", "all", 400.0, 800, OURS),
    ("sandbox", "query", 100.0, 200, OURS),
    ("sandbox", "subscribe", 200.0, 400, OURS),
    ("sandbox", "detect", 50.0, 100, OURS),
    ("sandbox", "book", 100.0, 200, OURS),
    ("sandbox", "cancel", 100.0, 200, OURS),
    ("sandbox", "detail", 100.0, 200, OURS),
]
APPEND_ONLY = """
CREATE FUNCTION baidiyun_moves_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('lastmile.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'changes of the service level are append-only';
END $$;
CREATE TRIGGER baidiyun_moves_are_kept BEFORE UPDATE OR DELETE ON baidiyun_laddermove
    FOR EACH ROW EXECUTE FUNCTION baidiyun_moves_are_kept();
CREATE TRIGGER baidiyun_moves_are_not_truncated BEFORE TRUNCATE ON baidiyun_laddermove
    FOR EACH STATEMENT EXECUTE FUNCTION baidiyun_moves_are_kept();
"""
DROP = """
DROP TRIGGER baidiyun_moves_are_not_truncated ON baidiyun_laddermove;
DROP TRIGGER baidiyun_moves_are_kept ON baidiyun_laddermove;
DROP FUNCTION baidiyun_moves_are_kept();
"""


def seed(apps, schema_editor):
    limit = apps.get_model("baidiyun", "ProductLimit")
    for mode, product, per_second, burst, source in RATES:
        values = {"per_second": per_second, "burst": burst, "source": source}
        limit.objects.get_or_create(mode=mode, product=product, defaults=values)
    ladder = apps.get_model("baidiyun", "LadderState")
    ladder.objects.get_or_create(id=1, defaults={"since": dt.datetime.now(dt.UTC)})


class Migration(migrations.Migration):
    dependencies = [("baidiyun", "0006_limits")]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(APPEND_ONLY, DROP),
    ]
