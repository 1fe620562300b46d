"""What a manager changes on the page of routes: share up, share down, shadow calls, the brake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.actions import Actor
from apps.orders import services
from apps.orders.admin.route_forms import LowerForm, RaiseForm, RequiredNoteForm, ShadowForm
from apps.orders.route_selectors import current_shares
from apps.orders.routing import STEPS, Share, next_step, share_for
from apps.shipments.carriers import find_carrier

RAISE_RIGHT = "orders.raise_live_share"
RELEASE_RIGHT = "orders.release_live_brake"


@dataclass(frozen=True)
class Change:
    """One thing to do; the template of task pages reads label, explain, icon and danger."""

    name: str
    label: Any
    explain: Any
    permission: str
    form: type[forms.Form]
    run: Callable[[User, dict[str, Any]], Any]
    initial: Callable[[Share], dict[str, Any]] = lambda share: {}
    icon: str = "bolt"
    danger: bool = False


def standing(merchant_id: str, carrier: str) -> Share:
    """Return what counts now for the place that an address names; unknown names mean all."""
    wanted = int(merchant_id) if merchant_id.isdecimal() and len(merchant_id) < 18 else None
    known = carrier if find_carrier(carrier) else ""
    found = share_for(current_shares(), merchant_id=wanted, carrier=known)
    return Share(wanted, known, found.percent, found.shadow)


def raise_it(user: User, values: dict[str, Any]) -> Any:
    """Raise a share by a step."""
    row = services.raise_share(**values, actor=Actor.user(user), raised_by=user)
    return _("The share is now %(percent)s %%.") % {"percent": row.percent}


def lower_it(user: User, values: dict[str, Any]) -> Any:
    """Lower a share."""
    row = services.lower_share(**values, actor=Actor.user(user), raised_by=user)
    return _("The share is now %(percent)s %%.") % {"percent": row.percent}


def shadow_it(user: User, values: dict[str, Any]) -> Any:
    """Turn shadow calls on or off."""
    row = services.set_shadow(**values, actor=Actor.user(user), raised_by=user)
    return _("Shadow calls are on.") if row.shadow else _("Shadow calls are off.")


def release_it(user: User, values: dict[str, Any]) -> Any:
    """Let live bookings go out again."""
    services.release_brake(**values, actor=Actor.user(user), released_by=user)
    return _("The brake is released; what was held goes on its way.")


def below(percent: int) -> int:
    """Return the step before a percentage, 0 before the first."""
    return max((step for step in STEPS if step < percent), default=0)


CHANGES = (
    Change(
        name="raise",
        label=_("Raise the share"),
        explain=_(
            "More of the real parcels are booked at the platform. Only orders that come in from"
            " now on are asked; those already here keep their route."
        ),
        permission=RAISE_RIGHT,
        form=RaiseForm,
        run=raise_it,
        initial=lambda share: {"percent": next_step(share.percent)},
        icon="trending_up",
    ),
    Change(
        name="lower",
        label=_("Lower the share"),
        explain=_(
            "Fewer new orders go live; the rest takes the route manual, where the shop brings the"
            " number. Nothing ever goes to the sandbox instead."
        ),
        permission=RAISE_RIGHT,
        form=LowerForm,
        run=lower_it,
        initial=lambda share: {"percent": below(share.percent)},
        icon="trending_down",
        danger=True,
    ),
    Change(
        name="shadow",
        label=_("Shadow calls"),
        explain=_(
            "For manual parcels the platform is asked for a price, with places and weight and"
            " no person. Nothing is booked, and merchants never see it."
        ),
        permission=RAISE_RIGHT,
        form=ShadowForm,
        run=shadow_it,
        initial=lambda share: {"shadow": "off" if share.shadow else "on"},
        icon="compare_arrows",
    ),
    Change(
        name="release",
        label=_("Release the brake"),
        explain=_(
            "New live bookings go out again, those held first. Failed calls before the release do"
            " not count any more; if the calls keep failing, the brake goes on again."
        ),
        permission=RELEASE_RIGHT,
        form=RequiredNoteForm,
        run=release_it,
        icon="play_circle",
    ),
)
