"""When a comparison with the platform is due, as PostgreSQL can index it."""

from __future__ import annotations

from django.db.models import F, FloatField, Func

NEED_HOURS = 300
"""A shipment is due when (risk + 1) × hours since it was last heard or asked reach this."""

_FRESHEST = Func(F("created_at"), F("last_heard_at"), F("last_polled_at"), function="GREATEST")
_EPOCH = Func(
    _FRESHEST,
    template="extract(epoch FROM (%(expressions)s AT TIME ZONE 'UTC'))::float8",
    output_field=FloatField(),
)
_WAIT = Func(
    F("risk"),
    template=f"{NEED_HOURS * 3600}::float8 / (%(expressions)s + 1)",
    output_field=FloatField(),
)
NEEDED_AT = Func(
    _EPOCH, _WAIT, arg_joiner=" + ", output_field=FloatField(), template="(%(expressions)s)"
)
"""The moment (seconds since 1970) at which risk × staleness reaches ``NEED_HOURS``.

The product itself changes with every second and cannot be indexed; the moment it reaches a fixed
value does not change, and whoever reached it first has waited longest beyond it.
"""
