from django.db import migrations

DROP = "DROP INDEX CONCURRENTLY IF EXISTS webhooks_message_uid_3f74117e_like"
MAKE = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS webhooks_message_uid_3f74117e_like"
    " ON webhooks_message (uid varchar_pattern_ops)"
)


class Migration(migrations.Migration):
    """Drop the index of beginnings that Django gives a unique text: nobody asks for any."""

    atomic = False

    dependencies = [
        ('webhooks', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(DROP, MAKE),
    ]
