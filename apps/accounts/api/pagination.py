"""Cursor pages: newest first, constant cost at any depth."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from apps.accounts.api.problems import Problem

MAX_PAGE_SIZE = 200
MAX_CURSOR = 200
MAX_ID_DIGITS = 18


class NewestFirst(CursorPagination):
    """Pages by id, newest first; ``page_size`` 1 to 200, 50 where it is not given.

    A page number, an offset or a count is never offered: they cost more the deeper one goes.
    """

    ordering = "-id"
    page_size_query_param = "page_size"
    page_size_query_description: Any = _("Rows a page, 1 to 200 (50 where it is not given).")
    cursor_query_description: Any = _("Taken from `next` or `previous` of another page; opaque.")
    max_page_size = MAX_PAGE_SIZE
    template = None

    def get_page_size(self, request: Request) -> int:
        """Return the rows of a page; raises a 400 problem for a size that is not offered."""
        given = request.query_params.get("page_size")
        if given is None:
            return int(self.page_size or MAX_PAGE_SIZE)
        if not given.isascii() or not given.isdecimal() or len(given) > 6:
            raise _bad_page_size()
        if not 1 <= int(given) <= MAX_PAGE_SIZE:
            raise _bad_page_size()
        return int(given)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return where the page starts; raises a 400 problem for a cursor we did not make."""
        given = request.query_params.get(self.cursor_query_param)
        if given is None:
            return None
        tokens = _read_cursor(given)
        position = tokens.get("p", "")
        if not position.isdecimal() or len(position) > MAX_ID_DIGITS:
            raise _bad_cursor()
        return Cursor(offset=0, reverse=tokens.get("r") == "1", position=int(position))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        example = "https://portal.example/api/v1/orders?cursor=cD0xMjM%3D"
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "example": example},
                "previous": {**link, "example": None},
                "results": schema,
            },
        }


def _read_cursor(given: str) -> dict[str, str]:
    try:
        text = b64decode(given[:MAX_CURSOR].encode("ascii"), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None
    tokens = {name: values[0] for name, values in parse_qs(text).items()}
    if not tokens or set(tokens) - {"p", "r"}:
        raise _bad_cursor()
    return tokens


def _bad_cursor() -> Problem:
    return Problem(
        400,
        "bad_cursor",
        _("The cursor is not one of ours. Take it from next or previous of a page."),
        parameter="cursor",
    )


def _bad_page_size() -> Problem:
    return Problem(
        400,
        "bad_page_size",
        _("page_size is a whole number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE},
        parameter="page_size",
    )
