"""How long Celery's tasks run and what came of them, and the heart of the `worker` process.

The heart is touched from the worker's own event loop: a main process that hangs stops it, however
busy its pool is.
"""

from __future__ import annotations

import time
from typing import Any

from celery import Celery, bootsteps, signals

from apps.core.heartbeat import BEAT_SECONDS
from apps.core.metrics import observe_one
from apps.core.metrics.names import Metric, label_of
from apps.core.metrics.recorder import name_process, recorder, touch_heart

OUTCOMES = {"SUCCESS": "done", "IGNORED": "done", "RETRY": "retried"}
FAILED = "failed"


@signals.task_prerun.connect(weak=False, dispatch_uid="core.task_metrics.begin")
def begin(task: Any = None, **_said: Any) -> None:
    """Remember when a run began."""
    task.request.began = time.perf_counter()


@signals.task_postrun.connect(weak=False, dispatch_uid="core.task_metrics.end")
def end(task: Any = None, state: str = "", **_said: Any) -> None:
    """Count the run under its task and outcome."""
    began = getattr(task.request, "began", None)
    if began is not None:
        label = label_of(task.name, OUTCOMES.get(state, FAILED))
        observe_one(Metric.TASK_RUN, label, time.perf_counter() - began)


@signals.worker_process_init.connect(weak=False, dispatch_uid="core.task_metrics.child")
def in_child(**_said: Any) -> None:
    """A process of the pool has no heart: it ends when its parent does."""
    name_process("")


@signals.worker_process_shutdown.connect(weak=False, dispatch_uid="core.task_metrics.last")
def last_words(**_said: Any) -> None:
    """Write down what a process of the pool has counted; it ends without Python's own farewell."""
    recorder.end()


class WorkersHeart(bootsteps.StartStopStep):
    """Touches the heart from the worker's timer, which its event loop serves."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        """Name the process and begin."""
        name_process("worker", has_loop=True)
        touch_heart()
        self.entry = parent.timer.call_repeatedly(BEAT_SECONDS / 2, touch_heart)

    def stop(self, parent: Any) -> None:
        """Leave the timer."""
        if self.entry is not None:
            self.entry.cancel()


def watch_worker(app: Celery) -> None:
    """Give the application's workers a heart."""
    app.steps["worker"].add(WorkersHeart)
