"""Working off imports: one at a time and process, in chunks that say how far they are.

A chunk is one transaction that also writes its progress: a worker that dies loses one chunk and
doubles nothing; whoever comes next goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.core import clock
from apps.core.locks import try_lock
from apps.customs.choices import IMPORTS_AT_WORK, FileProblem, ImportState
from apps.customs.import_reading import Unreadable
from apps.customs.models import ProductImport, ProductImportFile, ProductImportRow
from apps.customs.services.import_reading import read_rows
from apps.customs.services.import_storing import store_chunk
from apps.customs.services.import_undoing import undo_chunk

log = structlog.get_logger(__name__)
WORK_SECONDS = 15.0
KEPT_DAYS = 30
DROPPED_DAYS = 7
Work = Callable[[ProductImport, float], int]


def work_on_imports(*, job_id: int | None = None, seconds: float = WORK_SECONDS) -> int:
    """Work on imports (on one, with its id) for so many real seconds; returns the rows done."""
    until, done = time.monotonic() + seconds, 0
    rows = ProductImport.objects.filter(state__in=IMPORTS_AT_WORK).order_by("id")
    if job_id is not None:
        rows = rows.filter(pk=job_id)
    for pk in list(rows.values_list("pk", flat=True)):
        with try_lock(f"customs.import:{pk}") as mine:
            if mine:
                done += _work_on(pk, until)
        if time.monotonic() > until:
            break
    return done


def clean_up_imports() -> dict[str, int]:
    """Drop previews nobody confirmed within a week, and the rows of what ended a month ago."""
    now = clock.now()
    old = ProductImport.objects.filter(
        state=ImportState.PREVIEW.value, uploaded_at__lt=now - dt.timedelta(days=DROPPED_DAYS)
    )
    dropped = old.update(state=ImportState.DISCARDED.value, finished_at=now)
    ended = ProductImport.objects.filter(finished_at__lt=now - dt.timedelta(days=KEPT_DAYS))
    forgotten, _ = ProductImportRow.objects.filter(job__in=ended).delete()
    return {"dropped": dropped, "rows": forgotten}


def _work_on(pk: int, until: float) -> int:
    """Let one import come as far as it can; what goes wrong is written down as its problem."""
    done = 0
    try:
        while True:
            job = ProductImport.objects.get(pk=pk)
            work = WORK.get(job.state)
            if work is None:
                return done
            done += work(job, until)
            if time.monotonic() > until:
                return done
    except (OperationalError, InterfaceError):
        raise
    except Unreadable as error:
        _fail(pk, error.code.value, error.detail)
    except Exception:
        log.exception("customs.import_failed", job=pk)
        _fail(pk, FileProblem.FAILED.value, "")
    return done


def _fail(pk: int, code: str, detail: str) -> None:
    with transaction.atomic():
        ProductImport.objects.filter(pk=pk).update(
            state=ImportState.FAILED.value, problem=f"{code}|{detail}"[:300],
            finished_at=clock.now(),
        )  # fmt: skip
        ProductImportFile.objects.filter(job_id=pk).delete()
        ProductImportRow.objects.filter(job_id=pk, job__confirmed_at=None).delete()


def _store(job: ProductImport, until: float) -> int:
    return _chunks(job, store_chunk, until)


def _undo(job: ProductImport, until: float) -> int:
    return _chunks(job, undo_chunk, until)


def _chunks(job: ProductImport, chunk: Callable[[int], int], until: float) -> int:
    done = 0
    while count := chunk(job.pk):
        done += count
        if time.monotonic() > until:
            break
    return done


WORK: dict[str, Work] = {
    ImportState.READING.value: read_rows,
    ImportState.RUNNING.value: _store,
    ImportState.UNDOING.value: _undo,
}
