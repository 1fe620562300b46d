from django.db import migrations

DROP = "DROP INDEX CONCURRENTLY IF EXISTS shipments_shipment_uid_a85a1d8f_like"
MAKE = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS shipments_shipment_uid_a85a1d8f_like"
    " ON shipments_shipment (uid varchar_pattern_ops)"
)


class Migration(migrations.Migration):
    """Drop the index of beginnings that Django gives a unique text: nobody asks for any."""

    atomic = False

    dependencies = [
        ('shipments', '0016_tracks_of_device'),
    ]

    operations = [
        migrations.RunSQL(DROP, MAKE),
    ]
