import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('shipments', '0015_leg_tail'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='track',
            index=models.Index(condition=models.Q(('device__isnull', False)), fields=['device', 'last_heard_at'], name='shipments_track_of_device'),
        ),
        migrations.AlterField(
            model_name='track',
            name='device',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='shipments.device', verbose_name='latest device'),
        ),
    ]
