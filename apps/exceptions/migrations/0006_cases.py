"""Cases with what is written, attached and done on them; incidents and what is usual."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.exceptions.models.case
import apps.exceptions.models.incident


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("exceptions", "0005_rules"),
        ("shipments", "0015_leg_tail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=32, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                ("title_en", models.CharField(max_length=60, verbose_name="title in English")),
                ("text", models.TextField(verbose_name="text")),
                ("text_en", models.TextField(verbose_name="text in English")),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="rules",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "canned reply",
                "verbose_name_plural": "canned replies",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                        default=apps.exceptions.models.case.new_case_uid,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="ID",
                    ),
                ),
                (
                    "rule_version",
                    models.PositiveIntegerField(default=1, verbose_name="version of the rule"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("acknowledged", "Acknowledged"),
                            ("waiting", "Waiting"),
                            ("resolved", "Resolved"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("notice", "Notice"), ("amber", "Amber"), ("red", "Red")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "claimed_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="claimed until"),
                ),
                ("evidence", models.JSONField(blank=True, default=dict, verbose_name="evidence")),
                ("rank", models.IntegerField(default=0, verbose_name="rank")),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="carrier"),
                ),
                (
                    "hub",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="hub"),
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
                ("anchored_at", models.DateTimeField(verbose_name="counted from")),
                (
                    "opened_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="opened"),
                ),
                ("red_at", models.DateTimeField(blank=True, null=True, verbose_name="turned red")),
                ("acknowledge_by", models.DateTimeField(verbose_name="to be acknowledged by")),
                ("resolve_by", models.DateTimeField(verbose_name="to be resolved by")),
                (
                    "escalates_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="escalates at"),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="acknowledged"),
                ),
                (
                    "escalated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="escalated"),
                ),
                (
                    "waiting_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("carrier", "The carrier"),
                            ("customer", "The customer"),
                            ("customs", "Customs"),
                            ("merchant", "The merchant"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="waits for",
                    ),
                ),
                (
                    "waiting_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="waits since"),
                ),
                (
                    "wakes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="waits until"),
                ),
                (
                    "waited_seconds",
                    models.PositiveIntegerField(default=0, verbose_name="waited (s)"),
                ),
                (
                    "complained_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first complaint"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "closer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("person", "A person"),
                            ("bulk", "A person, for many"),
                            ("itself", "The parcel itself"),
                            ("incident", "Its incident"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="closed by way of",
                    ),
                ),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("moved_on", "The parcel moved on"),
                            ("delivered", "Delivered"),
                            ("returned", "Came back"),
                            ("carrier_fixed", "The carrier put it right"),
                            ("customer_informed", "The customer was told"),
                            ("sent_again", "Sent again"),
                            ("compensated", "Compensated"),
                            ("cancelled", "Cancelled"),
                            ("false_alarm", "False alarm"),
                            ("duplicate", "Already dealt with in another case"),
                            ("rule_changed", "The rule no longer says so"),
                            ("incident_over", "The incident is over"),
                            ("other", "Another reason"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="claimed by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="exceptions.ownergroup",
                        verbose_name="owner group",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.merchant",
                        verbose_name="merchant",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="shipments.shipment",
                        verbose_name="shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("comment", "Comment"),
                            ("reply", "Reply to the customer"),
                            ("system", "Said by the portal"),
                        ],
                        default="comment",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="at")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="exceptions.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exceptions.cannedreply",
                        verbose_name="canned reply",
                    ),
                ),
            ],
            options={
                "verbose_name": "note on a case",
                "verbose_name_plural": "notes on cases",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Incident",
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
                        default=apps.exceptions.models.incident.new_incident_uid,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="ID",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("hub", "Hub"),
                            ("lane", "Lane"),
                            ("carrier", "Carrier"),
                            ("rule", "Cause"),
                        ],
                        max_length=8,
                        verbose_name="cause",
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="where")),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="carrier"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("easing", "Easing"), ("resolved", "Resolved")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("notice", "Notice"), ("amber", "Amber"), ("red", "Red")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        blank=True, default="", verbose_name="what customers are told"
                    ),
                ),
                (
                    "message_en",
                    models.TextField(
                        blank=True, default="", verbose_name="what customers are told in English"
                    ),
                ),
                ("expected", models.FloatField(verbose_name="usual")),
                ("observed", models.PositiveIntegerField(verbose_name="seen")),
                ("odds", models.FloatField(verbose_name="odds")),
                ("cases_count", models.PositiveIntegerField(default=0, verbose_name="cases")),
                ("peak", models.PositiveIntegerField(default=0, verbose_name="most cases")),
                ("told", models.PositiveSmallIntegerField(default=0, verbose_name="messages")),
                (
                    "opened_at",
                    models.DateTimeField(default=apps.core.clock.now, verbose_name="opened"),
                ),
                (
                    "quiet_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="quiet since"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="exceptions.incident",
                verbose_name="incident",
            ),
        ),
        migrations.CreateModel(
            name="WorklistView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("filters", models.JSONField(blank=True, default=dict, verbose_name="filters")),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=100, verbose_name="position"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="worklist_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "view of the worklist",
                "verbose_name_plural": "views of the worklist",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("content_type", models.CharField(max_length=80, verbose_name="type")),
                ("size", models.PositiveIntegerField(verbose_name="size (bytes)")),
                ("sha256", models.BinaryField(max_length=32, verbose_name="SHA-256")),
                ("content", models.BinaryField(verbose_name="content")),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="at")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="exceptions.case",
                        verbose_name="case",
                    ),
                ),
            ],
            options={
                "verbose_name": "file on a case",
                "verbose_name_plural": "files on cases",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "sha256"), name="exceptions_file_once"),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("size__lte", 5242880)),
                        name="exceptions_file_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="linked")),
                (
                    "left",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links_right",
                        to="exceptions.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links_left",
                        to="exceptions.case",
                        verbose_name="other case",
                    ),
                ),
            ],
            options={
                "verbose_name": "link between cases",
                "verbose_name_plural": "links between cases",
                "constraints": [
                    models.UniqueConstraint(fields=("left", "right"), name="exceptions_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("left__lt", models.F("right"))),
                        name="exceptions_link_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("urge", "Urge the carrier"),
                            ("work_order", "Work order to the carrier"),
                            ("intercept", "Stop or redirect"),
                            ("resend", "Send again"),
                            ("compensate", "Compensate"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("done", "Done"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="reference"
                    ),
                ),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                (
                    "error",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="error"),
                ),
                ("at", models.DateTimeField(default=apps.core.clock.now, verbose_name="at")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                ("helped", models.BooleanField(blank=True, null=True, verbose_name="helped")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="exceptions.case",
                        verbose_name="case",
                    ),
                ),
            ],
            options={
                "verbose_name": "step on a case",
                "verbose_name_plural": "steps on cases",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=["reference"],
                        name="exceptions_step_reference",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("severity", models.CharField(max_length=8, verbose_name="severity")),
                ("state", models.CharField(max_length=12, verbose_name="state")),
                ("merchant_id", models.BigIntegerField(verbose_name="merchant")),
                ("count", models.IntegerField(verbose_name="cases")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exceptions.ownergroup",
                        verbose_name="owner group",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally of cases",
                "verbose_name_plural": "tallies of cases",
                "indexes": [
                    models.Index(
                        fields=["group", "rule", "severity", "state", "merchant_id"],
                        name="exceptions_tally_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CauseHour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("hub", "Hub"),
                            ("lane", "Lane"),
                            ("carrier", "Carrier"),
                            ("rule", "Cause"),
                        ],
                        max_length=8,
                        verbose_name="cause",
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="where")),
                ("at", models.DateTimeField(verbose_name="hour")),
                ("cases", models.PositiveIntegerField(verbose_name="cases")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exceptions.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "hour of a cause",
                "verbose_name_plural": "hours of causes",
                "indexes": [models.Index(fields=["at"], name="exceptions_causehour_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cause", "key", "rule", "at"), name="exceptions_causehour_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["state", "-id"], name="exceptions_incident_state"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "resolved"), _negated=True),
                fields=("cause", "key", "rule"),
                name="exceptions_incident_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "resolved")),
                    models.Q(
                        models.Q(("state", "resolved"), _negated=True), ("closed_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="exceptions_incident_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("peak__gte", models.F("cases_count"))),
                name="exceptions_incident_peak",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("rank"), descending=True),
                models.F("id"),
                condition=models.Q(("state__in", ("open", "acknowledged", "waiting"))),
                name="exceptions_case_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("group"),
                models.OrderBy(models.F("rank"), descending=True),
                models.F("id"),
                condition=models.Q(("state__in", ("open", "acknowledged", "waiting"))),
                name="exceptions_case_by_group",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("owner"),
                models.OrderBy(models.F("rank"), descending=True),
                models.F("id"),
                condition=models.Q(
                    ("state__in", ("open", "acknowledged", "waiting")), ("owner__isnull", False)
                ),
                name="exceptions_case_by_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("rule"),
                models.OrderBy(models.F("rank"), descending=True),
                models.F("id"),
                condition=models.Q(("state__in", ("open", "acknowledged", "waiting"))),
                name="exceptions_case_by_rule",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["shipment", "-id"], name="exceptions_case_shipment"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["merchant", "-id"], name="exceptions_case_merchant"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["rule", "-opened_at"], name="exceptions_case_rule_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", "-id"], name="exceptions_case_state"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("incident__isnull", False)),
                fields=["incident", "id"],
                name="exceptions_case_incident",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", True), ("state", "open")),
                fields=["escalates_at"],
                name="exceptions_case_escalation",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "waiting"), ("wakes_at__isnull", False)),
                fields=["wakes_at"],
                name="exceptions_case_wakes",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["opened_at"], name="exceptions_case_opened"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "acknowledged", "waiting"))),
                fields=("shipment", "rule"),
                name="exceptions_case_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["resolved", "dismissed"]),
                        ("closed_at__isnull", False),
                        models.Q(("closer", ""), _negated=True),
                    ),
                    models.Q(
                        ("state__in", ("open", "acknowledged", "waiting")),
                        ("closed_at__isnull", True),
                        ("closer", ""),
                    ),
                    _connector="OR",
                ),
                name="exceptions_case_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "waiting"),
                        ("waiting_since__isnull", False),
                        models.Q(("waiting_for", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("waiting_for", ""),
                        ("waiting_since__isnull", True),
                        ("wakes_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="exceptions_case_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_by__isnull", True), ("claimed_until__isnull", True)),
                    models.Q(("claimed_by__isnull", False), ("claimed_until__isnull", False)),
                    _connector="OR",
                ),
                name="exceptions_case_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "acknowledged", "waiting", "resolved", "dismissed"])
                ),
                name="exceptions_case_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["notice", "amber", "red"])),
                name="exceptions_case_severity",
            ),
        ),
        migrations.AddConstraint(
            model_name="worklistview",
            constraint=models.UniqueConstraint(
                fields=("user", "name"), name="exceptions_view_once", nulls_distinct=False
            ),
        ),
    ]
