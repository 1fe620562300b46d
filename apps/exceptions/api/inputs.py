"""What a storefront may post about a customer, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from apps.accounts.api.fields import Moment, StrictSerializer, Text, Whole
from apps.accounts.api.problems import Problem, flatten
from apps.core import clock
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.voice_rules import (
    MOST_AT_ONCE,
    MOST_REFERENCE,
    MOST_WORDS,
    moment_problem,
)

MOMENTS: dict[str, Any] = {
    "in_the_future": _("Nobody can have written later than now."),
    "too_old": _("This is more than two years ago."),
}


class VoiceInput(StrictSerializer):
    """What a contact and an answer have in common."""

    parcel = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=MOST_REFERENCE,
        help_text=_("Our id, your order number, or the carrier's number; kept as you say it."),
    )
    words = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=MOST_WORDS,
        help_text=_("What the customer said."),
    )
    at = Moment(required=False, help_text=_("When, with its zone; now if not given."))
    external_id = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=64,
        help_text=_("Your own id: the same one is kept once."),
    )

    def validate_at(self, value: dt.datetime) -> dt.datetime:
        """Refuse a moment nobody can have written at."""
        if problem := moment_problem(value, now=clock.now()):
            raise ValidationError(MOMENTS[problem], code=problem)
        return value

    def validate_external_id(self, value: str) -> str:
        """Refuse what could not be typed in again."""
        if not value.isprintable():
            raise ValidationError(_("This has characters that cannot be printed."), code="invalid")
        return value


class ContactInput(VoiceInput):
    """A customer got in touch."""

    reason = serializers.ChoiceField(choices=ContactReason.values(), help_text=_("Why."))
    channel = serializers.ChoiceField(
        choices=Channel.values(), default=Channel.STOREFRONT.value, help_text=_("How.")
    )


class NpsInput(VoiceInput):
    """How likely a customer is to recommend the shop."""

    score = Whole(min_value=0, max_value=10, help_text=_("From 0 (never) to 10 (certainly)."))

    def validate_score(self, value: int) -> int:
        """Refuse what is on no scale."""
        if not 0 <= value <= 10:
            raise ValidationError(_("The scale goes from 0 to 10."), code="out_of_range")
        return value


class ContactsInput(StrictSerializer):
    """A batch of contacts."""

    contacts = ContactInput(many=True, help_text=_("1 to 100."))


class NpsAnswersInput(StrictSerializer):
    """A batch of answers."""

    answers = NpsInput(many=True, help_text=_("1 to 100."))


Checked = tuple[dict[str, Any] | None, list[dict[str, str]]]


def items_of(request: Request, name: str) -> list[Any]:
    """Return the items of a batch as they came.

    Raises the 422 that names what is wrong with the batch itself, 413 for one that is too long.
    """
    body = request.data
    if not isinstance(body, dict):
        raise _refused("non_field_errors", _("An object with a list is needed."), "invalid")
    if unknown := next((key for key in body if key != name), None):
        raise _refused(unknown, _("There is no such field."), "unknown_field")
    items = body.get(name)
    if not isinstance(items, list):
        raise _refused(name, _("A list is needed."), "not_a_list")
    if not items:
        raise _refused(name, _("At least one is needed."), "empty")
    if len(items) > MOST_AT_ONCE:
        raise Problem(
            413,
            "too_many_items",
            _("At most %(limit)s fit in one request; send them in several.")
            % {"limit": MOST_AT_ONCE},
            limit=MOST_AT_ONCE,
            sent=len(items),
        )
    return items


def check_items(form: type[VoiceInput], items: Sequence[Any]) -> list[Checked]:
    """Return of each item what it says, or None and the rows that name each wrong field."""
    return [_checked(form, item) for item in items]


def _checked(form: type[VoiceInput], item: Any) -> Checked:
    checked = form(data=item)
    if checked.is_valid():
        return dict(checked.validated_data), []
    return None, list(flatten(_details(checked)))[:20]


def _details(checked: VoiceInput) -> Any:
    return checked.errors if isinstance(checked.errors, dict) else {"non_field_errors": []}


def _refused(field: str, sentence: Any, code: str) -> ValidationError:
    return ValidationError({field: [ErrorDetail(str(sentence), code=code)]})
