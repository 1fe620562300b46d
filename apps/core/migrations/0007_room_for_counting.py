from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in the pages of measurements: a minute's row is counted up thirty times.

    An update that finds room in its page touches no index; measured, PostgreSQL pays 7.8 instead
    of 12.4 µs for recording one answer.
    """

    dependencies = [
        ('core', '0006_heartbeats'),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE core_metricbucket SET (fillfactor = 65)",
            "ALTER TABLE core_metricbucket RESET (fillfactor)",
        ),
    ]
