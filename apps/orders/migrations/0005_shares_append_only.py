"""What was live when stays known: rows of the live share are never changed or deleted."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION orders_refuse_share_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_liveshare is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER orders_liveshare_append_only BEFORE UPDATE OR DELETE ON orders_liveshare
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_share_change();
CREATE TRIGGER orders_liveshare_no_truncate BEFORE TRUNCATE ON orders_liveshare
    FOR EACH STATEMENT WHEN (current_setting('lastmile.allow_truncate', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION orders_refuse_share_change();
"""
BACKWARD = """
DROP TRIGGER orders_liveshare_no_truncate ON orders_liveshare;
DROP TRIGGER orders_liveshare_append_only ON orders_liveshare;
DROP FUNCTION orders_refuse_share_change();
"""


class Migration(migrations.Migration):
    """Adds the triggers that hold the history of the live share."""

    dependencies = [("orders", "0004_live_routes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
