"""The runbook: what an alarm means, what to look at, what to do; pages of docs/runbook.

A page is `docs/runbook/<slug>.md`, in Chinese `docs/runbook/zh/<slug>.md`. Messages link to it, so
it opens on a phone; the links of messages open without a log-in (`guide`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt

from apps.accounts.scoping import merchant_of

ELSEWHERE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")
SLUG = re.compile(r"[a-z0-9_]{1,40}")
_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False})


def folder_of(language: str) -> Path:
    """Return where the pages of a language stand."""
    pages = Path(settings.BASE_DIR) / "docs" / "runbook"
    return pages / "zh" if language.startswith("zh") else pages


def has_page(slug: str) -> bool:
    """Whether there is a page of that name."""
    return bool(SLUG.fullmatch(slug)) and (folder_of("en") / f"{slug}.md").is_file()


def address_of(slug: str) -> str:
    """Return the path of a page, as messages carry it."""
    return reverse("runbook:page", args=[slug])


def page_of(slug: str) -> tuple[str, SafeString] | None:
    """Return title and HTML of a page in the present language, in English where it is not
    written in that; None for what is no page."""
    if not has_page(slug):
        return None
    path = folder_of(get_language() or "en") / f"{slug}.md"
    path = path if path.is_file() else folder_of("en") / f"{slug}.md"
    return _title(path), _rendered(path)


def titles(language: str) -> list[tuple[str, str]]:
    """Return (slug, title) of every page, by title."""
    found = [(path.stem, _title(path)) for path in sorted(folder_of(language).glob("*.md"))]
    return sorted(found, key=lambda pair: pair[1])


def runbook_page(request: HttpRequest, slug: str) -> TemplateResponse:
    """Show a page in the reader's language, in English where it is not written in theirs.

    It is for the operator's staff; 404 for a merchant's user and for what is no page.
    """
    _staff_only(request)
    found = page_of(slug)
    if found is None:
        raise Http404
    return _show(request, "monitoring/runbook_page.html", found[0], body=found[1])


def runbook_index(request: HttpRequest) -> TemplateResponse:
    """List every page."""
    _staff_only(request)
    pages = [(title, address_of(slug)) for slug, title in titles(get_language() or "en")]
    return _show(request, "monitoring/runbook.html", gettext("Runbook"), pages=pages)


def _show(request: HttpRequest, template: str, title: str, **more: object) -> TemplateResponse:
    from django.contrib import admin

    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, template, context)


def _staff_only(request: HttpRequest) -> None:
    if merchant_of(request.user) is not None:
        raise Http404


@lru_cache(maxsize=128)
def _rendered(path: Path) -> SafeString:
    """Return a page's HTML without its title; the text is ours and raw HTML in it stays text.

    Links to other files of the repository lead nowhere in a browser: their words alone stay.
    """
    text = path.read_text(encoding="utf-8")
    _, _, body = text.partition("\n")
    body = ELSEWHERE.sub(r"\1", body)
    return mark_safe(_MARKDOWN.render(body))  # noqa: S308 - our own files, HTML switched off


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return lines.readline().lstrip("# ").strip()
