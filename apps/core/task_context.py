"""The request id travels with Celery's tasks, in a header, and is bound while one runs.

A task sent while a request is served carries its id; one that beat sends has an id of its own, so
that the calls it makes and the lines it writes are found together.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

import structlog
from celery import signals

from apps.core.context import SAFE_ID, request_id
from apps.core.telemetry.spans import Open, span

HEADER = "request_id"


@signals.before_task_publish.connect(weak=False, dispatch_uid="core.task_context.send")
def send_along(headers: dict[str, Any] | None = None, **_said: Any) -> None:
    """Put the id of what is being served into the headers of a task."""
    if headers is not None:
        headers.setdefault(HEADER, request_id() or uuid.uuid4().hex)


@signals.task_prerun.connect(weak=False, dispatch_uid="core.task_context.begin")
def begin(task: Any = None, **_said: Any) -> None:
    """Serve the request a task belongs to; what is no harmless id is replaced."""
    offered = str(getattr(task.request, HEADER, None) or "")
    number = offered if SAFE_ID.fullmatch(offered) else uuid.uuid4().hex
    kept = structlog.contextvars.bind_contextvars(request_id=number, task=task.name)
    task.request.kept_context = kept
    task.request.open_span = Open(span("task", task=task.name))


@signals.task_postrun.connect(weak=False, dispatch_uid="core.task_context.end")
def end(task: Any = None, state: str | None = None, **_said: Any) -> None:
    """Go back to what was served before: nothing in a worker, the caller where it runs at once."""
    opened = getattr(task.request, "open_span", None)
    if opened:
        opened.span.note("state", state or "")
        opened.end()
    kept = getattr(task.request, "kept_context", None)
    if kept:
        structlog.contextvars.reset_contextvars(**kept)


@signals.setup_logging.connect(weak=False, dispatch_uid="core.task_context.logs")
def keep_our_logs(loglevel: int | str = logging.WARNING, **_said: Any) -> None:
    """Leave the log as the portal set it up; ``--loglevel`` is the level of Celery's own lines."""
    logging.getLogger("celery").setLevel(loglevel)
