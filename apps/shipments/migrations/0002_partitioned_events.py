"""The event table, partitioned by the month of the shipment from the start."""

from django.db import migrations, models
import django.db.models.deletion

CREATE_TABLE = """
CREATE SEQUENCE shipments_event_id_seq AS bigint;
CREATE TABLE shipments_event (
    id bigint NOT NULL DEFAULT nextval('shipments_event_id_seq'),
    shipment_month date NOT NULL,
    shipment_id bigint NOT NULL,
    leg_id bigint NOT NULL,
    key bytea NOT NULL,
    occurred_at timestamptz NOT NULL,
    original_time varchar(40) NOT NULL,
    zone varchar(40) NOT NULL,
    heard_at timestamptz NOT NULL,
    text text NOT NULL,
    original_text text NOT NULL,
    code varchar(16) NOT NULL,
    status varchar(20) NOT NULL,
    substatus varchar(20) NOT NULL,
    certainty smallint NOT NULL,
    area_code varchar(20) NOT NULL,
    area_name varchar(120) NOT NULL,
    location varchar(200) NOT NULL,
    longitude double precision NULL,
    latitude double precision NULL,
    sources smallint NOT NULL,
    omitted_at timestamptz NULL,
    CONSTRAINT shipments_event_pkey PRIMARY KEY (shipment_month, shipment_id, key),
    CONSTRAINT shipments_event_shipment_fk FOREIGN KEY (shipment_id)
        REFERENCES shipments_shipment (id),
    CONSTRAINT shipments_event_month CHECK (extract(day FROM shipment_month) = 1),
    CONSTRAINT shipments_event_key CHECK (octet_length(key) = 16),
    CONSTRAINT shipments_event_certainty CHECK (certainty BETWEEN 0 AND 4),
    CONSTRAINT shipments_event_sources CHECK (sources BETWEEN 1 AND 7),
    CONSTRAINT shipments_event_coordinates CHECK (
        (longitude IS NULL AND latitude IS NULL)
        OR (longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90)
    )
) PARTITION BY RANGE (shipment_month);
ALTER SEQUENCE shipments_event_id_seq OWNED BY shipments_event.id;
CREATE INDEX shipments_event_id ON shipments_event (id);
CREATE INDEX shipments_event_timeline ON shipments_event (shipment_id, occurred_at);
CREATE TABLE shipments_event_default PARTITION OF shipments_event DEFAULT;
"""

# A range around the day of migrating; the task `shipments.ensure_partitions` keeps it ahead.
CREATE_PARTITIONS = """
DO $$
DECLARE
    month date;
BEGIN
    FOR month IN
        SELECT generate_series(
            date_trunc('month', now()) - interval '12 months',
            date_trunc('month', now()) + interval '6 months',
            interval '1 month'
        )::date
    LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF shipments_event FOR VALUES FROM (%L) TO (%L)',
            'shipments_event_p' || to_char(month, 'YYYYMM'),
            month,
            (month + interval '1 month')::date
        );
    END LOOP;
END
$$;
"""

DROP_TABLE = "DROP TABLE shipments_event CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE_TABLE, DROP_TABLE),
                migrations.RunSQL(CREATE_PARTITIONS, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('shipment_month', models.DateField(verbose_name='month of the shipment')),
                        ('key', models.BinaryField(max_length=16, verbose_name='key')),
                        ('occurred_at', models.DateTimeField(verbose_name='happened')),
                        ('original_time', models.CharField(blank=True, default='', max_length=40, verbose_name='time as given')),
                        ('zone', models.CharField(default='Asia/Shanghai', max_length=40, verbose_name='time zone')),
                        ('heard_at', models.DateTimeField(verbose_name='heard')),
                        ('text', models.TextField(blank=True, default='', verbose_name='text')),
                        ('original_text', models.TextField(blank=True, default='', verbose_name='text as given')),
                        ('code', models.CharField(blank=True, default='', max_length=16, verbose_name='code')),
                        ('status', models.CharField(blank=True, choices=[('created', 'Created'), ('awaiting_pickup', 'Awaiting pickup'), ('picked_up', 'Picked up'), ('in_transit', 'In transit'), ('at_destination', 'Arrived in destination city'), ('customs', 'In customs'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready for collection'), ('delivered', 'Delivered'), ('attempt_failed', 'Delivery attempt failed'), ('exception', 'Exception'), ('refused', 'Refused'), ('returning', 'Returning to sender'), ('returned', 'Returned to sender'), ('cancelled', 'Cancelled'), ('expired', 'Tracking expired')], default='', max_length=20, verbose_name='status')),
                        ('substatus', models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('cleared', 'Cleared'), ('held', 'Held by customs'), ('self', 'To the recipient'), ('proxy', 'To someone else'), ('locker', 'Locker or station'), ('after_exception', 'After an exception'), ('unreachable', 'Recipient unreachable'), ('out_of_area', 'Out of delivery area'), ('other', 'Other reason'), ('stuck', 'No update for too long'), ('overdue', 'Overdue'), ('damaged', 'Damaged'), ('lost', 'Lost'), ('detained', 'Detained'), ('signature_withdrawn', 'Signature withdrawn')], default='', max_length=20, verbose_name='substatus')),
                        ('certainty', models.PositiveSmallIntegerField(default=0, verbose_name='certainty of the status')),
                        ('area_code', models.CharField(blank=True, default='', max_length=20, verbose_name='division code')),
                        ('area_name', models.CharField(blank=True, default='', max_length=120, verbose_name='area')),
                        ('location', models.CharField(blank=True, default='', max_length=200, verbose_name='place')),
                        ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                        ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                        ('sources', models.PositiveSmallIntegerField(default=0, verbose_name='sources')),
                        ('omitted_at', models.DateTimeField(blank=True, null=True, verbose_name='omitted since')),
                        ('leg', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='shipments.leg', verbose_name='leg')),
                        ('shipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='shipments.shipment', verbose_name='shipment')),
                    ],
                    options={
                        'verbose_name': 'event',
                        'verbose_name_plural': 'events',
                        'ordering': ['-id'],
                    },
                ),
                migrations.AddIndex(
                    model_name='event',
                    index=models.Index(fields=['id'], name='shipments_event_id'),
                ),
                migrations.AddIndex(
                    model_name='event',
                    index=models.Index(fields=['shipment', 'occurred_at'], name='shipments_event_timeline'),
                ),
                migrations.AddConstraint(
                    model_name='event',
                    constraint=models.UniqueConstraint(fields=('shipment_month', 'shipment', 'key'), name='shipments_event_pkey'),
                ),
                migrations.AddConstraint(
                    model_name='event',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90.0, 90.0)), ('longitude__range', (-180.0, 180.0))), _connector='OR'), name='shipments_event_coordinates'),
                ),
                migrations.AddConstraint(
                    model_name='event',
                    constraint=models.CheckConstraint(condition=models.Q(('sources__gte', 1), ('sources__lte', 7)), name='shipments_event_sources'),
                ),
            ],
        ),
    ]
