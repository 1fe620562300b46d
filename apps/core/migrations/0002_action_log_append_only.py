"""The action log can only grow: a trigger refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'core_actionlog is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_actionlog_append_only BEFORE UPDATE OR DELETE ON core_actionlog
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_actionlog_no_truncate BEFORE TRUNCATE ON core_actionlog
    FOR EACH STATEMENT WHEN (current_setting('lastmile.allow_truncate', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION core_refuse_change();
"""
BACKWARD = """
DROP TRIGGER core_actionlog_no_truncate ON core_actionlog;
DROP TRIGGER core_actionlog_append_only ON core_actionlog;
DROP FUNCTION core_refuse_change();
"""


class Migration(migrations.Migration):
    """Adds the triggers that hold the action log."""

    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
