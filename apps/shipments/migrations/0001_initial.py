"""Shipments, legs, change rows and their readers; events follow in the next migration."""

import apps.core.clock
import apps.shipments.models.change
import apps.shipments.models.fields
import apps.shipments.models.shipment
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReaderCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=40, unique=True, verbose_name='reader')),
                ('txid', apps.shipments.models.fields.Xid8Field(default=0, verbose_name='transaction')),
                ('last_id', models.BigIntegerField(default=0, verbose_name='last change')),
                ('advanced_at', models.DateTimeField(default=apps.core.clock.real_now, verbose_name='advanced')),
            ],
            options={
                'verbose_name': 'reader of changes',
                'verbose_name_plural': 'readers of changes',
                'ordering': ['reader'],
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=apps.shipments.models.shipment.new_shipment_uid, editable=False, max_length=32, unique=True, verbose_name='ID')),
                ('reference', models.CharField(blank=True, default='', max_length=64, verbose_name="merchant's order number")),
                ('mode', models.CharField(choices=[('live', 'Live'), ('sandbox', 'Sandbox'), ('manual', 'Manual')], max_length=8, verbose_name='mode')),
                ('carrier', models.CharField(blank=True, default='', max_length=40, verbose_name='carrier')),
                ('number', models.CharField(blank=True, default='', max_length=64, verbose_name='tracking number')),
                ('status', models.CharField(choices=[('created', 'Created'), ('awaiting_pickup', 'Awaiting pickup'), ('picked_up', 'Picked up'), ('in_transit', 'In transit'), ('at_destination', 'Arrived in destination city'), ('customs', 'In customs'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready for collection'), ('delivered', 'Delivered'), ('attempt_failed', 'Delivery attempt failed'), ('exception', 'Exception'), ('refused', 'Refused'), ('returning', 'Returning to sender'), ('returned', 'Returned to sender'), ('cancelled', 'Cancelled'), ('expired', 'Tracking expired')], default='created', max_length=20, verbose_name='status')),
                ('substatus', models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('cleared', 'Cleared'), ('held', 'Held by customs'), ('self', 'To the recipient'), ('proxy', 'To someone else'), ('locker', 'Locker or station'), ('after_exception', 'After an exception'), ('unreachable', 'Recipient unreachable'), ('out_of_area', 'Out of delivery area'), ('other', 'Other reason'), ('stuck', 'No update for too long'), ('overdue', 'Overdue'), ('damaged', 'Damaged'), ('lost', 'Lost'), ('detained', 'Detained'), ('signature_withdrawn', 'Signature withdrawn')], default='', max_length=20, verbose_name='substatus')),
                ('status_at', models.DateTimeField(blank=True, null=True, verbose_name='status since')),
                ('status_known_at', models.DateTimeField(blank=True, null=True, verbose_name='status known since')),
                ('raw_state', models.CharField(blank=True, default='', max_length=16, verbose_name="platform's state code")),
                ('risk', models.PositiveSmallIntegerField(default=0, verbose_name='risk')),
                ('last_event_at', models.DateTimeField(blank=True, null=True, verbose_name='last event')),
                ('last_heard_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard')),
                ('last_polled_at', models.DateTimeField(blank=True, null=True, verbose_name='last polled')),
                ('poll_due_at', models.DateTimeField(blank=True, null=True, verbose_name='poll due')),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, verbose_name='created')),
                ('picked_up_at', models.DateTimeField(blank=True, null=True, verbose_name='picked up')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('origin_code', models.CharField(blank=True, default='', max_length=12, verbose_name='origin division code')),
                ('destination_code', models.CharField(blank=True, default='', max_length=12, verbose_name='destination division code')),
                ('destination_country', models.CharField(blank=True, default='CN', max_length=2, verbose_name='destination country')),
                ('phone_tail', models.CharField(blank=True, default='', max_length=4, verbose_name="recipient's phone ending")),
                ('sender_phone_tail', models.CharField(blank=True, default='', max_length=4, verbose_name="sender's phone ending")),
                ('promise_from', models.DateTimeField(blank=True, null=True, verbose_name='promised from')),
                ('promise_to', models.DateTimeField(blank=True, null=True, verbose_name='promised until')),
                ('promise_source', models.CharField(blank=True, default='', max_length=20, verbose_name='source of the promise')),
                ('snapshot_hash', models.BinaryField(blank=True, default=b'', verbose_name='snapshot hash')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version')),
                ('unknown_codes', models.PositiveIntegerField(default=0, verbose_name='unknown codes')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='accounts.merchant', verbose_name='merchant')),
            ],
            options={
                'verbose_name': 'shipment',
                'verbose_name_plural': 'shipments',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('domestic', 'Domestic'), ('line_haul', 'Line-haul'), ('customs', 'Customs'), ('last_mile', 'Last mile'), ('return', 'Return')], default='domestic', max_length=12, verbose_name='kind')),
                ('carrier', models.CharField(blank=True, default='', max_length=40, verbose_name='carrier')),
                ('carrier_before', models.CharField(blank=True, default='', max_length=40, verbose_name='carrier before correction')),
                ('number', models.CharField(blank=True, default='', max_length=64, verbose_name='tracking number')),
                ('sequence', models.PositiveSmallIntegerField(default=1, verbose_name='sequence')),
                ('zone', models.CharField(default='Asia/Shanghai', max_length=40, verbose_name='time zone')),
                ('reach_back_days', models.PositiveSmallIntegerField(default=3, verbose_name='days before opening that still belong to it')),
                ('opened_at', models.DateTimeField(default=apps.core.clock.now, verbose_name='opened')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('snapshot_hash', models.BinaryField(blank=True, default=b'', verbose_name='snapshot hash')),
                ('snapshot_newest_at', models.DateTimeField(blank=True, null=True, verbose_name='newest node of the snapshot')),
                ('snapshot_received_at', models.DateTimeField(blank=True, null=True, verbose_name='snapshot received')),
                ('shipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='shipments.shipment', verbose_name='shipment')),
            ],
            options={
                'verbose_name': 'leg',
                'verbose_name_plural': 'legs',
                'ordering': ['shipment_id', 'sequence'],
            },
        ),
        migrations.CreateModel(
            name='ShipmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('txid', apps.shipments.models.fields.Xid8Field(db_default=apps.shipments.models.change.CurrentXid(), editable=False, verbose_name='transaction')),
                ('merchant_id', models.BigIntegerField(verbose_name='merchant')),
                ('from_status', models.CharField(blank=True, choices=[('created', 'Created'), ('awaiting_pickup', 'Awaiting pickup'), ('picked_up', 'Picked up'), ('in_transit', 'In transit'), ('at_destination', 'Arrived in destination city'), ('customs', 'In customs'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready for collection'), ('delivered', 'Delivered'), ('attempt_failed', 'Delivery attempt failed'), ('exception', 'Exception'), ('refused', 'Refused'), ('returning', 'Returning to sender'), ('returned', 'Returned to sender'), ('cancelled', 'Cancelled'), ('expired', 'Tracking expired')], default='', max_length=20, verbose_name='status before')),
                ('to_status', models.CharField(choices=[('created', 'Created'), ('awaiting_pickup', 'Awaiting pickup'), ('picked_up', 'Picked up'), ('in_transit', 'In transit'), ('at_destination', 'Arrived in destination city'), ('customs', 'In customs'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready for collection'), ('delivered', 'Delivered'), ('attempt_failed', 'Delivery attempt failed'), ('exception', 'Exception'), ('refused', 'Refused'), ('returning', 'Returning to sender'), ('returned', 'Returned to sender'), ('cancelled', 'Cancelled'), ('expired', 'Tracking expired')], max_length=20, verbose_name='status after')),
                ('from_substatus', models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('cleared', 'Cleared'), ('held', 'Held by customs'), ('self', 'To the recipient'), ('proxy', 'To someone else'), ('locker', 'Locker or station'), ('after_exception', 'After an exception'), ('unreachable', 'Recipient unreachable'), ('out_of_area', 'Out of delivery area'), ('other', 'Other reason'), ('stuck', 'No update for too long'), ('overdue', 'Overdue'), ('damaged', 'Damaged'), ('lost', 'Lost'), ('detained', 'Detained'), ('signature_withdrawn', 'Signature withdrawn')], default='', max_length=20, verbose_name='substatus before')),
                ('to_substatus', models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('cleared', 'Cleared'), ('held', 'Held by customs'), ('self', 'To the recipient'), ('proxy', 'To someone else'), ('locker', 'Locker or station'), ('after_exception', 'After an exception'), ('unreachable', 'Recipient unreachable'), ('out_of_area', 'Out of delivery area'), ('other', 'Other reason'), ('stuck', 'No update for too long'), ('overdue', 'Overdue'), ('damaged', 'Damaged'), ('lost', 'Lost'), ('detained', 'Detained'), ('signature_withdrawn', 'Signature withdrawn')], default='', max_length=20, verbose_name='substatus after')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None, verbose_name='kinds')),
                ('at', models.DateTimeField(default=apps.core.clock.now, verbose_name='at')),
                ('shipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='shipments.shipment', verbose_name='shipment')),
            ],
            options={
                'verbose_name': 'shipment change',
                'verbose_name_plural': 'shipment changes',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['merchant', '-id'], name='shipments_merchant_newest'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['merchant', 'reference'], name='shipments_merchant_reference'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['number', 'carrier'], name='shipments_number'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['status', '-id'], name='shipments_status_newest'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), models.Q(('number', ''), _negated=True)), fields=['poll_due_at', 'id'], name='shipments_poll_due'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['created', 'awaiting_pickup', 'picked_up', 'in_transit', 'at_destination', 'customs', 'out_for_delivery', 'ready_for_pickup', 'delivered', 'attempt_failed', 'exception', 'refused', 'returning', 'returned', 'cancelled', 'expired'])), name='shipments_status_known'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('substatus__in', ['', 'pending', 'processing', 'cleared', 'held', 'self', 'proxy', 'locker', 'after_exception', 'unreachable', 'out_of_area', 'other', 'stuck', 'overdue', 'damaged', 'lost', 'detained', 'signature_withdrawn'])), name='shipments_substatus_known'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['live', 'sandbox', 'manual'])), name='shipments_mode_known'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('number', ''), models.Q(('carrier', ''), _negated=True), _connector='OR'), name='shipments_number_needs_carrier'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('promise_from__isnull', True), ('promise_to__isnull', True)), ('promise_from__lte', models.F('promise_to')), _connector='OR'), name='shipments_promise_ordered'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('risk__lte', 100)), name='shipments_risk_at_most_100'),
        ),
        migrations.AddIndex(
            model_name='leg',
            index=models.Index(fields=['number', 'carrier'], name='shipments_leg_number'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.UniqueConstraint(fields=('shipment', 'sequence'), name='shipments_leg_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('number', ''), _negated=True)), fields=('carrier', 'number'), name='shipments_leg_number_open_once'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['domestic', 'line_haul', 'customs', 'last_mile', 'return'])), name='shipments_leg_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('number', ''), models.Q(('carrier', ''), _negated=True), _connector='OR'), name='shipments_leg_number_needs_carrier'),
        ),
        migrations.AddIndex(
            model_name='shipmentchange',
            index=models.Index(fields=['txid', 'id'], name='shipments_change_horizon'),
        ),
        migrations.AddIndex(
            model_name='shipmentchange',
            index=models.Index(fields=['shipment', '-id'], name='shipments_change_shipment'),
        ),
        migrations.AddConstraint(
            model_name='shipmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__len__gte', 1)), name='shipments_change_says_what'),
        ),
    ]
