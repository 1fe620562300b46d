"""What leaves the house about how it runs, by setting and off by default: Sentry, OpenTelemetry.

Neither package is imported while its setting is empty. Nothing that is sent carries a body, a
query string, a header, a name, a number or an address: closed lists say what does.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ADVICE = "{name} is set, but what it needs is not installed: make telemetry."


def start() -> None:
    """Begin to report what settings ask for. Raises ImproperlyConfigured if it is not installed."""
    if settings.SENTRY_DSN:
        try:
            from apps.core.telemetry import sentry
        except ImportError as error:
            raise ImproperlyConfigured(ADVICE.format(name="SENTRY_DSN")) from error
        sentry.start(dsn=settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        try:
            from apps.core.telemetry import exporting
        except ImportError as error:
            name = "OTEL_EXPORTER_OTLP_ENDPOINT"
            raise ImproperlyConfigured(ADVICE.format(name=name)) from error
        exporting.start(
            endpoint=settings.OTEL_EXPORTER_OTLP_ENDPOINT, service=settings.OTEL_SERVICE_NAME
        )
