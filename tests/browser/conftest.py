"""A browser where there is one; where there is none, a clear word instead of a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from apps.accounts.models import User
from apps.baidiyun import hints

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "correct horse battery"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Page]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def log_in(browser: Browser, live_server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Log somebody in through the form, in a window of that size and language."""
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)
    windows: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(user: User, *, size: dict[str, int] = WIDE, language: str = "zh-CN") -> Page:
        window = browser.new_context(viewport=size, locale=language, base_url=live_server.url)
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto("/admin/login/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
        return page

    yield open_page
    for window in windows:
        window.close()
    assert troubles == [], "a script of the page failed"
