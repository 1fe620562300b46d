"""Sets of thresholds are tested before they hold; verdicts are repeated by somebody else."""

from __future__ import annotations

from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0003_kind_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="backtest",
            name="values",
        ),
        migrations.AddField(
            model_name="backtest",
            name="against",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exceptions.thresholdset",
                verbose_name="compared with",
            ),
        ),
        migrations.AddField(
            model_name="backtest",
            name="before_shipment",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="looked at down to shipment"
            ),
        ),
        migrations.AddField(
            model_name="backtest",
            name="thresholds",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="back_tests",
                to="exceptions.thresholdset",
                verbose_name="set of thresholds",
            ),
        ),
        migrations.AddField(
            model_name="kindpolicy",
            name="former",
            field=models.JSONField(blank=True, default=dict, verbose_name="former values"),
        ),
        migrations.AddField(
            model_name="kindpolicy",
            name="judged",
            field=models.PositiveIntegerField(default=0, verbose_name="judged when switched"),
        ),
        migrations.AddField(
            model_name="kindpolicy",
            name="right",
            field=models.PositiveIntegerField(default=0, verbose_name="right when switched"),
        ),
        migrations.AddField(
            model_name="kindpolicy",
            name="second_look_share",
            field=models.DecimalField(
                decimal_places=3,
                default=Decimal("0.020"),
                max_digits=4,
                verbose_name="share of second looks",
            ),
        ),
        migrations.AddField(
            model_name="thresholdset",
            name="activated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="activated"),
        ),
        migrations.AddField(
            model_name="thresholdset",
            name="replaced",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exceptions.thresholdset",
                verbose_name="took the place of",
            ),
        ),
        migrations.AddField(
            model_name="thresholdset",
            name="tested_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="back-tested"),
        ),
        migrations.AddField(
            model_name="verdict",
            name="agrees",
            field=models.BooleanField(blank=True, null=True, verbose_name="agrees"),
        ),
        migrations.AddField(
            model_name="verdict",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_looks",
                to="exceptions.verdict",
                verbose_name="repeats",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="settled"),
        ),
        migrations.AddField(
            model_name="verdict",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="settled by",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="settled_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "Open"),
                    ("confirmed", "Confirmed"),
                    ("dismissed", "Dismissed"),
                    ("repaired", "Repaired"),
                    ("escalated", "Escalated"),
                    ("expired", "Expired undecided"),
                    ("withdrawn", "Withdrawn by the detector"),
                ],
                default="",
                max_length=10,
                verbose_name="settled as",
            ),
        ),
        migrations.AlterField(
            model_name="thresholdset",
            name="note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("is_second_look", True)),
                fields=["-id"],
                name="exceptions_second_looks",
            ),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(
                    ("agrees", False), ("settled_at__isnull", True), ("undone_at__isnull", True)
                ),
                fields=["-id"],
                name="exceptions_disagreements",
            ),
        ),
        migrations.AddConstraint(
            model_name="backtest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=("thresholds",),
                name="exceptions_back_test_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="backtest",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 90)),
                name="exceptions_back_test_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("second_look_share__gte", 0), ("second_look_share__lte", 1)),
                name="exceptions_policy_second_looks",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decides_itself", False),
                    ("kind__in", ["future", "rollover", "swap", "zero"]),
                    models.Q(
                        ("judged__gte", 200),
                        (
                            "judged__lte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("right"), "*", models.Value(1000)
                                ),
                                "/",
                                models.Value(995),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="exceptions_policy_earned",
            ),
        ),
        migrations.AddConstraint(
            model_name="thresholdset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_active", False), ("tested_at__isnull", False), _connector="OR"
                ),
                name="exceptions_thresholds_tested",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agrees__isnull", True),
                        ("is_second_look", False),
                        ("repeats__isnull", True),
                    ),
                    models.Q(
                        ("agrees__isnull", False),
                        ("is_second_look", True),
                        ("repeats__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="exceptions_verdict_repeats",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("settled_state", ""),
                    ),
                    models.Q(
                        ("is_second_look", True),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("settled_state", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exceptions_verdict_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("repeats",),
                name="exceptions_second_look_once",
            ),
        ),
    ]
