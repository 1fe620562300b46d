"""Filters of lists: exact words, aware moments, nothing interpreted."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError as ApiValidationError
from rest_framework.request import Request

from apps.accounts.api.problems import Problem, flatten

MAX_FILTER_TEXT = 100


class StrictFilterBackend(DjangoFilterBackend):
    """Answers an unusable filter with a 400 problem that names the parameter."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        """Return the filtered rows."""
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            refused: ApiValidationError = translate_validation(filterset.errors)
            raise Problem(
                400,
                "bad_parameter",
                _("A query parameter is not acceptable."),
                errors=list(flatten(refused.detail)),
            )
        return filterset.qs


class MomentField(forms.CharField):
    """A moment with its zone; without one nobody could know which moment is meant."""

    default_error_messages = {
        "invalid": _("A moment with its zone is needed, such as 2026-11-11T08:00:00+08:00.")
    }

    def to_python(self, value: Any) -> Any:
        """Return an aware datetime, or None where nothing was given."""
        text = super().to_python(value)
        if not text:
            return None
        # In an address a plus sign that was not escaped arrives as a space.
        moment = _parsed(text.replace(" ", "+") if text.count(" ") == 1 else text)
        if moment is None or moment.tzinfo is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


def _parsed(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Compares with an aware moment."""

    field_class = MomentField


class ExactText(django_filters.CharFilter):
    """The whole text, neither a pattern nor a part of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=MAX_FILTER_TEXT, **kwargs)
