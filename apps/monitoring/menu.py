"""The menu: the pages of the settings' table that exist and that the viewer may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.accounts.scoping import merchant_of
from apps.core import clock

Item = dict[str, Any]


def navigation(request: HttpRequest) -> list[Item]:
    """Return the groups of the sidebar for the viewer."""
    groups = []
    menu: Any = settings.UNFOLD["MENU"]
    for title, entries in menu:
        items = [item for entry in entries if (item := _item(request, *entry))]
        groups.append({"title": title, "separator": bool(title), "items": items})
    _mark_here(request.path, [item for group in groups for item in group["items"]])
    return groups


def _mark_here(path: str, items: list[Item]) -> None:
    """Mark the one entry whose page, or a page below it, is shown: the longest address wins."""
    index = reverse("admin:index")
    links = {str(item["link"]).partition("?")[0] for item in items}
    fits = [link for link in links if path == link or (link != index and path.startswith(link))]
    here = max(fits, key=len, default="")
    for item in items:
        item["active"] = str(item["link"]).partition("?")[0] == here


def mode_badge(request: HttpRequest) -> list[Any] | None:
    """Return the badge in the header: a simulated world, live, or no platform at all.

    How the portal is connected is no business of merchants' users and strangers.
    """
    if clock.world():
        return [_("Simulated"), "warning"]
    if not request.user.is_authenticated or merchant_of(request.user) is not None:
        return None
    if settings.BAIDIYUN["live"]["key"]:
        return [_("Live"), "success"]
    return [_("Platform not connected"), "warning"]


def list_address(request: HttpRequest, label: str, **query: str | list[str]) -> str:
    """Return the address of a model's list with filters set; empty where the viewer may not go.

    ``label`` is ``app.model``; an app that is not installed here has no page.
    """
    if label.partition(".")[0] not in apps.app_configs:
        return ""
    model = apps.get_model(label)
    page = admin.site._registry.get(model)
    if page is None or _is_closed(request, page) or not page.has_view_permission(request):
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return reverse(name) + (f"?{urlencode(query, doseq=True)}" if query else "")


def _item(request: HttpRequest, title: Any, icon: str, target: str, *more: str) -> Item | None:
    """Return an entry; ``more`` is the permission it asks for and what counts its badge."""
    permission, badge = (*more, "", "")[:2]
    if permission and not request.user.has_perm(permission):
        return None
    link = reverse(target) if ":" in target else list_address(request, target)
    item = {"title": title, "icon": icon, "link": link}
    if badge and (shown := import_string(badge)(request)):
        item["badge"] = shown
    return item if link else None


def _is_closed(request: HttpRequest, page: Any) -> bool:
    """Tell whether a page is for the operator's staff and the viewer is a merchant's user."""
    staff_only = getattr(page, "merchant_path", None) is None
    return staff_only and merchant_of(request.user) is not None
