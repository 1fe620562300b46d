from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of what figures stood at."""

    dependencies = [
        ('core', '0004_metric_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='GaugeSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('grain', models.CharField(choices=[('minute', 'minute'), ('hour', 'hour'), ('day', 'day')], default='minute', max_length=6, verbose_name='grain')),
                ('start', models.DateTimeField(verbose_name='start')),
                ('label', models.CharField(blank=True, default='', max_length=120, verbose_name='label')),
                ('value', models.FloatField(verbose_name='value')),
            ],
            options={
                'verbose_name': 'sample of a gauge',
                'verbose_name_plural': 'samples of gauges',
                'indexes': [models.Index(fields=['grain', 'start'], name='core_gauge_age')],
                'constraints': [models.UniqueConstraint(fields=('name', 'grain', 'start', 'label'), name='core_gauge_once')],
            },
        ),
    ]
