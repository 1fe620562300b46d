import apps.core.clock
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rules of hand-overs, findings about legs, legs that can be unlinked."""

    dependencies = [
        ("shipments", "0019_legs_across_the_border"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarrierHandover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("carrier", models.CharField(max_length=40, verbose_name="carrier")),
                (
                    "country",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="country"),
                ),
                (
                    "number_pattern",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="pattern of the number"
                    ),
                ),
                ("partner", models.CharField(max_length=40, verbose_name="takes over")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("domestic", "Domestic"),
                            ("origin_hub", "Origin hub"),
                            ("export_customs", "Export customs"),
                            ("line_haul", "Line-haul"),
                            ("import_customs", "Import customs"),
                            ("destination_hub", "Destination hub"),
                            ("last_mile", "Last mile"),
                            ("return", "Return"),
                        ],
                        default="last_mile",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("handed", "It says it handed the parcel over"),
                            ("cleared", "Import customs released it"),
                            ("arrived", "It arrived in the country"),
                        ],
                        default="handed",
                        max_length=16,
                        verbose_name="when",
                    ),
                ),
                (
                    "keeps_number",
                    models.BooleanField(default=True, verbose_name="keeps the number"),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(default=100, verbose_name="priority"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="note"),
                ),
            ],
            options={
                "verbose_name": "rule of hand-overs",
                "verbose_name_plural": "rules of hand-overs",
                "ordering": ["carrier", "country", "priority", "id"],
            },
        ),
        migrations.CreateModel(
            name="LegFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("loop", "Goes round in a circle"),
                            ("number_claimed_twice", "Number of two shipments"),
                            ("hand_over_unknown", "Handed over, nobody knows to whom"),
                            ("silent", "No sign of life"),
                            ("clock_backwards", "Happened before what it follows"),
                        ],
                        max_length=24,
                        verbose_name="finding",
                    ),
                ),
                (
                    "detail",
                    models.JSONField(blank=True, default=dict, verbose_name="what was seen"),
                ),
                (
                    "found_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="found"),
                ),
                (
                    "seen_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="last seen"),
                ),
                ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="cleared")),
            ],
            options={
                "verbose_name": "finding about a leg",
                "verbose_name_plural": "findings about legs",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="leg",
            name="link_evidence",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="what says so"
            ),
        ),
        migrations.AddField(
            model_name="leg",
            name="unlinked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="unlinked"),
        ),
        migrations.AddIndex(
            model_name="leg",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", True), models.Q(("kind", "domestic"), _negated=True)
                ),
                fields=["shipment"],
                name="shipments_leg_abroad_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unlinked_at__isnull", True),
                    models.Q(("link_source", "booked"), _negated=True),
                    _connector="OR",
                ),
                name="shipments_leg_booked_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrierhandover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("carrier", "country", "number_pattern", "trigger"),
                name="shipments_handover_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrierhandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carrier", ""), _negated=True),
                    models.Q(("partner", ""), _negated=True),
                    models.Q(("carrier", models.F("partner")), _negated=True),
                ),
                name="shipments_handover_two_carriers",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrierhandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                ),
                name="shipments_handover_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrierhandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "domestic",
                            "origin_hub",
                            "export_customs",
                            "line_haul",
                            "import_customs",
                            "destination_hub",
                            "last_mile",
                            "return",
                        ],
                    )
                ),
                name="shipments_handover_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrierhandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("trigger__in", ["handed", "cleared", "arrived"])),
                name="shipments_handover_trigger",
            ),
        ),
        migrations.AddField(
            model_name="legfinding",
            name="leg",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="shipments.leg",
                verbose_name="leg",
            ),
        ),
        migrations.AddField(
            model_name="legfinding",
            name="shipment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leg_findings",
                to="shipments.shipment",
                verbose_name="shipment",
            ),
        ),
        migrations.AddIndex(
            model_name="legfinding",
            index=models.Index(fields=["shipment"], name="shipments_legfinding_shipment"),
        ),
        migrations.AddIndex(
            model_name="legfinding",
            index=models.Index(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=["code", "-id"],
                name="shipments_legfinding_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="legfinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=("leg", "code"),
                name="shipments_legfinding_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="legfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        [
                            "loop",
                            "number_claimed_twice",
                            "hand_over_unknown",
                            "silent",
                            "clock_backwards",
                        ],
                    )
                ),
                name="shipments_legfinding_code",
            ),
        ),
    ]
