"""What the home page's scripts say, in the viewer's language; ``{…}`` is filled in there."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return the script's sentences by name."""
    return {
        "asof": _("As of {time}, refreshed every {n} s"),
        "stale": _("Could not be refreshed: this is of {time}, {age} ago"),
        "slow": _("Waiting for an answer for {n} s; this is of {time}"),
        "gone": _("You are logged out; this is of {time}."),
        "login": _("Log in again"),
        "again": _("Refresh now"),
        "back": _("Refreshing works again."),
        "s": _("{n} s"),
        "min": _("{n} min"),
        "h": _("{n} hours"),
        "nothing": _("Nothing was measured in this time."),
        "failed": _("The chart could not be read."),
        "before": _("a week ago"),
        "limit": _("the objective"),
        "time": _("Moment"),
        "leads": _("A point leads to the calls behind it."),
        "click": _("A point leads to the calls behind it; a name shows that line alone."),
        "dotted": _("Dotted: the same time a week ago."),
        "left": _("{n} more are not drawn."),
    }
