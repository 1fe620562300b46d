"""Template tags for pages: badges, masked values, the reveal button.

``{% load faces %}`` then ``{% enum_badge shipment.status words %}``, ``{% badge text "danger" %}``,
``{% personal order.recipient_phone "phone" revealed %}``, ``{% reveal_button %}``.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.accounts import faces
from apps.core.choices import LabelledEnum

register = template.Library()


@register.simple_tag
def badge(text: Any, colour: str = "default", hint: str = "") -> SafeString:
    """A coloured label."""
    return faces.badge(text, colour, hint=hint)


@register.simple_tag
def enum_badge(value: str, words: type[LabelledEnum] | None = None) -> SafeString:
    """The badge of a value of an enumeration; a member needs no ``words``."""
    if isinstance(value, LabelledEnum):
        return faces.badge(value.label, value.colour)
    return faces.enum_badge(value, words) if words else faces.badge(value)


@register.simple_tag
def personal(value: Any, kind: str, revealed: bool = False) -> str:
    """Personal data, masked unless this record was revealed."""
    return faces.shown(value, kind, revealed=revealed) or faces.EMPTY


@register.inclusion_tag("accounts/reveal_button.html", takes_context=True)
def reveal_button(context: template.Context) -> dict[str, Any]:
    """The button that reveals the record of this page; needs the base's change-view context."""
    names = ("reveal_url", "may_reveal", "revealed", "csrf_token", "request")
    return {name: context.get(name) for name in names}


@register.inclusion_tag("accounts/reveal_button.html", takes_context=True)
def reveal_button_for(
    context: template.Context, record: dict[str, Any], back: str
) -> dict[str, Any]:
    """The same for one record among several; ``record`` is what ``reveal_context`` returned."""
    names = ("reveal_url", "may_reveal", "revealed")
    return {
        **{name: record.get(name) for name in names},
        "csrf_token": context.get("csrf_token"),
        "reveal_next": back,
    }
