"""The customer's voice, trials of rules, hits in the shadow."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.exceptions.models.voice


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("exceptions", "0006_cases"),
        ("shipments", "0015_leg_tail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleTrial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField(verbose_name="content")),
                ("days", models.PositiveIntegerField(default=30, verbose_name="days back")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="shipments")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="looked at")),
                ("cursor", models.BigIntegerField(default=0, verbose_name="last shipment")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="result")),
                (
                    "error",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="error"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="created"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "trial of a rule",
                "verbose_name_plural": "trials of rules",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        default=apps.exceptions.models.voice.new_contact_uid,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="ID",
                    ),
                ),
                (
                    "parcel_said",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="parcel"),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("where_is_it", "Where is it?"),
                            ("late", "It is late"),
                            ("not_received", "Signed for, not received"),
                            ("damaged", "Damaged"),
                            ("lost", "Lost"),
                            ("wrong_goods", "Wrong or missing goods"),
                            ("courier", "About the courier"),
                            ("customs", "Customs or duties"),
                            ("address", "Change of address"),
                            ("return", "Return or refund"),
                            ("other", "Something else"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("chat", "Chat"),
                            ("mail", "Mail"),
                            ("storefront", "Storefront"),
                            ("platform", "Marketplace"),
                        ],
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                ("is_complaint", models.BooleanField(verbose_name="complaint")),
                ("words", models.TextField(blank=True, default="", verbose_name="words")),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="at")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="recorded"),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="storefront's ID"
                    ),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="carrier"),
                ),
                (
                    "lane_from",
                    models.CharField(
                        blank=True, default="", max_length=2, verbose_name="lane from"
                    ),
                ),
                (
                    "lane_to",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="lane to"),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="accounts.merchant",
                        verbose_name="merchant",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("shipment__isnull", False)),
                        fields=["shipment", "at"],
                        name="exceptions_contact_shipment",
                    ),
                    models.Index(fields=["merchant", "-id"], name="exceptions_contact_merchant"),
                    models.Index(fields=["at"], name="exceptions_contact_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("merchant", "external_id"),
                        name="exceptions_contact_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "where_is_it",
                                    "late",
                                    "not_received",
                                    "damaged",
                                    "lost",
                                    "wrong_goods",
                                    "courier",
                                    "customs",
                                    "address",
                                    "return",
                                    "other",
                                ],
                            )
                        ),
                        name="exceptions_contact_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NpsAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        default=apps.exceptions.models.voice.new_nps_uid,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="ID",
                    ),
                ),
                (
                    "parcel_said",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="parcel"),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("words", models.TextField(blank=True, default="", verbose_name="words")),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="at")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="recorded"),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="storefront's ID"
                    ),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="carrier"),
                ),
                (
                    "lane_from",
                    models.CharField(
                        blank=True, default="", max_length=2, verbose_name="lane from"
                    ),
                ),
                (
                    "lane_to",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="lane to"),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nps_answers",
                        to="accounts.merchant",
                        verbose_name="merchant",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nps_answers",
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "recommendation",
                "verbose_name_plural": "recommendations",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["merchant", "-id"], name="exceptions_nps_merchant"),
                    models.Index(fields=["at"], name="exceptions_nps_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("merchant", "external_id"),
                        name="exceptions_nps_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__lte", 10)), name="exceptions_nps_score"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShadowHit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("merchant_id", models.BigIntegerField(verbose_name="merchant")),
                (
                    "severity",
                    models.CharField(
                        choices=[("notice", "Notice"), ("amber", "Amber"), ("red", "Red")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("anchored_at", models.DateTimeField(verbose_name="counted from")),
                (
                    "fired_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="fired"),
                ),
                ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="cleared")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hits",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "hit in the shadow",
                "verbose_name_plural": "hits in the shadow",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["rule", "-fired_at"], name="exceptions_hit_rule")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("rule", "shipment"),
                        name="exceptions_hit_once",
                    )
                ],
            },
        ),
    ]
