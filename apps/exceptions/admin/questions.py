"""What the scripts of the review and of the worklist ask: JSON, read strictly, never guessed."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import PortalError

MOST_BYTES = 20_000
Asked = dict[str, Any]


class BadQuestion(PortalError):
    """The script sent what it never sends; the sentence is for whoever wrote the request."""

    code = "bad_question"
    permanent = True


def asked(request: HttpRequest) -> Asked:
    """Return the JSON object of a request. Raises BadQuestion."""
    if len(request.body) > MOST_BYTES:
        raise BadQuestion(_("That is too much at once."))
    try:
        values = json.loads(request.body or b"{}")
    except ValueError as error:
        raise BadQuestion(_("That is not JSON.")) from error
    if not isinstance(values, dict):
        raise BadQuestion(_("That is not a JSON object."))
    return values


def whole(values: Asked, name: str, default: int | None = None, *, least: int = 0) -> int:
    """Return a whole number of a question, not below ``least``. Raises BadQuestion."""
    value = values.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**63:
        raise BadQuestion(_("“%(name)s” must be a whole number.") % {"name": name})
    return value


def wholes(values: Asked, name: str, most: int, *, least: int = 0) -> list[int]:
    """Return a list of whole numbers, at most so many, none below ``least``. Raises BadQuestion."""
    given = values.get(name, [])
    if not isinstance(given, list) or len(given) > most:
        raise BadQuestion(_("“%(name)s” must be a short list.") % {"name": name})
    return [whole({name: one}, name, least=least) for one in given]


def word(values: Asked, name: str, allowed: frozenset[str] | None = None) -> str:
    """Return a text of a question, one of those allowed. Raises BadQuestion."""
    value = values.get(name, "")
    if not isinstance(value, str) or (allowed is not None and value not in allowed):
        raise BadQuestion(_("“%(name)s” is not one of the known words.") % {"name": name})
    return value[:200]


def prose(values: Asked, name: str, most: int) -> str:
    """Return what a person wrote, whole; too long is refused, never cut. Raises BadQuestion."""
    value = values.get(name, "")
    if not isinstance(value, str) or "\x00" in value:
        raise BadQuestion(_("“%(name)s” must be a text.") % {"name": name})
    if len(value) > most:
        raise BadQuestion(_("That is too long: at most %(most)s characters.") % {"most": most})
    return value


def inner(values: Asked, name: str) -> Asked:
    """Return an object within a question, empty where there is none. Raises BadQuestion."""
    value = values.get(name, {})
    if not isinstance(value, dict):
        raise BadQuestion(_("“%(name)s” must be a JSON object.") % {"name": name})
    return value
