"""What no test of the suite may write to a log or to the call log: its own secrets and people."""

from __future__ import annotations

import logging
from typing import Any

SECRETS = (
    "sandKEYkey",
    "sandCUScus",
    "sandSECsec",
    "sandboxSecret",
    "first-test-salt-key",
    "second-test-salt-key",
    "test-credential-key-of-the-suite",
    "test-only-key-of-the-suite",
    "merchantSEC",
)
PEOPLE = ("13800138000", "13812345678", "13900139000", "13700137000", "13912345678")


def found_in(text: str) -> list[str]:
    """Return what a text gives away."""
    return [word for word in (*SECRETS, *PEOPLE) if word in text]


class LeakWatch(logging.Handler):
    """Searches every log record; remembers the logger and what it gave away."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.leaks: list[tuple[str, list[str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Search the message, its arguments and its traceback."""
        said = f"{record.getMessage()} {record.exc_info or ''} {record.exc_text or ''}"
        if words := found_in(said):
            self.leaks.append((record.name, words))

    def search_call(self, sender: Any, instance: Any, **given: Any) -> None:
        """Search a row of the call log about to be written (a pre_save receiver)."""
        said = f"{instance.request} {instance.response} {instance.error} {instance.url_path}"
        if words := found_in(said):
            self.leaks.append(("baidiyun.ApiCall", words))
