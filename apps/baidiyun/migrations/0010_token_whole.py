from django.db import migrations

DROP = "DROP INDEX CONCURRENTLY IF EXISTS baidiyun_subscription_token_70292b91_like"
MAKE = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS baidiyun_subscription_token_70292b91_like"
    " ON baidiyun_subscription (token varchar_pattern_ops)"
)


class Migration(migrations.Migration):
    """Drop the index of beginnings that Django gives a unique text: nobody asks for any."""

    atomic = False

    dependencies = [
        ('baidiyun', '0009_work_order_topic'),
    ]

    operations = [
        migrations.RunSQL(DROP, MAKE),
    ]
