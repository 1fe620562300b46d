"""The position table, partitioned by the month of the shipment from the start."""

import django.db.models.deletion
from django.db import migrations, models

CREATE_TABLE = """
CREATE SEQUENCE shipments_position_id_seq AS bigint;
CREATE TABLE shipments_position (
    id bigint NOT NULL DEFAULT nextval('shipments_position_id_seq'),
    shipment_month date NOT NULL,
    shipment_id bigint NOT NULL,
    key bytea NOT NULL,
    device_id bigint NULL,
    source varchar(8) NOT NULL,
    system varchar(8) NOT NULL,
    happened_at timestamptz NOT NULL,
    heard_at timestamptz NOT NULL,
    given_latitude double precision NOT NULL,
    given_longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    accuracy_m double precision NULL,
    speed_mps double precision NULL,
    use varchar(9) NOT NULL,
    corrected_at timestamptz NULL,
    corrected_latitude double precision NULL,
    corrected_longitude double precision NULL,
    CONSTRAINT shipments_position_pkey PRIMARY KEY (shipment_month, shipment_id, key),
    CONSTRAINT shipments_position_shipment_fk FOREIGN KEY (shipment_id)
        REFERENCES shipments_shipment (id),
    CONSTRAINT shipments_position_device_fk FOREIGN KEY (device_id)
        REFERENCES shipments_device (id),
    CONSTRAINT shipments_position_month CHECK (extract(day FROM shipment_month) = 1),
    CONSTRAINT shipments_position_key CHECK (octet_length(key) = 16),
    CONSTRAINT shipments_position_words CHECK (
        source IN ('rider', 'device') AND system IN ('wgs84', 'gcj02', 'bd09')
        AND use IN ('accepted', 'held', 'excluded', 'corrected')
    ),
    CONSTRAINT shipments_position_given CHECK (
        given_latitude BETWEEN -180 AND 180 AND given_longitude BETWEEN -180 AND 180
    ),
    CONSTRAINT shipments_position_said CHECK (accuracy_m >= 0 AND speed_mps >= 0),
    CONSTRAINT shipments_position_on_earth CHECK (
        use <> 'accepted' OR (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)
    ),
    CONSTRAINT shipments_position_corrected CHECK (
        use <> 'corrected' OR (
            corrected_at IS NOT NULL
            AND corrected_latitude IS NOT NULL AND corrected_latitude BETWEEN -90 AND 90
            AND corrected_longitude IS NOT NULL AND corrected_longitude BETWEEN -180 AND 180
        )
    )
) PARTITION BY RANGE (shipment_month);
ALTER SEQUENCE shipments_position_id_seq OWNED BY shipments_position.id;
CREATE INDEX shipments_position_track ON shipments_position (shipment_id, id);
CREATE INDEX shipments_position_device ON shipments_position (device_id, happened_at);
CREATE TABLE shipments_position_default PARTITION OF shipments_position DEFAULT;
"""

# The months the events have; the task `shipments.clean_up` keeps both ahead.
CREATE_PARTITIONS = """
DO $$
DECLARE
    month date;
BEGIN
    FOR month IN
        SELECT to_date(right(relid::text, 6), 'YYYYMM')
        FROM pg_partition_tree('shipments_event')
        WHERE isleaf AND relid::text ~ 'shipments_event_p[0-9]{6}$'
    LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF shipments_position FOR VALUES FROM (%L) TO (%L)',
            'shipments_position_p' || to_char(month, 'YYYYMM'),
            month,
            (month + interval '1 month')::date
        );
    END LOOP;
END
$$;
"""

DROP_TABLE = "DROP TABLE shipments_position CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("shipments", "0008_devices_and_tracks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE_TABLE, DROP_TABLE),
                migrations.RunSQL(CREATE_PARTITIONS, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Position",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("shipment_month", models.DateField(verbose_name="month of the shipment")),
                        ("key", models.BinaryField(max_length=16, verbose_name="key")),
                        (
                            "source",
                            models.CharField(
                                choices=[("rider", "Rider"), ("device", "Device or courier app")],
                                max_length=8,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "system",
                            models.CharField(
                                choices=[
                                    ("wgs84", "WGS-84"),
                                    ("gcj02", "GCJ-02"),
                                    ("bd09", "BD-09"),
                                ],
                                max_length=8,
                                verbose_name="declared system",
                            ),
                        ),
                        ("happened_at", models.DateTimeField(verbose_name="happened")),
                        ("heard_at", models.DateTimeField(verbose_name="heard")),
                        ("given_latitude", models.FloatField(verbose_name="latitude as given")),
                        ("given_longitude", models.FloatField(verbose_name="longitude as given")),
                        ("latitude", models.FloatField(verbose_name="latitude")),
                        ("longitude", models.FloatField(verbose_name="longitude")),
                        (
                            "accuracy_m",
                            models.FloatField(blank=True, null=True, verbose_name="accuracy (m)"),
                        ),
                        (
                            "speed_mps",
                            models.FloatField(blank=True, null=True, verbose_name="speed (m/s)"),
                        ),
                        (
                            "use",
                            models.CharField(
                                choices=[
                                    ("accepted", "Accepted"),
                                    ("held", "Held for review"),
                                    ("excluded", "Excluded"),
                                    ("corrected", "Corrected"),
                                ],
                                default="accepted",
                                max_length=9,
                                verbose_name="use",
                            ),
                        ),
                        (
                            "corrected_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="corrected time"
                            ),
                        ),
                        (
                            "corrected_latitude",
                            models.FloatField(
                                blank=True, null=True, verbose_name="corrected latitude"
                            ),
                        ),
                        (
                            "corrected_longitude",
                            models.FloatField(
                                blank=True, null=True, verbose_name="corrected longitude"
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="positions",
                                to="shipments.device",
                                verbose_name="device",
                            ),
                        ),
                        (
                            "shipment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="positions",
                                to="shipments.shipment",
                                verbose_name="shipment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "position",
                        "verbose_name_plural": "positions",
                        "ordering": ["id"],
                    },
                ),
                migrations.AddIndex(
                    model_name="position",
                    index=models.Index(fields=["shipment", "id"], name="shipments_position_track"),
                ),
                migrations.AddIndex(
                    model_name="position",
                    index=models.Index(
                        fields=["device", "happened_at"], name="shipments_position_device"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="position",
                    constraint=models.UniqueConstraint(
                        fields=("shipment_month", "shipment", "key"), name="shipments_position_pkey"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="position",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("use", "accepted"), _negated=True),
                            models.Q(
                                ("latitude__range", (-90.0, 90.0)),
                                ("longitude__range", (-180.0, 180.0)),
                            ),
                            _connector="OR",
                        ),
                        name="shipments_position_on_earth",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="position",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("use", "corrected"), _negated=True),
                            models.Q(
                                ("corrected_at__isnull", False),
                                ("corrected_latitude__isnull", False),
                                ("corrected_latitude__range", (-90.0, 90.0)),
                                ("corrected_longitude__isnull", False),
                                ("corrected_longitude__range", (-180.0, 180.0)),
                            ),
                            _connector="OR",
                        ),
                        name="shipments_position_corrected",
                    ),
                ),
            ],
        ),
    ]
