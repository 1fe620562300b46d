"""Sentry: which error, where in the code, of which request. Imported only with SENTRY_DSN.

What an error says in words may quote an order or a statement, so it stays in our own log; the
request id finds it there. Sent are types, files, lines, our own constant event names and the
fields of `errors.TOLD`; no request, no local variable, no breadcrumb.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration

from apps.core.telemetry.errors import TOLD, ExcInfo, listen

SENT = frozenset(
    {
        "contexts", "environment", "event_id", "exception", "fingerprint", "level", "logger",
        "message", "platform", "release", "sdk", "server_name", "tags", "timestamp", "transaction",
    }
)  # fmt: skip
CONTEXTS = frozenset({"runtime", "trace"})
FRAME = frozenset({"abs_path", "filename", "function", "in_app", "lineno", "module"})


def start(*, dsn: str, environment: str, **more: Any) -> None:
    """Report errors in the log and what ends a process or a thread."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            DedupeIntegration(),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
        ],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=drop_private,
        shutdown_timeout=2,
        **more,
    )
    listen(report)


def report(title: str, fields: Mapping[str, Any], exc_info: ExcInfo | None) -> None:
    """Send one error of the log."""
    with sentry_sdk.new_scope() as scope:
        for name, value in fields.items():
            scope.set_tag(name, str(value)[:200])
        scope.set_tag("event", title)
        if exc_info is not None:
            scope.capture_exception(exc_info)
        else:
            scope.capture_message(title, level="error")


def drop_private(event: Any, hint: Any) -> Any:
    """Keep of an event what cannot be personal, whatever the SDK or a later version adds."""
    kept = {name: value for name, value in event.items() if name in SENT}
    contexts = kept.get("contexts") or {}
    kept["contexts"] = {name: value for name, value in contexts.items() if name in CONTEXTS}
    tags = dict(kept.get("tags") or {})
    kept["tags"] = {name: value for name, value in tags.items() if name in {*TOLD, "event"}}
    for error in (kept.get("exception") or {}).get("values") or ():
        error["value"] = ""
        error.pop("mechanism", None)
        for frame in (error.get("stacktrace") or {}).get("frames") or ():
            for name in set(frame) - FRAME:
                del frame[name]
    return kept
