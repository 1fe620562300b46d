"""What the form of an alert rule asks, and how it becomes the rule's content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.monitoring.errors import AlertRuleInvalid
from apps.monitoring.models import AlertRule, Objective
from apps.monitoring.runbook import titles
from apps.monitoring.series import SERIES
from apps.notifications.choices import Audience, NoticeSeverity

NONE = ("", "—")
MOST_LINES = 10


class WhereField(forms.CharField):
    """A filter, one dimension a line: ``mode = live, sandbox``."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> Any:
        """Return {dim: [values]}; refuse a line that is none."""
        found: dict[str, list[str]] = {}
        lines = [line for line in (super().clean(value) or "").splitlines() if line.strip()]
        for line in lines[: MOST_LINES + 1]:
            dim, sign, values = line.replace("，", ",").partition("=")
            kept = [part.strip() for part in values.split(",") if part.strip()]
            if not sign or not dim.strip() or not kept or len(lines) > MOST_LINES:
                raise forms.ValidationError(
                    _now("Write one dimension a line: name = value, value.")
                )
            found[dim.strip()] = kept
        return found

    def prepare_value(self, value: Any) -> Any:
        """Return the filter as people write it."""
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{dim} = {', '.join(map(str, kept))}" for dim, kept in value.items())


class AlertRuleForm(forms.Form):
    """A rule: what it looks at, when it is wrong, who hears of it."""

    name = forms.CharField(label=_("Rule's name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    slug = forms.SlugField(
        label=_("Rule's code"), max_length=40,
        help_text=_("Small letters, digits and _; never changes again."),
    )  # fmt: skip
    meaning = forms.CharField(
        label=_("What it means, one sentence"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    meaning_en = forms.CharField(
        label=_("What it means, in English"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=RuleKind.choices())
    series = forms.ChoiceField(label=_("Series"), required=False)
    objective = forms.ModelChoiceField(
        label=_("Objective"), queryset=Objective.objects.filter(enabled=True), required=False,
        help_text=_("Only for rules about an error budget."),
    )  # fmt: skip
    where = WhereField(
        label=_("Only"), required=False, max_length=2000,
        help_text=_("One dimension a line: name = value, value. Empty: everything."),
    )  # fmt: skip
    group_by = forms.ChoiceField(
        label=_("An alarm of its own for each"), required=False,
        help_text=_("Those that begin together are told in one message."),
    )  # fmt: skip
    window_seconds = forms.IntegerField(
        label=_("Measured over (seconds)"), initial=300,
        help_text=_("Of figures that simply stand somewhere the present one counts."),
    )  # fmt: skip
    comparison = forms.ChoiceField(label=_("Wrong when it is"), choices=Comparison.choices())
    limit = forms.FloatField(
        label=_("Limit of the value"), required=False,
        help_text=_("Seconds, a share (0.05 is 5 %) or a number, as the series is measured."),
    )  # fmt: skip
    ends_at = forms.FloatField(
        label=_("Right again at"), required=False, help_text=_("Empty: at the limit."),
    )  # fmt: skip
    factor = forms.FloatField(
        label=_("Times what is usual"), required=False,
        help_text=_("Only for rules about what is usual."),
    )  # fmt: skip
    against = forms.ChoiceField(
        label=_("Usual is"), required=False, choices=[NONE, *Against.choices()]
    )
    least = forms.IntegerField(
        label=_("At least so many observations"), min_value=0, initial=0,
        help_text=_("With fewer nothing is known, and what is not known is not wrong."),
    )  # fmt: skip
    for_seconds = forms.IntegerField(label=_("Wrong for (seconds)"), min_value=0, initial=60)
    calm_seconds = forms.IntegerField(
        label=_("Then right for (seconds)"), min_value=0, initial=120,
        help_text=_("At least 30. Doubles each time it comes back, up to an hour."),
    )  # fmt: skip
    severity = forms.ChoiceField(label=_("Severity"), choices=NoticeSeverity.choices())
    audience = forms.ChoiceField(label=_("Who hears of it"), choices=Audience.choices())
    quiet = forms.BooleanField(label=_("Only shown, told to nobody"), required=False)
    escalate_minutes = forms.IntegerField(
        label=_("On call hears, if nobody is at it (minutes)"), required=False, min_value=1,
        max_value=1440,
    )  # fmt: skip
    runbook = forms.ChoiceField(label=_("Page of the runbook"))
    depends_on = forms.ModelMultipleChoiceField(
        label=_("Told to nobody while one of these is open"), required=False,
        queryset=AlertRule.objects.none(), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    enabled = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, rule: AlertRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        fields: dict[str, Any] = self.fields
        fields["series"].choices = [NONE, *((key, one.label) for key, one in SERIES.items())]
        dims = sorted({dim for one in SERIES.values() for dim in one.dims})
        fields["group_by"].choices = [NONE, *((dim, dim) for dim in dims)]
        fields["runbook"].choices = [NONE, *titles("en")]
        others = AlertRule.objects.all()
        fields["depends_on"].queryset = others.exclude(pk=rule.pk) if rule else others
        if rule is not None:
            del self.fields["slug"]

    def content(self) -> dict[str, Any]:
        """Return the rule's content; call after :meth:`is_valid`."""
        given = dict(self.cleaned_data)
        given["depends_on"] = list(given.get("depends_on") or [])
        if self.rule is not None:
            given["slug"] = self.rule.slug
        return given

    def take(self, error: AlertRuleInvalid) -> None:
        """Put each problem beside its field."""
        for problem in error.problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, problem.message)


def initial_of(rule: AlertRule) -> dict[str, Any]:
    """Return the form's values for a rule."""
    names = [name for name in AlertRuleForm.base_fields if name != "depends_on"]
    values = {name: getattr(rule, name) for name in names}
    return {**values, "depends_on": list(rule.depends_on.all())}
