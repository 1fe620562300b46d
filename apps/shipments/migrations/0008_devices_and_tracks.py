"""Devices, tracks and planned routes; the positions follow."""

import apps.core.clock
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("shipments", "0007_pickup_spots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="created"),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="accounts.merchant",
                        verbose_name="merchant",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
            },
        ),
        migrations.CreateModel(
            name="PlannedRoute",
            fields=[
                (
                    "shipment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="planned_route",
                        serialize=False,
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
                (
                    "latitudes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), size=None, verbose_name="latitudes"
                    ),
                ),
                (
                    "longitudes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), size=None, verbose_name="longitudes"
                    ),
                ),
                (
                    "planned_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="planned"),
                ),
            ],
            options={
                "verbose_name": "planned route",
                "verbose_name_plural": "planned routes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitudes__len", models.F("longitudes__len")),
                            ("latitudes__len__gte", 2),
                            ("latitudes__len__lte", 2000),
                        ),
                        name="shipments_route_points",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Track",
            fields=[
                (
                    "shipment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="track",
                        serialize=False,
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
                ("fixes", models.PositiveIntegerField(default=0, verbose_name="fixes")),
                ("first_heard_at", models.DateTimeField(verbose_name="first fix heard")),
                ("last_heard_at", models.DateTimeField(verbose_name="last fix heard")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "looked_version",
                    models.PositiveIntegerField(default=0, verbose_name="looked at"),
                ),
                (
                    "wanted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="look wanted since"),
                ),
                (
                    "claimed_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="claimed until"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracks",
                        to="shipments.device",
                        verbose_name="latest device",
                    ),
                ),
            ],
            options={
                "verbose_name": "track",
                "verbose_name_plural": "tracks",
            },
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                fields=("merchant", "name"), name="shipments_device_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="shipments_device_named"
            ),
        ),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(
                condition=models.Q(("wanted_at__isnull", False)),
                fields=["wanted_at"],
                name="shipments_track_wanted",
            ),
        ),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(fields=["last_heard_at"], name="shipments_track_heard"),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("looked_version__lte", models.F("version"))),
                name="shipments_track_looked",
            ),
        ),
    ]
