"""Tables behind the products around a parcel: work orders, pickup codes, calls, own prints."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SandboxWorkOrder(models.Model):
    """A question to a carrier; it is answered and closed when those world times have come."""

    account = models.ForeignKey(
        "sandbox.SandboxAccount", on_delete=models.CASCADE, verbose_name=_("account")
    )
    parcel = models.ForeignKey(
        "sandbox.SandboxParcel", on_delete=models.CASCADE, related_name="work_orders",
        verbose_name=_("parcel"),
    )  # fmt: skip
    consult_id = models.CharField(max_length=20, unique=True, verbose_name=_("consultation ID"))
    kind = models.CharField(max_length=64, verbose_name=_("kind"))
    callback_url = models.CharField(
        max_length=400, blank=True, default="", verbose_name=_("callback address")
    )
    salt = models.CharField(max_length=100, blank=True, default="", verbose_name=_("salt"))
    opened_at = models.DateTimeField(verbose_name=_("opened at"))
    answered_at = models.DateTimeField(verbose_name=_("answered at"))
    closed_at = models.DateTimeField(verbose_name=_("closed at"))

    class Meta:
        db_table = "sandbox_work_order"
        verbose_name = _("sandbox work order")
        verbose_name_plural = _("sandbox work orders")

    def __str__(self) -> str:
        return self.consult_id


class SandboxWorkReply(models.Model):
    """One thing said in a work order; what the carrier will say lies in the future."""

    work_order = models.ForeignKey(
        SandboxWorkOrder, on_delete=models.CASCADE, related_name="replies",
        verbose_name=_("work order"),
    )  # fmt: skip
    author = models.CharField(max_length=32, verbose_name=_("author"))
    content = models.TextField(verbose_name=_("words"))
    said_at = models.DateTimeField(verbose_name=_("said at"))

    class Meta:
        db_table = "sandbox_work_reply"
        verbose_name = _("sandbox work order reply")
        verbose_name_plural = _("sandbox work order replies")
        ordering = ["said_at", "id"]

    def __str__(self) -> str:
        return self.author


class SandboxCodeWatch(models.Model):
    """Somebody who wants to be told a parcel's pickup code; asking again changes the address."""

    account = models.ForeignKey(
        "sandbox.SandboxAccount", on_delete=models.CASCADE, verbose_name=_("account")
    )
    parcel = models.ForeignKey(
        "sandbox.SandboxParcel", on_delete=models.CASCADE, related_name="code_watches",
        verbose_name=_("parcel"),
    )  # fmt: skip
    task_id = models.CharField(max_length=32, unique=True, verbose_name=_("task ID"))
    callback_url = models.CharField(max_length=400, verbose_name=_("callback address"))
    registered_at = models.DateTimeField(verbose_name=_("registered at"))

    class Meta:
        db_table = "sandbox_code_watch"
        verbose_name = _("sandbox pickup code watch")
        verbose_name_plural = _("sandbox pickup code watches")
        constraints = [
            models.UniqueConstraint(fields=["account", "parcel"], name="sandbox_one_code_watch")
        ]

    def __str__(self) -> str:
        return self.task_id


class SandboxCall(models.Model):
    """An international carrier called to a sender's door."""

    account = models.ForeignKey(
        "sandbox.SandboxAccount", on_delete=models.CASCADE, verbose_name=_("account")
    )
    carrier = models.CharField(max_length=32, verbose_name=_("carrier"))
    confirmation = models.CharField(
        max_length=20, unique=True, verbose_name=_("confirmation number")
    )
    ready_at = models.DateTimeField(verbose_name=_("ready at"))
    cancelled_at = models.DateTimeField(null=True, blank=True, verbose_name=_("cancelled at"))

    class Meta:
        db_table = "sandbox_call"
        verbose_name = _("sandbox pickup call")
        verbose_name_plural = _("sandbox pickup calls")

    def __str__(self) -> str:
        return self.confirmation


class SandboxPrint(models.Model):
    """What somebody printed with a template of their own."""

    account = models.ForeignKey(
        "sandbox.SandboxAccount", on_delete=models.CASCADE, verbose_name=_("account")
    )
    task_id = models.CharField(max_length=32, unique=True, verbose_name=_("task ID"))
    template = models.CharField(max_length=64, verbose_name=_("template"))
    values = models.JSONField(default=dict, blank=True, verbose_name=_("values"))
    printed_at = models.DateTimeField(verbose_name=_("printed at"))

    class Meta:
        db_table = "sandbox_print"
        verbose_name = _("sandbox print")
        verbose_name_plural = _("sandbox prints")

    def __str__(self) -> str:
        return self.task_id
