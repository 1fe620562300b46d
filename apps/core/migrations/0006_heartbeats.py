from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of processes that live."""

    dependencies = [
        ('core', '0005_gauge_samples'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('process', models.CharField(max_length=32, verbose_name='process')),
                ('host', models.CharField(max_length=80, verbose_name='host')),
                ('pid', models.IntegerField(verbose_name='process ID')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('seen_at', models.DateTimeField(db_index=True, verbose_name='seen at')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='detail')),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
                'indexes': [models.Index(fields=['process', '-seen_at'], name='core_heart_newest')],
                'constraints': [models.UniqueConstraint(fields=('process', 'host', 'pid'), name='core_heart_once')],
            },
        ),
    ]
