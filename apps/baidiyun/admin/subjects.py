"""Links to what a row is about. The apps that own a topic say where its subjects are shown."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.faces import EMPTY

_pages: dict[str, str] = {}
_explaining: list[str] = []


def register_subject_page(topic: str, url_name: str) -> None:
    """Tell where the subject of a topic is shown: a name of an address with one argument."""
    _pages[str(topic)] = url_name


def subject_link(topic: str, subject: int | None) -> str | SafeString:
    """Return a link to a subject, its number where nobody owns the topic, a dash for none."""
    if subject is None:
        return EMPTY
    if topic not in _pages:
        return f"#{subject}"
    url = reverse(_pages[topic], args=[subject])
    return format_html('<a class="sp-link" href="{}">#{}</a>', url, subject)


def register_explaining_page(url_name: str) -> None:
    """Tell where a person says what a code means: an address that takes ``?code=``."""
    _explaining[:] = [url_name]


def explaining_link(code: str) -> str | SafeString:
    """Return a link to where a code is explained, "" where nobody offers it."""
    if not _explaining:
        return ""
    url = f"{reverse(_explaining[0])}?{urlencode({'code': code})}"
    return format_html('<a class="sp-link" href="{}">{}</a>', url, _("Say what it means"))
