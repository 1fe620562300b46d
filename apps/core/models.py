"""Tables every app shares: world clock, job runs, action log, counters, measurements, hearts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorldClock(models.Model):
    """The simulated world's clock: one row per database, renewed by the sandbox's process."""

    id = models.SmallIntegerField(primary_key=True, default=1, verbose_name=_("ID"))
    world_at = models.DateTimeField(verbose_name=_("world time"))
    real_at = models.DateTimeField(verbose_name=_("real time"))
    speed = models.FloatField(verbose_name=_("speed"))
    running = models.BooleanField(default=True, verbose_name=_("running"))

    class Meta:
        verbose_name = _("world clock")
        verbose_name_plural = _("world clocks")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="core_one_world_clock"),
            models.CheckConstraint(
                condition=models.Q(speed__gt=0), name="core_world_speed_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.world_at:%Y-%m-%d %H:%M} ×{self.speed:g}"


class JobRun(models.Model):
    """One slot of a periodic job. It counts as done only when ``finished_at`` is set.

    Times are real; ``slot`` is business time floored to the job's period.
    """

    job = models.CharField(max_length=64, verbose_name=_("job"))
    slot = models.DateTimeField(verbose_name=_("slot"))
    holder = models.CharField(max_length=80, verbose_name=_("holder"))
    started_at = models.DateTimeField(verbose_name=_("started at"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished at"))
    result = models.JSONField(default=dict, blank=True, verbose_name=_("result"))
    error = models.TextField(blank=True, default="", verbose_name=_("error"))

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="core_job_slot_once")]
        indexes = [models.Index(fields=["job", "-finished_at"], name="core_job_finished")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot:%Y-%m-%d %H:%M}"


class ActionLog(models.Model):
    """Who decided what, when, with the state before and after. Append-only (a trigger holds it)."""

    at = models.DateTimeField(db_index=True, verbose_name=_("at"))
    real_at = models.DateTimeField(verbose_name=_("real time"))
    action = models.CharField(max_length=80, verbose_name=_("action"))
    actor_kind = models.CharField(max_length=16, verbose_name=_("actor kind"))
    actor_id = models.CharField(max_length=64, blank=True, default="", verbose_name=_("actor ID"))
    actor_name = models.CharField(max_length=150, verbose_name=_("actor"))
    subject_kind = models.CharField(max_length=64, verbose_name=_("subject kind"))
    subject_id = models.CharField(max_length=64, verbose_name=_("subject ID"))
    merchant_id = models.BigIntegerField(null=True, blank=True, verbose_name=_("merchant ID"))
    before = models.JSONField(default=dict, blank=True, verbose_name=_("before"))
    after = models.JSONField(default=dict, blank=True, verbose_name=_("after"))
    note = models.TextField(blank=True, default="", verbose_name=_("note"))
    request_id = models.CharField(max_length=64, blank=True, default="", verbose_name=_("request"))

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("action log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="core_action_subject"),
            models.Index(fields=["merchant_id", "-id"], name="core_action_merchant"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"


class Counter(models.Model):
    """How often something happened on a business day, by name and label."""

    name = models.CharField(max_length=64, verbose_name=_("name"))
    label = models.CharField(max_length=120, blank=True, default="", verbose_name=_("label"))
    day = models.DateField(verbose_name=_("day"))
    value = models.BigIntegerField(default=0, verbose_name=_("value"))

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["name", "label", "day"], name="core_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}[{self.label}] {self.day}: {self.value}"


class MetricBucket(models.Model):
    """How often a duration fell into a bucket of the scale, by minute, hour or day (real time).

    See `core.metrics.histogram` for the scale and `core.metrics.names` for names and labels. Hours
    are sums of minutes, days sums of hours.
    """

    MINUTE, HOUR, DAY = "minute", "hour", "day"

    name = models.CharField(max_length=40, verbose_name=_("name"))
    grain = models.CharField(
        max_length=6,
        choices=[(MINUTE, _("minute")), (HOUR, _("hour")), (DAY, _("day"))],
        verbose_name=_("grain"),
    )
    start = models.DateTimeField(verbose_name=_("start"))
    label = models.CharField(max_length=120, blank=True, default="", verbose_name=_("label"))
    bucket = models.SmallIntegerField(verbose_name=_("bucket"))
    count = models.BigIntegerField(default=0, verbose_name=_("count"))

    class Meta:
        verbose_name = _("bucket of a metric")
        verbose_name_plural = _("buckets of metrics")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "grain", "start", "label", "bucket"], name="core_metric_once"
            ),
            models.CheckConstraint(
                condition=models.Q(bucket__gte=0, count__gte=0), name="core_metric_counts"
            ),
        ]
        indexes = [models.Index(fields=["grain", "start"], name="core_metric_age")]

    def __str__(self) -> str:
        return f"{self.name}[{self.label}] {self.start:%Y-%m-%d %H:%M} {self.bucket}"


class GaugeSample(models.Model):
    """What a figure stood at in a minute, or the highest of an hour or a day (real time)."""

    name = models.CharField(max_length=40, verbose_name=_("name"))
    grain = models.CharField(
        max_length=6,
        default=MetricBucket.MINUTE,
        choices=[
            (MetricBucket.MINUTE, _("minute")),
            (MetricBucket.HOUR, _("hour")),
            (MetricBucket.DAY, _("day")),
        ],
        verbose_name=_("grain"),
    )
    start = models.DateTimeField(verbose_name=_("start"))
    label = models.CharField(max_length=120, blank=True, default="", verbose_name=_("label"))
    value = models.FloatField(verbose_name=_("value"))

    class Meta:
        verbose_name = _("sample of a gauge")
        verbose_name_plural = _("samples of gauges")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "grain", "start", "label"], name="core_gauge_once"
            )
        ]
        indexes = [models.Index(fields=["grain", "start"], name="core_gauge_age")]

    def __str__(self) -> str:
        return f"{self.name}[{self.label}] {self.start:%Y-%m-%d %H:%M}: {self.value:g}"


class Heartbeat(models.Model):
    """When a process last showed that its own loop runs. All times are real."""

    process = models.CharField(max_length=32, verbose_name=_("process"))
    host = models.CharField(max_length=80, verbose_name=_("host"))
    pid = models.IntegerField(verbose_name=_("process ID"))
    started_at = models.DateTimeField(verbose_name=_("started at"))
    seen_at = models.DateTimeField(db_index=True, verbose_name=_("seen at"))
    detail = models.JSONField(default=dict, blank=True, verbose_name=_("detail"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints = [
            models.UniqueConstraint(fields=["process", "host", "pid"], name="core_heart_once")
        ]
        indexes = [models.Index(fields=["process", "-seen_at"], name="core_heart_newest")]

    def __str__(self) -> str:
        return f"{self.process} {self.host}:{self.pid} {self.seen_at:%Y-%m-%d %H:%M:%S}"
