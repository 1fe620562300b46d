from django.db import migrations, models


class Migration(migrations.Migration):
    """Let the label of a metric hold several dimensions; PostgreSQL rewrites nothing for it."""

    dependencies = [
        ('core', '0003_metric_buckets'),
    ]

    operations = [
        migrations.AlterField(
            model_name='metricbucket',
            name='label',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='label'),
        ),
    ]
