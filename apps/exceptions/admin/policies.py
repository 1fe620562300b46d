"""How each kind of fault is handled: who decides, what is shown twice, when it expires."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge, badge_column
from apps.exceptions.choices import FaultKind
from apps.exceptions.models import KindPolicy
from apps.exceptions.policies import why_not_itself
from apps.exceptions.services import set_kind_policy, undo_kind_policy

CHANGE = "exceptions.change_kindpolicy"
MOST_HOURS = 8_760


def share_field(label: Any, help_text: Any) -> forms.DecimalField:
    """Make a field for a share, asked for in percent."""
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(100), decimal_places=1,
        help_text=help_text,
    )  # fmt: skip


class PolicyForm(forms.Form):
    """What may be said about a kind."""

    is_raised = forms.BooleanField(
        label=_("Show flags of this kind to people"), required=False,
        help_text=_("Off: the detector's findings of this kind are dropped."),
    )  # fmt: skip
    decides_itself = forms.BooleanField(
        label=_("Let the rule decide"), required=False,
        help_text=_(
            "The kind's rule excludes or repairs the fixes once the stretch has ended. Allowed for"
            " kinds the numbers alone prove, and for those right in 99.5 % of 200 verdicts."
        ),
    )  # fmt: skip
    sample_share = share_field(
        _("Sample of the rule's decisions (%)"),
        _("So many of what the rule decides are shown to a person all the same."),
    )
    second_look_share = share_field(
        _("Second looks (%)"),
        _("So many of what persons decide are shown to somebody else, who does not see the first"
          " verdict."),
    )  # fmt: skip
    expires_after_hours = forms.IntegerField(
        label=_("Expires after (hours)"), min_value=1, max_value=MOST_HOURS,
        help_text=_("Nobody has decided by then: the fixes are excluded, the safer view."),
    )  # fmt: skip
    note = forms.CharField(label=_("Why"), max_length=200, required=False)


def asked_of(row: KindPolicy) -> Values:
    """Return the form's values for a policy; shares in percent."""
    return {
        "is_raised": row.is_raised,
        "decides_itself": row.decides_itself,
        "sample_share": (row.sample_share * 100).quantize(Decimal("0.1")),
        "second_look_share": (row.second_look_share * 100).quantize(Decimal("0.1")),
        "expires_after_hours": row.expires_after_hours,
    }


def change_policy(request: HttpRequest, row: KindPolicy, values: Values) -> str:
    """Change a policy, for the person asking."""
    shares = {name: values[name] / 100 for name in ("sample_share", "second_look_share")}
    set_kind_policy(kind=row.kind, user=request.user, **{**values, **shares})  # type: ignore[arg-type]
    return _now("Changed; it holds from now on.")


def undo_policy(request: HttpRequest, row: KindPolicy, values: Values) -> str:
    """Go back to the values before, for the person asking."""
    undo_kind_policy(kind=row.kind, user=request.user)  # type: ignore[arg-type]
    return _now("The former values hold again.")


@admin.register(KindPolicy)
class KindPolicyAdmin(RecordAdmin):
    """Policies of kinds, one row each."""

    merchant_path = None
    kind_badge = badge_column("kind", FaultKind, _("kind"))
    changed_when = time_column("changed_at", _("changed"))
    list_display = (
        "kind_badge", "itself", "may_itself", "sample", "second_looks", "expires_after_hours",
        "changed_when",
    )  # fmt: skip
    ordering = ("kind",)
    list_before_template = "exceptions/back_to_learning.html"
    change_form_outer_before_template = "accounts/task_bar.html"
    fields = (
        ("kind_badge", "itself"), "may_itself", ("sample", "second_looks"),
        "expires_after_hours", "former_words", "changed_at",
    )  # fmt: skip
    readonly_fields = (
        "kind_badge", "itself", "may_itself", "sample", "second_looks", "former_words",
    )  # fmt: skip
    tasks = (
        Task(
            name="change",
            label=_("Change"),
            explain=_("It holds at once. One step can be taken back, and all are in the log."),
            permission=CHANGE,
            run=change_policy,
            form=PolicyForm,
            icon="tune",
            initial=asked_of,
        ),
        Task(
            name="undo",
            label=_("Back to the former values"),
            explain=_("The values before the last change hold again."),
            permission=CHANGE,
            run=undo_policy,
            icon="undo",
            applies=lambda row: bool(row.former),
        ),
    )

    @admin.display(description=_("decides itself"))
    def itself(self, row: KindPolicy) -> Any:
        """Who decides."""
        if not row.is_raised:
            return badge(_("not shown"))
        return badge(_("the rule"), "info") if row.decides_itself else badge(_("a person"))

    @admin.display(description=_("May it decide itself?"))
    def may_itself(self, row: KindPolicy) -> str:
        """Why it may not, or that it may."""
        return why_not_itself(row.kind) or str(_("It may."))

    @admin.display(description=_("sample share"))
    def sample(self, row: KindPolicy) -> str:
        """The share of the rule's decisions shown to a person."""
        return f"{100 * row.sample_share:.1f} %"

    @admin.display(description=_("second looks"))
    def second_looks(self, row: KindPolicy) -> str:
        """The share of persons' decisions shown to somebody else."""
        return f"{100 * row.second_look_share:.1f} %"

    @admin.display(description=_("former values"))
    def former_words(self, row: KindPolicy) -> str:
        """What one step back would bring."""
        names = {name: str(field.label) for name, field in PolicyForm.base_fields.items()}
        said = {"True": _("yes"), "False": _("no")}
        now = {name: str(getattr(row, name)) for name in row.former}
        changed = {name: value for name, value in row.former.items() if value != now[name]}
        parts = [f"{names[name]}: {said.get(value, value)}" for name, value in changed.items()]
        return "; ".join(parts) or "—"

    def task_subject(self, row: KindPolicy) -> str:
        """The kind's name."""
        return str(FaultKind(row.kind).label)
