"""Filters of the list of declarations."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.filters import ExactText
from apps.customs.choices import DeclarationState, Direction
from apps.customs.models import Declaration


class DeclarationFilter(django_filters.FilterSet):
    """What a list of declarations can be narrowed to; all given filters must hold."""

    state = django_filters.MultipleChoiceFilter(
        choices=DeclarationState.choices(),
        help_text=_("One of these; give it several times for any of several."),
    )
    direction = django_filters.ChoiceFilter(
        choices=Direction.choices(), help_text=_("Out of the country or into it.")
    )
    country = ExactText(help_text=_("To whom it is declared, ISO 3166 code."))
    reference = ExactText(
        field_name="consignment__reference", help_text=_("The merchant's order number.")
    )
    shipment = ExactText(
        field_name="consignment__shipment__uid", help_text=_("Our id of the shipment.")
    )

    class Meta:
        model = Declaration
        fields: list[str] = []
