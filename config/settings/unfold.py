"""How the admin looks: titles, menu, home page. The menu is the order of a working day."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Lastmile",
    "SITE_HEADER": "Lastmile",
    "SITE_SUBHEADER": _("Logistics operations"),
    "SITE_SYMBOL": "local_shipping",
    "SITE_URL": "/admin/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "apps.monitoring.home.home_context",
    "STYLES": [lambda request: static("portal/portal.css")],
    "COMMAND": {"search_models": False},
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": []},
    "LOGIN": {"image": None, "redirect_after": lambda request: reverse_lazy("admin:index")},
}
