"""How tests are dealt out to processes that work side by side (``pytest -n 2``)."""

from __future__ import annotations

from collections import Counter

import pytest
from xdist.scheduler import LoadScopeScheduling

PROCESSES = "real processes"
ALONE = (
    "tests/e2e/",
    "tests/browser/",
    "tests/services/",
    "tests/chaos/",
    "tests/drill/",
    "tests/baidiyun/limits/test_redis_store.py",
    "tests/baidiyun/limits/test_storm.py",
    "tests/orders/test_lost_answer.py",
)
"""Tests that start servers, browsers, whole portals or a crowd of processes: two of these side by
side would take the machine from each other and wait longer than they allow themselves."""


def bundle(nodeid: str) -> str:
    """What is dealt out as one: a file, or everything that starts processes."""
    return PROCESSES if nodeid.startswith(ALONE) else nodeid.partition("::")[0]


class FileByFile(LoadScopeScheduling):
    """Whole files in the order of the collection, one worker for all real processes."""

    def __init__(self, config, log=None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return bundle(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Put real processes first, then the files with most tests, so that all end together."""
    counts = Counter(bundle(item.nodeid) for item in items)
    items.sort(key=lambda item: (bundle(item.nodeid) != PROCESSES, -counts[bundle(item.nodeid)]))
