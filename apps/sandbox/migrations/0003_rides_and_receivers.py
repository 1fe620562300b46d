import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sandbox', '0002_services_around_parcels'),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('webhook_id', models.CharField(blank=True, default='', max_length=200, verbose_name='webhook ID')),
                ('headers', models.JSONField(default=dict, verbose_name='headers')),
                ('body_hash', models.CharField(max_length=64, verbose_name='SHA-256 of the body')),
                ('body_bytes', models.PositiveIntegerField(verbose_name='size (bytes)')),
                ('event', models.CharField(blank=True, default='', max_length=100, verbose_name='event')),
                ('is_verified', models.BooleanField(blank=True, null=True, verbose_name='signature holds')),
                ('skew_seconds', models.IntegerField(blank=True, null=True, verbose_name='age of the timestamp (s)')),
                ('status', models.PositiveSmallIntegerField(verbose_name='HTTP status')),
                ('is_slow', models.BooleanField(default=False, verbose_name='answered slowly')),
                ('received_real_at', models.DateTimeField(verbose_name='received at (real)')),
            ],
            options={
                'verbose_name': 'sandbox receipt',
                'verbose_name_plural': 'sandbox receipts',
                'db_table': 'sandbox_receipt',
            },
        ),
        migrations.CreateModel(
            name='SandboxReceiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True, verbose_name='name')),
                ('secret', models.CharField(blank=True, default='', max_length=200, verbose_name='secret')),
                ('answers', models.JSONField(blank=True, default=dict, verbose_name='answers')),
                ('slow_seconds', models.FloatField(default=5, verbose_name='delay of slow answers (s)')),
                ('received', models.PositiveIntegerField(default=0, verbose_name='requests received')),
            ],
            options={
                'verbose_name': 'sandbox receiver',
                'verbose_name_plural': 'sandbox receivers',
                'db_table': 'sandbox_receiver',
            },
        ),
        migrations.CreateModel(
            name='SandboxRide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_id', models.CharField(db_index=True, max_length=32, verbose_name='task ID')),
                ('order_id', models.CharField(max_length=20, verbose_name='order ID')),
                ('carrier', models.CharField(max_length=32, verbose_name='carrier')),
                ('number', models.CharField(max_length=32, verbose_name='number')),
                ('third_id', models.CharField(blank=True, default='', max_length=64, verbose_name='own order reference')),
                ('is_older', models.BooleanField(default=False, verbose_name='booked over the older interface')),
                ('callback_url', models.CharField(blank=True, default='', max_length=400, verbose_name='callback address')),
                ('salt', models.CharField(blank=True, default='', max_length=100, verbose_name='salt')),
                ('lbs_type', models.CharField(default='2', max_length=1, verbose_name='coordinate system')),
                ('distance_m', models.PositiveIntegerField(default=0, verbose_name='distance (m)')),
                ('fee', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='freight (CNY)')),
                ('tips', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='tips (CNY)')),
                ('plan', models.JSONField(default=dict, verbose_name='plan')),
                ('booked_at', models.DateTimeField(verbose_name='booked at')),
                ('told', models.PositiveSmallIntegerField(default=0, verbose_name='events told')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='next event at')),
                ('batches_sent', models.PositiveSmallIntegerField(default=0, verbose_name='batches of positions sent')),
            ],
            options={
                'verbose_name': 'sandbox ride',
                'verbose_name_plural': 'sandbox rides',
                'db_table': 'sandbox_ride',
            },
        ),
        migrations.CreateModel(
            name='SandboxRideFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('jump', 'Jump'), ('drift', 'Drift'), ('gcj', 'GCJ-02 taken for WGS-84'), ('bd', 'BD-09 taken for WGS-84'), ('frozen', 'Frozen position'), ('speed', 'Impossible speed'), ('swap', 'Latitude and longitude swapped'), ('zero', 'Zero position'), ('future', 'Time in the future'), ('rollover', 'Week counter rolled over'), ('order', 'Fixes out of order'), ('pingpong', 'Ping-pong between two places'), ('teleport', 'Teleport'), ('detour', 'Detour')], max_length=12, verbose_name='kind')),
                ('first_row', models.PositiveIntegerField(verbose_name='first row')),
                ('last_row', models.PositiveIntegerField(verbose_name='last row')),
                ('first_at', models.DateTimeField(verbose_name='true time of the first row')),
                ('last_at', models.DateTimeField(verbose_name='true time of the last row')),
                ('shift_m', models.FloatField(default=0, verbose_name='largest shift (m)')),
            ],
            options={
                'verbose_name': 'sandbox fault of a ride',
                'verbose_name_plural': 'sandbox faults of rides',
                'db_table': 'sandbox_ride_fault',
            },
        ),
        migrations.CreateModel(
            name='SandboxRobotMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, verbose_name='key')),
                ('kind', models.CharField(blank=True, default='', max_length=20, verbose_name='kind')),
                ('body', models.JSONField(default=dict, verbose_name='body')),
                ('errcode', models.IntegerField(default=0, verbose_name='error code')),
                ('received_real_at', models.DateTimeField(verbose_name='received at (real)')),
            ],
            options={
                'verbose_name': 'sandbox robot message',
                'verbose_name_plural': 'sandbox robot messages',
                'db_table': 'sandbox_robot_message',
            },
        ),
        migrations.RemoveConstraint(
            model_name='sandboxpush',
            name='sandbox_push_has_subject',
        ),
        migrations.AlterField(
            model_name='sandboxpush',
            name='kind',
            field=models.CharField(choices=[('tracking', 'Tracking'), ('order', 'Order'), ('kd100', 'kd100 webhook'), ('intercept', 'Interception'), ('work_order', 'Work order'), ('code', 'Pickup code'), ('ride', 'Ride')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='sandboxreceiver',
            constraint=models.CheckConstraint(condition=models.Q(('slow_seconds__gte', 0), ('slow_seconds__lte', 60)), name='sandbox_receiver_slow'),
        ),
        migrations.AddField(
            model_name='sandboxreceipt',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='sandbox.sandboxreceiver', verbose_name='receiver'),
        ),
        migrations.AddField(
            model_name='sandboxride',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='sandbox.sandboxaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='sandboxpush',
            name='ride',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='sandbox.sandboxride', verbose_name='ride'),
        ),
        migrations.AddConstraint(
            model_name='sandboxpush',
            constraint=models.CheckConstraint(condition=models.Q(('subscription__isnull', False), ('order__isnull', False), ('ride__isnull', False), ('parcel__isnull', False), _connector='OR'), name='sandbox_push_has_subject'),
        ),
        migrations.AddField(
            model_name='sandboxridefault',
            name='ride',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='sandbox.sandboxride', verbose_name='ride'),
        ),
        migrations.AddIndex(
            model_name='sandboxrobotmessage',
            index=models.Index(fields=['key', 'id'], name='sandbox_robot_page'),
        ),
        migrations.AddIndex(
            model_name='sandboxrobotmessage',
            index=models.Index(fields=['key', 'received_real_at'], name='sandbox_robot_minute'),
        ),
        migrations.AddIndex(
            model_name='sandboxreceipt',
            index=models.Index(fields=['receiver', 'id'], name='sandbox_receipt_page'),
        ),
        migrations.AddIndex(
            model_name='sandboxreceipt',
            index=models.Index(fields=['receiver', 'webhook_id'], name='sandbox_receipt_webhook'),
        ),
        migrations.AddIndex(
            model_name='sandboxride',
            index=models.Index(fields=['due_at'], name='sandbox_ride_due'),
        ),
        migrations.AddConstraint(
            model_name='sandboxride',
            constraint=models.UniqueConstraint(fields=('order_id', 'carrier'), name='sandbox_ride_carrier'),
        ),
        migrations.AddConstraint(
            model_name='sandboxride',
            constraint=models.UniqueConstraint(fields=('number',), name='sandbox_ride_number'),
        ),
        migrations.AddIndex(
            model_name='sandboxridefault',
            index=models.Index(fields=['kind'], name='sandbox_ride_fault_kind'),
        ),
        migrations.AddConstraint(
            model_name='sandboxridefault',
            constraint=models.CheckConstraint(condition=models.Q(('first_row__lte', models.F('last_row'))), name='sandbox_ride_fault_rows'),
        ),
    ]
