"""Entries of denied lists know their digest, decisions are kept until the entry changes."""

import apps.core.clock
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customs", "0013_compliance_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64, verbose_name="digest of the person")),
                ("source", models.CharField(max_length=120, verbose_name="source")),
                ("entry", models.CharField(max_length=64, verbose_name="entry")),
                (
                    "entry_digest",
                    models.CharField(max_length=32, verbose_name="digest of the entry"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("clear", "Nothing near"),
                            ("hit", "Near to a denied name"),
                            ("unscreened", "Not screened: no list, or too old"),
                            ("cleared", "Somebody else, a person says"),
                            ("blocked", "The denied party, a person says"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("decided_by", models.CharField(max_length=80, verbose_name="decided by")),
                (
                    "decided_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="decided"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
                (
                    "withdrawn_by",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="withdrawn by"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a name",
                "verbose_name_plural": "decisions about names",
                "ordering": ["-id"],
            },
        ),
        migrations.AlterModelOptions(
            name="deniedlist",
            options={
                "ordering": ["-id"],
                "permissions": [
                    ("retire_deniedlist", "Can take a list of denied parties out of use")
                ],
                "verbose_name": "list of denied parties",
                "verbose_name_plural": "lists of denied parties",
            },
        ),
        migrations.RemoveConstraint(
            model_name="screening",
            name="customs_screening_once",
        ),
        migrations.AddField(
            model_name="deniedlist",
            name="bad_rows",
            field=models.PositiveIntegerField(default=0, verbose_name="rows left out"),
        ),
        migrations.AddField(
            model_name="deniedlist",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken out of use"),
        ),
        migrations.AddField(
            model_name="deniedlist",
            name="retired_by",
            field=models.CharField(
                blank=True, default="", max_length=80, verbose_name="taken out by"
            ),
        ),
        migrations.AddField(
            model_name="deniedname",
            name="entry_digest",
            field=models.CharField(
                blank=True, default="", max_length=32, verbose_name="digest of the entry"
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="person",
            field=models.CharField(default="", max_length=64, verbose_name="digest of the person"),
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(
                condition=models.Q(("state", "hit")),
                fields=["person"],
                name="customs_screening_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.UniqueConstraint(
                fields=("consignment", "role"), name="customs_screening_once"
            ),
        ),
        migrations.AddField(
            model_name="screeningdecision",
            name="screening",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="customs.screening",
                verbose_name="screening",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("person", "source", "entry", "entry_digest"),
                name="customs_screening_decision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["cleared", "blocked"])),
                name="customs_screening_decision_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="customs_screening_decision_says_why",
            ),
        ),
    ]
