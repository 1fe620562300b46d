"""Every address of the portal."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from apps.monitoring.health import healthz, readyz
from apps.notifications.views import acknowledge

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("n/<str:token>/", acknowledge, name="acknowledge"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/home/", include("apps.monitoring.home.urls")),
    path("admin/runbook/", include("apps.monitoring.runbook_urls")),
    path("admin/customs/documents/", include("apps.customs.admin.document_urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
]

handler400 = "apps.accounts.api.fallbacks.bad_request"
handler403 = "apps.accounts.api.fallbacks.forbidden"
handler404 = "apps.accounts.api.fallbacks.not_found"
handler500 = "apps.accounts.api.fallbacks.server_error"
