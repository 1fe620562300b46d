"""Rules, their limits and versions, owner groups, working days, targets, watches."""

from __future__ import annotations

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0004_learning"),
        ("shipments", "0015_leg_tail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(default="CN", max_length=2, verbose_name="region")),
                ("day", models.DateField(verbose_name="day")),
                ("is_working", models.BooleanField(default=False, verbose_name="worked")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["region", "day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "day"), name="exceptions_calendar_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("notice", "Notice"), ("amber", "Amber"), ("red", "Red")],
                        max_length=8,
                        unique=True,
                        verbose_name="severity",
                    ),
                ),
                (
                    "acknowledge_hours",
                    models.DecimalField(
                        decimal_places=2, max_digits=6, verbose_name="acknowledged within (h)"
                    ),
                ),
                (
                    "resolve_hours",
                    models.DecimalField(
                        decimal_places=2, max_digits=6, verbose_name="resolved within (h)"
                    ),
                ),
                (
                    "escalates_after_hours",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=6,
                        verbose_name="escalates after (h)",
                    ),
                ),
                (
                    "days",
                    models.CharField(
                        choices=[("wall", "All hours"), ("business", "Business days")],
                        default="business",
                        max_length=8,
                        verbose_name="hours counted",
                    ),
                ),
            ],
            options={
                "verbose_name": "target for cases",
                "verbose_name_plural": "targets for cases",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acknowledge_hours__gt", 0),
                            ("resolve_hours__gte", models.F("acknowledge_hours")),
                        ),
                        name="exceptions_target_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("escalates_after_hours__gte", 0)),
                        name="exceptions_target_escalation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnerGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=24, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_en", models.CharField(max_length=60, verbose_name="name in English")),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lead",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True,
                        related_name="owner_groups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="members",
                    ),
                ),
            ],
            options={
                "verbose_name": "owner group",
                "verbose_name_plural": "owner groups",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=32, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_en", models.CharField(max_length=60, verbose_name="name in English")),
                ("sentence", models.CharField(max_length=200, verbose_name="sentence")),
                (
                    "sentence_en",
                    models.CharField(max_length=200, verbose_name="sentence in English"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("shadow", "Shadow"),
                            ("live", "Live"),
                            ("off", "Off"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "anchor",
                    models.CharField(
                        choices=[
                            ("created", "Shipment opened"),
                            ("numbered", "Number given"),
                            ("picked_up", "Picked up"),
                            ("last_scan", "Last sign of life"),
                            ("status_since", "In this status since"),
                            ("customs_since", "In customs since"),
                            ("out_since", "Out for delivery since"),
                            ("delivered", "Delivered"),
                            ("promise_end", "End of the promise"),
                            ("booking_problem", "Booking failed"),
                            ("carrier_corrected", "Carrier corrected"),
                            ("signature_undone", "Came back after a signature"),
                            ("flagged", "Track flagged by a person"),
                        ],
                        max_length=20,
                        verbose_name="counted from",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=7, verbose_name="hours"
                    ),
                ),
                (
                    "red_hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        verbose_name="red after (h)",
                    ),
                ),
                (
                    "days",
                    models.CharField(
                        choices=[("wall", "All hours"), ("business", "Business days")],
                        default="wall",
                        max_length=8,
                        verbose_name="hours counted",
                    ),
                ),
                (
                    "conditions",
                    models.JSONField(blank=True, default=list, verbose_name="conditions"),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("notice", "Notice"), ("amber", "Amber"), ("red", "Red")],
                        default="amber",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "suppressed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="suppressed by",
                    ),
                ),
                ("clears_itself", models.BooleanField(default=True, verbose_name="clears itself")),
                (
                    "max_share",
                    models.DecimalField(
                        decimal_places=3,
                        default=Decimal("0.050"),
                        max_digits=4,
                        verbose_name="asks above",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=100, verbose_name="position"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="changed"),
                ),
                ("enabled_at", models.DateTimeField(blank=True, null=True, verbose_name="enabled")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="exceptions.ownergroup",
                        verbose_name="owner group",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="RuleLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="carrier"),
                ),
                (
                    "service",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="service"),
                ),
                (
                    "lane_from",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="from"),
                ),
                (
                    "lane_to",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="to"),
                ),
                (
                    "hours",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="hours"),
                ),
                (
                    "red_hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        verbose_name="red after (h)",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="limits",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of a rule",
                "verbose_name_plural": "limits of rules",
                "ordering": ["rule", "id"],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("content", models.JSONField(verbose_name="content")),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="from")),
                ("by", models.CharField(blank=True, default="", max_length=150, verbose_name="by")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="note"),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a rule",
                "verbose_name_plural": "versions of rules",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "shipment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="watch",
                        serialize=False,
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
                (
                    "next_check_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next look"),
                ),
                (
                    "checked_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="last look"),
                ),
                ("rules_seen", models.BigIntegerField(default=0, verbose_name="rules last used")),
                (
                    "first_scan_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first scan"),
                ),
                (
                    "scan_area",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="last area"
                    ),
                ),
                (
                    "out_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="out for delivery"),
                ),
                (
                    "customs_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="in customs since"),
                ),
                (
                    "carrier_corrected_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="carrier corrected"),
                ),
                (
                    "signature_undone_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="came back after a signature"
                    ),
                ),
                (
                    "signed_area",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="signed for at"
                    ),
                ),
                (
                    "signed_score",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="doubt about the signature"
                    ),
                ),
                (
                    "signed_parts",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="what speaks against it"
                    ),
                ),
            ],
            options={
                "verbose_name": "watch",
                "verbose_name_plural": "watches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_check_at__isnull", False)),
                        fields=["next_check_at", "shipment"],
                        name="exceptions_watch_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_score__isnull", True),
                            ("signed_score__lte", 100),
                            _connector="OR",
                        ),
                        name="exceptions_watch_score",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("red_hours__isnull", True),
                    ("red_hours__gte", models.F("hours")),
                    _connector="OR",
                ),
                name="exceptions_rule_red_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_share__gt", 0), ("max_share__lte", 1)),
                name="exceptions_rule_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "shadow", "live", "off"])),
                name="exceptions_rule_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "anchor__in",
                        [
                            "created",
                            "numbered",
                            "picked_up",
                            "last_scan",
                            "status_since",
                            "customs_since",
                            "out_since",
                            "delivered",
                            "promise_end",
                            "booking_problem",
                            "carrier_corrected",
                            "signature_undone",
                            "flagged",
                        ],
                    )
                ),
                name="exceptions_rule_anchor",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulelimit",
            constraint=models.UniqueConstraint(
                fields=("rule", "carrier", "service", "lane_from", "lane_to"),
                name="exceptions_limit_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carrier", ""),
                    ("lane_from", ""),
                    ("lane_to", ""),
                    ("service", ""),
                    _negated=True,
                ),
                name="exceptions_limit_names_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("red_hours__isnull", True),
                    ("red_hours__gte", models.F("hours")),
                    _connector="OR",
                ),
                name="exceptions_limit_red_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                fields=("rule", "version"), name="exceptions_version_once"
            ),
        ),
    ]
