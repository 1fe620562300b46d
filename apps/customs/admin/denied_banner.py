"""What the lists of denied parties are worth today, for the head of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.customs.choices import ListAge
from apps.customs.screening_lists import list_state

ICONS = {
    ListAge.FRESH: "verified_user",
    ListAge.OLD: "gpp_maybe",
    ListAge.TOO_OLD: "gpp_bad",
    ListAge.NONE: "gpp_bad",
}
TONES = {
    ListAge.FRESH: "success",
    ListAge.OLD: "warning",
    ListAge.TOO_OLD: "danger",
    ListAge.NONE: "danger",
}


@dataclass(frozen=True)
class Banner:
    """A sentence with its colour; ``may_import`` leads to the lists."""

    text: str
    tone: str
    icon: str
    is_fresh: bool
    may_see_lists: bool


def banner(user: Any) -> Banner:
    """Return the sentence about today's lists: one that is missing or old clears nobody."""
    state = list_state()
    named = ", ".join(f"{one.source} {one.as_of:%Y-%m-%d}" for one in state.lists)
    texts = {
        ListAge.FRESH: _("Lists as of: %(lists)s.") % {"lists": named},
        ListAge.OLD: _(
            "Lists as of: %(lists)s, %(days)s days old. Parcels go on, but nobody counts as "
            "cleared: they are marked as not screened until a newer list is imported."
        )
        % {"lists": named, "days": state.days},
        ListAge.TOO_OLD: _(
            "Lists as of: %(lists)s, %(days)s days old. New parcels wait until a newer list is "
            "imported."
        )
        % {"lists": named, "days": state.days},
        ListAge.NONE: _(
            "There is no list of denied parties: no parcel is screened, nobody counts as cleared."
        ),
    }
    return Banner(
        text=texts[state.age],
        tone=TONES[state.age],
        icon=ICONS[state.age],
        is_fresh=state.is_fresh,
        may_see_lists=user.has_perm("customs.view_deniedlist"),
    )
