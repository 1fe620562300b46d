"""What the form of a rule asks, and how it becomes a rule's content."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.language import spoken
from apps.exceptions.choices import Anchor, DayKind, Severity
from apps.exceptions.errors import FieldProblem, RuleInvalid
from apps.exceptions.models import OwnerGroup, Rule
from apps.exceptions.rule_checking import MOST_BYTES
from apps.exceptions.rulebook.conditions import MOST_HOURS

LISTS = ("conditions", "limits")
PLAIN = ("code", "name", "name_en", "sentence", "sentence_en", "anchor", "days", "severity",
         "suppressed_by", "clears_itself", "group")  # fmt: skip
START: dict[str, Any] = {
    "anchor": Anchor.LAST_SCAN.value, "days": DayKind.WALL.value, "hours": 24,
    "severity": Severity.AMBER.value, "clears_itself": True, "conditions": [], "limits": [],
    "max_percent": Decimal(5),
}  # fmt: skip


class JsonList(forms.CharField):
    """A list the editor on the page keeps in a hidden field."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """Return the list; anything else is refused without being looked into."""
        text = super().clean(value) or "[]"
        if len(text) > MOST_BYTES:
            raise forms.ValidationError(_now("This rule is too long."))
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list):
            raise forms.ValidationError(_now("This list cannot be read."))
        return rows

    def prepare_value(self, value: Any) -> Any:
        """Return the list as the editor reads it."""
        return value if isinstance(value, str) else json.dumps(value or [], ensure_ascii=False)


class RuleForm(forms.Form):
    """A rule in plain words; its two lists are edited by rows."""

    name = forms.CharField(label=_("Rule's name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    code = forms.CharField(
        label=_("Rule's code"), max_length=32,
        help_text=_("Small letters, digits and _; never changes again."),
    )  # fmt: skip
    anchor = forms.ChoiceField(label=_("Counted from"), choices=Anchor.choices())
    hours = forms.FloatField(
        label=_("Opens after (hours)"), min_value=-MOST_HOURS, max_value=MOST_HOURS,
        help_text=_("Below zero: so long before that moment."),
    )  # fmt: skip
    red_hours = forms.FloatField(
        label=_("Red after (hours)"), required=False, min_value=-MOST_HOURS, max_value=MOST_HOURS,
        help_text=_("Empty: it never turns red by itself."),
    )  # fmt: skip
    days = forms.ChoiceField(
        label=_("Hours counted"), choices=DayKind.choices(),
        help_text=_("Business days: nights count, days off do not. Three of them are 72 hours."),
    )  # fmt: skip
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices())
    group = forms.ChoiceField(label=_("Owner group"))
    clears_itself = forms.BooleanField(
        label=_("Closes by itself once it no longer holds"), required=False
    )
    suppressed_by = forms.MultipleChoiceField(
        label=_("Keeps quiet where one of these says it already"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    sentence = forms.CharField(
        label=_("Sentence of a case"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    sentence_en = forms.CharField(
        label=_("Sentence in English"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    conditions = JsonList(required=False)
    limits = JsonList(required=False)
    max_percent = forms.DecimalField(
        label=_("Ask before it opens more than (% of open parcels)"), min_value=Decimal("0.1"),
        max_value=Decimal(100), decimal_places=1,
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Kept with the version and in the action log.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(
        label=_("Yes, open that many cases"), required=False
    )  # fmt: skip

    def __init__(self, *args: Any, rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        named = "name" if spoken() == "zh" else "name_en"
        groups = OwnerGroup.objects.order_by("code").values_list("code", named)
        self.fields["group"].choices = list(groups)  # type: ignore[attr-defined]
        others = Rule.objects.order_by("position", "code").values_list("code", named)
        mine = rule.code if rule else ""
        self.fields["suppressed_by"].choices = [  # type: ignore[attr-defined]
            one for one in others if one[0] != mine
        ]
        if rule is not None:
            del self.fields["code"]

    def content(self) -> dict[str, Any]:
        """Return the rule's content; call after :meth:`is_valid`."""
        given = self.cleaned_data
        made = {name: given[name] for name in (*PLAIN, *LISTS) if name in given}
        if self.rule is not None:
            made["code"] = self.rule.code
        return made | {"hours": given["hours"], "red_hours": given["red_hours"]}

    def max_share(self) -> Decimal:
        """Return the share above which it asks; call after :meth:`is_valid`."""
        return Decimal(self.cleaned_data["max_percent"]) / 100

    def take(self, error: RuleInvalid) -> None:
        """Put each problem beside its field; those of rows keep their place."""
        for problem in error.problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, self.words_of(problem))

    @staticmethod
    def words_of(problem: FieldProblem) -> str:
        """Return what is wrong, with the row it is wrong in."""
        if problem.index < 0:
            return problem.message
        said = {"number": problem.index + 1, "message": problem.message}
        return _now("Row %(number)d: %(message)s") % said


def initial_of(content: dict[str, Any], *, max_share: Decimal, version: int) -> dict[str, Any]:
    """Return what the form shows of a stored rule."""
    percent = (max_share * 100).quantize(Decimal("0.1"))
    return {**content, "max_percent": percent, "version": version}
