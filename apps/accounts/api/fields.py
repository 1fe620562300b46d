"""Fields and serializers that take exactly what the documentation says."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from apps.accounts.api.problems import MAX_ERRORS

LARGEST = 2**63 - 1
MONEY = re.compile(r"-?\d{1,12}(?:\.\d{1,2})?", re.ASCII)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know, naming each of them."""

    def to_internal_value(self, data: Any) -> Any:
        """Validate known fields and report unknown ones in the same answer."""
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            known = error.detail if isinstance(error.detail, dict) else {}
            raise serializers.ValidationError({**known, **self._unknown(data)}) from None
        if unknown := self._unknown(data):
            raise serializers.ValidationError(unknown)
        return value

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        if not isinstance(data, dict):
            return {}
        refusal = ErrorDetail(str(_("There is no such field.")), code="unknown_field")
        unknown = (name for name in data if name not in self.fields)
        return {name: [refusal] for name in islice(unknown, MAX_ERRORS + 1)}


class Text(serializers.CharField):
    """A JSON string; numbers are not turned into text, which would lose leading zeros."""

    default_error_messages = {"invalid": _("A text in quotation marks is needed.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse other types before an empty or missing value is looked at."""
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Whole(serializers.IntegerField):
    """A JSON number without a fraction; neither text nor true and false.

    ``min_value`` and ``max_value`` are documented here and judged by the domain, so that one
    answer names every field that is out of range, together with what else is impossible.
    """

    default_error_messages = {"invalid": _("A whole number without quotation marks is needed.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = []

    def to_internal_value(self, data: Any) -> int:
        """Return the integer."""
        if isinstance(data, bool) or not isinstance(data, int) or abs(data) > LARGEST:
            self.fail("invalid")
        return int(data)


class Money(serializers.DecimalField):
    """An amount in major units: text like ``"19.90"`` (preferred) or a JSON number.

    Whether it may be negative is judged by the domain.
    """

    default_error_messages = {
        "invalid": _("An amount like 19.90 is needed: at most 12 digits and 2 decimal places."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the exact amount."""
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        if not MONEY.fullmatch(str(data)):
            self.fail("invalid")
        return Decimal(str(data))


class Code(serializers.ChoiceField):
    """One word of a documented list; whether it is on it is judged by the domain."""

    default_error_messages = {"invalid": _("A text in quotation marks is needed.")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the word, cut to what any list could hold."""
        if not isinstance(data, str) or not data.isprintable():
            self.fail("invalid")
        return data[:60]


class Degrees(serializers.FloatField):
    """A JSON number that is one; text, true and infinity are none."""

    default_error_messages = {
        "invalid": _("A number of degrees without quotation marks is needed.")
    }

    def to_internal_value(self, data: Any) -> float:
        """Return the degrees."""
        if isinstance(data, bool) or not isinstance(data, int | float | Decimal):
            self.fail("invalid")
        try:
            degrees = float(data)
        except OverflowError:
            degrees = math.inf
        if not math.isfinite(degrees):
            self.fail("invalid")
        return degrees


class Moment(serializers.DateTimeField):
    """A moment with its zone: ``2026-11-11T08:00:00+08:00`` or ``…Z``."""

    default_error_messages = {
        "invalid": _("A moment with its zone is needed, such as 2026-11-11T08:00:00+08:00."),
    }

    def to_internal_value(self, value: Any) -> dt.datetime:
        """Return the aware moment; a time without a zone could be any of forty."""
        if not isinstance(value, str) or len(value) > 40:
            self.fail("invalid")
        try:
            moment = parse_datetime(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
            self.fail("invalid")
        return moment.astimezone(dt.UTC)
