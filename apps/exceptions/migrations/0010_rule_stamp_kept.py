"""The stamp of the rules grows with every change, whoever makes it.

A sequence gives its values, so that a stamp that was rolled back is never given again.
"""

from django.db import migrations

TABLES = ("exceptions_rule", "exceptions_rulelimit", "exceptions_calendarday")
FORWARD = [
    "CREATE SEQUENCE exceptions_rule_stamps START 2",
    """
    CREATE FUNCTION exceptions_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO exceptions_rulestamp (id, stamp)
        VALUES (1, nextval('exceptions_rule_stamps'))
        ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER exceptions_rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION exceptions_rules_changed()"
        for table in TABLES
    ),
]
BACKWARD = [
    *(f"DROP TRIGGER exceptions_rules_changed ON {table}" for table in TABLES),
    "DROP FUNCTION exceptions_rules_changed()",
    "DROP SEQUENCE exceptions_rule_stamps",
]


class Migration(migrations.Migration):
    """Adds the triggers that keep the stamp."""

    dependencies = [("exceptions", "0009_rule_stamp")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
