import django.db.models.constraints
from django.db import migrations, models


FORWARD = "UPDATE shipments_leg SET kind = 'import_customs' WHERE kind = 'customs'"
BACKWARD = """
UPDATE shipments_leg SET kind = CASE kind
    WHEN 'origin_hub' THEN 'domestic'
    WHEN 'destination_hub' THEN 'line_haul'
    ELSE 'customs' END
WHERE kind IN ('origin_hub', 'export_customs', 'import_customs', 'destination_hub')
"""


class Migration(migrations.Migration):
    """Legs know both customs, where they lead, when they should, and how they were linked."""

    dependencies = [
        ("shipments", "0018_change_request"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="leg",
            name="shipments_leg_sequence_once",
        ),
        migrations.RemoveConstraint(
            model_name="leg",
            name="shipments_leg_kind_known",
        ),
        migrations.AddField(
            model_name="leg",
            name="claimed_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="disputed number"
            ),
        ),
        migrations.AddField(
            model_name="leg",
            name="from_country",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=2, verbose_name="from country"
            ),
        ),
        migrations.AddField(
            model_name="leg",
            name="handed_over_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="handed over"),
        ),
        migrations.AddField(
            model_name="leg",
            name="link_source",
            field=models.CharField(
                choices=[
                    ("booked", "Our own booking"),
                    ("destination_result", "The platform's track abroad"),
                    ("explicit", "The carrier's own words"),
                    ("carrier_rule", "A rule of hand-overs"),
                    ("operator", "A person"),
                ],
                db_default="booked",
                default="booked",
                max_length=20,
                verbose_name="how it is known",
            ),
        ),
        migrations.AddField(
            model_name="leg",
            name="planned_in",
            field=models.DateTimeField(blank=True, null=True, verbose_name="planned to begin"),
        ),
        migrations.AddField(
            model_name="leg",
            name="planned_out",
            field=models.DateTimeField(blank=True, null=True, verbose_name="planned to end"),
        ),
        migrations.AddField(
            model_name="leg",
            name="to_country",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=2, verbose_name="to country"
            ),
        ),
        migrations.AlterField(
            model_name="leg",
            name="kind",
            field=models.CharField(
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
                default="domestic",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex(
            model_name="leg",
            index=models.Index(
                condition=models.Q(("claimed_number", ""), _negated=True),
                fields=["claimed_number"],
                name="shipments_leg_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("shipment", "sequence"),
                name="shipments_leg_sequence_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
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
                name="shipments_leg_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "link_source__in",
                        ["booked", "destination_result", "explicit", "carrier_rule", "operator"],
                    )
                ),
                name="shipments_leg_link_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_in__isnull", True),
                    ("planned_out__isnull", True),
                    ("planned_in__lte", models.F("planned_out")),
                    _connector="OR",
                ),
                name="shipments_leg_plan_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_country", ""), ("from_country__regex", "^[A-Z]{2}$"), _connector="OR"
                    ),
                    models.Q(
                        ("to_country", ""), ("to_country__regex", "^[A-Z]{2}$"), _connector="OR"
                    ),
                ),
                name="shipments_leg_countries",
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), ("claimed_number", ""), _connector="OR"),
                name="shipments_leg_number_or_claim",
            ),
        ),
    ]
